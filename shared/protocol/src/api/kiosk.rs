//! What only the touch screen speaks of: the device, and payment at its card terminal.

use domain::id::{HoldId, NodeId, OrderId};
use domain::link::Link;
use domain::money::Won;
use domain::order::NotCharged;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::booking::BookingView;
use super::screening::TheaterName;

/// What stands beside the touch screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TerminalKind {
    Simulated,
}

/// The card terminal.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct TerminalView {
    pub kind: TerminalKind,
    pub ready: bool,
}

/// This device.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct KioskView {
    pub node: NodeId,
    /// None until the hub has told which theater this is.
    pub theater: Option<TheaterName>,
    pub software: String,
    pub link: Link,
    pub terminal: TerminalView,
    pub now: Timestamp,
}

/// How far a payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    WaitingForCard,
    Approved,
    Declined,
    TimedOut,
    Cancelled,
    /// The terminal's answer was lost. The kiosk keeps asking; the seats stay kept.
    Unknown,
    /// Money was taken but the seats were gone: it is given back.
    Reversed,
    /// The terminal could not be used; nothing was charged.
    Unavailable,
}

/// One attempt to pay for a hold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PaymentView {
    pub order: OrderId,
    pub state: PaymentStatus,
    pub amount_won: Won,
    pub reason: Option<NotCharged>,
    pub hold: HoldId,
    pub booking: Option<BookingView>,
}
