//! The demo: a hub, two kiosks and a payment gateway to look at, to sell from, and to break.

use std::fs;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::console::{header, say};
use crate::failure::Failure;
use crate::fleet::{FOLDERS, Fleet, OPERATOR, Plan, STAFF_PIN};
use crate::port::{self, Wanted};
use crate::shell;
use crate::stop::Stop;
use crate::ui;
use crate::workspace::{Profile, Workspace};

/// How often the programs are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// What one may type while it runs.
const COMMANDS: &str = "
Type one of these, then Enter:
  status        who runs, where, with which pid
  kill NAME     kill -9; it is started again by itself
  down NAME     kill -9; it stays away until `up NAME`
  up NAME       start it now
  quit          stop everything (as Ctrl-C does)
NAME is hub, kiosk-1, kiosk-2 or sandbox.";

/// What `cargo xtask demo` is asked to do.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Start over: forget what earlier demos have sold.
    #[arg(long)]
    fresh: bool,
    /// Build the programs with all optimisations (takes some minutes more).
    #[arg(long)]
    release: bool,
    /// Where everything that the demo stores lies; below the project's root if relative.
    #[arg(long, value_name = "FOLDER", default_value = "demo-data")]
    data: PathBuf,
    /// Port of the hub's web.
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    hub_port: u16,
    /// Port of the hub's MQTT broker.
    #[arg(long, value_name = "PORT", default_value_t = 1883)]
    broker_port: u16,
    /// Port of the first kiosk's touch screen.
    #[arg(long, value_name = "PORT", default_value_t = 8081)]
    kiosk_port: u16,
    /// Port of the second kiosk's touch screen.
    #[arg(long, value_name = "PORT", default_value_t = 8082)]
    second_kiosk_port: u16,
    /// Port of the payment gateway's sandbox.
    #[arg(long, value_name = "PORT", default_value_t = 4010)]
    sandbox_port: u16,
    /// How long a hub that died stays away, in seconds (a kiosk comes back at once).
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    restart_after: u64,
}

/// Builds, starts, and goes on until it is told to stop.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    check_ports(options)?;
    ui::build(workspace)?;
    header("programs");
    shell::run(&mut shell::cargo(workspace, build_arguments(options)))?;
    let plan = plan(workspace, options);
    if options.fresh {
        forget(&plan.data)?;
    }
    header("films, theaters, screenings, kiosks");
    plan.lay_out(workspace)?;
    check_ports(options)?;
    let stop = Stop::listen()?;
    let mut fleet = plan.start(workspace, &stop)?;
    say(&welcome(&plan, &fleet, options.restart_after));
    if std::io::stdin().is_terminal() {
        say(COMMANDS);
    }
    let outcome = go_on(&mut fleet, options, &stop);
    say("\nstopping …");
    fleet.stop();
    say(&format!(
        "stopped. What was sold is kept in {}; `cargo xtask demo` goes on with it, \
         `cargo xtask demo --fresh` starts over.",
        plan.data.display()
    ));
    outcome
}

fn build_arguments(options: &Options) -> &'static str {
    if options.release {
        "build --release -p hub -p kiosk -p toss-sandbox"
    } else {
        "build -p hub -p kiosk -p toss-sandbox"
    }
}

fn plan(workspace: &Workspace, options: &Options) -> Plan {
    let profile = if options.release {
        Profile::Release
    } else {
        Profile::Dev
    };
    Plan {
        data: workspace.root().join(&options.data),
        profile,
        hub_port: options.hub_port,
        broker_port: options.broker_port,
        kiosk_ports: [options.kiosk_port, options.second_kiosk_port],
        sandbox_port: options.sandbox_port,
    }
}

fn check_ports(options: &Options) -> Result<(), Failure> {
    let wanted = |purpose, port, option| Wanted {
        purpose,
        port,
        option,
    };
    port::check_free(&[
        wanted("the hub's web", options.hub_port, "--hub-port"),
        wanted(
            "the hub's MQTT broker",
            options.broker_port,
            "--broker-port",
        ),
        wanted("the first kiosk", options.kiosk_port, "--kiosk-port"),
        wanted(
            "the second kiosk",
            options.second_kiosk_port,
            "--second-kiosk-port",
        ),
        wanted("the sandbox", options.sandbox_port, "--sandbox-port"),
    ])
}

