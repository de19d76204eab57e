//! A payment: what it is for, how the customer pays, and how far it has come.

use std::collections::BTreeMap;

use domain::time::{MINUTE_MS, Timestamp};
use serde::{Deserialize, Serialize};

use crate::refusal::{Failure, Refusal};

/// From the opening of the window to the customer's authentication.
pub const AUTHENTICATE_WITHIN_MS: i64 = 30 * MINUTE_MS;
/// From the authentication to the shop's confirmation.
pub const CONFIRM_WITHIN_MS: i64 = 10 * MINUTE_MS;

/// One payment of one order of a shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The gateway's name for it.
    pub key: String,
    /// Whose it is: the merchant id.
    pub shop: String,
    pub order_id: String,
    pub order_name: String,
    pub amounts: Amounts,
    pub customer_name: Option<String>,
    pub metadata: Option<BTreeMap<String, String>>,
    pub requested_at: Timestamp,
    /// What a deposit callback proves itself with.
    pub secret: String,
    /// Known once the customer has chosen.
    pub means: Option<Means>,
    pub state: State,
    pub cancels: Vec<Cancel>,
    /// The latest approval or cancel.
    pub last_transaction: Option<String>,
    /// What is going to happen to it.
    pub plan: Plan,
    /// Where the browser goes on to.
    pub visit: Option<Visit>,
}

/// How much, in won.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    pub total: i64,
    pub tax_free: i64,
    pub tax_exemption: i64,
}

/// How the customer pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "means", rename_all = "snake_case")]
pub enum Means {
    Card,
    /// A card behind a wallet.
    EasyPay {
        provider: String,
    },
    VirtualAccount(Account),
    Transfer {
        bank: String,
    },
    MobilePhone,
}

/// An account that exists for one deposit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The bank's code.
    pub bank: String,
    pub number: String,
    pub customer_name: String,
    pub valid_ms: i64,
    /// Known once it is issued.
    pub due_at: Option<Timestamp>,
    pub depositor: Option<String>,
    pub refunded_to: Option<RefundAccount>,
}

/// Where the money of a virtual account goes back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundAccount {
    pub bank: String,
    pub number: String,
    pub holder: String,
}

/// How far a payment has come. What was cancelled stands beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// The window is open.
    Ready,
    /// The customer has proved who they are; the shop has to confirm.
    InProgress {
        authenticated_at: Timestamp,
    },
    WaitingForDeposit,
    Approved {
        approved_at: Timestamp,
    },
    Aborted {
        failure: Failure,
    },
    Expired,
}

/// A state's name on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Ready,
    InProgress,
    WaitingForDeposit,
    Done,
    Canceled,
    PartialCanceled,
    Aborted,
    Expired,
}

/// Money that went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancel {
    pub transaction_key: String,
    pub reason: String,
    pub amount: i64,
    pub tax_free: i64,
    pub tax_exemption: i64,
    /// What could still be cancelled after it.
    pub refundable_after: i64,
    pub canceled_at: Timestamp,
}

/// What is going to happen when the shop confirms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at_confirmation", rename_all = "snake_case")]
pub enum Plan {
    #[default]
    Approve,
    /// The card company says no.
    Decline { refusal: Refusal },
    /// It is approved, and the answer takes its time.
    Slowly { ms: u64 },
    /// It is approved, and the answer to the first confirmation is lost.
    LoseAnswer,
}

/// Where the browser goes when the customer is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Both or neither: without them the library hands the outcome to the page.
    pub urls: Option<Urls>,
    pub from: Surface,
    /// The origin of the page around the window, when it is in a frame.
    pub frame: Option<String>,
    /// How long a virtual account waits.
    pub valid_hours: Option<i64>,
}

/// Where the shop goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urls {
    pub success: String,
    pub fail: String,
}

/// Which part of the browser's library opened the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    #[default]
    Payment,
    Widgets,
}

/// A moment, and a fresh name for the transaction that may happen in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    pub now: Timestamp,
    pub transaction_key: String,
}

impl Payment {
    /// The state's name on the wire.
    #[must_use]
    pub fn status(&self) -> Status {
        match &self.state {
            State::Ready => Status::Ready,
            State::InProgress { .. } => Status::InProgress,
            State::Aborted { .. } => Status::Aborted,
            State::Expired => Status::Expired,
            State::WaitingForDeposit => self.canceled().unwrap_or(Status::WaitingForDeposit),
            State::Approved { .. } => self.canceled().unwrap_or(Status::Done),
        }
    }

    /// One cancel of everything is a cancelled payment; a payment that was cancelled in parts
    /// stays partially cancelled when nothing is left.
    fn canceled(&self) -> Option<Status> {
        let first = self.cancels.first()?;
        Some(if first.amount == self.amounts.total {
            Status::Canceled
        } else {
            Status::PartialCanceled
        })
    }

    /// What can still be cancelled.
    #[must_use]
    pub fn balance(&self) -> i64 {
        let canceled: i64 = self.cancels.iter().map(|cancel| cancel.amount).sum();
        self.amounts.total - canceled
    }

