//! What the writer counts, for the metrics page.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Upper bounds of the commit histogram, in microseconds; one more bucket takes the rest.
pub const COMMIT_BOUNDS_MICROS: [u64; 9] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 1_000_000,
];

/// A snapshot of the writer's counts since the database was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Operations that wait for the writer right now.
    pub queue_depth: usize,
    /// Operations that were kept.
    pub ops: u64,
    /// Operations that ended in an error of their own and were rolled back alone.
    pub ops_rolled_back: u64,
    /// Operations that were lost with a transaction that could not be begun or committed.
    pub ops_lost: u64,
    /// Transactions that were committed.
    pub batches: u64,
    /// Transactions that could not be begun or committed.
    pub batches_lost: u64,
    /// The most operations that one transaction has kept.
    pub batch_ops_largest: u64,
    /// How long the last commit took.
    pub commit_micros_last: u64,
    /// How long all commits took together.
    pub commit_micros_sum: u64,
    /// Commits by duration, see [`COMMIT_BOUNDS_MICROS`]; not cumulative.
    pub commits_by_duration: [u64; COMMIT_BOUNDS_MICROS.len() + 1],
    /// Commits of other processes that were noticed.
    pub commits_of_others: u64,
}

impl Stats {
    pub(crate) fn committed(&mut self, kept: u64, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = COMMIT_BOUNDS_MICROS.partition_point(|bound| *bound < micros);
        self.batches += 1;
        self.ops += kept;
        self.batch_ops_largest = self.batch_ops_largest.max(kept);
        self.commit_micros_last = micros;
        self.commit_micros_sum = self.commit_micros_sum.saturating_add(micros);
        self.commits_by_duration[bucket] += 1;
    }
}

/// The counts, shared by the writer and whoever looks.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<Stats>);

impl Counts {
    /// Numbers stay true when somebody panics while holding them, so poison is ignored.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Stats> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The monotonic clock, for durations only.
#[expect(
    clippy::disallowed_methods,
    reason = "measures how long the writer works; nothing that is stored depends on it"
)]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_falls_into_the_bucket_that_bounds_it() {
        let mut stats = Stats::default();
        stats.committed(1, Duration::from_micros(250));
        stats.committed(7, Duration::from_micros(251));
        stats.committed(2, Duration::from_secs(60));
        assert_eq!(stats.commits_by_duration, [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!((stats.ops, stats.batch_ops_largest), (10, 7));
    }
}