/// Removes what a demo has made in `data`, and nothing else.
fn forget(data: &Path) -> Result<(), Failure> {
    for folder in FOLDERS {
        let folder = data.join(folder);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| Failure::at("remove", &folder, &error))?;
        }
    }
    Ok(())
}

fn go_on(fleet: &mut Fleet, options: &Options, stop: &Stop) -> Result<(), Failure> {
    let rest = Duration::from_secs(options.restart_after);
    let typed = typed_lines();
    while !stop.is_asked() {
        fleet.look(rest)?;
        match typed.recv_timeout(LOOK_EVERY) {
            Ok(line) if line.trim() == "quit" => return Ok(()),
            Ok(line) => obey(fleet, line.trim())?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(LOOK_EVERY),
        }
    }
    Ok(())
}

/// Lines typed at the console; none when there is nobody to type.
fn typed_lines() -> Receiver<String> {
    let (sender, receiver) = channel();
    if std::io::stdin().is_terminal() {
        thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

fn obey(fleet: &mut Fleet, line: &str) -> Result<(), Failure> {
    let (verb, name) = line.split_once(' ').unwrap_or((line, ""));
    if verb == "status" {
        say(&status(fleet));
        return Ok(());
    }
    let Some(program) = fleet.program_mut(name.trim()) else {
        if !line.is_empty() {
            say(COMMANDS);
        }
        return Ok(());
    };
    match verb {
        "kill" => program.crash(),
        "down" => {
            program.kill();
            say(&format!(
                "{0} is down; `up {0}` brings it back",
                program.name
            ));
        }
        "up" => {
            let pid = program.start()?;
            say(&format!("{} runs: pid {pid}", program.name));
        }
        _ => say(COMMANDS),
    }
    Ok(())
}

fn status(fleet: &Fleet) -> String {
    let line = |program: &crate::program::Program| {
        let state = program
            .pid()
            .map_or("down".to_owned(), |pid| format!("pid {pid}"));
        format!(
            "  {:<8} http://127.0.0.1:{}  {state}",
            program.name, program.port
        )
    };
    fleet
        .programs()
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

fn welcome(plan: &Plan, fleet: &Fleet, rest: u64) -> String {
    let hub = fleet
        .programs()
        .first()
        .and_then(crate::program::Program::pid)
        .unwrap_or_default();
    let (web, [first, _]) = (plan.hub_port, plan.kiosk_ports);
    let programs = status(fleet);
    let logs = plan.data.join("logs");
    let logs = logs.display();
    format!(
        "
moding runs: one hub, two kiosks in two theaters, and a payment gateway's sandbox.

{programs}
  broker   127.0.0.1:{} (MQTT)
  logs     {logs}

Try this:
  1. Open http://127.0.0.1:{web} (web) and http://127.0.0.1:{first} (kiosk) side by side,
     choose the same screening, and see the same seats from both sides.
  2. Buy two seats at the kiosk; pay with the simulated card. The web shows them sold.
  3. Take the hub away: type `down hub` here (`kill -9 {hub}` in another console does it too,
     for {rest} s). The kiosk says calmly that it is offline and keeps selling its seats.
  4. Bring it back: type `up hub`. Within a second both sides agree again.
  5. `kill kiosk-1` in the middle of a sale: nothing that was confirmed is lost.
  6. Pay for seats on the web: the payment window is a sandbox, marked as such, and no money
     moves. Let it decline, or lose its answer: the seats stay kept until the truth is known.
  7. http://127.0.0.1:{web}/operator is for operators ({OPERATOR:?}), the kiosk's
     \"직원\" (Staff) for those with the PIN ({STAFF_PIN}).

Ctrl-C stops everything.",
        plan.broker_port
    )
}
