//! From where a clock runs, and how far it may be off by now.

use domain::time::{ClockBound, MINUTE_MS, Timestamp};

use super::Remembered;

/// What a machine's oscillator may be wrong by, in millionths: twice what a bad one is.
pub const DRIFT_PPM: i64 = 200;

/// How far the machine's clock may have gone astray since a node heard the hub last, when it
/// has to begin with what it remembers.
const REMEMBERED_WITHIN_MS: i64 = 5 * MINUTE_MS;

/// A clock that is ahead by no more than this stands still until the time has come up to it:
/// what was stamped just now is not stamped again with an earlier time.
pub const STAND_STILL_MS: i64 = 2_000;

/// What the hub said of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// It was this time …
    pub time: Timestamp,
    /// … at this moment of the monotonic clock, …
    pub at_ms: i64,
    /// … give or take what the message took.
    pub within_ms: i64,
}

/// What the machine shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Machine {
    pub(super) wall: Timestamp,
    pub(super) monotonic_ms: i64,
}

/// The corrected time runs from here by the monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    /// The corrected time when the monotonic clock began.
    began: Timestamp,
    /// What was shown before the clock was put back a little.
    not_below: Timestamp,
    /// By what it was set.
    basis: Basis,
    whose: Whose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Basis {
    /// A clock that was right within these bounds, at this moment of the monotonic clock.
    Clock { at_ms: i64, within_ms: i64 },
    /// Nothing but a moment that is known to have passed.
    Floor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Hub,
    /// The true time was so much ahead of its machine's clock.
    Node {
        offset_ms: i64,
    },
}

impl Anchor {
    /// The hub's, with the monotonic clock at its beginning.
    pub(super) fn of_hub(wall: Timestamp, floor: Timestamp) -> Self {
        Self::begin(wall, floor, Whose::Hub)
    }

    /// A node's, with the monotonic clock at its beginning.
    pub(super) fn of_node(wall: Timestamp, remembered: Remembered) -> Self {
        let offset_ms = remembered.offset_ms;
        Self::begin(wall, remembered.floor, Whose::Node { offset_ms })
    }

    fn begin(wall: Timestamp, floor: Timestamp, whose: Whose) -> Self {
        let corrected = whose.corrected(wall);
        let basis = if corrected < floor {
            Basis::Floor
        } else {
            whose.basis(0)
        };
        Self {
            began: corrected.max(floor),
            not_below: corrected.max(floor),
            basis,
            whose,
        }
    }

    pub(super) fn now(self, monotonic_ms: i64) -> Timestamp {
        self.runs_to(monotonic_ms).max(self.not_below)
    }

    fn runs_to(self, monotonic_ms: i64) -> Timestamp {
        self.began.plus_ms(monotonic_ms)
    }

    pub(super) fn bound(self, monotonic_ms: i64) -> ClockBound {
        match (self.basis, self.whose) {
            (Basis::Floor, Whose::Hub | Whose::Node { .. }) => ClockBound::Unknown,
            // All others go by it.
            (Basis::Clock { within_ms, .. }, Whose::Hub) => ClockBound::Within { ms: within_ms },
            (Basis::Clock { at_ms, within_ms }, Whose::Node { .. }) => {
                let drift_ms = (monotonic_ms - at_ms).max(0) * DRIFT_PPM / 1_000_000;
                let ahead_ms = self.now(monotonic_ms).since_ms(self.runs_to(monotonic_ms));
                ClockBound::Within {
                    ms: within_ms + drift_ms + ahead_ms,
                }
            }
        }
    }

    /// The hub's word counts, also against the floor: a floor comes from a clock, too.
    pub(super) fn told(self, word: Word, monotonic_ms: i64) -> Self {
        let began = word.time.plus_ms(-word.at_ms);
        let before = self.now(monotonic_ms);
        let back_ms = before.since_ms(began.plus_ms(monotonic_ms));
        Self {
            began,
            not_below: if back_ms <= STAND_STILL_MS {
                before
            } else {
                began
            },
            basis: Basis::Clock {
                at_ms: word.at_ms,
                within_ms: word.within_ms,
            },
            whose: self.whose,
        }
    }

    /// A machine's clock that was below the floor is taken over once somebody has set it.
    pub(super) fn looked_again(self, machine: Machine) -> Self {
        let corrected = self.whose.corrected(machine.wall);
        match self.basis {
            Basis::Floor if corrected >= self.now(machine.monotonic_ms) => Self {
                began: corrected.plus_ms(-machine.monotonic_ms),
                not_below: corrected,
                basis: self.whose.basis(machine.monotonic_ms),
                whose: self.whose,
            },
            Basis::Floor | Basis::Clock { .. } => self,
        }
    }
}

impl Whose {
    fn corrected(self, wall: Timestamp) -> Timestamp {
        match self {
            Self::Hub => wall,
            Self::Node { offset_ms } => wall.plus_ms(offset_ms),
        }
    }

    fn basis(self, at_ms: i64) -> Basis {
        let within_ms = match self {
            Self::Hub => 0,
            Self::Node { .. } => REMEMBERED_WITHIN_MS,
        };
        Basis::Clock { at_ms, within_ms }
    }
}

#[cfg(test)]
mod tests {
    use domain::time::{DAY_MS, HOUR_MS};
    use proptest::prelude::*;

    use super::*;

    const NOON: Timestamp = Timestamp(1_800_000_000_000);
    const IN_1970: Timestamp = Timestamp(60_000);

    fn remembered(offset_ms: i64) -> Remembered {
        Remembered {
            floor: NOON,
            offset_ms,
        }
    }

