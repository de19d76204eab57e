//! The browser tests: real programs on ports of their own, and Playwright before them.

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use std::{fs, io};

use crate::failure::Failure;
use crate::fleet::{Fleet, OPERATOR, Plan, STAFF_PIN};
use crate::port;
use crate::program::Program;
use crate::shell;
use crate::steps::{self, Outcome};
use crate::stop::Stop;
use crate::tally::Runner;
use crate::workspace::{Profile, Workspace};

/// How long a hub that a test killed stays away: long enough to look at the screens meanwhile.
const REST: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Starts a hub and two kiosks with fresh data and walks through their pages.
pub(crate) fn run(workspace: &Workspace) -> Result<Outcome, Failure> {
    let plan = Plan {
        data: workspace.scratch("browser")?,
        profile: Profile::Dev,
        hub_port: port::unused()?,
        broker_port: port::unused()?,
        kiosk_ports: [port::unused()?, port::unused()?],
        sandbox_port: port::unused()?,
    };
    plan.lay_out(workspace)?;
    let stop = Stop::listen()?;
    let mut fleet = plan.start(workspace, &stop)?;
    let walked = walk(workspace, &mut fleet);
    fleet.stop();
    keep_logs(
        &plan.data.join("logs"),
        &workspace.artifacts()?.join("logs"),
    )?;
    let (status, output) = walked?;
    steps::counted(Runner::Playwright, status, &output)
}

/// Runs Playwright while another thread brings back what a test has killed.
fn walk(workspace: &Workspace, fleet: &mut Fleet) -> Result<(ExitStatus, String), Failure> {
    let mut npm = shell::command(workspace, "npm", "run e2e");
    tell_where(&mut npm, fleet.programs());
    npm.env("ARTIFACTS", workspace.artifacts()?)
        .env("NO_COLOR", "1");
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                fleet.look(REST)?;
                thread::sleep(LOOK_EVERY);
            }
            Ok(())
        });
        let walked = shell::watch(&mut npm);
        over.store(true, Ordering::Relaxed);
        watcher
            .join()
            .unwrap_or_else(|_| Err(Failure::new("the watcher died")))?;
        walked
    })
}

/// `HUB_URL` and `HUB_PID`, the same of `KIOSK`, `KIOSK_2` and `SANDBOX`; what opens the
/// operators' page (`OPERATOR`) and the staff's (`STAFF_PIN`).
fn tell_where(command: &mut Command, programs: &[Program]) {
    command
        .env("OPERATOR", OPERATOR)
        .env("STAFF_PIN", STAFF_PIN);
    for (program, name) in programs.iter().zip(["HUB", "KIOSK", "KIOSK_2", "SANDBOX"]) {
        let pid = program.pid().unwrap_or_default();
        command
            .env(
                format!("{name}_URL"),
                format!("http://127.0.0.1:{}", program.port),
            )
            .env(format!("{name}_PID"), pid.to_string());
    }
}

fn keep_logs(from: &Path, to: &Path) -> Result<(), Failure> {
    let copy = || -> io::Result<()> {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
        Ok(())
    };
    copy().map_err(|error| Failure::at("copy the logs to", to, &error))
}
