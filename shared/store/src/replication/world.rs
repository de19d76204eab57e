//! A small world of a disk and a replica, run from a seed: commits, shipping, checkpoints,
//! merging; crashes between any two of them, a torn or missing file, answers that are lost,
//! older copies, burned disks, and two leaders that both believe. After everything that
//! happens, what was promised must hold.
//!
//! Every mutant of [`Mutant::OF_REPLICAS`] must be noticed.

mod leaders;
mod machine;
mod notes;
mod target;

use domain::mutant::{Mutant, with};

use super::Durability;
use machine::World;

/// Steps of one run.
const STEPS: usize = 120;

/// Seeds of every test run.
const SEEDS: u64 = 25;

/// Runs in which a mutant must be noticed, at most.
const SEEDS_OF_MUTANT: u64 = 120;

fn run(seed: u64, mode: Durability) -> Result<(), String> {
    let mut world = World::new(seed, mode)?;
    for step in 0..STEPS {
        world
            .step()
            .map_err(|wrong| format!("seed {seed}, {mode:?}, step {step}: {wrong}"))?;
    }
    world
        .end()
        .map_err(|wrong| format!("seed {seed}, {mode:?}, at the end: {wrong}"))
}

#[test]
fn nothing_that_was_answered_is_lost_whatever_burns() {
    for seed in 0..SEEDS {
        run(seed, Durability::Sync).unwrap();
    }
}

#[test]
fn without_waiting_no_more_is_lost_than_the_lag_that_was_shown() {
    for seed in 0..SEEDS {
        run(seed, Durability::Async).unwrap();
    }
}

#[test]
fn two_leaders_never_write_at_the_same_time() {
    for seed in 0..400 {
        leaders::run(seed).unwrap();
    }
}

#[test]
#[cfg(debug_assertions)]
fn every_broken_rule_is_noticed() {
    for mutant in Mutant::OF_REPLICAS {
        let noticed = (0..SEEDS_OF_MUTANT).find_map(|seed| {
            with(Some(*mutant), || {
                leaders::run(seed)
                    .and_then(|()| run(seed, Durability::Sync))
                    .err()
            })
        });
        assert!(noticed.is_some(), "nobody notices {}", mutant.name());
    }
}
