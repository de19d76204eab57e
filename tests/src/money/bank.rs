//! The simulated gateway's own books: what it was asked, what it did, what it remembers. Every
//! rule is one that the real gateway documents.

use std::collections::BTreeMap;

use domain::money::Won;
use domain::payment::Deposit;
use domain::time::{HOUR_MS, MINUTE_MS, Timestamp};
use hub::payments::gateway::{
    Answer, Cancel, CancelCall, CancelStatus, ConfirmCall, Listed, Lookup, Payment, Rejection,
    Status,
};
use process::config::Secret;

/// From the buyer's authentication to the shop's confirmation.
const CONFIRM_WITHIN_MS: i64 = 10 * MINUTE_MS;

/// How long an account that was issued takes money.
const ACCOUNT_MS: i64 = 2 * HOUR_MS;

/// How the buyer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    Card,
    /// The issuer says no.
    DeclinedCard,
    /// An account into which the buyer pays later, or never.
    Account,
}

/// One payment.
#[derive(Clone, Debug)]
pub(super) struct Paid {
    pub(super) key: String,
    pub(super) gateway_order: String,
    pub(super) amount: Won,
    pub(super) means: Means,
    pub(super) authorised_at: Timestamp,
    pub(super) status: Status,
    pub(super) approved_at: Option<Timestamp>,
    due: Option<Timestamp>,
    pub(super) secret: String,
    pub(super) cancels: Vec<Cancel>,
    /// It gives nothing back, whatever is asked.
    pub(super) keeps: bool,
}

impl Paid {
    pub(super) fn cancelled(&self) -> Won {
        self.cancels.iter().map(|cancel| cancel.amount).sum()
    }

    /// What the gateway has taken of the buyer and not given back.
    pub(super) fn taken(&self) -> Won {
        match self.approved_at {
            Some(_) => self.amount - self.cancelled(),
            None => Won(0),
        }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        match self.status {
            Status::InProgress => now.since_ms(self.authorised_at) >= CONFIRM_WITHIN_MS,
            Status::WaitingForDeposit => self.due.is_some_and(|due| now >= due),
            Status::Ready
            | Status::Done
            | Status::Cancelled
            | Status::PartlyCancelled
            | Status::Aborted
            | Status::Expired
            | Status::Other(_) => false,
        }
    }
}

/// A number that is no bank's.
pub(super) const NO_BANK: &str = "99";

/// The gateway's books.
#[derive(Default)]
pub(super) struct Bank {
    pub(super) payments: BTreeMap<String, Paid>,
    by_order: BTreeMap<String, String>,
    /// What was answered under each idempotency key.
    remembered: BTreeMap<String, Answer<Payment>>,
    pub(super) listed: Vec<Listed>,
    numbers: u64,
}

impl Bank {
    /// The buyer has authorised a payment in the window; says its key.
    pub(super) fn authorise(
        &mut self,
        (gateway_order, amount): (&str, Won),
        means: Means,
        now: Timestamp,
    ) -> String {
        self.numbers += 1;
        let key = format!("pay_{}", self.numbers);
        let payment = Paid {
            key: key.clone(),
            gateway_order: gateway_order.to_owned(),
            amount,
            means,
            authorised_at: now,
            status: Status::InProgress,
            approved_at: None,
            due: None,
            secret: format!("secret_{}", self.numbers),
            cancels: Vec::new(),
            keeps: false,
        };
        self.by_order.insert(gateway_order.to_owned(), key.clone());
        self.payments.insert(key.clone(), payment);
        key
    }

    /// What the gateway answers to this key again, if it was used.
    pub(super) fn known(&self, idempotency_key: &str) -> Option<Answer<Payment>> {
        self.remembered.get(idempotency_key).cloned()
    }

    pub(super) fn remember(&mut self, idempotency_key: &str, answer: &Answer<Payment>) {
        let key = idempotency_key.to_owned();
        self.remembered.insert(key, answer.clone());
    }

    pub(super) fn confirm(&mut self, call: &ConfirmCall, now: Timestamp) -> Answer<Payment> {
        self.let_expire(now);
        let Some(payment) = self.payments.get_mut(&call.payment_key) else {
            return no("NOT_FOUND_PAYMENT_SESSION", 404);
        };
        match payment.status {
            Status::InProgress => {}
            Status::Expired | Status::Ready => return no("NOT_FOUND_PAYMENT_SESSION", 404),
            Status::WaitingForDeposit
            | Status::Done
            | Status::Cancelled
            | Status::PartlyCancelled
            | Status::Aborted
            | Status::Other(_) => return no("ALREADY_PROCESSED_PAYMENT", 400),
        }
        if payment.gateway_order != call.gateway_order {
            return no("FORBIDDEN_REQUEST", 403);
        }
        if payment.amount != call.amount {
            return no("INVALID_REQUEST", 400);
        }
        match payment.means {
            Means::DeclinedCard => {
                payment.status = Status::Aborted;
                return no("REJECT_CARD_PAYMENT", 403);
            }
            Means::Account => {
                payment.status = Status::WaitingForDeposit;
                payment.due = Some(now.plus_ms(ACCOUNT_MS));
            }
            Means::Card => {
                payment.status = Status::Done;
                payment.approved_at = Some(now);
            }
        }
        let key = call.payment_key.clone();
        self.list(&key, (Status::Done, call.amount), now);
        self.show(&key)
    }

