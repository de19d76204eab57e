//! When the theater is cut off.

use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};

use crate::chance::Chance;
use crate::demand::SHOW;

/// How the theater's link behaves. A cut is of the whole theater: no kiosk hears the hub or
/// another kiosk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    Clean,
    Flaky,
    TwoHoursBefore,
    DayBefore,
    LastDay,
}

pub(crate) const TRACES: [Trace; 5] = [
    Trace::Clean,
    Trace::Flaky,
    Trace::TwoHoursBefore,
    Trace::DayBefore,
    Trace::LastDay,
];

impl Trace {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Flaky => "flaky",
            Self::TwoHoursBefore => "cut for the last 2 h",
            Self::DayBefore => "cut from 26 h to 2 h before",
            Self::LastDay => "cut for the last 24 h",
        }
    }

    /// From when until when there is no link.
    pub(crate) fn cuts(self, seed: u64) -> Vec<(Timestamp, Timestamp)> {
        let before = |ms: i64| SHOW.plus_ms(-ms);
        match self {
            Self::Clean => Vec::new(),
            Self::Flaky => flaky(&mut Chance::new(seed)),
            Self::TwoHoursBefore => vec![(before(2 * HOUR_MS), SHOW)],
            Self::DayBefore => vec![(before(26 * HOUR_MS), before(2 * HOUR_MS))],
            Self::LastDay => vec![(before(DAY_MS), SHOW)],
        }
    }
}

/// Up for about three hours and down for half of one; worse in the last six hours.
fn flaky(chance: &mut Chance) -> Vec<(Timestamp, Timestamp)> {
    let mut cuts = Vec::new();
    let mut now = Timestamp(0);
    loop {
        let (up_ms, down_ms) = if SHOW.since_ms(now) > 6 * HOUR_MS {
            (3 * HOUR_MS, 30 * MINUTE_MS)
        } else {
            (20 * MINUTE_MS, 10 * MINUTE_MS)
        };
        let from = now.plus_ms(chance.length_ms(up_ms));
        let until = from.plus_ms(chance.length_ms(down_ms));
        if from >= SHOW {
            return cuts;
        }
        cuts.push((from, until.min(SHOW)));
        now = until;
    }
}
