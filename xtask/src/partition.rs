//! Hub and kiosks in a real network that is cut again and again, for as long as one likes.

use std::process::Command;

use rustix::process::geteuid;

use crate::console::say;
use crate::debian;
use crate::failure::Failure;
use crate::shell;
use crate::steps::{self, Outcome};
use crate::tally::Runner;
use crate::workspace::{Profile, Workspace};

/// The Debian packages that set up the network.
const PACKAGES: [&str; 2] = ["iproute2", "nftables"];

/// How long things go wrong in a test run, in seconds.
const TEST_SECONDS: &str = "30";

/// What `cargo xtask partition` is asked to do.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How long things go wrong.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// The same in minutes.
    #[arg(long, value_name = "N", conflicts_with = "seconds")]
    minutes: Option<u64>,
    /// What goes wrong, and when; another one each time without it.
    #[arg(long)]
    seed: Option<u64>,
    /// Who carries the messages.
    #[arg(long, default_value = "embedded", value_parser = ["embedded", "mosquitto"])]
    broker: String,
    /// Falsify a row before the last look, to see that it is noticed.
    #[arg(long, value_parser = ["promise", "ticket", "owner"])]
    tamper: Option<String>,
}

/// Builds the programs and makes a run. Only root may set up the network.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    if !geteuid().is_root() {
        return Err(Failure::new(
            "only root may set up network namespaces; start this as root",
        ));
    }
    let packages: &[&str] = match options.broker.as_str() {
        "mosquitto" => &["iproute2", "nftables", "mosquitto"],
        _ => &PACKAGES,
    };
    debian::install(workspace, packages)?;
    let build = "build --quiet --package tests --package hub --package kiosk --bins --locked";
    shell::run(&mut shell::cargo(workspace, build))?;
    let mut command = program(workspace, "");
    match options.minutes {
        Some(minutes) => command.args(["--minutes", &minutes.to_string()]),
        None => command.args(["--seconds", &options.seconds.to_string()]),
    };
    command.args(["--broker", &options.broker]);
    if let Some(seed) = options.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    if let Some(tamper) = &options.tamper {
        command.args(["--tamper", tamper]);
    }
    shell::run(&mut command)
}

/// A short run with the programs that are built, where such a network can be set up.
pub(crate) fn check(workspace: &Workspace) -> Result<Outcome, Failure> {
    if !geteuid().is_root() {
        let why = "root is missing, which may set up network namespaces";
        return Ok(Outcome::Skipped(why.to_owned()));
    }
    if let Err(failure) = debian::install(workspace, &PACKAGES) {
        // What is missing then is named below.
        say(&failure.to_string());
    }
    if let Err(failure) = shell::quiet(&mut program(workspace, "--probe")) {
        let text = failure.to_string();
        let why = text.lines().last().unwrap_or_default().to_owned();
        return Ok(Outcome::Skipped(why));
    }
    let mut command = program(workspace, "--seconds");
    let (status, output) = shell::watch(command.arg(TEST_SECONDS))?;
    steps::counted(Runner::Partition, status, &output)
}

fn program(workspace: &Workspace, arguments: &str) -> Command {
    let program = workspace.program("moding-partition", Profile::Dev);
    shell::command(workspace, &program.to_string_lossy(), arguments)
}