    /// The buyer pays into the account, if it still takes money; says whether it did.
    pub(super) fn deposit(&mut self, key: &str, now: Timestamp) -> bool {
        self.let_expire(now);
        let Some(payment) = self.payments.get_mut(key) else {
            return false;
        };
        if payment.status != Status::WaitingForDeposit {
            return false;
        }
        payment.status = Status::Done;
        payment.approved_at = Some(now);
        let amount = payment.amount;
        self.list(key, (Status::Done, amount), now);
        true
    }

    pub(super) fn cancel(&mut self, call: &CancelCall, now: Timestamp) -> Answer<Payment> {
        self.let_expire(now);
        self.numbers += 1;
        let transaction_key = format!("cancel_{}", self.numbers);
        let Some(payment) = self.payments.get_mut(&call.payment_key) else {
            return no("NOT_FOUND_PAYMENT", 404);
        };
        let left = payment.taken();
        if payment.approved_at.is_none() {
            return no("NOT_CANCELABLE_PAYMENT", 403);
        }
        if left == Won(0) {
            return no("ALREADY_CANCELED_PAYMENT", 400);
        }
        if call.amount > left {
            return no("NOT_CANCELABLE_AMOUNT", 403);
        }
        if call.refundable != left {
            return no("NOT_MATCHES_REFUNDABLE_AMOUNT", 400);
        }
        if payment.means == Means::Account {
            match &call.account {
                None => return no("INVALID_REFUND_ACCOUNT_INFO", 400),
                Some(to) if to.bank == NO_BANK => return no("INVALID_BANK", 400),
                Some(_) => {}
            }
        }
        if payment.keeps {
            return no("REFUND_REJECTED", 400);
        }
        payment.cancels.push(Cancel {
            transaction_key,
            reason: call.reason.clone(),
            amount: call.amount,
            cancelled_at: now,
            status: CancelStatus::Done,
        });
        payment.status = if payment.taken() == Won(0) {
            Status::Cancelled
        } else {
            Status::PartlyCancelled
        };
        let status = payment.status.clone();
        self.list(&call.payment_key, (status, call.amount), now);
        self.show(&call.payment_key)
    }

    pub(super) fn query(&mut self, lookup: &Lookup, now: Timestamp) -> Answer<Payment> {
        self.let_expire(now);
        let key = match lookup {
            Lookup::PaymentKey(key) => Some(key.clone()),
            Lookup::GatewayOrder(order) => self.by_order.get(order).cloned(),
        };
        match key.filter(|key| self.payments.contains_key(key)) {
            Some(key) => self.show(&key),
            None => no("NOT_FOUND_PAYMENT", 404),
        }
    }

    /// What the shop is shown of a payment.
    pub(super) fn show(&self, key: &str) -> Answer<Payment> {
        let Some(paid) = self.payments.get(key) else {
            return no("NOT_FOUND_PAYMENT", 404);
        };
        let is_account = paid.means == Means::Account;
        Answer::Done(Payment {
            payment_key: paid.key.clone(),
            gateway_order: paid.gateway_order.clone(),
            status: paid.status.clone(),
            amount: paid.amount,
            balance: if paid.approved_at.is_some() {
                paid.taken()
            } else {
                paid.amount
            },
            method: Some(if is_account { "가상계좌" } else { "카드" }.to_owned()),
            approved_at: paid.approved_at,
            secret: is_account.then(|| Secret::new(paid.secret.clone())),
            deposit: is_account.then(|| Deposit {
                bank: "88".to_owned(),
                account_number: "X".to_owned(),
                due: paid.due,
            }),
            cancels: paid.cancels.clone(),
            failure: None,
        })
    }

    fn let_expire(&mut self, now: Timestamp) {
        for payment in self.payments.values_mut() {
            if payment.is_over(now) {
                payment.status = Status::Expired;
            }
        }
    }

    fn list(&mut self, key: &str, (status, amount): (Status, Won), at: Timestamp) {
        let Some(payment) = self.payments.get(key) else {
            return;
        };
        // An account that waits for money has moved none.
        if payment.approved_at.is_none() {
            return;
        }
        let transaction_key = match payment.cancels.last() {
            Some(cancel) => cancel.transaction_key.clone(),
            None => format!("charge_{key}"),
        };
        self.listed.push(Listed {
            transaction_key,
            payment_key: key.to_owned(),
            gateway_order: payment.gateway_order.clone(),
            status,
            amount,
            at,
        });
    }
}

/// The gateway's no.
pub(super) fn no<T>(code: &str, status: u16) -> Answer<T> {
    Answer::Rejected(Rejection {
        code: code.to_owned(),
        status,
    })
}
