//! Everything that CI runs, in one command, with all that it needs set up first.

use std::process::ExitCode;

use crate::browser;
use crate::debian;
use crate::deny;
use crate::failure::Failure;
use crate::openapi;
use crate::partition;
use crate::replica_tools;
use crate::shell;
use crate::steps::{self, Kind, Outcome, Step};
use crate::tally::Runner;
use crate::ui;
use crate::workspace::Workspace;

/// What `cargo xtask test` is asked to do.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Leave out the browser tests.
    #[arg(long)]
    no_browser: bool,
}

/// Runs all steps; the last line says how many tests and checks passed and failed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> ExitCode {
    use Kind::{Check, Preparation};
    let step = |kind, name, run| Step { name, kind, run };
    let mut steps = vec![
        step(Preparation, "Debian packages", |workspace| {
            debian::install_packages(workspace).map(|()| Outcome::Prepared)
        }),
        step(Preparation, "Litestream", replica_tools::prepare),
        step(Preparation, "screens", |workspace| {
            ui::build(workspace).map(|()| Outcome::Prepared)
        }),
        step(Check, "format", |workspace| {
            good(workspace, "fmt --all --check")
        }),
        step(Check, "lints", |workspace| {
            good(
                workspace,
                "clippy --workspace --all-targets --locked -- -D warnings",
            )
        }),
        step(Check, "dependencies", dependencies),
        step(Preparation, "programs", |workspace| {
            shell::run(&mut shell::cargo(
                workspace,
                "build --workspace --all-targets --locked",
            ))
            .map(|()| Outcome::Prepared)
        }),
        step(Check, "Rust tests", rust_tests),
        step(Check, "partition", partition::check),
        step(Check, "API documents", |workspace| {
            openapi::check(workspace).map(|()| Outcome::Good)
        }),
        step(Check, "TypeScript types", |workspace| {
            npm(workspace, "run typecheck")
        }),
        step(Check, "TypeScript lints", |workspace| {
            npm(workspace, "run lint")
        }),
        step(Check, "TypeScript tests", typescript_tests),
    ];
    if !options.no_browser {
        steps.push(step(Check, "browser tests", browser::run));
    }
    if steps::run(workspace, &steps) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn good(workspace: &Workspace, arguments: &str) -> Result<Outcome, Failure> {
    shell::run(&mut shell::cargo(workspace, arguments)).map(|()| Outcome::Good)
}

fn npm(workspace: &Workspace, arguments: &str) -> Result<Outcome, Failure> {
    shell::run(&mut shell::command(workspace, "npm", arguments)).map(|()| Outcome::Good)
}

fn dependencies(workspace: &Workspace) -> Result<Outcome, Failure> {
    if !deny::is_installed() {
        return Ok(Outcome::Skipped(
            "cargo-deny is not installed (`cargo install cargo-deny --locked`)".to_owned(),
        ));
    }
    good(workspace, deny::OFFLINE_CHECKS)
}

fn rust_tests(workspace: &Workspace) -> Result<Outcome, Failure> {
    let (runner, arguments) = if shell::is_there("cargo", "nextest --version") {
        (
            Runner::Nextest,
            "nextest run --workspace --locked --no-fail-fast",
        )
    } else {
        (
            Runner::CargoTest,
            "test --workspace --locked --no-fail-fast",
        )
    };
    let mut command = shell::cargo(workspace, arguments);
    let (status, output) = shell::watch(command.env("CARGO_TERM_COLOR", "never"))?;
    steps::counted(runner, status, &output)
}

fn typescript_tests(workspace: &Workspace) -> Result<Outcome, Failure> {
    let mut command = shell::command(workspace, "npm", "run test");
    let (status, output) = shell::watch(command.env("NO_COLOR", "1"))?;
    steps::counted(Runner::Vitest, status, &output)
}
