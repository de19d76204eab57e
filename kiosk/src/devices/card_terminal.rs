//! A card payment terminal as the kiosk sees it: ask it to charge, ask it what it did, and
//! ask it to take a charge back.
//!
//! The kiosk stores the order before it calls (M2), and never treats a lost answer as a
//! failed or as a paid one: it asks the terminal, which remembers each order.

use async_trait::async_trait;
use domain::id::{OrderId, RefundId};
use domain::money::Won;
use domain::order::NotCharged;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The terminal beside the screen. It serves one customer at a time.
///
/// Every method may be repeated: an order is charged at most once in the terminal's life.
#[async_trait]
pub trait CardTerminal: Send + Sync {
    /// Asks the customer for a card and charges it.
    ///
    /// An order that was approved before gets the same approval again. A caller who stops
    /// waiting must ask `query`: the charge may or may not have happened.
    async fn authorize(&self, request: AuthorizeRequest) -> Result<Approval, AuthorizeError>;

    /// What the terminal knows of `order`: its approval, or that nothing is charged. Says
    /// `Unreachable` as long as that can still change without a new `authorize`.
    async fn query(&self, order: OrderId) -> Result<Option<Approval>, Unreachable>;

    /// Takes the charge back, if there was one, and makes sure that there never will be
    /// (망취소). A reversed order can no more be authorised.
    async fn reverse(&self, order: OrderId) -> Result<(), Unreachable>;

    /// Gives money of a charge back (승인취소): all of it or a part. The same refund again gets
    /// the same answer, so a caller whose answer was lost simply asks again.
    async fn refund(&self, request: RefundRequest) -> Result<RefundApproval, RefundError>;

    /// What the terminal did after the place `after` in its own account, for the daily close.
    async fn account(&self, after: u64) -> Result<Account, Unreachable>;

    /// The customer gave up: no longer wait for the card. A card that was faster wins, so
    /// only the answer of `authorize` counts.
    async fn cancel_waiting(&self, order: OrderId);

    /// Whether it makes sense to offer payment by card: asked before a customer presents one.
    fn readiness(&self) -> Readiness;
}

/// Whether the terminal can charge cards now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    /// It cannot reach the acquirer (밴). No card is stored to be charged later.
    LineDown,
    /// It does not work.
    OutOfOrder,
}

/// Which money to give back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundRequest {
    /// Names the refund for ever, at the terminal too.
    pub refund: RefundId,
    /// The charge of which it is given back.
    pub order: OrderId,
    pub amount: Won,
}

/// The terminal's word that money has gone back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundApproval {
    /// The number by which the card's issuer finds it.
    pub approval_no: String,
    pub approved_at: Timestamp,
    pub amount: Won,
}

/// Why there is no approval of a refund.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// Nothing was given back, and asking again will not help.
    #[error("the terminal has no such charge, or too little is left of it")]
    Refused,
    /// Nobody knows whether it was given back, or it could not be asked: ask again.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

/// One movement of money at the terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub what: Movement,
    /// Below 0 when it went back to the card.
    pub amount: Won,
    pub approval_no: String,
}

/// What was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    Charge(OrderId),
    /// A charge that was taken back as if it had never been (망취소).
    Reversal(OrderId),
    Refund(RefundId),
}

/// A stretch of the terminal's account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub lines: Vec<Line>,
    /// Ask for what comes after it the next time.
    pub last: u64,
}

/// What to charge, and for which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorizeRequest {
    /// Names the charge for ever, at the terminal too.
    pub order: OrderId,
    /// What the customer pays.
    pub amount: Won,
}

/// The terminal's word that the card is charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The number by which the card's issuer finds the charge (승인번호).
    pub approval_no: String,
    /// When the terminal approved it.
    pub approved_at: Timestamp,
    /// What was charged; an asker compares it with the order.
    pub amount: Won,
    /// The card's number with its middle hidden, for the receipt.
    pub card_masked: String,
    /// Who issued the card, for the receipt.
    pub issuer: String,
}

/// Why there is no approval: either surely nothing was charged, or nobody knows yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizeError {
    /// Nothing was charged.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The card may or may not be charged: `query` tells.
    #[error("the terminal's answer was lost")]
    AnswerLost,
}

/// Nothing was charged, because.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The card, its issuer or the terminal said no.
    #[error("declined")]
    Declined {
        /// Why.
        reason: DeclineReason,
    },
    /// The customer gave up.
    #[error("cancelled by the customer")]
    CancelledByCustomer,
    /// Nobody presented a card in time.
    #[error("no card was presented in time")]
    TimedOut,
    /// The terminal is serving another order.
    #[error("the terminal is busy")]
    Busy,
    /// The terminal is out of order.
    #[error("the terminal is not ready")]
    NotReady,
    /// The terminal cannot reach the acquirer.
    #[error("the acquirer cannot be reached")]
    LineDown,
}

/// Who declined, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// The card's issuer refuses this charge.
    IssuerRefused,
    /// The terminal charges no such amount.
    AmountInvalid,
    /// The order was reversed, which is for ever.
    OrderReversed,
}

impl DeclineReason {
    /// The reason as the API writes it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::IssuerRefused => "issuer_refused",
            Self::AmountInvalid => "amount_invalid",
            Self::OrderReversed => "order_reversed",
        }
    }
}

impl From<Rejection> for NotCharged {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Declined { .. } => Self::Declined,
            Rejection::CancelledByCustomer => Self::Cancelled,
            Rejection::TimedOut => Self::TimedOut,
            Rejection::Busy | Rejection::NotReady => Self::TerminalUnavailable,
            Rejection::LineDown => Self::AcquirerUnreachable,
        }
    }
}

/// The terminal gives no answer now; ask again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the terminal gives no answer now")]
pub struct Unreachable;
