//! The deterministic simulation over as many seeds as somebody wants to wait for.

use crate::failure::Failure;
use crate::shell;
use crate::workspace::Workspace;

/// What `cargo xtask simulate` is asked to do.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Simulate money and campaigns, instead of seats and the sync.
    #[arg(long, conflicts_with = "seat")]
    money: bool,
    /// How many seeds, one run each.
    #[arg(long, value_name = "N", default_value_t = 100)]
    seeds: u64,
    /// The first of them.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    from: u64,
    /// Only this seed.
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
    /// Print everything that happens.
    #[arg(long)]
    trace: bool,
    /// Print everything that happens, and each change of this seat at whichever node.
    #[arg(long, value_name = "SCREENING/SEAT")]
    seat: Option<String>,
    /// So many runs at the same time; as many as there are cores without it.
    #[arg(long)]
    jobs: Option<u64>,
    /// Break this rule on purpose, to see that it is noticed.
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
    /// Go on after a run in which something was found.
    #[arg(long)]
    keep_going: bool,
}

/// Builds the simulation, optimised but with its checks, and runs it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let build = "build --quiet --profile simulation --package tests --bin moding-simulate --locked";
    shell::run(&mut shell::cargo(workspace, build))?;
    let start =
        "run --quiet --profile simulation --package tests --bin moding-simulate --locked --";
    let mut command = shell::cargo(workspace, start);
    match options.seed {
        Some(seed) => command.args(["--seed", &seed.to_string()]),
        None => command.args([
            "--from",
            &options.from.to_string(),
            "--seeds",
            &options.seeds.to_string(),
        ]),
    };
    if options.money {
        command.arg("--money");
    }
    if let Some(jobs) = options.jobs {
        command.args(["--jobs", &jobs.to_string()]);
    }
    if let Some(mutant) = &options.mutant {
        command.args(["--mutant", mutant]);
    }
    if let Some(seat) = &options.seat {
        command.args(["--seat", seat]);
    }
    if options.trace {
        command.arg("--trace");
    }
    if options.keep_going {
        command.arg("--keep-going");
    }
    shell::run(&mut command)
}
