//! The deterministic simulation, as far as it fits into every test run: a fixed number of seeds,
//! and a proof that it can fail.

use std::cell::Cell;
use std::panic::catch_unwind;
use std::sync::Once;

use domain::mutant::Mutant;
use tests::seeds;
use tests::world::{Trace, run};

/// Seeds that every test run makes; `cargo xtask simulate` makes as many as one likes.
const SEEDS: u64 = 300;

/// Seeds that are made twice.
const SEEDS_TWICE: u64 = 6;

/// Where to look first for rules that only few runs touch: the seed that noticed it the last
/// time. Any seed will do; a good one saves minutes.
const FIRST_LOOK: [(Mutant, u64); 6] = [
    (Mutant::AcknowledgeBeforeDurable, 1_359),
    (Mutant::AcceptOldToken, 99),
    (Mutant::KeepTokenBefore, 1_284),
    (Mutant::AnswerBeforeDurable, 46),
    (Mutant::LeaveHoldsBehind, 196),
    (Mutant::TellUnprovenGrants, 896),
];

thread_local! {
    /// Panics of this thread are findings, told with their seed.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What was found in a run, if anything.
fn finding(seed: u64, mutant: Option<Mutant>) -> Option<String> {
    keep_findings_quiet();
    QUIET.set(true);
    let ran = catch_unwind(|| run(seed, mutant, Trace::Off));
    QUIET.set(false);
    match ran {
        Ok(run) => run.violation.map(|violation| violation.to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
            let text = text.unwrap_or_default();
            Some(format!("seed {seed}: a program stopped itself: {text}"))
        }
    }
}

fn keep_findings_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                before(panic);
            }
        }));
    });
}

#[test]
fn whatever_goes_wrong_no_seat_is_sold_twice_and_nothing_acknowledged_is_lost() {
    let findings = seeds::findings(SEEDS, finding);
    assert!(
        findings.is_empty(),
        "again with `cargo xtask simulate --seed SEED --trace`:\n{}",
        findings.join("\n")
    );
}

#[test]
fn the_same_seed_makes_the_same_run() {
    for seed in 0..SEEDS_TWICE {
        let [first, again] = [(); 2].map(|()| run(seed, None, Trace::Off));
        assert_eq!(
            (first.hash, first.events),
            (again.hash, again.events),
            "seed {seed}"
        );
    }
}

#[test]
fn every_rule_that_is_broken_on_purpose_is_noticed() {
    let first = |mutant| {
        let known = FIRST_LOOK.iter().find(|(known, _)| *known == mutant);
        known.map(|(_, seed)| *seed)
    };
    let (table, missed) = seeds::search(Mutant::SEATS, first, finding);
    eprintln!("{table}");
    assert!(missed.is_empty(), "not noticed: {missed:?}\n{table}");
}
