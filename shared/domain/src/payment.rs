//! How far paying an order has come: attempts, what the gateway says about them, and what
//! follows for the order (M2, M3).
//!
//! Unknown is a state of its own. Only the gateway's word ends it, never the time that passes.

pub mod code;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

#[cfg(test)]
mod tests;

/// The account of a bank that was opened for one order, and waits for its money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Deposit {
    /// The bank's code, as the gateway writes it.
    pub bank: String,
    pub account_number: String,
    /// After it the account takes nothing.
    pub due: Option<Timestamp>,
}

/// How far one attempt to pay has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// The buyer may be in the payment window; nothing was asked of the gateway.
    Prepared,
    /// The gateway is being asked, or was when the program stopped.
    Confirming,
    /// The gateway's answer was lost or says nothing.
    Unknown,
    /// A virtual account waits for its deposit.
    WaitingForDeposit(Deposit),
    Paid {
        paid_at: Timestamp,
        method: String,
    },
    /// The gateway took nothing.
    NotPaid {
        code: String,
    },
}

/// What the gateway says about an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    Paid {
        paid_at: Timestamp,
        method: String,
    },
    WaitingForDeposit(Deposit),
    NotPaid {
        code: String,
    },
    /// Nothing that helps: the answer was lost, or the payment is still on its way.
    Nothing,
}

/// What becomes of the pending transfer of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// It stays as it is.
    Stays,
    /// It is promised anew: there was none, or it was voided.
    Promised,
    /// The promised transfer has happened.
    Posted,
    /// The promised transfer will not happen.
    Voided,
    /// Money came although nothing was promised any more: a new transfer, at once.
    PostedLate,
}

/// What follows from the gateway's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing new.
    Same,
    Changed {
        to: AttemptState,
        money: Money,
    },
    /// The gateway takes back what was final. It changes nothing here; somebody must look.
    Contradiction,
}

impl AttemptState {
    /// Whether money may be moving that we do not know of.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        match self {
            Self::Confirming | Self::Unknown | Self::WaitingForDeposit(_) => true,
            Self::Prepared | Self::Paid { .. } | Self::NotPaid { .. } => false,
        }
    }

    /// What follows when the gateway says `word`.
    #[must_use]
    pub fn hear(&self, word: Word) -> Heard {
        match word {
            Word::Nothing => self.hear_nothing(),
            Word::Paid { paid_at, method } => self.hear_paid(paid_at, method),
            Word::WaitingForDeposit(deposit) => self.hear_waiting(deposit),
            Word::NotPaid { code } => self.hear_not_paid(code),
        }
    }

    fn hear_nothing(&self) -> Heard {
        match self {
            Self::Confirming => Heard::Changed {
                to: Self::Unknown,
                money: Money::Stays,
            },
            Self::Prepared
            | Self::Unknown
            | Self::WaitingForDeposit(_)
            | Self::Paid { .. }
            | Self::NotPaid { .. } => Heard::Same,
        }
    }

    fn hear_paid(&self, paid_at: Timestamp, method: String) -> Heard {
        let money = match self {
            Self::Paid { .. } => return Heard::Same,
            Self::Confirming | Self::Unknown | Self::WaitingForDeposit(_) => Money::Posted,
            Self::Prepared | Self::NotPaid { .. } => Money::PostedLate,
        };
        let to = Self::Paid { paid_at, method };
        Heard::Changed { to, money }
    }

    fn hear_waiting(&self, deposit: Deposit) -> Heard {
        let money = match self {
            Self::WaitingForDeposit(_) => return Heard::Same,
            // The bank takes a deposit back.
            Self::Paid { .. } => return Heard::Contradiction,
            Self::Confirming | Self::Unknown => Money::Stays,
            Self::Prepared | Self::NotPaid { .. } => Money::Promised,
        };
        let to = Self::WaitingForDeposit(deposit);
        Heard::Changed { to, money }
    }

    fn hear_not_paid(&self, code: String) -> Heard {
        let money = match self {
            Self::NotPaid { .. } => return Heard::Same,
            Self::Paid { .. } => return Heard::Contradiction,
            Self::Prepared => Money::Stays,
            Self::Confirming | Self::Unknown | Self::WaitingForDeposit(_) => Money::Voided,
        };
        let to = Self::NotPaid { code };
        Heard::Changed { to, money }
    }
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
    WaitingForDeposit(Deposit),
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

/// Whether attempts may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doors {
    Open,
    Closed,
}

/// What follows for an order from its attempts, in the order in which they began. Paid counts
/// first, then what may still become paid.
#[must_use]
pub fn of_attempts(attempts: &[AttemptState], doors: Doors) -> PaymentState {
    let first =
        |wanted: fn(&AttemptState) -> Option<PaymentState>| attempts.iter().find_map(wanted);
    let under_way = first(paid).or_else(|| first(confirming));
    let under_way = under_way
        .or_else(|| first(unknown))
        .or_else(|| first(waiting));
    if let Some(state) = under_way {
        return state;
    }
    if doors == Doors::Closed {
        return PaymentState::Closed;
    }
    let refused = attempts.iter().rev().find_map(|attempt| match attempt {
        AttemptState::NotPaid { code } => Some(PaymentState::NotPaid { code: code.clone() }),
        AttemptState::Prepared
        | AttemptState::Confirming
        | AttemptState::Unknown
        | AttemptState::WaitingForDeposit(_)
        | AttemptState::Paid { .. } => None,
    });
    refused.unwrap_or(PaymentState::Open)
}

fn paid(attempt: &AttemptState) -> Option<PaymentState> {
    let AttemptState::Paid { paid_at, method } = attempt else {
        return None;
    };
    Some(PaymentState::Paid {
        paid_at: *paid_at,
        method: method.clone(),
    })
}

fn confirming(attempt: &AttemptState) -> Option<PaymentState> {
    (*attempt == AttemptState::Confirming).then_some(PaymentState::Confirming)
}

fn unknown(attempt: &AttemptState) -> Option<PaymentState> {
    (*attempt == AttemptState::Unknown).then_some(PaymentState::Unknown)
}

fn waiting(attempt: &AttemptState) -> Option<PaymentState> {
    let AttemptState::WaitingForDeposit(deposit) = attempt else {
        return None;
    };
    Some(PaymentState::WaitingForDeposit(deposit.clone()))
}
