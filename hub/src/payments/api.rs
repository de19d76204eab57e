//! What may be asked of the payments module: the bodies of its router. Nothing else crosses
//! between the service database and the payment database (M6).
//!
//! | request | body | answer |
//! |---|---|---|
//! | `PUT /orders/{order}` | [`OpenOrder`] | [`OrderView`]; the same again is the same order |
//! | `GET /orders/{order}` | | [`OrderView`] |
//! | `POST /orders/{order}/attempts` | | [`HowToPay`] |
//! | `POST /orders/{order}/confirmation` | [`Confirm`] | [`OrderView`] |
//! | `POST /orders/{order}/closing` | | [`OrderView`]; no new attempt begins |
//! | `PUT /refunds/{refund}` | [`AskRefund`] | [`RefundView`]; the same again is the same refund |
//! | `GET /refunds/{refund}` | | [`RefundView`] |
//! | `GET /outcomes?after=&limit=&wait_ms=` | | [`Outcomes`] |
//! | `PUT /tenders/{order}` | [`TakenAtKiosk`] | `204`; the same again changes nothing |
//! | `POST /webhooks/toss` | as it came | `200` |

use domain::id::{CampaignId, NodeId, OrderId, RefundId, ScreeningId, TheaterId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What money is for: it decides the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "purpose", rename_all = "snake_case")]
pub enum Purpose {
    /// Seats of a screening: the money is the theater's.
    Seats {
        screening: ScreeningId,
        theater: TheaterId,
    },
    /// A pledge: the money stays in the campaign's escrow.
    Pledge {
        campaign: CampaignId,
        theater: TheaterId,
    },
}

/// An order that is to be paid through the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOrder {
    /// The server's amount (M1).
    pub amount: Won,
    /// What the buyer reads in the payment window, up to 100 characters; nothing personal.
    pub name: String,
    #[serde(flatten)]
    pub purpose: Purpose,
    /// No attempt begins after it.
    pub expires_at: Timestamp,
}

/// How far the payment of an order has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PaymentState {
    /// Nothing was charged, and nothing is under way.
    Open,
    /// The gateway is being asked.
    Confirming,
    /// The gateway's answer was lost or says nothing: neither paid nor failed (M2).
    Unknown,
    /// A virtual account was issued, and waits for its deposit.
    WaitingForDeposit {
        bank: String,
        account_number: String,
        due: Option<Timestamp>,
    },
    Paid {
        paid_at: Timestamp,
        /// As the gateway names it: 카드, 간편결제, 가상계좌, …
        method: String,
    },
    /// The last attempt was refused; another one may begin.
    NotPaid { code: String },
    /// Nothing was charged, and no attempt can begin any more.
    Closed,
}

/// An order as the payments module knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    pub order: OrderId,
    pub amount: Won,
    #[serde(flatten)]
    pub payment: PaymentState,
    /// What has gone back.
    pub refunded: Won,
}

/// What the browser needs to open the payment window for one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HowToPay {
    /// The gateway's name for this attempt; each attempt has its own.
    pub gateway_order: String,
    pub client_key: String,
    /// The address of the gateway's script.
    pub script: String,
    pub customer_key: String,
    pub amount: Won,
    pub name: String,
}

/// What the success page was called with. The amount is only compared, never believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    pub payment_key: String,
    pub gateway_order: String,
    pub amount: Won,
}

/// Why money goes back: every refund has exactly one reason (I5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The buyer cancelled a booking.
    BookingCancelled,
    /// The backer withdrew or lowered a pledge.
    PledgeWithdrawn,
    CampaignFailed,
    CampaignCancelled,
    ScreeningCancelled,
    /// The money came for an order that was gone, and no seat could be given.
    OrderGone,
    /// An order was paid a second time.
    DuplicatePayment,
    /// An operator decided it, as the remedy of a conflict.
    OperatorDecision,
}

/// Money that is to go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskRefund {
    pub order: OrderId,
    pub amount: Won,
    pub reason: RefundReason,
}

/// How far a refund has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RefundState {
    /// Accepted; the gateway has not said yes yet.
    Pending,
    Done {
        refunded_at: Timestamp,
    },
    /// The gateway refuses for good: somebody has to decide.
    Refused {
        code: String,
    },
}

/// A refund as the payments module knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundView {
    pub refund: RefundId,
    #[serde(flatten)]
    pub asked: AskRefund,
    #[serde(flatten)]
    pub progress: RefundState,
}

/// Something whose state has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Outcome {
    Order(OrderView),
    Refund(RefundView),
}

/// A stretch of the outcome feed: the present state of everything that changed after a
/// number, each once, in the order of the latest change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Ask for what comes after it the next time.
    pub last: i64,
    pub outcomes: Vec<Outcome>,
}

/// Money that a kiosk has taken: a fact that never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenAtKiosk {
    pub node: NodeId,
    pub kind: TenderKind,
    pub amount: Won,
    #[serde(flatten)]
    pub purpose: Purpose,
    pub taken_at: Timestamp,
}
