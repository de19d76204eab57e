//! The books: accounts, and money that moves between two of them in two phases (M4).
//!
//! A transfer names the account it debits and the account it credits, so the sum over all
//! accounts is zero whatever is written. A balance is never changed: it follows from the
//! transfers.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{CampaignId, NodeId, TheaterId};
use crate::money::Won;
use crate::order::TenderKind;

#[cfg(test)]
mod laws;

/// Where money can be, or whose it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Account {
    /// What the gateway has taken for us and not paid out yet.
    GatewayReceivable,
    /// What backers have put down for a campaign: theirs until it succeeds.
    Escrow(CampaignId),
    /// What a theater has earned and was not paid out.
    TheaterPayable(TheaterId),
    /// What a kiosk has taken, and how.
    Tenders { node: NodeId, kind: TenderKind },
    /// What the gateway keeps for its work.
    GatewayFees,
    /// What is to go back to buyers and has not arrived there.
    RefundsInTransit,
    /// What nobody can explain yet.
    Suspense,
    /// What has come to, or left from, our account at the bank.
    Bank,
}

/// On which side an account grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What we have, or are owed.
    Debit,
    /// What we owe.
    Credit,
}

impl Account {
    /// On which side it grows.
    #[must_use]
    pub fn side(&self) -> Side {
        match self {
            Self::GatewayReceivable | Self::Tenders { .. } | Self::GatewayFees | Self::Bank => {
                Side::Debit
            }
            Self::Escrow(_) | Self::TheaterPayable(_) | Self::RefundsInTransit | Self::Suspense => {
                Side::Credit
            }
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GatewayReceivable => f.write_str("gateway"),
            Self::Escrow(campaign) => write!(f, "escrow:{campaign}"),
            Self::TheaterPayable(theater) => write!(f, "theater:{theater}"),
            Self::Tenders { node, kind } => match kind {
                TenderKind::Card => write!(f, "tenders:{node}:card"),
                TenderKind::Cash => write!(f, "tenders:{node}:cash"),
            },
            Self::GatewayFees => f.write_str("fees"),
            Self::RefundsInTransit => f.write_str("refunds"),
            Self::Suspense => f.write_str("suspense"),
            Self::Bank => f.write_str("bank"),
        }
    }
}

/// A text that is no account's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no account")]
pub struct NoAccount(pub String);

impl FromStr for Account {
    type Err = NoAccount;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        named(text).ok_or_else(|| NoAccount(text.to_owned()))
    }
}

fn named(text: &str) -> Option<Account> {
    let mut parts = text.split(':');
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    match (first, second, third) {
        ("gateway", None, None) => Some(Account::GatewayReceivable),
        ("fees", None, None) => Some(Account::GatewayFees),
        ("refunds", None, None) => Some(Account::RefundsInTransit),
        ("suspense", None, None) => Some(Account::Suspense),
        ("bank", None, None) => Some(Account::Bank),
        ("escrow", Some(id), None) => Some(Account::Escrow(CampaignId(id.parse().ok()?))),
        ("theater", Some(id), None) => Some(Account::TheaterPayable(TheaterId(id.parse().ok()?))),
        ("tenders", Some(node), Some(kind)) => Some(Account::Tenders {
            node: node.parse().ok()?,
            kind: match kind {
                "card" => TenderKind::Card,
                "cash" => TenderKind::Cash,
                _ => return None,
            },
        }),
        _ => None,
    }
}

impl TryFrom<String> for Account {
    type Error = NoAccount;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Account> for String {
    fn from(account: Account) -> Self {
        account.to_string()
    }
}

/// An amount that moves from one account to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    debit: Account,
    credit: Account,
    amount: Won,
}

/// Why something cannot move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotMove {
    #[error("only what is more than nothing can move")]
    NothingMoves,
    #[error("money cannot move from an account to itself")]
    SameAccount,
}

