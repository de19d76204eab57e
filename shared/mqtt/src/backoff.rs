//! When to try again: full jitter, so that a thousand kiosks do not come back at once.

use std::time::Duration;

/// The first wait is at most this …
const BASE_MS: u64 = 1_000;
/// … and no wait is longer than this.
const CAP_MS: u64 = 60_000;
/// A link that stood this long makes the next wait short again.
const STABLE_MS: i64 = 60_000;
/// After the hub said that it goes down, nodes come back spread over this.
const SPREAD_MS: u64 = 30_000;

/// How often it has failed. Pure: the monotonic time and random numbers are arguments.
#[derive(Clone, Debug)]
pub struct Backoff {
    failures: u32,
    connected_at: Option<i64>,
    spread: bool,
}

impl Backoff {
    /// Nothing has failed yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            failures: 0,
            connected_at: None,
            spread: false,
        }
    }

    /// A link stands since `now_ms`.
    pub fn connected(&mut self, now_ms: i64) {
        self.connected_at = Some(now_ms);
    }

    /// The other side refused us: trying soon is of no use.
    pub fn refused(&mut self) {
        self.failures = u32::MAX;
    }

    /// The hub said that it goes down.
    pub fn hub_goes_down(&mut self) {
        self.spread = true;
    }

    /// How long to wait now; `random` is any 64 random bits.
    pub fn next_wait(&mut self, now_ms: i64, random: u64) -> Duration {
        let stood = self.connected_at.take().map_or(0, |since| now_ms - since);
        if stood >= STABLE_MS {
            self.failures = 0;
        }
        let limit = if std::mem::take(&mut self.spread) {
            SPREAD_MS
        } else {
            let doubled = BASE_MS.checked_shl(self.failures.min(16)).unwrap_or(CAP_MS);
            doubled.min(CAP_MS)
        };
        self.failures = self.failures.saturating_add(1);
        Duration::from_millis(random % (limit + 1))
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What may happen to a link before the next try.
    #[derive(Clone, Copy, Debug)]
    enum Happens {
        Connects,
        Refuses,
        GoesDown,
    }

    fn lives() -> impl Strategy<Value = Vec<(Vec<Happens>, u32, u64)>> {
        let happens = prop_oneof![
            Just(Happens::Connects),
            Just(Happens::Refuses),
            Just(Happens::GoesDown),
        ];
        let between = proptest::collection::vec(happens, 0..3);
        proptest::collection::vec((between, any::<u32>(), any::<u64>()), 1..50)
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_its_cap(failures in 0u32..100, random: u64) {
            let mut backoff = Backoff::new();
            let mut limit = BASE_MS;
            for _ in 0..failures {
                let wait = backoff.next_wait(0, random);
                prop_assert!(wait <= Duration::from_millis(limit.min(CAP_MS)));
                limit = limit.saturating_mul(2);
            }
        }

        #[test]
        fn whatever_happened_the_wait_is_within_the_cap(life in lives()) {
            let (mut backoff, mut now_ms) = (Backoff::new(), 0);
            for (between, passed_ms, random) in life {
                for one in &between {
                    match one {
                        Happens::Connects => backoff.connected(now_ms),
                        Happens::Refuses => backoff.refused(),
                        Happens::GoesDown => backoff.hub_goes_down(),
                    }
                }
                now_ms += i64::from(passed_ms);
                let wait = backoff.next_wait(now_ms, random);
                prop_assert!(wait <= Duration::from_millis(CAP_MS));
            }
        }

        #[test]
        fn every_wait_up_to_the_limit_is_possible(failures in 0u32..10, share in 0u64..=1_000) {
            let mut backoff = Backoff::new();
            for _ in 0..failures {
                backoff.next_wait(0, 0);
            }
            let limit = (BASE_MS << failures).min(CAP_MS);
            let wanted = limit * share / 1_000;
            prop_assert_eq!(backoff.next_wait(0, wanted), Duration::from_millis(wanted));
        }
    }

    #[test]
    fn a_link_that_broke_soon_changes_nothing() {
        let mut backoff = Backoff::new();
        for _ in 0..10 {
            backoff.next_wait(0, 0);
        }
        backoff.connected(0);
        assert_eq!(
            backoff.next_wait(STABLE_MS - 1, CAP_MS),
            Duration::from_millis(CAP_MS)
        );
    }

    #[test]
    fn a_stable_link_makes_the_next_wait_short_again() {
        let mut backoff = Backoff::new();
        backoff.refused();
        backoff.connected(0);
        assert!(backoff.next_wait(STABLE_MS, BASE_MS) <= Duration::from_millis(BASE_MS));
    }

    #[test]
    fn a_refusal_goes_straight_to_the_cap() {
        let mut backoff = Backoff::new();
        backoff.refused();
        assert_eq!(backoff.next_wait(0, CAP_MS), Duration::from_millis(CAP_MS));
    }

    #[test]
    fn nodes_come_back_spread_when_the_hub_goes_down() {
        let mut backoff = Backoff::new();
        backoff.hub_goes_down();
        assert_eq!(
            backoff.next_wait(0, SPREAD_MS),
            Duration::from_millis(SPREAD_MS)
        );
        assert!(backoff.next_wait(0, u64::MAX) <= Duration::from_millis(2 * BASE_MS));
    }
}
