//! The deterministic simulation of money, as far as it fits into every test run: a fixed number of
//! seeds, and a proof that it can fail.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use domain::mutant::Mutant;
use tests::money::run;

/// Seeds that every test run makes; `cargo xtask simulate --money` makes as many as one likes.
const SEEDS: u64 = 300;

/// Seeds that are made twice.
const SEEDS_TWICE: u64 = 10;

/// A broken rule that is not noticed in so many runs is not looked after by any.
const MUTANT_SEEDS_MAX: u64 = 2_000;

/// Runs at the same time.
const THREADS: usize = 2;

/// Does `make` for every place below `count`, a few at the same time; the results are in the
/// order of the places.
fn all<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let share = || {
        let mut made = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return made;
            }
            made.push((at, make(at)));
        }
    };
    let mut made = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(share)).collect();
        let made = threads.into_iter().flat_map(|it| it.join().unwrap());
        made.collect::<Vec<_>>()
    });
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}

/// What was found in a run, if anything.
fn finding(seed: u64, mutant: Option<Mutant>) -> Option<String> {
    let violation = run(seed, mutant, false).violation;
    violation.map(|violation| violation.to_string())
}

#[test]
fn whatever_goes_wrong_nobody_pays_twice_and_everybody_has_what_was_paid_for() {
    let findings = all(usize::try_from(SEEDS).unwrap(), |at| {
        finding(u64::try_from(at).unwrap(), None)
    });
    let findings: Vec<String> = findings.into_iter().flatten().collect();
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

/// The first seed that notices the broken rule, and what it found. A run that finds something
/// with the rule unbroken, too, proves nothing.
fn noticed(mutant: Mutant) -> Option<(u64, String)> {
    (0..MUTANT_SEEDS_MAX).find_map(|seed| {
        let found = finding(seed, Some(mutant))?;
        finding(seed, None).is_none().then_some((seed, found))
    })
}

#[test]
fn every_rule_of_money_that_is_broken_on_purpose_is_noticed() {
    let caught = all(Mutant::MONEY.len(), |at| noticed(Mutant::MONEY[at]));
    let (mut table, mut missed) = (String::new(), Vec::new());
    for (mutant, caught) in Mutant::MONEY.iter().zip(caught) {
        let name = mutant.name();
        match caught {
            Some((seed, text)) => {
                let text: String = text.chars().take(100).collect();
                writeln!(table, "{name:26} {seed:5}  {text}").unwrap();
            }
            None => {
                writeln!(table, "{name:26}     -  not noticed").unwrap();
                missed.push(name);
            }
        }
    }
    eprintln!("{table}");
    assert!(missed.is_empty(), "not noticed: {missed:?}\n{table}");
}
