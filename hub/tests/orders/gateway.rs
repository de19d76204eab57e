//! A gateway that answers as the test says, and remembers what it has charged.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use domain::money::Won;
use domain::payment::Deposit;
use domain::time::Timestamp;
use hub::payments::gateway::{
    AccountCall, Answer, Cancel, CancelCall, CancelStatus, ConfirmCall, Gateway, INTO_ACCOUNT,
    ListCall, Listed, Lookup, Lost, Payment, Rejection, Status,
};

/// What the next confirmation or cancel is answered with.
#[derive(Clone, Debug)]
pub(crate) enum Say {
    Reject(&'static str),
    /// The answer is lost, and nothing was charged.
    Lost,
    /// The answer is lost, and the money was taken.
    LostAfterCharge,
    /// An account waits for the money.
    Deposit,
}

#[derive(Default)]
pub(crate) struct Scripted(Mutex<State>);

#[derive(Default)]
struct State {
    says: VecDeque<Say>,
    payments: BTreeMap<String, Payment>,
    calls: usize,
}

impl Scripted {
    /// Answers the next call so; without anything said the gateway does what it is asked.
    pub(crate) fn say(&self, say: Say) {
        self.state().says.push_back(say);
    }

    /// How often it was asked to charge or to give back.
    pub(crate) fn calls(&self) -> usize {
        self.state().calls
    }

    /// What was charged and has not gone back.
    pub(crate) fn charged(&self) -> Won {
        let state = self.state();
        let charged = state
            .payments
            .values()
            .filter(|payment| is_charged(payment));
        charged.map(|payment| payment.balance).sum()
    }

    /// The money arrives on the account that was given for this payment.
    pub(crate) fn deposit(&self, payment_key: &str) {
        let mut state = self.state();
        let payment = state.payments.get_mut(payment_key).unwrap();
        payment.status = Status::Done;
        payment.approved_at = Some(Timestamp(1));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

fn is_charged(payment: &Payment) -> bool {
    matches!(
        payment.status,
        Status::Done | Status::PartlyCancelled | Status::Cancelled
    )
}

fn rejected(code: &str) -> Answer<Payment> {
    Answer::Rejected(Rejection {
        code: code.to_owned(),
        status: 400,
    })
}

fn lost() -> Answer<Payment> {
    Answer::Unknown(Lost("the line was cut".to_owned()))
}

fn payment(call: &ConfirmCall, status: Status) -> Payment {
    let deposit = (status == Status::WaitingForDeposit).then(|| Deposit {
        bank: "20".to_owned(),
        account_number: "X1234".to_owned(),
        due: None,
    });
    let method = if deposit.is_some() {
        INTO_ACCOUNT
    } else {
        "카드"
    };
    Payment {
        payment_key: call.payment_key.clone(),
        gateway_order: call.gateway_order.clone(),
        status,
        amount: call.amount,
        balance: call.amount,
        method: Some(method.to_owned()),
        approved_at: Some(Timestamp(1)),
        secret: None,
        deposit,
        cancels: Vec::new(),
        failure: None,
    }
}

#[async_trait]
impl Gateway for Scripted {
    async fn confirm(&self, call: &ConfirmCall) -> Answer<Payment> {
        let mut state = self.state();
        state.calls += 1;
        let say = state.says.pop_front();
        let status = match say {
            Some(Say::Reject(code)) => return rejected(code),
            Some(Say::Lost) => return lost(),
            Some(Say::Deposit) => Status::WaitingForDeposit,
            Some(Say::LostAfterCharge) | None => Status::Done,
        };
        let made = payment(call, status);
        let known = state.payments.entry(call.payment_key.clone());
        let made = known.or_insert(made).clone();
        if let Some(Say::LostAfterCharge) = say {
            // The answer to the question after it is lost, too.
            state.says.push_front(Say::Lost);
            return lost();
        }
        Answer::Done(made)
    }

    async fn query(&self, lookup: &Lookup) -> Answer<Payment> {
        let mut state = self.state();
        if let Some(Say::Lost) = state.says.front() {
            state.says.pop_front();
            return lost();
        }
        let found = state.payments.values().find(|payment| match lookup {
            Lookup::PaymentKey(key) => &payment.payment_key == key,
            Lookup::GatewayOrder(order) => &payment.gateway_order == order,
        });
        found.map_or_else(lost, |payment| Answer::Done(payment.clone()))
    }

    async fn cancel(&self, call: &CancelCall) -> Answer<Payment> {
        let mut state = self.state();
        state.calls += 1;
        match state.says.pop_front() {
            Some(Say::Reject(code)) => return rejected(code),
            Some(_) => return lost(),
            None => {}
        }
        let number = state.calls;
        let Some(payment) = state.payments.get_mut(&call.payment_key) else {
            return rejected("NOT_FOUND_PAYMENT");
        };
        let into_account = payment.method.as_deref() == Some(INTO_ACCOUNT);
        if into_account && call.account.is_none() {
            return rejected("INVALID_REFUND_ACCOUNT_INFO");
        }
        payment.balance = payment.balance - call.amount;
        payment.status = Status::PartlyCancelled;
        payment.cancels.push(Cancel {
            transaction_key: format!("cancel-{number}"),
            reason: call.reason.clone(),
            amount: call.amount,
            cancelled_at: Timestamp(2),
            status: CancelStatus::Done,
        });
        Answer::Done(payment.clone())
    }

    async fn open_account(&self, _: &AccountCall) -> Answer<Payment> {
        lost()
    }

    async fn transactions(&self, _: &ListCall) -> Answer<Vec<Listed>> {
        Answer::Done(Vec::new())
    }
}
