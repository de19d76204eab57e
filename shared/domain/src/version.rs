//! Which of two copies of a row is the later one.

use serde::{Deserialize, Serialize};

use crate::mutant::{Mutant, is};
use crate::time::Timestamp;

/// By how much a fence raises the epoch. No seat is granted so often.
const FENCE_EPOCHS: i64 = 1_000_000;

/// No seat changes so often between a copy of the database and its loss.
const LOST_REVISIONS_MAX: i64 = 1_000_000;

/// The version of a synced row. It only grows; the row's one writer counts it up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version {
    /// Changes with the writer. A grant writes `epoch + 1`.
    pub epoch: i64,
    /// Counts the changes of one writer. A grant begins again at 0, written by the giver.
    pub revision: i64,
}

impl Version {
    /// The version of a row that its first writer has just made.
    pub const FIRST: Self = Self {
        epoch: 1,
        revision: 0,
    };

    /// The next version by the same writer.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            epoch: self.epoch,
            revision: self.revision + 1,
        }
    }

    /// The version that hands the row to another writer.
    #[must_use]
    pub fn granted(self) -> Self {
        if is(Mutant::ForgetEpoch) {
            return self.next();
        }
        Self {
            epoch: self.epoch + 1,
            revision: 0,
        }
    }

    /// The version by which the hub takes a row away from a node that is off for good: so far
    /// above that nothing the node still does to the row can reach it.
    #[must_use]
    pub fn fenced(self) -> Self {
        let above = if is(Mutant::LowFence) {
            1
        } else {
            FENCE_EPOCHS
        };
        Self {
            epoch: self.epoch + above,
            revision: 0,
        }
    }

    /// Whether the hub has taken the row away from a node that is off for good.
    #[must_use]
    pub fn is_fenced(self) -> bool {
        self.epoch >= FENCE_EPOCHS
    }

    /// The version with which a restored writer goes on at `now`: above every revision that it
    /// may have written after the copy was made and that not everybody has heard of.
    ///
    /// The revision becomes the present time. A seat changes less than once a millisecond, so
    /// that a later life is above an earlier one, from whichever copies the two began. Only a
    /// clock that is behind what the copy says leaves a fixed step.
    #[must_use]
    pub fn recovered(self, now: Timestamp) -> Self {
        let revision = if now.0 > self.revision {
            now.0
        } else {
            self.revision + LOST_REVISIONS_MAX
        };
        Self {
            epoch: self.epoch,
            revision,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_lives_the_later_is_above_the_earlier_whatever_they_began_from() {
        let at = |minutes: i64| Timestamp(1_700_000_000_000 + minutes * 60_000);
        let copies = (0..20).scan(Version::FIRST, |version, minutes| {
            *version = version.recovered(at(minutes));
            Some(*version)
        });
        for copy in copies.chain([Version::FIRST]) {
            let earlier = copy.recovered(at(20));
            let changed_often = (0..1_000).fold(earlier, |version, _| version.next());
            assert!(copy < earlier);
            assert!(changed_often < Version::FIRST.recovered(at(21)));
            assert!(changed_often < copy.recovered(at(21)));
        }
    }

    #[test]
    fn a_clock_that_is_behind_takes_nothing_back() {
        let ahead = Version::FIRST.recovered(Timestamp(2_000));
        assert!(ahead.recovered(Timestamp(1_000)) > ahead);
    }

    #[test]
    fn a_grant_is_above_every_revision_of_the_giver() {
        let sold_often = Version {
            epoch: 3,
            revision: i64::MAX,
        };
        assert!(sold_often.granted() > sold_often);
        assert!(sold_often.granted().next() > sold_often.granted());
        assert!(sold_often.fenced() > sold_often.granted().granted().granted());
    }
}
