//! What a buyer gets back for tickets that are returned (M5). Rules are data: each holds for
//! what was booked from its day on, so that a new rule never worsens an old booking.

use serde::{Deserialize, Serialize};

use crate::money::Won;
use crate::time::{MINUTE_MS, Timestamp};

/// The whole price, in percent.
pub const PERCENT_MAX: u8 = 100;

/// More rules or steps than this are a mistake.
pub const RULES_MAX: usize = 64;

/// What comes back as long as there is still so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// At least so long before the show.
    pub before_ms: i64,
    /// Of the ticket's price.
    pub percent: u8,
}

/// One rule: what comes back when. After its last step it is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRule {
    /// It holds for what was booked at this moment or later.
    pub valid_from: Timestamp,
    pub steps: Vec<Step>,
}

/// Every rule there ever was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundRules(Vec<RefundRule>);

/// Why rules cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefundRulesInvalid {
    #[error("there has to be a rule, and no more than {RULES_MAX} of them with as many steps")]
    Count,
    #[error("two rules begin at the same moment")]
    SameBegin,
    #[error("the steps of a rule go from early to late, and give less and less back")]
    Steps,
}

impl RefundRules {
    /// These rules, in any order.
    ///
    /// # Errors
    ///
    /// Refuses rules that contradict themselves.
    pub fn new(mut rules: Vec<RefundRule>) -> Result<Self, RefundRulesInvalid> {
        let many = |rule: &RefundRule| rule.steps.is_empty() || rule.steps.len() > RULES_MAX;
        if rules.is_empty() || rules.len() > RULES_MAX || rules.iter().any(many) {
            return Err(RefundRulesInvalid::Count);
        }
        rules.sort_by_key(|rule| rule.valid_from);
        if rules
            .windows(2)
            .any(|two| two[0].valid_from == two[1].valid_from)
        {
            return Err(RefundRulesInvalid::SameBegin);
        }
        if !rules.iter().all(is_falling) {
            return Err(RefundRulesInvalid::Steps);
        }
        Ok(Self(rules))
    }

    /// All of them, the earliest first.
    #[must_use]
    pub fn all(&self) -> &[RefundRule] {
        &self.0
    }

    /// The rule for what was booked at `booked_at`. What is older than every rule goes by the
    /// first one.
    #[must_use]
    pub fn of_booking(&self, booked_at: Timestamp) -> &RefundRule {
        let valid = self.0.iter().rev();
        let found = valid.into_iter().find(|rule| rule.valid_from <= booked_at);
        found.unwrap_or(&self.0[0])
    }
}

impl Default for RefundRules {
    /// All of it until 20 minutes before the show, half until it begins, then nothing.
    fn default() -> Self {
        Self(vec![RefundRule {
            valid_from: Timestamp(0),
            steps: vec![
                Step {
                    before_ms: 20 * MINUTE_MS,
                    percent: PERCENT_MAX,
                },
                Step {
                    before_ms: 0,
                    percent: 50,
                },
            ],
        }])
    }
}

fn is_falling(rule: &RefundRule) -> bool {
    let sound = |step: &Step| step.before_ms >= 0 && step.percent <= PERCENT_MAX;
    let falls =
        |two: &[Step]| two[0].before_ms > two[1].before_ms && two[0].percent > two[1].percent;
    rule.steps.iter().all(sound) && rule.steps.windows(2).all(falls)
}

/// What comes back at one moment, and how long that stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub percent: u8,
    /// The last moment at which it does; none when nothing comes back any more.
    pub until: Option<Timestamp>,
}

impl RefundRule {
    /// What comes back at `now` for a show that begins at `starts_at`. Nothing once it has
    /// begun, whatever the rule says.
    #[must_use]
    pub fn share(&self, starts_at: Timestamp, now: Timestamp) -> Share {
        let left_ms = starts_at.since_ms(now);
        let open = left_ms > 0;
        let step = self.steps.iter().find(|step| left_ms >= step.before_ms);
        match step.filter(|_| open) {
            Some(step) => Share {
                percent: step.percent,
                until: Some(starts_at.plus_ms(-step.before_ms.max(1))),
            },
            None => Share {
                percent: 0,
                until: None,
            },
        }
    }
}

impl Share {
    /// All of it, whenever: the house could not keep its word.
    pub const WHOLE: Self = Self {
        percent: PERCENT_MAX,
        until: None,
    };

