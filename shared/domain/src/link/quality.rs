//! Whether a link is fast enough for a customer who waits. A slow link is worse than none:
//! nobody should find that out with a customer before the screen. It is therefore taken out of
//! use before it hurts, and used again only when it has been good for a while, so that a link
//! on the edge does not change its mind at every call.

use std::collections::VecDeque;

/// So many calls count, the newest ones.
pub const CALLS_MAX: usize = 5;

/// Fewer answers say nothing of a mean that is too high: one late answer is no slow link.
pub const CALLS_MIN: usize = 3;

/// A link is slow when so many of its newest calls were not answered in time; fewer were lost
/// by chance.
pub const FAILED_CALLS: usize = 2;

/// A link is slow when its answers take longer than this on average.
pub const SLOW_MS: i64 = 800;

/// It is good again when they take no longer than this on average …
pub const GOOD_MS: i64 = 400;

/// … and have done so for this long, with no call that failed.
pub const GOOD_FOR_MS: i64 = 10_000;

/// Whether a customer can wait for what is asked over a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Good,
    Slow,
}

/// How a link has done lately. It is fed with every call; what it says changes only then.
/// Moments are those of a clock that never jumps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    calls: VecDeque<Call>,
    verdict: Verdict,
}

/// What became of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Answered { took_ms: i64 },
    Failed,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Verdict {
    #[default]
    Good,
    Slow {
        good_since_ms: Option<i64>,
    },
}

impl Verdict {
    const SLOW: Self = Self::Slow {
        good_since_ms: None,
    };
}

impl Quality {
    /// What is to be thought of the link now. One that was never tried is good.
    #[must_use]
    pub fn pace(&self) -> Pace {
        match self.verdict {
            Verdict::Good => Pace::Good,
            Verdict::Slow { .. } => Pace::Slow,
        }
    }

    /// A call was answered at `at_ms`, after `took_ms`.
    pub fn answered(&mut self, took_ms: i64, at_ms: i64) {
        self.remember(Call::Answered {
            took_ms: took_ms.max(0),
        });
        let (answers, mean_ms) = self.answers();
        self.verdict = match self.verdict {
            Verdict::Good if answers >= CALLS_MIN && mean_ms > SLOW_MS => Verdict::SLOW,
            Verdict::Good => Verdict::Good,
            Verdict::Slow { .. } if mean_ms > GOOD_MS => Verdict::SLOW,
            Verdict::Slow { good_since_ms } => {
                let since_ms = good_since_ms.unwrap_or(at_ms);
                if at_ms - since_ms >= GOOD_FOR_MS {
                    Verdict::Good
                } else {
                    Verdict::Slow {
                        good_since_ms: Some(since_ms),
                    }
                }
            }
        };
    }

    /// A call was not answered in time.
    pub fn failed(&mut self) {
        self.remember(Call::Failed);
        let lost = self.calls.iter().filter(|call| **call == Call::Failed);
        let enough = lost.count() >= FAILED_CALLS;
        self.verdict = match self.verdict {
            Verdict::Good if !enough => Verdict::Good,
            Verdict::Good | Verdict::Slow { .. } => {
                // What was measured before it says nothing of what comes after.
                self.calls.clear();
                Verdict::SLOW
            }
        };
    }

    fn remember(&mut self, call: Call) {
        self.calls.push_back(call);
        while self.calls.len() > CALLS_MAX {
            self.calls.pop_front();
        }
    }

