//! What is to be paid at a kiosk, and how far its payment has come (M2).
//!
//! Begin (the order is stored as *confirming*) → ask the terminal → settle. A crash in
//! between leaves an order that is still confirming; the terminal is then asked what became
//! of it. Unknown is a state of its own and never treated as failed or as paid. An order that
//! is to be paid in cash waits at the desk instead, for a limited time: no money is under way.

use serde::{Deserialize, Serialize};

use crate::id::{CampaignId, HoldId, OrderId, ScreeningId};
use crate::money::Won;
use crate::tender::PaidFor;
use crate::time::{MINUTE_MS, Timestamp};

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
    /// The terminal could not reach the acquirer.
    AcquirerUnreachable,
    /// The staff at the desk took no money.
    RefusedAtDesk,
}

/// How far an order has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// The terminal may be charging the card.
    Confirming,
    /// The staff have not taken the cash yet; nobody waits for it after `until`.
    AtDesk {
        until: Timestamp,
    },
    /// The terminal's answer was lost: the card may or may not be charged.
    Unknown,
    Paid {
        paid_for: PaidFor,
    },
    NotPaid {
        why: NotCharged,
    },
    /// Money was taken, but the seats could not be given: it is being given back.
    Reversing,
    Reversed,
}

/// How long an order waits at the desk.
pub const DESK_WAIT_MS: i64 = 15 * MINUTE_MS;

/// What an order is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The seats of its hold.
    Seats,
    /// A pledge of as many tickets as its hold has seats.
    Pledge { campaign: CampaignId },
}

/// One attempt to pay for a hold. Known only to the kiosk that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub order: OrderId,
    pub hold: HoldId,
    pub screening: ScreeningId,
    pub purpose: Purpose,
    pub kind: TenderKind,
    pub amount: Won,
    pub made_at: Timestamp,
    pub state: OrderState,
    /// The notes and coins that the staff were given, of which the change went back.
    pub given: Option<Won>,
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