    /// What comes back of a ticket's price: in whole won, and a part of a won is the buyer's.
    #[must_use]
    pub fn of(self, price: Won) -> Won {
        let hundredths = price.0 * i64::from(self.percent);
        Won((hundredths + i64::from(PERCENT_MAX) - 1) / i64::from(PERCENT_MAX))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::{DAY_MS, HOUR_MS};

    const SHOW: Timestamp = Timestamp(10 * DAY_MS);

    fn default_share(left_ms: i64) -> u8 {
        let rules = RefundRules::default();
        let rule = rules.of_booking(Timestamp(5 * DAY_MS));
        rule.share(SHOW, SHOW.plus_ms(-left_ms)).percent
    }

    #[test]
    fn all_until_twenty_minutes_before_then_half_then_nothing() {
        let cases = [
            (DAY_MS, 100),
            (20 * MINUTE_MS, 100),
            (20 * MINUTE_MS - 1, 50),
            (1, 50),
            (0, 0),
            (-1, 0),
        ];
        for (left_ms, percent) in cases {
            assert_eq!(default_share(left_ms), percent, "{left_ms} ms before");
        }
    }

    #[test]
    fn a_booking_goes_by_the_rule_of_its_own_day() {
        let rule = |day: i64, percent| RefundRule {
            valid_from: Timestamp(day * DAY_MS),
            steps: vec![Step {
                before_ms: HOUR_MS,
                percent,
            }],
        };
        let rules = RefundRules::new(vec![rule(8, 80), rule(2, 90)]).unwrap();
        for (day, percent) in [(1, 90), (2, 90), (7, 90), (8, 80), (9, 80)] {
            let rule = rules.of_booking(Timestamp(day * DAY_MS));
            assert_eq!(rule.steps[0].percent, percent, "day {day}");
        }
    }

    #[test]
    fn rules_that_contradict_themselves_are_refused() {
        let rule = |steps: &[(i64, u8)]| RefundRule {
            valid_from: Timestamp(0),
            steps: steps
                .iter()
                .map(|&(before_ms, percent)| Step { before_ms, percent })
                .collect(),
        };
        let check = |rules: Vec<RefundRule>, wrong| {
            assert_eq!(RefundRules::new(rules).unwrap_err(), wrong);
        };
        check(Vec::new(), RefundRulesInvalid::Count);
        check(vec![rule(&[])], RefundRulesInvalid::Count);
        check(
            vec![rule(&[(1, 50)]), rule(&[(1, 50)])],
            RefundRulesInvalid::SameBegin,
        );
        for steps in [
            &[(0, 50), (10, 100)][..],
            &[(10, 50), (0, 100)],
            &[(10, 101)],
            &[(-1, 10)],
        ] {
            check(vec![rule(steps)], RefundRulesInvalid::Steps);
        }
    }

    proptest! {
        #[test]
        fn nobody_gets_back_more_than_was_paid_nor_more_by_waiting(
            price in 0_i64..10_000_000, early in -DAY_MS..DAY_MS, later in 0..DAY_MS,
        ) {
            let rules = RefundRules::default();
            let rule = rules.of_booking(Timestamp(0));
            let now = SHOW.plus_ms(early);
            let first = rule.share(SHOW, now);
            let second = rule.share(SHOW, now.plus_ms(later));
            let price = Won(price);
            prop_assert!(first.of(price) <= price);
            prop_assert!(second.of(price) <= first.of(price));
            prop_assert!(first.of(price) >= Won(0));
            // What is said to hold until a moment does hold at it, and not after it.
            if let Some(until) = first.until {
                prop_assert_eq!(rule.share(SHOW, until).percent, first.percent);
                prop_assert!(rule.share(SHOW, until.plus_ms(1)).percent < first.percent);
            }
        }

        #[test]
        fn tickets_returned_one_by_one_give_the_same_as_together(
            prices in prop::collection::vec(0_i64..100_000, 1..10), percent in 0_u8..=100,
            cut in 0_usize..10,
        ) {
            let share = Share { percent, until: None };
            let sum = |prices: &[i64]| prices.iter().map(|&it| share.of(Won(it))).sum::<Won>();
            let (first, rest) = prices.split_at(cut.min(prices.len()));
            prop_assert_eq!(sum(first) + sum(rest), sum(&prices));
        }
    }
}