    /// How many of the newest calls were answered, and after how long on average.
    fn answers(&self) -> (usize, i64) {
        let answers = self.calls.iter().filter_map(|call| match call {
            Call::Answered { took_ms } => Some(*took_ms),
            Call::Failed => None,
        });
        let (count, sum_ms) = answers.fold((0, 0), |(count, sum_ms), took_ms| {
            (count + 1, sum_ms + took_ms)
        });
        let divisor = i64::try_from(count).unwrap_or(i64::MAX).max(1);
        (count, sum_ms / divisor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a call of a trace took; none when it failed.
    type Took = Option<i64>;

    /// Feeds a call every `every_ms` and draws the pace after each: `.` good, `#` slow.
    fn drawn(calls: &[Took], every_ms: i64) -> String {
        let mut quality = Quality::default();
        let mut drawn = String::new();
        for (at, call) in (0..).zip(calls) {
            match call {
                Some(took_ms) => quality.answered(*took_ms, at * every_ms),
                None => quality.failed(),
            }
            drawn.push(match quality.pace() {
                Pace::Good => '.',
                Pace::Slow => '#',
            });
        }
        drawn
    }

    /// A trace in tenths of a second: `1` is 100 ms, `F` 1.5 s, `x` failed.
    #[track_caller]
    fn check(trace: &str, expected: &str) {
        let calls: Vec<Took> = trace
            .chars()
            .map(|call| call.to_digit(16).map(|tenths| i64::from(tenths) * 100))
            .collect();
        assert_eq!(drawn(&calls, 2_000), expected, "of {trace}");
    }

    #[test]
    fn a_slow_link_goes_before_it_hurts_and_comes_back_late() {
        check("111111111", ".........");
        // One late answer among good ones is no slow link.
        check("1111F1111111", "............");
        check("FF1111", "..####");
        // Slower and slower: gone while its calls still come within a customer's patience.
        check("2468ACE", "......#");
        // Two failed calls are enough, and ten good seconds are needed after them.
        check("111xx111111111", "....######....");
    }

    #[test]
    fn a_call_that_is_lost_now_and_then_is_no_slow_link() {
        check("x", ".");
        check("x1111x1111x1111x", "................");
        check("111x111111x11", ".............");
        // Two of five are.
        check("111x111x1", ".......##");
    }

    #[test]
    fn a_flapping_link_stays_out_of_use() {
        check("1x1x1x11x11x11x11x11x11", "...####################");
        check("AAA1A1A1A1A1A1A1A1", "..################");
        // Good, but not good enough: below the one limit and above the other.
        check("AAA666666666666", "..#############");
        // Ten seconds that are broken by a failure begin anew.
        check("xx1111x1111111", ".###########..");
    }

    #[test]
    fn a_link_on_the_edge_does_not_change_its_mind() {
        check("777777777777", "............");
        check("7878787878787878", "................");
        check("8988888888888888", "..##############");
    }

    proptest! {
        /// Between two changes of mind to good there are at least ten seconds, and whatever
        /// comes, a link that is good for long enough is used again.
        #[test]
        fn it_never_flaps_and_never_sulks(
            calls in prop::collection::vec(
                prop_oneof![
                    12 => (0_i64..=GOOD_MS).prop_map(Some),
                    1 => (0_i64..3_000).prop_map(Some),
                    1 => Just(None),
                ],
                0..200,
            ),
        ) {
            let mut quality = Quality::default();
            let mut last_slow_ms = None;
            let mut at_ms = 0;
            for call in calls {
                at_ms += 500;
                let before = quality.pace();
                match call {
                    Some(took_ms) => quality.answered(took_ms, at_ms),
                    None => quality.failed(),
                }
                match (before, quality.pace()) {
                    (Pace::Good, Pace::Slow) => last_slow_ms = Some(at_ms),
                    (Pace::Slow, Pace::Good) => {
                        prop_assert!(at_ms - last_slow_ms.unwrap() >= GOOD_FOR_MS);
                    }
                    (Pace::Good, Pace::Good) | (Pace::Slow, Pace::Slow) => {}
                }
            }
            for _ in 0..=CALLS_MAX {
                at_ms += GOOD_FOR_MS;
                quality.answered(GOOD_MS, at_ms);
            }
            prop_assert_eq!(quality.pace(), Pace::Good);
        }

        /// One call in so many that fails or comes late changes nothing.
        #[test]
        fn what_is_bad_now_and_then_is_borne(
            bad in prop::collection::vec(prop::option::of(0_i64..=1_500), 1..40),
            took_ms in 0_i64..=600,
        ) {
            let mut quality = Quality::default();
            let mut at_ms = 0;
            for call in bad {
                for _ in 0..CALLS_MAX - 1 {
                    at_ms += 2_000;
                    quality.answered(took_ms, at_ms);
                }
                match call {
                    Some(late_ms) => quality.answered(late_ms, at_ms),
                    None => quality.failed(),
                }
                prop_assert_eq!(quality.pace(), Pace::Good);
            }
        }
    }
}
