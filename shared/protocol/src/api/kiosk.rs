//! What only the touch screen speaks of: the device, and payment at its card terminal.

use domain::id::{CampaignId, HoldId, NodeId, OrderId, SeatId};
use domain::link::{ByHand, Link};
use domain::money::Won;
use domain::order::{NotCharged, TenderKind};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::booking::BookingView;
use super::hand_off::ByPhone;
use super::join::KioskPledge;
use super::screening::{ScreeningSummary, TheaterName};

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
    /// It works, but cannot reach the acquirer: no card is taken now.
    pub line_down: bool,
}

/// Whether this kiosk may sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KioskStanding {
    Selling,
    /// Its database is an older copy: it takes back from the hub what it has lost.
    Recovering,
    /// Another copy of it has gone on; somebody has to decide which of the two it is.
    PutAside,
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
    /// Whether the staff take cash here.
    pub desk: bool,
    /// Whether orders can be paid on the buyer's own phone.
    pub by_phone: ByPhone,
    pub standing: KioskStanding,
    /// Seats that were maybe sold before a loss: nobody gets them until staff have looked.
    pub seats_in_doubt: i64,
    /// Whether staff have taken it offline.
    pub by_hand: ByHand,
    /// When working offline ends by itself; said shortly before it does.
    pub offline_ends_at: Option<Timestamp>,
    pub now: Timestamp,
}

/// Sell only this kiosk's own seats, and ask nobody.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeOffline {
    /// For so long, whatever the link does; none: until the link has been good for a while.
    #[schema(minimum = 1, maximum = 720)]
    pub minutes: Option<i64>,
    /// Why, for whoever comes next.
    #[serde(default)]
    pub reason: String,
}

/// A seat in doubt.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DoubtedSeat {
    pub seat: SeatId,
    pub row: String,
    pub number: u32,
}

/// The seats in doubt of one screening.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Doubts {
    pub showing: ScreeningSummary,
    pub seats: Vec<DoubtedSeat>,
}

/// Staff have looked at all seats in doubt of a screening.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleDoubts {
    /// These were sold; they stay blocked. The others are put on sale.
    pub sold: Vec<SeatId>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct DoubtsSettled {
    /// So many seats are on sale again.
    pub free: i64,
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
    /// The customer is to go to the staff with cash.
    WaitingAtDesk,
    /// The staff took no money.
    RefusedAtDesk,
}

/// One attempt to pay for a hold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PaymentView {
    pub order: OrderId,
    pub state: PaymentStatus,
    pub kind: TenderKind,
    /// What the customer reads out at the desk.
    pub desk_number: Option<String>,
    /// Nobody waits at the desk after that.
    pub until: Option<Timestamp>,
    pub amount_won: Won,
    pub reason: Option<NotCharged>,
    pub hold: HoldId,
    /// Set when it is for a pledge.
    pub campaign: Option<CampaignId>,
    pub booking: Option<BookingView>,
    pub pledge: Option<KioskPledge>,
}