    #[test]
    fn a_node_begins_with_what_it_remembers() {
        let wall = NOON.plus_ms(-HOUR_MS);
        let anchor = Anchor::of_node(wall, remembered(2 * HOUR_MS));
        assert_eq!(anchor.now(0), NOON.plus_ms(HOUR_MS));
        let five_minutes = ClockBound::Within { ms: 300_000 };
        assert_eq!(anchor.bound(0), five_minutes);
        // 200 ppm are 17.28 s a day.
        let a_day_later = ClockBound::Within { ms: 317_280 };
        assert_eq!(anchor.bound(DAY_MS), a_day_later);
    }

    #[test]
    fn a_clock_below_the_floor_is_not_believed_and_stands_not_still() {
        for anchor in [
            Anchor::of_node(IN_1970, remembered(0)),
            Anchor::of_hub(IN_1970, NOON),
        ] {
            assert_eq!(anchor.now(1_500), NOON.plus_ms(1_500));
            assert_eq!(anchor.bound(1_500), ClockBound::Unknown);
        }
    }

    #[test]
    fn a_clock_that_was_not_believed_is_taken_over_once_it_is_set() {
        let anchor = Anchor::of_hub(IN_1970, NOON);
        let still_wrong = Machine {
            wall: IN_1970.plus_ms(5_000),
            monotonic_ms: 5_000,
        };
        assert_eq!(anchor.looked_again(still_wrong), anchor);
        let set = Machine {
            wall: NOON.plus_ms(HOUR_MS),
            monotonic_ms: 6_000,
        };
        let right = anchor.looked_again(set);
        assert_eq!(right.now(7_000), NOON.plus_ms(HOUR_MS + 1_000));
        assert_eq!(right.bound(7_000), ClockBound::Within { ms: 0 });
        // Whoever sets it again moves nothing.
        let again = Machine {
            wall: NOON.plus_ms(DAY_MS),
            monotonic_ms: 8_000,
        };
        assert_eq!(right.looked_again(again), right);
    }

    #[test]
    fn the_hubs_word_counts_even_against_the_floor() {
        let anchor = Anchor::of_node(NOON.plus_ms(HOUR_MS), remembered(0));
        let word = Word {
            time: NOON.plus_ms(-HOUR_MS),
            at_ms: 10_000,
            within_ms: 30,
        };
        let told = anchor.told(word, 10_000);
        assert_eq!(told.now(10_000), word.time);
        assert_eq!(told.bound(10_000), ClockBound::Within { ms: 30 });
        let later = ClockBound::Within { ms: 30 + 720 };
        assert_eq!(told.bound(10_000 + HOUR_MS), later);
    }

    #[test]
    fn a_clock_that_is_a_little_ahead_stands_still() {
        let anchor = Anchor::of_node(NOON, remembered(0));
        let word = Word {
            time: NOON.plus_ms(9_000),
            at_ms: 10_000,
            within_ms: 30,
        };
        let told = anchor.told(word, 10_000);
        assert_eq!(told.now(10_000), NOON.plus_ms(10_000));
        assert_eq!(told.bound(10_000), ClockBound::Within { ms: 1_030 });
        assert_eq!(told.now(10_900), NOON.plus_ms(10_000));
        assert_eq!(told.now(11_500), NOON.plus_ms(10_500));
        assert_eq!(told.bound(11_500), ClockBound::Within { ms: 30 });
    }

    proptest! {
        /// Whatever the hub says, time goes back only when it was off by more than a little.
        #[test]
        fn time_goes_back_only_when_it_was_plainly_wrong(
            words in prop::collection::vec((0_i64..20_000, -5_000_i64..5_000), 1..40),
        ) {
            let mut anchor = Anchor::of_node(NOON, remembered(0));
            let (mut at_ms, mut shown) = (0, NOON);
            for (after_ms, off_ms) in words {
                at_ms += after_ms;
                let before = anchor.now(at_ms);
                prop_assert!(before >= shown);
                let word = Word {
                    time: NOON.plus_ms(at_ms + off_ms),
                    at_ms,
                    within_ms: 20,
                };
                anchor = anchor.told(word, at_ms);
                shown = anchor.now(at_ms);
                let plainly = before.since_ms(word.time) > STAND_STILL_MS;
                prop_assert_eq!(shown, if plainly { word.time } else { before.max(word.time) });
            }
        }

        /// Whatever the machine's oscillator does within its class, the true time is within
        /// the bound of what a node shows.
        #[test]
        fn the_true_time_is_within_the_bound(
            (said_ms, took_ms) in (0_i64..5_000, 0_i64..3_000),
            after_ms in 0_i64..(30 * DAY_MS),
            ppm in -DRIFT_PPM..=DRIFT_PPM,
            read_permille in 0_i64..=1_000,
        ) {
            // The hub read its clock somewhere between question and answer.
            let read_at = said_ms + took_ms * read_permille / 1_000;
            let word = Word {
                time: NOON,
                at_ms: said_ms + took_ms / 2,
                within_ms: took_ms / 2 + 1,
            };
            let told = Anchor::of_node(IN_1970, remembered(0)).told(word, word.at_ms);
            let machine_ms = read_at + after_ms;
            let truth = NOON.plus_ms(after_ms + after_ms * ppm / 1_000_000);
            let now = told.now(machine_ms);
            let ClockBound::Within { ms } = told.bound(machine_ms) else {
                return Err(TestCaseError::fail("the hub has told"));
            };
            prop_assert!(now.since_ms(truth).abs() <= ms + 1);
        }
    }
}
