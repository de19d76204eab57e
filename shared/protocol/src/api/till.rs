//! What the staff at a kiosk do with money: the cash desk, refunds at the counter, and the
//! daily close.

use domain::daily_close::{DailyClose, Difference, Totals};
use domain::id::{BookingId, NodeId, OrderId, PledgeId, RefundId, TicketId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::booking::{BookingView, TicketView};
use super::kiosk::PaymentView;
use super::screening::{PricedSeat, ScreeningSummary};

/// An order that waits for the staff.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskOrder {
    pub order: OrderId,
    /// What the customer reads out.
    #[schema(example = "042")]
    pub desk_number: String,
    pub showing: ScreeningSummary,
    /// Empty for a pledge, which has no seats of its own yet.
    pub seats: Vec<PricedSeat>,
    /// Tickets of a pledge.
    pub pledge_tickets: Option<u32>,
    pub amount_won: Won,
    pub waits_since: Timestamp,
    /// Nobody waits for it after that.
    pub until: Timestamp,
}

/// Everything that waits at the desk.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskView {
    pub orders: Vec<DeskOrder>,
    pub now: Timestamp,
}

/// The staff have cash in the hand.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeCash {
    /// The notes and coins that the customer gave.
    pub given_won: Won,
}

/// Cash was taken.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CashTaken {
    pub payment: PaymentView,
    pub given_won: Won,
    /// To be given back now.
    pub change_won: Won,
}

/// Which booking somebody brings back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskRefundQuote {
    #[schema(example = "1234-5678-9012")]
    pub number: String,
}

/// A ticket, and what comes back for it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TicketBack {
    #[serde(flatten)]
    pub ticket: TicketView,
    pub back_won: Won,
}

/// What comes back for a booking now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RefundQuote {
    pub booking: BookingView,
    /// How it was paid, and goes back.
    pub kind: TenderKind,
    pub percent: u8,
    /// The last moment at which that is so.
    pub until: Option<Timestamp>,
    pub tickets: Vec<TicketBack>,
}

/// Tickets that are brought back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BringBack {
    pub booking: BookingId,
    pub tickets: Vec<TicketId>,
}

/// A pledge whose money goes back.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivePledgeBack {
    pub pledge: PledgeId,
}

/// How far a refund has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CounterRefundState {
    /// The terminal has not said yes yet. The kiosk keeps asking.
    Asked,
    Done,
    /// The terminal gives nothing back: pay it from the drawer.
    Refused,
}

/// Money that goes back at the counter.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CounterRefund {
    pub refund: RefundId,
    /// None for a pledge.
    pub booking: Option<BookingId>,
    pub kind: TenderKind,
    pub amount_won: Won,
    pub state: CounterRefundState,
    pub asked_at: Timestamp,
}

/// Close the day.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseDay {
    /// The cash in the drawer, without the change that lay there at the start.
    pub counted_cash_won: Won,
    /// The business date; none: today's.
    #[schema(example = "2026-11-22")]
    pub business_date: Option<String>,
}

/// A daily close.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CloseView {
    pub node: NodeId,
    pub closed_at: Timestamp,
    pub business_date: String,
    pub card: Totals,
    pub cash: Totals,
    pub terminal: Totals,
    pub expected_cash_won: Won,
    pub counted_cash_won: Won,
    /// Empty when everything is right.
    pub differences: Vec<Difference>,
}

impl From<DailyClose> for CloseView {
    fn from(close: DailyClose) -> Self {
        Self {
            node: close.node,
            closed_at: close.closed_at,
            business_date: close.business_date,
            card: close.card,
            cash: close.cash,
            terminal: close.terminal,
            expected_cash_won: close.cash.left(),
            counted_cash_won: close.counted_cash,
            differences: close.differences,
        }
    }
}

/// What would be closed now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OpenTill {
    pub business_date: String,
    /// None before the first close.
    pub last_closed_at: Option<Timestamp>,
    /// The latest closes, the newest first.
    pub closes: Vec<CloseView>,
}
