//! Many runs of a simulated world: what came of one, some at a time, and which of them notices a
//! rule that was broken on purpose.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use domain::mutant::Mutant;

use crate::world::Violation;

/// A broken rule that is not noticed in so many runs is not looked after by any.
pub const MUTANT_SEEDS_MAX: u64 = 2_000;

/// Runs at the same time.
const THREADS: usize = 2;

/// What a run of a world came to.
#[derive(Debug)]
pub struct Run {
    pub seed: u64,
    pub violation: Option<Violation>,
    /// The same for the same seed.
    pub hash: u64,
    pub events: u64,
    /// How much time passed in it.
    pub virtual_ms: i64,
    pub lines: Vec<String>,
}

/// What the run of a seed finds with a rule broken, or with none, if it finds anything.
pub type Finding = fn(u64, Option<Mutant>) -> Option<String>;

/// What the first `count` seeds find, in their order.
///
/// # Panics
///
/// Panics when a run does.
#[must_use]
pub fn findings(count: u64, finding: Finding) -> Vec<String> {
    let seeds: Vec<u64> = (0..count).collect();
    let found = all(&seeds, |seed| finding(*seed, None));
    found.into_iter().flatten().collect()
}

/// Looks for each of the `mutants` in the seeds that `first` names for it, then in those from 0
/// on. A table of which seed noticed which, and the names of those that none did.
///
/// # Panics
///
/// Panics when a run does.
#[must_use]
pub fn search(
    mutants: &[Mutant],
    first: impl Fn(Mutant) -> Option<u64> + Sync,
    finding: Finding,
) -> (String, Vec<&'static str>) {
    let caught = all(mutants, |mutant| {
        let mut seeds = first(*mutant).into_iter().chain(0..MUTANT_SEEDS_MAX);
        seeds.find_map(|seed| noticed(seed, *mutant, finding))
    });
    let (mut table, mut missed) = (String::new(), Vec::new());
    for (mutant, caught) in mutants.iter().zip(caught) {
        let name = mutant.name();
        let line = match caught {
            Some((seed, text)) => {
                let text: String = text.chars().take(100).collect();
                writeln!(table, "{name:26} {seed:5}  {text}")
            }
            None => {
                missed.push(name);
                writeln!(table, "{name:26}     -  not noticed")
            }
        };
        line.expect("a text grows");
    }
    (table, missed)
}

/// What the seed finds with the rule broken. A run that finds something with the rule unbroken,
/// too, proves nothing.
fn noticed(seed: u64, mutant: Mutant, finding: Finding) -> Option<(u64, String)> {
    let found = finding(seed, Some(mutant))?;
    finding(seed, None).is_none().then_some((seed, found))
}

/// Does `make` for every one of `what`, a few at the same time; the results are in their order.
fn all<W: Sync, T: Send>(what: &[W], make: impl Fn(&W) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let share = || {
        let mut made = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = what.get(at) else {
                return made;
            };
            made.push((at, make(one)));
        }
    };
    let mut made = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(share)).collect();
        let made = threads.into_iter();
        let made = made.flat_map(|it| it.join().expect("no run panics unseen"));
        made.collect::<Vec<_>>()
    });
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, made)| made).collect()
}
