//! When a webhook that was not taken is sent again.

use domain::time::{MINUTE_MS, Timestamp};

/// Minutes from one attempt to the next; after the last one the gateway gives up.
pub const MINUTES: [i64; 7] = [1, 4, 16, 64, 256, 1024, 4096];

/// When the attempt after `retried` retries is due, if there is one.
#[must_use]
pub fn next(retried: usize, now: Timestamp) -> Option<Timestamp> {
    let minutes = MINUTES.get(retried)?;
    Some(now.plus_ms(minutes * MINUTE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_retries_take_almost_four_days() {
        let mut at = Timestamp(0);
        let mut retried = 0;
        while let Some(due) = next(retried, at) {
            at = due;
            retried += 1;
        }
        assert_eq!(retried, 7);
        let hours = at.0 / (60 * MINUTE_MS);
        assert_eq!(hours, 3 * 24 + 19);
    }
}
