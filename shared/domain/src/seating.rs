//! Who may sit where: one seat of one screening, and the rules for taking it.
//!
//! A seat is taken in two steps. A buyer *holds* it while paying; the hold is then *booked*,
//! *released*, or it *expires*. Only the seat's owner node decides (S1).

mod best;
mod decide;
mod strand;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use best::{BestRequest, Needs, Party, PartyInvalid, SUGGESTIONS_MAX, best_available};
pub use decide::{BookRefused, HoldRefused, HoldRequest, RefreshRefused, SeatRefusal, decide_hold};
pub use strand::{Choice, nearly_full, stranded_seat};

use crate::id::{BookingId, HoldId, NodeId, ScreeningId, SeatId};
use crate::time::{MINUTE_MS, Timestamp};
use crate::version::Version;

/// How long a buyer may take from one refresh to the next.
pub const HOLD_MS: i64 = 7 * MINUTE_MS;

/// How long a hold may be refreshed at all (S5), counted from when it was made.
pub const HOLD_TOTAL_MS: i64 = 15 * MINUTE_MS;

/// The most seats one hold may take. A larger party asks at the box office.
pub const HOLD_SEATS_MAX: usize = 10;

/// Who has a seat. A seat that someone has cannot be had by anyone else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SeatState {
    Free,
    /// Kept for a buyer until `until`, and not at it.
    Held {
        hold: HoldId,
        until: Timestamp,
    },
    /// Kept without an end, because a payment for it is under way (S5).
    Kept {
        hold: HoldId,
    },
    Booked {
        booking: BookingId,
    },
    /// Not for sale tonight: broken, or a house seat.
    Blocked,
}

/// One seat of one screening: a synced row, written by its owner alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreeningSeat {
    pub screening: ScreeningId,
    pub seat: SeatId,
    pub owner: NodeId,
    #[serde(skip)]
    pub version: Version,
    #[serde(flatten)]
    pub state: SeatState,
}

/// The seats of one screening that a decision needs.
pub type Seats = BTreeMap<SeatId, ScreeningSeat>;

/// Seats kept for one buyer. Known only to the node that made it; others see it as the
/// state of the seats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub hold: HoldId,
    pub screening: ScreeningId,
    /// Ascending, each once.
    pub seats: Vec<SeatId>,
    pub made_at: Timestamp,
    pub state: HoldState,
}

/// What has become of a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    Open {
        until: Timestamp,
    },
    /// A payment is under way: no end until its outcome is known.
    Paying,
    Booked {
        booking: BookingId,
    },
    Released,
}

impl SeatState {
    /// Whether the seat can be taken at `now`. A hold that has run out no longer keeps
    /// anyone from it, swept or not (S5).
    #[must_use]
    pub fn is_free(self, now: Timestamp) -> bool {
        match self {
            Self::Free => true,
            Self::Held { until, .. } => until <= now,
            Self::Kept { .. } | Self::Booked { .. } | Self::Blocked => false,
        }
    }

    /// Whether `hold` keeps the seat.
    #[must_use]
    pub fn is_of(self, wanted: HoldId) -> bool {
        match self {
            Self::Held { hold, .. } | Self::Kept { hold } => hold == wanted,
            Self::Free | Self::Booked { .. } | Self::Blocked => false,
        }
    }
}

impl ScreeningSeat {
    /// The row after its owner has put the seat into `state`.
    #[must_use]
    pub fn changed_to(&self, state: SeatState) -> Self {
        Self {
            version: self.version.next(),
            state,
            ..self.clone()
        }
    }

    /// The row after its owner has given the free seat to `node` (S2).
    #[must_use]
    pub fn granted_to(&self, node: NodeId) -> Self {
        Self {
            owner: node,
            version: self.version.granted(),
            state: SeatState::Free,
            ..self.clone()
        }
    }
}

impl ScreeningSeat {
    /// The row after the hub has taken the seat from its owner, which is off for good.
    /// What is known to be sold or blocked stays so; a hold dies with the device.
    #[must_use]
    pub fn fenced_to(&self, node: NodeId) -> Self {
        let state = match self.state {
            SeatState::Free | SeatState::Held { .. } | SeatState::Kept { .. } => SeatState::Free,
            SeatState::Booked { .. } | SeatState::Blocked => self.state,
        };
        Self {
            owner: node,
            version: self.version.fenced(),
            state,
            ..self.clone()
        }
    }

    /// The row after its owner was restored from an older copy of its database. A seat that
    /// looks free, or was held when the copy was made, may have been sold since: it is
    /// blocked until somebody has looked.
    #[must_use]
    pub fn recovered(&self, now: Timestamp) -> Self {
        let state = match self.state {
            SeatState::Free | SeatState::Held { .. } => SeatState::Blocked,
            SeatState::Kept { .. } | SeatState::Booked { .. } | SeatState::Blocked => self.state,
        };
        Self {
            version: self.version.recovered(now),
            state,
            ..self.clone()
        }
    }
}

impl Hold {
    /// The latest end that a refresh can reach (S5).
    #[must_use]
    pub fn until_max(&self) -> Timestamp {
        self.made_at.plus_ms(HOLD_TOTAL_MS)
    }

    /// The end after a refresh at `now`.
    ///
    /// # Errors
    ///
    /// Refuses when the hold has run out, is being paid or is over.
    pub fn refreshed(&self, now: Timestamp) -> Result<Timestamp, RefreshRefused> {
        match self.state {
            HoldState::Open { until } if now < until => {
                Ok(now.plus_ms(HOLD_MS).min(self.until_max()).max(until))
            }
            HoldState::Open { .. } | HoldState::Released => Err(RefreshRefused::Expired),
            HoldState::Paying => Err(RefreshRefused::BeingPaid),
            HoldState::Booked { .. } => Err(RefreshRefused::Booked),
        }
    }
}
