//! Whether the other side answers, how fast, and since when.

mod by_hand;
mod quality;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use by_hand::{
    ByHand, ENDED_SHOWN_MS, GOOD_AGAIN_MS, NotPossible, OFFLINE_MINUTES_MAX, OfflineEnd,
    REASON_CHARS_MAX, WARNED_MS, WorkOffline,
};
pub use quality::{
    CALLS_MAX, CALLS_MIN, FAILED_CALLS, GOOD_FOR_MS, GOOD_MS, Pace, Quality, SLOW_MS,
};

/// The state of a link.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    Online,
    /// The other side answers, but a customer would wait too long for it: the rows still
    /// travel, and its seats are not offered.
    Slow,
    Offline,
}

/// What a screen says of a link (P1: everything that may be stale says as of when).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Link {
    pub state: LinkState,
    /// Since when it has been in this state.
    pub since: Timestamp,
    /// When the other side was last heard; none if never.
    pub last_heard_at: Option<Timestamp>,
}

impl Link {
    /// A link that has not been tried yet.
    #[must_use]
    pub fn never_heard(now: Timestamp) -> Self {
        Self {
            state: LinkState::Offline,
            since: now,
            last_heard_at: None,
        }
    }

    /// The link after the other side was heard at `now`, at this `pace`.
    #[must_use]
    pub fn heard(self, now: Timestamp, pace: Pace) -> Self {
        let state = match pace {
            Pace::Good => LinkState::Online,
            Pace::Slow => LinkState::Slow,
        };
        Self {
            last_heard_at: Some(now),
            ..self.in_state(state, now)
        }
    }

    /// The link after its pace was judged anew; a link that is gone has none.
    #[must_use]
    pub fn paced(self, now: Timestamp, pace: Pace) -> Self {
        match (self.state, pace) {
            (LinkState::Offline, Pace::Good | Pace::Slow) => self,
            (LinkState::Online | LinkState::Slow, Pace::Good) => {
                self.in_state(LinkState::Online, now)
            }
            (LinkState::Online | LinkState::Slow, Pace::Slow) => {
                self.in_state(LinkState::Slow, now)
            }
        }
    }

    /// The link after the other side was found gone at `now`.
    #[must_use]
    pub fn lost(self, now: Timestamp) -> Self {
        self.in_state(LinkState::Offline, now)
    }

    /// The same moments after the clock was put right by `by_ms`.
    #[must_use]
    pub fn shifted(self, by_ms: i64) -> Self {
        Self {
            state: self.state,
            since: self.since.plus_ms(by_ms),
            last_heard_at: self.last_heard_at.map(|heard| heard.plus_ms(by_ms)),
        }
    }

    /// Several links to one place, as one: it is as good as the best of them, for as long as
    /// any of them has been that good.
    #[must_use]
    pub fn best(links: impl IntoIterator<Item = Self>) -> Option<Self> {
        links.into_iter().reduce(|one, other| {
            let (better, worse) = if one.state <= other.state {
                (one, other)
            } else {
                (other, one)
            };
            let since = match (better.state == worse.state, better.state) {
                (false, _) => better.since,
                (true, LinkState::Online | LinkState::Slow) => better.since.min(worse.since),
                // Gone since the last of them went.
                (true, LinkState::Offline) => better.since.max(worse.since),
            };
            Self {
                state: better.state,
                since,
                last_heard_at: better.last_heard_at.max(worse.last_heard_at),
            }
        })
    }

    fn in_state(self, state: LinkState, now: Timestamp) -> Self {
        Self {
            state,
            since: if self.state == state { self.since } else { now },
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: [Timestamp; 5] = [
        Timestamp(0),
        Timestamp(1_000),
        Timestamp(2_000),
        Timestamp(3_000),
        Timestamp(4_000),
    ];

    #[test]
    fn a_link_says_since_when_it_is_as_it_is() {
        let link = Link::never_heard(T[0]);
        let link = link.heard(T[1], Pace::Good).heard(T[2], Pace::Good);
        check(link, LinkState::Online, T[1], Some(T[2]));
        let slow = link.paced(T[3], Pace::Slow).paced(T[4], Pace::Slow);
        check(slow, LinkState::Slow, T[3], Some(T[2]));
        let gone = slow.lost(T[4]);
        check(gone, LinkState::Offline, T[4], Some(T[2]));
        check(
            gone.paced(T[4], Pace::Good),
            LinkState::Offline,
            T[4],
            Some(T[2]),
        );
    }

    #[test]
    fn a_theater_is_as_reachable_as_the_best_of_its_nodes() {
        let never = Link::never_heard(T[0]);
        let good = never.heard(T[1], Pace::Good);
        let later = never.heard(T[3], Pace::Good);
        let slow = never.heard(T[2], Pace::Slow);
        let gone = good.lost(T[2]);
        let cases = [
            (vec![good, gone], LinkState::Online, T[1], Some(T[1])),
            (vec![gone, good], LinkState::Online, T[1], Some(T[1])),
            (vec![later, good], LinkState::Online, T[1], Some(T[3])),
            (vec![gone, slow], LinkState::Slow, T[2], Some(T[2])),
            (vec![slow, later], LinkState::Online, T[3], Some(T[3])),
            (vec![never, gone], LinkState::Offline, T[2], Some(T[1])),
        ];
        for (links, state, since, heard) in cases {
            let best = Link::best(links).unwrap();
            check(best, state, since, heard);
        }
        assert_eq!(Link::best([]), None);
    }

    #[track_caller]
    fn check(link: Link, state: LinkState, since: Timestamp, last_heard_at: Option<Timestamp>) {
        let expected = Link {
            state,
            since,
            last_heard_at,
        };
        assert_eq!(link, expected);
    }
}
