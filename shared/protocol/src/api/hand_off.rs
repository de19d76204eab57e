//! Paying at a kiosk with one's own phone.

use domain::hand_off::HandOffEnd;
use domain::id::{OrderId, ScreeningId};
use domain::money::Won;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::booking::BookingView;

/// Whether an order can be paid on the buyer's own phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ByPhone {
    Ready,
    /// The web cannot be reached now.
    HubUnreachable,
    /// The web does not take such orders.
    NotOffered,
}

/// An order that was handed off to the web.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HandOffView {
    pub order: OrderId,
    pub screening: ScreeningId,
    #[serde(flatten)]
    pub status: HandOffStatus,
    pub amount_won: Won,
    /// No attempt to pay begins at it or later.
    pub until: Timestamp,
    pub now: Timestamp,
}

/// How far it has come.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum HandOffStatus {
    /// On its way to the web.
    Given,
    /// It can be paid there.
    Open {
        /// What the code on the screen says.
        address: String,
    },
    /// The buyer is paying, or the answer of the payment is waited for.
    Paying,
    Paid {
        booking: Box<BookingView>,
    },
    /// It was not paid, and the seats are on sale again.
    Over {
        why: HandOffEnd,
    },
}
