//! Runs hub and kiosks in a network of their own that is cut again and again.
//! `cargo xtask partition` builds and starts it.

#![expect(clippy::print_stdout, reason = "the result is what was asked for")]

use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use tests::mosquitto;
use tests::partition::network::{self, STREET, missing, set_up, tear_down};
use tests::partition::{BrokerKind, Options, Tamper, run};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// Seeds of this size can be read aloud.
const SEEDS: u64 = 1_000_000;

/// What the command line asks for.
struct Asked {
    options: Options,
    place: Place,
}

/// Where this program is, and what for.
enum Place {
    /// Outside of any network, to make a run.
    Outside,
    /// Outside, only to see whether a run can be made.
    Probe,
    /// In the street of a network that is set up, with the folder of the run.
    Inside(PathBuf),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match read_options(std::env::args().skip(1)) {
        Ok(Asked { options, place }) => match place {
            Place::Outside => outside(options).await,
            Place::Probe => probe(options),
            Place::Inside(folder) => inside(&folder, options).await,
        },
        Err(wrong) => Err(wrong),
    };
    match done {
        Ok(code) => code,
        Err(wrong) => {
            eprintln!("moding-partition: {wrong}");
            ExitCode::FAILURE
        }
    }
}

fn read_options(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut options = Options {
        length: Duration::from_secs(60),
        seed: RandomState::new().build_hasher().finish() % SEEDS,
        broker: BrokerKind::Embedded,
        tamper: None,
    };
    let mut place = Place::Outside;
    while let Some(name) = arguments.next() {
        if name == "--probe" {
            place = Place::Probe;
            continue;
        }
        let value = arguments.next().unwrap_or_default();
        let number = || {
            let number = value.parse::<u64>();
            number.map_err(|_| format!("{name} needs a number, not `{value}`"))
        };
        match name.as_str() {
            "--seconds" => options.length = Duration::from_secs(number()?),
            "--minutes" => options.length = Duration::from_secs(60 * number()?),
            "--seed" => options.seed = number()?,
            "--broker" => options.broker = broker(&value)?,
            "--tamper" => options.tamper = Some(tamper(&value)?),
            "--inside" => place = Place::Inside(PathBuf::from(value)),
            other => return Err(format!("{other} is not known")),
        }
    }
    Ok(Asked { options, place })
}

fn broker(text: &str) -> Result<BrokerKind, String> {
    let known = [BrokerKind::Embedded, BrokerKind::Mosquitto];
    let known = known.into_iter().find(|it| it.name() == text);
    known.ok_or_else(|| format!("--broker is embedded or mosquitto, not `{text}`"))
}

fn tamper(text: &str) -> Result<Tamper, String> {
    let known = Tamper::ALL.into_iter().find(|it| it.name() == text);
    known.ok_or_else(|| {
        let names = Tamper::ALL.map(Tamper::name).join(", ");
        format!("--tamper is one of {names}, not `{text}`")
    })
}

/// Sets up the network, makes the run from within it, and takes the network away.
async fn outside(options: Options) -> Result<ExitCode, String> {
    ready_to_go(options)?;
    let folder = tempfile::Builder::new()
        .prefix("moding-partition-")
        .tempdir()
        .map_err(|error| format!("a folder cannot be made: {error}"))?;
    let _lock = alone()?;
    tear_down()?;
    let done = match set_up() {
        Ok(()) => in_street(folder.path(), options).await,
        Err(wrong) => Err(wrong),
    };
    tear_down()?;
    match done {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => {
            eprintln!("logs and databases are kept in {}", folder.keep().display());
            Ok(ExitCode::FAILURE)
        }
        Err(wrong) => Err(wrong),
    }
}

/// Sets up the network, tries it, and takes it away.
fn probe(options: Options) -> Result<ExitCode, String> {
    ready_to_go(options)?;
    let _lock = alone()?;
    tear_down()?;
    let done = set_up().and_then(|()| network::probe());
    tear_down()?;
    done.map(|()| ExitCode::SUCCESS)
}

/// There is one network of these names on a machine, and one run in it.
fn alone() -> Result<File, String> {
    let lock = File::create(std::env::temp_dir().join("moding-partition.lock"))
        .map_err(|error| format!("the lock cannot be made: {error}"))?;
    lock.try_lock()
        .map_err(|_| "another run has the network; wait for its end".to_owned())?;
    Ok(lock)
}

/// Looks whether all is there that a run needs.
fn ready_to_go(options: Options) -> Result<(), String> {
    if !std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0) {
        return Err("only root may set up network namespaces".to_owned());
    }
    let mut missing = missing();
    if options.broker == BrokerKind::Mosquitto && !Path::new(mosquitto::PROGRAM).exists() {
        missing.push("mosquitto");
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("missing: {}", missing.join(", ")))
}

/// Starts this program again inside the street; whether all was good there.
async fn in_street(folder: &Path, options: Options) -> Result<bool, String> {
    let own = std::env::current_exe().map_err(|error| format!("no place of its own: {error}"))?;
    let mut command = Command::new("ip");
    command.args(["netns", "exec", STREET]).arg(own);
    command.args(["--seconds", &options.length.as_secs().to_string()]);
    command.args(["--seed", &options.seed.to_string()]);
    command.args(["--broker", options.broker.name()]);
    if let Some(tamper) = options.tamper {
        command.args(["--tamper", tamper.name()]);
    }
    command.arg("--inside").arg(folder);
    let failed = |error: std::io::Error| error.to_string();
    let mut interrupted = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminated = signal(SignalKind::terminate()).map_err(failed)?;
    let mut child = command.spawn().map_err(failed)?;
    tokio::select! {
        ended = child.wait() => Ok(ended.map_err(failed)?.success()),
        // What still runs ends with its namespace.
        _ = interrupted.recv() => Err("interrupted".to_owned()),
        _ = terminated.recv() => Err("told to end".to_owned()),
    }
}

/// Makes the run; this is inside the street.
async fn inside(folder: &Path, options: Options) -> Result<ExitCode, String> {
    let (passed, failed) = run(folder, options, |line| println!("{line}")).await?;
    if failed > 0 {
        println!(
            "again: cargo xtask partition --seconds {} --seed {} --broker {}",
            options.length.as_secs(),
            options.seed,
            options.broker.name()
        );
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
