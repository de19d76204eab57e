//! `[selling]`: how the web sells, and what comes back for tickets that are returned.

use domain::refund::{self, RefundRules, RefundRulesInvalid};
use domain::time::{MINUTE_MS, Timestamp};
use jiff::civil::Date;
use serde::Deserialize;

/// How the web sells.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selling {
    /// Whether seats are kept for who pays at the theater.
    pub pay_at_theater: bool,
    /// What comes back for tickets that are returned. Without any: everything until 20 minutes
    /// before the show, half until it begins.
    pub refund_rules: Vec<RefundRule>,
}

/// What comes back for what was booked from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundRule {
    /// The day in Korea, such as `2026-01-01`.
    pub valid_from: Date,
    /// From early to late.
    pub steps: Vec<RefundStep>,
}

/// What comes back as long as there is still so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundStep {
    pub minutes_before: u32,
    pub percent: u8,
}

impl Selling {
    /// The settings as they are used.
    ///
    /// # Errors
    ///
    /// Refuses rules that contradict themselves.
    pub fn selling(&self) -> Result<crate::app::Selling, RefundRulesInvalid> {
        let step = |step: &RefundStep| refund::Step {
            before_ms: i64::from(step.minutes_before) * MINUTE_MS,
            percent: step.percent,
        };
        let rules = self.refund_rules.iter().map(|rule| refund::RefundRule {
            valid_from: midnight_in_korea(rule.valid_from),
            steps: rule.steps.iter().map(step).collect(),
        });
        let rules: Vec<_> = rules.collect();
        Ok(crate::app::Selling {
            pay_at_theater: self.pay_at_theater,
            refund_rules: if rules.is_empty() {
                RefundRules::default()
            } else {
                RefundRules::new(rules)?
            },
        })
    }
}

/// When the day begins.
fn midnight_in_korea(day: Date) -> Timestamp {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    let begin = day.to_zoned(zone);
    Timestamp(begin.map_or(0, |begin| begin.timestamp().as_millisecond()))
}

impl Default for Selling {
    fn default() -> Self {
        Self {
            pay_at_theater: true,
            refund_rules: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_comes_back_is_read_with_the_day_from_which_it_holds() {
        let text = |percent| {
            format!(
                "[hub]\nchain = \"moding\"\ndata_dir = \"data\"\n\
                 [[selling.refund_rules]]\nvalid_from = \"2026-03-01\"\n\
                 steps = [{{ minutes_before = 60, percent = 100 }},\
                          {{ minutes_before = 0, percent = {percent} }}]\n"
            )
        };
        let config = Config::parse(&text(30)).unwrap();
        let rules = config.selling.selling().unwrap().refund_rules;
        let first = rules.of_booking(Timestamp(0));
        assert_eq!(first.valid_from, Timestamp(1_772_290_800_000));
        assert_eq!(first.steps[1].percent, 30);
        let wrong = Config::parse(&text(101)).unwrap_err().to_string();
        assert!(wrong.contains("selling.refund_rules"), "{wrong}");
    }
}
