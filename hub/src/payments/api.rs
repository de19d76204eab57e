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
//! | `PUT /orders/{order}/refund-account` | [`RefundAccount`] | `204`; a later word counts |
//! | `PUT /refunds/{refund}` | [`AskRefund`] | [`RefundView`]; the same again is the same refund |
//! | `GET /refunds/{refund}` | | [`RefundView`] |
//! | `POST /refunds/{refund}/retry` | | [`RefundView`]; a refused one is tried again |
//! | `GET /outcomes?after=&limit=&wait_ms=` | | [`Outcomes`] |
//! | `PUT /tenders/{order}` | [`TakenAtKiosk`] | `204`; the same again changes nothing |
//! | `POST /webhooks/toss` | as it came | `200` |
//! | `PUT /leading` | [`HubLeads`] | `204`; where the module has a lease of its own |
//!
//! What is asked about the books stands in [`books`]. A request that is not carried out is
//! answered with a [`Refusal`].

pub mod books;

use domain::id::{CampaignId, NodeId, OrderId, RefundId, ScreeningId, TheaterId};
use domain::money::Won;
use domain::order::TenderKind;
pub use domain::payment::{Deposit, PaymentState};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The hub on this machine leads: the payments may, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubLeads {
    /// It surely does for so long.
    pub for_ms: u64,
    /// How far it has read the outcome feed: 0 is nothing.
    pub outcomes_read: i64,
}

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

/// An order as the payments module knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    pub order: OrderId,
    pub amount: Won,
    #[serde(flatten)]
    pub payment: PaymentState,
    /// What has gone back.
    pub refunded: Won,
    /// It was paid into an account: the gateway gives it back to a bank account of the buyer's,
    /// and has to be told which.
    #[serde(default)]
    pub needs_account: bool,
    /// The attempts that came to nothing, by the gateway's names for them: whoever waits for
    /// one knows whether this speaks of it.
    #[serde(default)]
    pub not_paid: Vec<String>,
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

/// Why the payments module does not do what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    #[error("there is no such thing")]
    NotFound,
    #[error("the request is not understood")]
    Invalid,
    /// The caller used one id for two things.
    #[error("this id was used before, with other contents")]
    Differs,
    #[error("the order can no longer be paid")]
    NotOpen,
    #[error("another attempt to pay this order is under way")]
    UnderWay,
    #[error("too many attempts to pay this order")]
    TooManyAttempts,
    #[error("the amount is not that of the order")]
    AmountDiffers,
    #[error("nothing was paid that could go back")]
    NotPaid,
    #[error("this is more than what is left of the payment")]
    MoreThanPaid,
    /// Money that is not there cannot be settled or paid out.
    #[error("there is not so much on the account")]
    NotAvailable,
}

impl Refused {
    /// The HTTP status that goes with it.
    #[must_use]
    pub fn http_status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Invalid => 422,
            Self::Differs
            | Self::NotOpen
            | Self::UnderWay
            | Self::TooManyAttempts
            | Self::AmountDiffers
            | Self::NotPaid
            | Self::MoreThanPaid
            | Self::NotAvailable => 409,
        }
    }
}

/// The body of every answer that is a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub refused: Refused,
    pub detail: String,
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

/// A bank account of the buyer's. It goes to the gateway and is never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundAccount {
    /// The gateway's number of the bank.
    pub bank: String,
    /// Digits alone.
    pub account_number: String,
    pub holder: String,
}

impl RefundAccount {
    /// The gateway takes no longer number …
    pub const DIGITS_MAX: usize = 20;
    /// … and no longer name.
    pub const HOLDER_CHARS_MAX: usize = 60;

    /// Whether the gateway could take it.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let number = self.account_number.len();
        let holder = self.holder.trim().chars().count();
        self.bank.len() == 2
            && digits(&self.bank)
            && digits(&self.account_number)
            && (1..=Self::DIGITS_MAX).contains(&number)
            && (1..=Self::HOLDER_CHARS_MAX).contains(&holder)
    }
}

impl std::fmt::Debug for RefundAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefundAccount(..)")
    }
}

/// How far a refund has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RefundState {
    /// Accepted; the gateway has not said yes yet.
    Pending,
    /// It was paid into an account, and the buyer has not said where it goes back to, or the
    /// gateway would not send it there.
    AwaitingAccount,
    Done {
        refunded_at: Timestamp,
    },
    /// The gateway refuses for good: somebody has to decide.
    Refused {
        code: String,
    },
}

impl RefundState {
    /// Whether the money is still to go back by the gateway.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Pending | Self::AwaitingAccount => true,
            Self::Done { .. } | Self::Refused { .. } => false,
        }
    }
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

/// Money that a kiosk has taken, or given back when the amount is below 0: a fact that never
/// changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenAtKiosk {
    pub node: NodeId,
    pub kind: TenderKind,
    pub amount: Won,
    #[serde(flatten)]
    pub purpose: Purpose,
    pub taken_at: Timestamp,
}
