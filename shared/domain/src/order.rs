//! What is to be paid at a kiosk, and how far its payment has come (M2).
//!
//! Begin (the order is stored as *confirming*) → ask the terminal → settle. A crash in
//! between leaves an order that is still confirming; the terminal is then asked what became
//! of it. Unknown is a state of its own and never treated as failed or as paid.

use serde::{Deserialize, Serialize};

use crate::id::{BookingId, HoldId, OrderId, ScreeningId};
use crate::money::Won;
use crate::time::Timestamp;

/// Why a card was not charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotCharged {
    /// The card's issuer said no.
    Declined,
    /// Nobody presented a card in time.
    TimedOut,
    /// The buyer gave up.
    Cancelled,
    /// The terminal could not be used.
    TerminalUnavailable,
}

/// How far an order has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// The terminal may be charging the card.
    Confirming,
    /// The terminal's answer was lost: the card may or may not be charged.
    Unknown,
    Paid {
        booking: BookingId,
    },
    NotPaid {
        why: NotCharged,
    },
    /// Money was taken, but the seats could not be given: it is being given back.
    Reversing,
    Reversed,
}

/// One attempt to pay for a hold. Known only to the kiosk that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub order: OrderId,
    pub hold: HoldId,
    pub screening: ScreeningId,
    pub amount: Won,
    pub made_at: Timestamp,
    pub state: OrderState,
}

/// How a kiosk was paid.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TenderKind {
    /// By the card terminal beside the screen.
    Card,
    /// In cash, to the staff at the desk.
    Cash,
}

/// How money was taken: a fact that never changes, written by the kiosk where it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardTender {
    pub order: OrderId,
    pub booking: BookingId,
    pub amount: Won,
    pub approval_no: String,
    pub approved_at: Timestamp,
}
