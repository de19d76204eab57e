//! An order that a kiosk hands off to the hub, so that it is paid on the buyer's own phone.
//!
//! The kiosk gives the seats and the order to the hub in one transaction, as its last act on
//! both. From then on they are the hub's: an order on the web as any other, of which the kiosk is
//! told how far it has come.

use serde::{Deserialize, Serialize};

use crate::id::{BookingId, NodeId, OrderId, ScreeningId, SeatId};
use crate::time::{MINUTE_MS, Timestamp};
use crate::version::Version;
use crate::web_order::{OverBecause, WebOrderState};

/// How long the buyer has, from the code on the screen to the payment window. Shorter than the
/// absolute end of a hold.
pub const HAND_OFF_MS: i64 = 10 * MINUTE_MS;

/// An order that was handed off: a synced row. The kiosk writes its first version and gives it
/// to the hub with the same stroke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOff {
    /// The kiosk draws it, and the order on the web has it as well: the same hand-off is the same
    /// order, however often it is told. Most of it is random, so whoever knows it may pay.
    pub order: OrderId,
    /// Where the buyer stands.
    pub node: NodeId,
    pub screening: ScreeningId,
    /// Ascending, each once.
    pub seats: Vec<SeatId>,
    #[serde(skip)]
    pub version: Version,
    pub made_at: Timestamp,
    /// No attempt to pay begins at it or later.
    pub until: Timestamp,
    #[serde(flatten)]
    pub state: HandOffState,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum HandOffState {
    /// The kiosk has given it away, and the hub has not said anything yet.
    Given,
    /// It can be paid.
    Open,
    /// The gateway's word, or a deposit, is waited for.
    Paying,
    Paid {
        booking: BookingId,
    },
    /// It will not be paid. The seats are on sale again, at the hub.
    Over {
        why: HandOffEnd,
    },
}

/// Why it ended without a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandOffEnd {
    /// Nobody paid in time, or the hub heard of it too late.
    Expired,
    /// The buyer gave it up.
    GivenUp,
    /// The hub could not keep the seats.
    SeatsGone,
    /// Money came when the seats were gone: it goes back.
    PaidBack,
}

impl HandOffEnd {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::GivenUp => "given_up",
            Self::SeatsGone => "seats_gone",
            Self::PaidBack => "paid_back",
        }
    }

    /// The end with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Expired,
            Self::GivenUp,
            Self::SeatsGone,
            Self::PaidBack,
        ];
        all.into_iter().find(|end| end.name() == name)
    }
}

impl HandOff {
    /// The row after its kiosk has given it to the hub.
    #[must_use]
    pub fn given(&self) -> Self {
        Self {
            version: self.version.granted(),
            ..self.clone()
        }
    }

    /// The row after the hub has put it into `state`.
    #[must_use]
    pub fn changed_to(&self, state: HandOffState) -> Self {
        Self {
            version: self.version.next(),
            state,
            ..self.clone()
        }
    }

    /// What can be said of it at `now`: what nobody has answered ends by time.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> HandOffState {
        match self.state {
            HandOffState::Given | HandOffState::Open if now >= self.until => HandOffState::Over {
                why: HandOffEnd::Expired,
            },
            state @ (HandOffState::Given
            | HandOffState::Open
            | HandOffState::Paying
            | HandOffState::Paid { .. }
            | HandOffState::Over { .. }) => state,
        }
    }
}

impl HandOffState {
    /// What the kiosk is told of an order in `state`.
    #[must_use]
    pub fn of_order(state: &WebOrderState) -> Self {
        let over = |why| Self::Over { why };
        match state {
            WebOrderState::Open | WebOrderState::NotPaid { .. } => Self::Open,
            WebOrderState::Confirming { .. } | WebOrderState::WaitingForDeposit { .. } => {
                Self::Paying
            }
            WebOrderState::Paid { booking, .. } => Self::Paid { booking: *booking },
            WebOrderState::Over { why } => over(match why {
                OverBecause::GivenUp => HandOffEnd::GivenUp,
                OverBecause::Expired | OverBecause::BrokenOff => HandOffEnd::Expired,
            }),
            // An order for seats never becomes a pledge.
            WebOrderState::Pledged { .. }
            | WebOrderState::PledgeReturned { .. }
            | WebOrderState::Refunding { .. }
            | WebOrderState::Refunded { .. }
            | WebOrderState::RefundRefused { .. } => over(HandOffEnd::PaidBack),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_nobody_answers_ends_by_time_and_what_is_being_paid_does_not() {
        let hand_off = |state| HandOff {
            order: OrderId(Uuid::nil()),
            node: NodeId::hub(),
            screening: ScreeningId(1),
            seats: vec![SeatId(1)],
            version: Version::FIRST,
            made_at: Timestamp(0),
            until: Timestamp(HAND_OFF_MS),
            state,
        };
        let over = HandOffState::Over {
            why: HandOffEnd::Expired,
        };
        for (state, then) in [
            (HandOffState::Given, over),
            (HandOffState::Open, over),
            (HandOffState::Paying, HandOffState::Paying),
        ] {
            let hand_off = hand_off(state);
            assert_eq!(hand_off.state_at(Timestamp(HAND_OFF_MS - 1)), state);
            assert_eq!(hand_off.state_at(Timestamp(HAND_OFF_MS)), then);
        }
    }

    #[test]
    fn every_end_has_a_name_that_is_read_again() {
        for name in ["expired", "given_up", "seats_gone", "paid_back"] {
            assert_eq!(
                HandOffEnd::from_name(name).map(HandOffEnd::name),
                Some(name)
            );
        }
        assert_eq!(HandOffEnd::from_name("later"), None);
    }
}
