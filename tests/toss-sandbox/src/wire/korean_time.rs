//! Instants as the gateway writes and reads them: in Korea's time.

use domain::time::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

const SEOUL: Offset = Offset::constant(9);

/// `2026-03-01T19:30:41+09:00`
#[must_use]
pub fn with_offset(at: Timestamp) -> String {
    let local = local(at);
    format!("{}+09:00", seconds(local))
}

/// `2026-03-01T19:30:41.512000`: the creation of an event has no offset.
#[must_use]
pub fn without_offset(at: Timestamp) -> String {
    let micros = at.0.rem_euclid(1_000) * 1_000;
    format!("{}.{micros:06}", seconds(local(at)))
}

/// `20260301193041`, as it stands in keys.
#[must_use]
pub fn digits(at: Timestamp) -> String {
    let mut digits = seconds(local(at));
    digits.retain(|letter| letter.is_ascii_digit());
    digits
}

/// Reads `2026-03-01T19:30:41`.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    // jiff would take more forms than the gateway does.
    if text.len() != "2026-03-01T19:30:41".len() {
        return None;
    }
    let local: DateTime = text.parse().ok()?;
    let zoned = local.to_zoned(TimeZone::fixed(SEOUL)).ok()?;
    Some(Timestamp(zoned.timestamp().as_millisecond()))
}

fn local(at: Timestamp) -> DateTime {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::MAX);
    SEOUL.to_datetime(at)
}

fn seconds(at: DateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_three_forms() {
        let at = Timestamp(1_772_361_041_512);
        assert_eq!(with_offset(at), "2026-03-01T19:30:41+09:00");
        assert_eq!(without_offset(at), "2026-03-01T19:30:41.512000");
        assert_eq!(digits(at), "20260301193041");
    }

    #[test]
    fn only_the_documented_form_is_read() {
        assert_eq!(
            parse("2026-03-01T19:30:41"),
            Some(Timestamp(1_772_361_041_000))
        );
        assert_eq!(parse("2026-03-01"), None);
        assert_eq!(parse("2026-03-01T19:30:41+09:00"), None);
        assert_eq!(parse("2026-02-30T19:30:41"), None);
    }
}
