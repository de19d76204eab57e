//! Runs the steps of a test run one after the other and sums them up.

use std::process::ExitStatus;
use std::time::Duration;

use crate::console::{header, say, spoken};
use crate::failure::Failure;
use crate::stopwatch::now;
use crate::tally::{Runner, Tally};
use crate::workspace::Workspace;

/// One step: something set up, checked or tested.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) run: fn(&Workspace) -> Result<Outcome, Failure>,
}

/// What it means for the others when a step fails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What follows needs it.
    Preparation,
    /// The others say something without it too.
    Check,
}

/// How a step ended that could do its work.
pub(crate) enum Outcome {
    /// Something was set up; there is nothing to count.
    Prepared,
    /// One thing was looked at and found good.
    Good,
    /// Tests were counted; they may have failed.
    Counted(Tally),
    /// It could not be done here, for the reason given.
    Skipped(String),
}

/// A step that is over.
struct Done {
    name: &'static str,
    tally: Tally,
    took: Duration,
    remark: String,
}

/// Runs all `steps` and prints what came of each; the last line has the counts of all. Says
/// whether all went well.
pub(crate) fn run(workspace: &Workspace, steps: &[Step]) -> bool {
    let mut done: Vec<Done> = Vec::new();
    let mut unprepared: Option<&'static str> = None;
    for step in steps {
        let over = match unprepared {
            Some(name) => without(step.name, name),
            None => carry_out(workspace, step),
        };
        if over.tally.failed > 0 && step.kind == Kind::Preparation {
            unprepared = unprepared.or(Some(step.name));
        }
        done.push(over);
    }
    summary(&done).failed == 0
}

/// The counts in `output`; a runner that failed without counting a failure is one itself.
pub(crate) fn counted(
    runner: Runner,
    status: ExitStatus,
    output: &str,
) -> Result<Outcome, Failure> {
    let tally = runner.tally(output);
    if !status.success() && tally.failed == 0 {
        return Err(Failure::new(format!(
            "the runner failed ({status}), after {tally}"
        )));
    }
    if tally == Tally::default() {
        return Err(Failure::new("no test was run"));
    }
    Ok(Outcome::Counted(tally))
}

fn carry_out(workspace: &Workspace, step: &Step) -> Done {
    header(step.name);
    let started = now();
    let (tally, remark) = match (step.run)(workspace) {
        Ok(Outcome::Prepared) => (Tally::default(), String::new()),
        Ok(Outcome::Good) => (one(|tally| &mut tally.passed), String::new()),
        Ok(Outcome::Counted(tally)) => (tally, String::new()),
        Ok(Outcome::Skipped(why)) => {
            say(&format!("skipped: {why}"));
            (one(|tally| &mut tally.skipped), why)
        }
        Err(failure) => {
            say(&failure.to_string());
            let first = failure
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            (one(|tally| &mut tally.failed), first)
        }
    };
    Done {
        name: step.name,
        tally,
        took: started.elapsed(),
        remark,
    }
}

fn without(name: &'static str, missing: &str) -> Done {
    Done {
        name,
        tally: one(|tally| &mut tally.skipped),
        took: Duration::ZERO,
        remark: format!("not done: {missing} failed"),
    }
}

fn one(count: fn(&mut Tally) -> &mut u32) -> Tally {
    let mut tally = Tally::default();
    *count(&mut tally) = 1;
    tally
}

fn summary(done: &[Done]) -> Tally {
    header("summary (a check counts as one, beside the tests)");
    let mut total = Tally::default();
    for Done {
        name,
        tally,
        took,
        remark,
    } in done
    {
        let counts = if *tally == Tally::default() {
            "done".to_owned()
        } else {
            tally.to_string()
        };
        say(&format!(
            "  {name:<22} {:>12}   {counts}  {remark}",
            spoken(*took)
        ));
        total += *tally;
    }
    let took = spoken(done.iter().map(|done| done.took).sum());
    say(&format!("  {:<22} {took:>12}\n", "all"));
    say(&total.to_string());
    total
}