    /// What is left of each part.
    #[must_use]
    pub fn left(&self) -> Amounts {
        let mut left = self.amounts;
        for cancel in &self.cancels {
            left.total -= cancel.amount;
            left.tax_free -= cancel.tax_free;
            left.tax_exemption -= cancel.tax_exemption;
        }
        left
    }

    /// When it expires, if nothing happens.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match &self.state {
            State::Ready => Some(self.requested_at.plus_ms(AUTHENTICATE_WITHIN_MS)),
            State::InProgress { authenticated_at } => {
                Some(authenticated_at.plus_ms(CONFIRM_WITHIN_MS))
            }
            State::WaitingForDeposit
            | State::Approved { .. }
            | State::Aborted { .. }
            | State::Expired => None,
        }
    }

    /// As it is at `now`: a window that has run out has run out, whether somebody looked or not.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        if self.expires_at().is_some_and(|due| due <= now) {
            self.state = State::Expired;
        }
        self
    }

    /// The virtual account, if it is paid into one.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        match &self.means {
            Some(Means::VirtualAccount(account)) => Some(account),
            Some(
                Means::Card | Means::EasyPay { .. } | Means::Transfer { .. } | Means::MobilePhone,
            )
            | None => None,
        }
    }

    pub(crate) fn account_mut(&mut self) -> Option<&mut Account> {
        match &mut self.means {
            Some(Means::VirtualAccount(account)) => Some(account),
            Some(
                Means::Card | Means::EasyPay { .. } | Means::Transfer { .. } | Means::MobilePhone,
            )
            | None => None,
        }
    }

    /// When it was approved.
    #[must_use]
    pub fn approved_at(&self) -> Option<Timestamp> {
        match &self.state {
            State::Approved { approved_at } => Some(*approved_at),
            State::Ready
            | State::InProgress { .. }
            | State::WaitingForDeposit
            | State::Aborted { .. }
            | State::Expired => None,
        }
    }

    /// The customer proves who they are, within half an hour.
    ///
    /// # Errors
    ///
    /// The window has run out or was used.
    pub fn authenticate(
        mut self,
        means: Means,
        plan: Plan,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        self = self.at(now);
        if self.state != State::Ready {
            return Err(crate::refusal::NOT_FOUND_PAYMENT_SESSION);
        }
        self.state = State::InProgress {
            authenticated_at: now,
        };
        self.means = Some(means);
        self.plan = plan;
        Ok(self)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A payment of 15,000 won by card whose window was opened at `0`.
    pub(crate) fn ready() -> Payment {
        Payment {
            key: "sndbx20260301193000Ab3dE".to_owned(),
            shop: "sndbxstore".to_owned(),
            order_id: "ord_01HXYZ_1".to_owned(),
            order_name: "성인 1매".to_owned(),
            amounts: Amounts {
                total: 15_000,
                tax_free: 0,
                tax_exemption: 0,
            },
            customer_name: None,
            metadata: None,
            requested_at: Timestamp(0),
            secret: "ps_sandbox000000000000000001".to_owned(),
            means: None,
            state: State::Ready,
            cancels: Vec::new(),
            last_transaction: None,
            plan: Plan::Approve,
            visit: None,
        }
    }

    /// The same, authenticated at `0`.
    pub(crate) fn in_progress() -> Payment {
        let ready = ready();
        ready
            .authenticate(Means::Card, Plan::Approve, Timestamp(0))
            .unwrap()
    }

    /// The same, approved at `1`.
    pub(crate) fn approved() -> Payment {
        Payment {
            state: State::Approved {
                approved_at: Timestamp(1),
            },
            last_transaction: Some("A".to_owned()),
            ..in_progress()
        }
    }

    #[test]
    fn the_customer_has_half_an_hour_and_the_shop_ten_minutes() {
        let check = |payment: Payment, now: i64, status: Status| {
            assert_eq!(payment.at(Timestamp(now)).status(), status, "at {now}");
        };
        check(ready(), 30 * MINUTE_MS - 1, Status::Ready);
        check(ready(), 30 * MINUTE_MS, Status::Expired);
        check(in_progress(), 10 * MINUTE_MS - 1, Status::InProgress);
        check(in_progress(), 10 * MINUTE_MS, Status::Expired);
        check(approved(), i64::MAX, Status::Done);
        let late = Timestamp(29 * MINUTE_MS);
        let authenticated = ready().authenticate(Means::Card, Plan::Approve, late);
        check(
            authenticated.unwrap(),
            39 * MINUTE_MS - 1,
            Status::InProgress,
        );
    }

    #[test]
    fn a_window_is_used_once_and_in_time() {
        let again = in_progress().authenticate(Means::Card, Plan::Approve, Timestamp(1));
        assert!(again.is_err());
        let late = Timestamp(30 * MINUTE_MS);
        let late = ready().authenticate(Means::Card, Plan::Approve, late);
        assert!(late.is_err());
    }
}
