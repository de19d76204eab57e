//! The deterministic simulation, as far as it fits into every test run: a fixed number of seeds,
//! and a proof that it can fail.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::cell::Cell;
use std::fmt::Write as _;
use std::panic::catch_unwind;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use domain::mutant::Mutant;
use tests::world::{Trace, run};

/// Seeds that every test run makes; `cargo xtask simulate` makes as many as one likes.
const SEEDS: u64 = 300;

/// Seeds that are made twice.
const SEEDS_TWICE: u64 = 6;

/// A broken rule that is not noticed in so many runs is not looked after by any.
const MUTANT_SEEDS_MAX: u64 = 2_000;

/// Where to look first for rules that only few runs touch: the seed that noticed it the last
/// time. Any seed will do; a good one saves minutes.
const FIRST_LOOK: [(Mutant, u64); 5] = [
    (Mutant::AcknowledgeBeforeDurable, 552),
    (Mutant::AcceptOldToken, 99),
    (Mutant::KeepTokenBefore, 1_284),
    (Mutant::AnswerBeforeDurable, 46),
    (Mutant::LeaveHoldsBehind, 196),
];

/// Runs at the same time.
const THREADS: usize = 2;

thread_local! {
    /// Panics of this thread are findings, told with their seed.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What was found in a run, if anything.
fn finding(seed: u64, mutant: Option<Mutant>) -> Option<String> {
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

/// Does `make` for every place below `count`, a few at the same time; the results are in the
/// order of the places.
fn all<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    keep_findings_quiet();
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

#[test]
fn whatever_goes_wrong_no_seat_is_sold_twice_and_nothing_acknowledged_is_lost() {
    let findings = all(usize::try_from(SEEDS).unwrap(), |at| {
        finding(u64::try_from(at).unwrap(), None)
    });
    let findings: Vec<String> = findings.into_iter().flatten().collect();
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

/// The first seed that notices the broken rule, and what it found. A run that finds something
/// with the rule unbroken, too, proves nothing.
fn noticed(mutant: Mutant) -> Option<(u64, String)> {
    let known = FIRST_LOOK.iter().find(|(known, _)| *known == mutant);
    let first = known.map(|(_, seed)| *seed);
    let mut seeds = first.into_iter().chain(0..MUTANT_SEEDS_MAX);
    seeds.find_map(|seed| {
        let found = finding(seed, Some(mutant))?;
        finding(seed, None).is_none().then_some((seed, found))
    })
}

#[test]
fn every_rule_that_is_broken_on_purpose_is_noticed() {
    let caught = all(Mutant::SEATS.len(), |at| noticed(Mutant::SEATS[at]));
    let (mut table, mut missed) = (String::new(), Vec::new());
    for (mutant, caught) in Mutant::SEATS.iter().zip(caught) {
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
