//! Bookings and their tickets.

use domain::booking::Tender;
use domain::id::{BookingId, TicketId};
use domain::money::Won;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::back::BankAccount;
use super::screening::{PricedSeat, ScreeningSummary};

/// Whether a booking is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BookingStatus {
    Confirmed,
    Cancelled,
}

/// One seat of a booking.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TicketView {
    pub ticket: TicketId,
    #[serde(flatten)]
    pub seat: PricedSeat,
}

/// Seats sold to one buyer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BookingView {
    pub booking: BookingId,
    #[schema(example = "1234-5678-9012")]
    pub number: String,
    pub state: BookingStatus,
    pub screening: ScreeningSummary,
    pub tickets: Vec<TicketView>,
    pub amount_won: Won,
    pub tender: Tender,
    pub paid: bool,
    pub booked_at: Timestamp,
}

/// How a guest books on the web.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookHold {
    /// A Korean mobile number, with or without hyphens.
    #[schema(example = "010-1234-5678")]
    pub phone: String,
    pub tender: WebTender,
}

/// What a guest can choose on the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebTender {
    PayAtTheater,
}

/// Who asks for a booking on the web.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpBooking {
    pub number: String,
    pub phone: String,
}

/// Who cancels a booking.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelBooking {
    pub phone: String,
    /// Only these; all of them without. A part of a booking can be cancelled if it was paid on
    /// the web.
    #[serde(default)]
    pub tickets: Vec<TicketId>,
    /// Where the money goes that was paid into an account.
    #[serde(default)]
    pub account: Option<BankAccount>,
}

/// A booking is picked up at the kiosk with its number.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PickUpBooking {
    pub number: String,
}
