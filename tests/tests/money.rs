//! The deterministic simulation of money, as far as it fits into every test run: a fixed number of
//! seeds, and a proof that it can fail.

use domain::mutant::Mutant;
use tests::money::run;
use tests::seeds;

/// Seeds that every test run makes; `cargo xtask simulate --money` makes as many as one likes.
const SEEDS: u64 = 300;

/// Seeds that are made twice.
const SEEDS_TWICE: u64 = 10;

/// What was found in a run, if anything.
fn finding(seed: u64, mutant: Option<Mutant>) -> Option<String> {
    let violation = run(seed, mutant, false).violation;
    violation.map(|violation| violation.to_string())
}

#[test]
fn whatever_goes_wrong_nobody_pays_twice_and_everybody_has_what_was_paid_for() {
    let findings = seeds::findings(SEEDS, finding);
    assert!(
        findings.is_empty(),
        "again with `cargo xtask simulate --money --seed SEED --trace`:\n{}",
        findings.join("\n")
    );
}

#[test]
fn the_same_seed_makes_the_same_run() {
    for seed in 0..SEEDS_TWICE {
        let [first, again] = [(); 2].map(|()| run(seed, None, false));
        assert_eq!(
            (first.hash, first.events, first.virtual_ms),
            (again.hash, again.events, again.virtual_ms),
            "seed {seed}"
        );
    }
}

#[test]
fn every_rule_of_money_that_is_broken_on_purpose_is_noticed() {
    let (table, missed) = seeds::search(Mutant::MONEY, |_| None, finding);
    eprintln!("{table}");
    assert!(missed.is_empty(), "not noticed: {missed:?}\n{table}");
}
