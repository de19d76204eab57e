//! Paying on the web: orders, attempts to pay them, and money that goes back.

use domain::id::{CampaignId, OrderId, RefundId, TicketId};
use domain::money::Won;
use domain::time::Timestamp;
use domain::web_order::{IfGone, OverBecause, SeatsGiven};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::booking::BookingView;
use super::screening::{PricedSeat, ScreeningSummary};

/// Who orders, and what happens to money that comes too late.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenOrder {
    /// A Korean mobile number, with or without hyphens.
    #[schema(example = "010-1234-5678")]
    pub phone: String,
    pub if_gone: IfGone,
}

/// Who joins a campaign, with how many tickets.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakePledge {
    /// A Korean mobile number, with or without hyphens.
    #[schema(example = "010-1234-5678")]
    pub phone: String,
    #[schema(minimum = 1)]
    pub tickets: u32,
    /// The number of the person's own pledge, to raise it; none for a new one.
    #[serde(default)]
    pub raises: Option<String>,
}

/// The tickets of an order for a pledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PledgeTickets {
    pub campaign: CampaignId,
    pub tickets: u32,
    pub price_won: Won,
}

/// How far an order has come.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderStatus {
    /// It can be paid.
    Open,
    /// The last attempt came to nothing, and nothing was charged. It can be paid.
    NotPaid {
        /// The gateway's code.
        code: String,
    },
    /// The gateway's word is waited for; the seats are kept meanwhile. Ask again in a while.
    Confirming { since: Timestamp },
    /// The seats wait for money that is to be paid into an account.
    WaitingForDeposit {
        /// None when the account cannot be looked up at this moment.
        account: Option<DepositAccount>,
        until: Timestamp,
    },
    Paid {
        paid_at: Timestamp,
        booking: Box<BookingView>,
    },
    /// The money is in a pledge.
    Pledged {
        paid_at: Timestamp,
        /// By which the backer finds it again.
        number: String,
    },
    /// Nothing was charged, and nothing will be.
    Over { why: OverBecause },
    /// Money was taken for seats that were gone: it goes back.
    Refunding {
        amount_won: Won,
        /// It waits until the buyer has named a bank account for it.
        awaiting_account: bool,
    },
    Refunded {
        amount_won: Won,
        refunded_at: Timestamp,
    },
    /// The gateway did not give it back; somebody at the theater will.
    RefundRefused { amount_won: Won },
}

/// Where to pay into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DepositAccount {
    /// The bank's code.
    pub bank: String,
    pub account_number: String,
}

/// Something that is to be paid on the web. Whoever knows its id may use it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderView {
    pub order: OrderId,
    pub screening: ScreeningSummary,
    /// None for a pledge: its seats are chosen when the campaign has succeeded.
    pub seats: Vec<PricedSeat>,
    /// What a pledge's order is for; none for seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pledge: Option<PledgeTickets>,
    /// Whether they are those that were chosen.
    pub given: SeatsGiven,
    pub amount_won: Won,
    pub if_gone: IfGone,
    #[serde(flatten)]
    pub status: OrderStatus,
    /// The seats are kept up to here; an attempt to pay moves it, but not beyond `expires_at`.
    /// None while they are kept without an end, and when they are kept no more.
    pub kept_until: Option<Timestamp>,
    /// No attempt begins after it.
    pub expires_at: Timestamp,
    /// The server's time: count down from `kept_until - now`.
    pub now: Timestamp,
}

/// How to open the payment window for one attempt.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AttemptView {
    /// The gateway's `orderId`: a new one for each attempt.
    pub gateway_order: String,
    pub client_key: String,
    /// The address of the gateway's script.
    pub script: String,
    pub customer_key: String,
    pub amount_won: Won,
    pub name: String,
}

/// What the gateway called the success page with.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmOrder {
    #[schema(max_length = 200)]
    pub payment_key: String,
    /// The gateway's `orderId`.
    #[schema(max_length = 64)]
    pub gateway_order: String,
    /// Only compared, never believed.
    pub amount: Won,
}

/// What the gateway called the fail page with. Its message is not asked for: anybody can write
/// a link that says anything.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailOrder {
    #[schema(example = "PAY_PROCESS_CANCELED", max_length = 64)]
    pub code: String,
}

/// What comes back for a paid booking now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefundOffer {
    pub percent: u8,
    /// For every ticket that the booking has.
    pub amount_won: Won,
    /// For each ticket; a part of a booking can be returned.
    pub tickets: Vec<TicketOffer>,
    /// The last moment at which it is so much.
    pub until: Timestamp,
}

/// What comes back for one ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketOffer {
    pub ticket: TicketId,
    pub amount_won: Won,
}

/// How far money that goes back has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// It waits until the buyer has named a bank account for it.
    AwaitingAccount,
    Done {
        refunded_at: Timestamp,
    },
    /// The gateway did not give it back; somebody at the theater will.
    Refused,
}

/// Money that goes back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RefundView {
    pub refund: RefundId,
    /// Nothing is asked of the gateway for none.
    pub amount_won: Won,
    pub asked_at: Timestamp,
    /// The tickets that were returned, and what was paid for them.
    pub seats: Vec<PricedSeat>,
    #[serde(flatten)]
    pub status: RefundStatus,
}

/// A guest's booking with the money that has gone back and could go back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GuestBookingView {
    #[serde(flatten)]
    pub booking: BookingView,
    /// The order by which it was paid on the web.
    pub order: Option<OrderId>,
    /// None for a booking that was not paid on the web, is cancelled, or whose screening has
    /// begun.
    pub refund_offer: Option<RefundOffer>,
    /// It was paid into an account: whoever cancels names a bank account for the money.
    pub refund_to_account: bool,
    /// Money of the order waits until a bank account is named for it.
    pub awaiting_account: bool,
    pub refunds: Vec<RefundView>,
}
