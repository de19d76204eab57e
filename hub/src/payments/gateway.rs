//! The gateway as the payments module sees it: what may be asked, and answers that cannot be
//! taken for something else. *Unknown* is neither done nor rejected.

pub mod toss;

use async_trait::async_trait;
use domain::money::Won;
use domain::payment::Deposit;
use domain::time::Timestamp;
use process::config::Secret;

use super::api::RefundAccount;

/// How the gateway calls the method of a payment that was paid into an account.
pub const INTO_ACCOUNT: &str = "가상계좌";

/// An answer of the gateway.
#[derive(Clone, Debug)]
pub enum Answer<T> {
    /// It has happened, and this is what is so now.
    Done(T),
    /// The gateway says no, and gives a code for it.
    Rejected(Rejection),
    /// Nobody knows: no answer came, or one that is not understood.
    Unknown(Lost),
}

/// The gateway's no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub code: String,
    /// The HTTP status that came with it.
    pub status: u16,
}

/// Why there is no answer, for the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost(pub String);

/// A payment that the buyer has authorised, and that is to be charged now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmCall {
    pub payment_key: String,
    pub gateway_order: String,
    /// The server's amount (M1).
    pub amount: Won,
    pub idempotency_key: String,
}

/// Money that is to go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelCall {
    pub payment_key: String,
    pub amount: Won,
    /// What we believe is left of the payment: the gateway does nothing when it is not.
    pub refundable: Won,
    pub reason: String,
    pub idempotency_key: String,
    /// Where money goes that was paid into an account.
    pub account: Option<RefundAccount>,
}

/// A bank account that is to be opened for one order.
#[derive(Clone, Debug)]
pub struct AccountCall {
    pub gateway_order: String,
    pub amount: Won,
    pub order_name: String,
    /// Handed on and never stored.
    pub customer_name: Secret,
    pub bank: String,
    pub valid_hours: u32,
    pub idempotency_key: String,
}

/// By what a payment is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    PaymentKey(String),
    GatewayOrder(String),
}

/// Which of the gateway's transactions are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListCall {
    pub from: Timestamp,
    pub until: Timestamp,
    /// The last one that is known.
    pub after: Option<String>,
    pub limit: u32,
}

/// How a payment stands at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    Ready,
    InProgress,
    WaitingForDeposit,
    Done,
    Cancelled,
    PartlyCancelled,
    Aborted,
    Expired,
    /// One that is newer than this program.
    Other(String),
}

/// A payment as the gateway knows it.
#[derive(Clone, Debug)]
pub struct Payment {
    pub payment_key: String,
    pub gateway_order: String,
    pub status: Status,
    /// What was paid or is to be paid; a cancel does not change it.
    pub amount: Won,
    /// What can still go back.
    pub balance: Won,
    pub method: Option<String>,
    pub approved_at: Option<Timestamp>,
    /// Proves a deposit callback.
    pub secret: Option<Secret>,
    pub deposit: Option<Deposit>,
    pub cancels: Vec<Cancel>,
    /// Why it failed.
    pub failure: Option<String>,
}

/// Money that went back at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancel {
    pub transaction_key: String,
    /// As it was sent.
    pub reason: String,
    pub amount: Won,
    pub cancelled_at: Timestamp,
    pub status: CancelStatus,
}

/// How a cancel stands at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelStatus {
    Done,
    InProgress,
    Aborted,
    /// One that is newer than this program.
    Other(String),
}

/// One line of the gateway's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub transaction_key: String,
    pub payment_key: String,
    pub gateway_order: String,
    pub status: Status,
    /// Without a sign: the status says in which direction.
    pub amount: Won,
    pub at: Timestamp,
}

/// Whoever takes the money: Toss Payments, or one that is simulated.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Charges a payment that the buyer has authorised.
    async fn confirm(&self, call: &ConfirmCall) -> Answer<Payment>;

    /// How a payment stands.
    async fn query(&self, lookup: &Lookup) -> Answer<Payment>;

    /// Gives money back.
    async fn cancel(&self, call: &CancelCall) -> Answer<Payment>;

    /// Opens a bank account for one order.
    async fn open_account(&self, call: &AccountCall) -> Answer<Payment>;

    /// What was charged and given back in a stretch of time; a fresh one may be missing.
    async fn transactions(&self, call: &ListCall) -> Answer<Vec<Listed>>;
}