impl Movement {
    /// `amount` is debited to one account and credited to the other.
    ///
    /// # Errors
    ///
    /// The amount is not above zero, or both accounts are the same.
    pub fn new(debit: Account, credit: Account, amount: Won) -> Result<Self, CannotMove> {
        if amount <= Won(0) {
            return Err(CannotMove::NothingMoves);
        }
        if debit == credit {
            return Err(CannotMove::SameAccount);
        }
        Ok(Self {
            debit,
            credit,
            amount,
        })
    }

    /// The account that is debited.
    #[must_use]
    pub fn debit(&self) -> &Account {
        &self.debit
    }

    /// The account that is credited.
    #[must_use]
    pub fn credit(&self) -> &Account {
        &self.credit
    }

    /// How much.
    #[must_use]
    pub fn amount(&self) -> Won {
        self.amount
    }
}

/// How far a transfer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Promised: it counts for nothing yet.
    Pending,
    /// It has happened.
    Posted,
    /// It has not happened and never will.
    Voided,
}

/// Whether settling a transfer changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settling {
    Now(Phase),
    /// It already was settled so.
    Already,
}

/// A transfer was already settled the other way, which is for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the transfer is already {0:?}")]
pub struct SettledOtherwise(pub Phase);

impl Phase {
    /// It happens.
    ///
    /// # Errors
    ///
    /// It was voided.
    pub fn post(self) -> Result<Settling, SettledOtherwise> {
        match self {
            Self::Pending => Ok(Settling::Now(Self::Posted)),
            Self::Posted => Ok(Settling::Already),
            Self::Voided => Err(SettledOtherwise(self)),
        }
    }

    /// It never happens.
    ///
    /// # Errors
    ///
    /// It was posted.
    pub fn void(self) -> Result<Settling, SettledOtherwise> {
        match self {
            Self::Pending => Ok(Settling::Now(Self::Voided)),
            Self::Voided => Ok(Settling::Already),
            Self::Posted => Err(SettledOtherwise(self)),
        }
    }
}

/// What has moved on an account, and what may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    pub debited: Won,
    pub credited: Won,
    pub debits_pending: Won,
    pub credits_pending: Won,
}

impl Balance {
    /// Debits less credits. Over all accounts of a ledger these sum up to nothing.
    #[must_use]
    pub fn signed(&self) -> Won {
        self.debited - self.credited
    }

    /// What is there, counted on the side on which the account grows.
    #[must_use]
    pub fn on(&self, side: Side) -> Won {
        match side {
            Side::Debit => self.signed(),
            Side::Credit => -self.signed(),
        }
    }

    /// What of it can be taken out: what is promised to leave is left out, and what is
    /// promised to come does not count.
    #[must_use]
    pub fn available(&self, side: Side) -> Won {
        let leaving = match side {
            Side::Debit => self.credits_pending,
            Side::Credit => self.debits_pending,
        };
        self.on(side) - leaving
    }
}

/// The balances that follow from transfers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    balances: BTreeMap<Account, Balance>,
}

impl Books {
    /// Counts a transfer in.
    pub fn count(&mut self, movement: &Movement, phase: Phase) {
        let amount = movement.amount;
        let debit = self.balances.entry(movement.debit.clone()).or_default();
        match phase {
            Phase::Pending => debit.debits_pending = debit.debits_pending + amount,
            Phase::Posted => debit.debited = debit.debited + amount,
            Phase::Voided => {}
        }
        let credit = self.balances.entry(movement.credit.clone()).or_default();
        match phase {
            Phase::Pending => credit.credits_pending = credit.credits_pending + amount,
            Phase::Posted => credit.credited = credit.credited + amount,
            Phase::Voided => {}
        }
    }

    /// Every account that was ever touched.
    pub fn accounts(&self) -> impl Iterator<Item = (&Account, &Balance)> {
        self.balances.iter()
    }

    /// The balance of one account.
    #[must_use]
    pub fn of(&self, account: &Account) -> Balance {
        self.balances.get(account).copied().unwrap_or_default()
    }

    /// The sum over all accounts: nothing, at all times.
    #[must_use]
    pub fn sum(&self) -> Won {
        self.balances.values().map(Balance::signed).sum()
    }
}
