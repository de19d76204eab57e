//! A card payment terminal as the kiosk sees it: ask it to charge, ask it what it did, and
//! ask it to take a charge back.
//!
//! The kiosk stores the order before it calls (M2), and never treats a lost answer as a
//! failed or as a paid one: it asks the terminal, which remembers each order.

use async_trait::async_trait;
use domain::id::OrderId;
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

    /// The customer gave up: no longer wait for the card. A card that was faster wins, so
    /// only the answer of `authorize` counts.
    async fn cancel_waiting(&self, order: OrderId);

    /// Whether it makes sense to offer payment by card.
    fn ready(&self) -> bool;
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
        }
    }
}

/// The terminal gives no answer now; ask again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the terminal gives no answer now")]
pub struct Unreachable;
