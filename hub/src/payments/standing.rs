//! When a payments process with a lease of its own follows, leads, and lets go: by what it has
//! and what the hub on its machine has said. Two machines have two hubs, of which one leads; the
//! payments must be where that one is.

/// How long the payments stay with a hub that leads no more, in milliseconds. A hub that is
/// killed and started anew waits for the end of its own lease and a second more, and has to open
/// its database.
pub const GRACE_MS: i64 = 10_000;

/// What the hub on this machine has said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// It leads until then, by the monotonic clock.
    pub until_ms: i64,
    /// How far it has read the outcome feed.
    pub outcomes_read: i64,
}

/// What a payments process has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing, and what the replica has is not known.
    Unknowing,
    /// Nothing, and the replica has nothing either.
    New,
    /// A copy that follows the replica.
    Copy,
    /// The database of a lead, since which nobody else has led.
    Database,
    /// The database of a lead, after which somebody else has led.
    Overtaken,
    /// The lease.
    Leads,
}

/// What it does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    GoOn,
    /// Asks for the lease.
    Ask,
    /// Writes nothing more, and gives the lease back.
    LetGo,
    /// Ends, because somebody has to do something.
    End(Refused),
}

/// Why it neither leads nor follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("another one has led since")]
    Overtaken,
    /// An empty database beside a hub that remembers payments would lose them.
    #[error(
        "the hub knows of payments, and neither a database nor a replica of them is here: bring \
         one of the two back first"
    )]
    Forgotten,
}

/// What to do at `now_ms`.
#[must_use]
pub fn next(standing: Standing, now_ms: i64, heard: Option<Heard>) -> Step {
    let hub = heard.filter(|heard| now_ms < heard.until_ms);
    match (standing, hub) {
        (Standing::Overtaken, _) => Step::End(Refused::Overtaken),
        (Standing::Leads, Some(_)) | (Standing::Unknowing, _) => Step::GoOn,
        (Standing::Leads, None) => {
            let gone = heard.is_none_or(|heard| now_ms >= heard.until_ms + GRACE_MS);
            if gone { Step::LetGo } else { Step::GoOn }
        }
        (Standing::New | Standing::Copy | Standing::Database, None) => Step::GoOn,
        (Standing::New, Some(hub)) if hub.outcomes_read > 0 => Step::End(Refused::Forgotten),
        (Standing::New | Standing::Copy | Standing::Database, Some(_)) => Step::Ask,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;

    /// `left_ms`: how long the hub still leads by its word; none when it has said nothing.
    #[track_caller]
    fn check(standing: Standing, left_ms: Option<i64>, expected: Step) {
        let heard = left_ms.map(|left_ms| Heard {
            until_ms: NOW + left_ms,
            outcomes_read: 0,
        });
        assert_eq!(
            next(standing, NOW, heard),
            expected,
            "{standing:?} {left_ms:?}"
        );
    }

    #[test]
    fn the_lease_is_asked_for_only_while_the_hub_here_leads() {
        for standing in [Standing::New, Standing::Copy, Standing::Database] {
            check(standing, None, Step::GoOn);
            check(standing, Some(1), Step::Ask);
            check(standing, Some(0), Step::GoOn);
            check(standing, Some(-GRACE_MS), Step::GoOn);
        }
    }

    #[test]
    fn who_has_nothing_to_lead_with_does_not_ask() {
        check(Standing::Unknowing, None, Step::GoOn);
        check(Standing::Unknowing, Some(10_000), Step::GoOn);
    }

    #[test]
    fn who_leads_stays_for_a_restart_of_the_hub_and_no_longer() {
        check(Standing::Leads, Some(1), Step::GoOn);
        check(Standing::Leads, Some(0), Step::GoOn);
        check(Standing::Leads, Some(1 - GRACE_MS), Step::GoOn);
        check(Standing::Leads, Some(-GRACE_MS), Step::LetGo);
        check(Standing::Leads, None, Step::LetGo);
    }

    #[test]
    fn an_overtaken_database_neither_leads_nor_waits() {
        for left_ms in [None, Some(10_000), Some(-10_000)] {
            check(Standing::Overtaken, left_ms, Step::End(Refused::Overtaken));
        }
    }

    #[test]
    fn nobody_begins_with_nothing_beside_a_hub_that_remembers_payments() {
        let heard = Some(Heard {
            until_ms: NOW + 1,
            outcomes_read: 1,
        });
        let forgotten = Step::End(Refused::Forgotten);
        assert_eq!(next(Standing::New, NOW, heard), forgotten);
        for standing in [Standing::Copy, Standing::Database] {
            assert_eq!(next(standing, NOW, heard), Step::Ask);
        }
        assert_eq!(next(Standing::New, NOW + 1, heard), Step::GoOn);
    }
}
