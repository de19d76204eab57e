//! Money that changed hands at a kiosk (수납): a fact that never changes, written by the kiosk
//! where it happened, and read by the hub for its books.

use serde::{Deserialize, Serialize};

use crate::id::{BookingId, OrderId, PledgeId};
use crate::money::Won;
use crate::order::TenderKind;
use crate::time::Timestamp;

/// What the money was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidFor {
    Booking(BookingId),
    Pledge(PledgeId),
}

/// Why money was given back at the counter: exactly one reason for each time (I5).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GivenBackFor {
    /// The buyer cancelled a booking.
    BookingCancelled,
    /// The hub has given a pledge back: the campaign came to nothing, say.
    PledgeReturned,
}

/// That money was given back, and not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    /// The order that had been paid with it.
    pub order: OrderId,
    pub why: GivenBackFor,
}

/// Money that changed hands.
///
/// The first version of the protocol knows only cards that were charged. What has come since
/// stands in fields that it passes over, and the sum over all amounts is right for it, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KioskTender {
    /// The order that was paid. When money was given back: that refund's own id.
    pub order: OrderId,
    #[serde(default = "card", skip_serializing_if = "is_card")]
    pub kind: TenderKind,
    #[serde(flatten)]
    pub paid_for: PaidFor,
    /// What came into the kiosk; negative when it was given back.
    pub amount: Won,
    /// By which the card's issuer finds the charge; empty for cash.
    pub approval_no: String,
    #[serde(rename = "approved_at")]
    pub taken_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives_back: Option<GivenBack>,
}

/// What a row of the first version is about.
fn card() -> TenderKind {
    TenderKind::Card
}

fn is_card(kind: &TenderKind) -> bool {
    match kind {
        TenderKind::Card => true,
        TenderKind::Cash => false,
    }
}
