//! Points in time, and the cinema's own way of naming them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, UTC.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// One minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
/// One hour in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// One day in milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A business date (영업일) ends at this hour of the next morning: a showing at 02:30 belongs
/// to the evening before.
pub const BUSINESS_DAY_STARTS_HOUR: i64 = 6;

impl Timestamp {
    /// This instant moved by `ms`, which may be negative.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// How many milliseconds `self` is after `earlier`; negative when before.
    #[must_use]
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// How far a clock may be off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockBound {
    /// The true time is at most this much earlier or later than what the clock shows.
    Within { ms: i64 },
    /// The true time is what the clock shows or later, nobody knows by how much: its battery
    /// is empty, and all that is known is what the database has seen.
    Unknown,
}

/// A theater's distance from UTC. Korea has no summer time, so an offset is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcOffset {
    /// Minutes east of Greenwich.
    pub minutes: i32,
}

impl UtcOffset {
    /// Korea Standard Time.
    pub const SEOUL: Self = Self { minutes: 540 };

    fn local_ms(self, at: Timestamp) -> i64 {
        at.plus_ms(i64::from(self.minutes) * MINUTE_MS).0
    }

    /// The calendar date at `at`.
    #[must_use]
    pub fn date(self, at: Timestamp) -> Date {
        date_of_day(self.local_ms(at).div_euclid(DAY_MS))
    }

    /// The cinema's business date (영업일) at `at`.
    #[must_use]
    pub fn business_date(self, at: Timestamp) -> Date {
        self.date(at.plus_ms(-BUSINESS_DAY_STARTS_HOUR * HOUR_MS))
    }

    /// The instant at which `minutes` have passed since midnight of `date`; 26 × 60 + 30 is
    /// half past two of the next morning.
    #[must_use]
    pub fn at_minutes(self, date: Date, minutes: i64) -> Timestamp {
        let day = i64::from(date.since(EPOCH_DATE).map_or(0, |span| span.get_days()));
        Timestamp(day * DAY_MS + (minutes - i64::from(self.minutes)) * MINUTE_MS)
    }

    /// Cinema notation with both forms: `22일 19:10`, or `22일 26:30 (23일 02:30)`.
    #[must_use]
    pub fn time_label(self, at: Timestamp) -> String {
        let (date, business) = (self.date(at), self.business_date(at));
        let minute_of_day = self.local_ms(at).rem_euclid(DAY_MS) / MINUTE_MS;
        let (hour, minute) = (minute_of_day / 60, minute_of_day % 60);
        if date == business {
            return format!("{}일 {hour:02}:{minute:02}", date.day());
        }
        let (evening, morning) = (business.day(), date.day());
        format!(
            "{evening}일 {}:{minute:02} ({morning}일 {hour:02}:{minute:02})",
            hour + 24
        )
    }
}

const EPOCH_DATE: Date = Date::constant(1970, 1, 1);

fn date_of_day(day: i64) -> Date {
    let span = jiff::Span::new().try_days(day);
    span.and_then(|span| EPOCH_DATE.checked_add(span))
        .unwrap_or(if day < 0 { Date::MIN } else { Date::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_showing_after_midnight_belongs_to_the_evening_before() {
        check("2026-11-22", 19 * 60 + 10, ("22일 19:10", "2026-11-22"));
        check(
            "2026-11-22",
            26 * 60 + 30,
            ("22일 26:30 (23일 02:30)", "2026-11-22"),
        );
        check(
            "2026-11-30",
            24 * 60,
            ("30일 24:00 (1일 00:00)", "2026-11-30"),
        );
        check(
            "2026-12-31",
            29 * 60 + 59,
            ("31일 29:59 (1일 05:59)", "2026-12-31"),
        );
        check("2027-01-01", 6 * 60, ("1일 06:00", "2027-01-01"));
    }

    #[track_caller]
    fn check(date: &str, minutes: i64, (label, business): (&str, &str)) {
        let at = UtcOffset::SEOUL.at_minutes(date.parse().unwrap(), minutes);
        assert_eq!(UtcOffset::SEOUL.time_label(at), label);
        assert_eq!(UtcOffset::SEOUL.business_date(at).to_string(), business);
    }
}
