//! How a replica stands, for whoever looks, waits or ships.

use crate::error::StoreError;

/// How things stand with a replica.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplicaStatus {
    pub standing: Standing,
    /// The newest transaction in the replica.
    pub tx: u64,
    /// How old the oldest commit is that is not in the replica, in milliseconds.
    pub lag_ms: u64,
    /// Bytes of the log that are not in the replica.
    pub lag_bytes: u64,
    /// Files and bytes that were shipped since the start.
    pub files: u64,
    pub bytes: u64,
    /// The newest snapshot: when it was made.
    pub snapshot_at_ms: Option<i64>,
    /// Why it does not go on, if it does not.
    pub trouble: Option<String>,
}

/// Who is so far behind, in milliseconds, is not only busy: somebody has to look.
const LATE_MS: u64 = 30_000;

impl ReplicaStatus {
    /// Whether somebody has to look after it.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.standing == Standing::Stopped || self.lag_ms >= LATE_MS
    }
}

/// What a replica is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It looks where the replica ends.
    #[default]
    Starting,
    /// Commits are shipped.
    Following,
    /// The target does not answer or refuses.
    Unreachable,
    /// Somebody else writes to this replica, or it knows more than this database: stopped.
    Stopped,
}

/// How far commits are durable.
#[derive(Clone, Debug, Default)]
pub(crate) struct Durable {
    /// This commit and all before it are in the replica.
    pub(crate) upto: u64,
    /// Nobody waits for these commits any longer, although they are not there.
    pub(crate) given_up: u64,
    pub(crate) stopped: Option<StoreError>,
}

/// A place in a log: which life of it, and the byte.
pub(crate) type Place = ((u32, u32), u64);

/// What whoever ships is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Ship everything up to this commit.
    Ship(u64),
    /// Ship the rest, and end.
    End(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_for_what_does_not_get_better_by_itself() {
        let status = |standing, lag_ms| ReplicaStatus {
            standing,
            lag_ms,
            ..ReplicaStatus::default()
        };
        assert!(!status(Standing::Following, 900).is_late());
        assert!(!status(Standing::Unreachable, LATE_MS - 1).is_late());
        assert!(status(Standing::Unreachable, LATE_MS).is_late());
        assert!(status(Standing::Following, LATE_MS).is_late());
        assert!(status(Standing::Stopped, 0).is_late());
    }
}
