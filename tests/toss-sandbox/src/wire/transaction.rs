//! One row of the list of transactions.

use domain::time::Timestamp;
use serde::Serialize;

use super::korean_time::with_offset;
use super::payment::method;
use crate::rules::payment::{Payment, Status};

/// An approval or a cancel that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub key: String,
    pub made_at: Timestamp,
    pub status: Status,
    pub amount: i64,
    pub payment: Payment,
}

/// In the order of the documentation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionObject<'a> {
    m_id: &'a str,
    transaction_key: &'a str,
    payment_key: &'a str,
    order_id: &'a str,
    method: Option<&'static str>,
    customer_key: Option<&'a str>,
    use_escrow: bool,
    receipt_url: String,
    status: Status,
    transaction_at: String,
    currency: &'static str,
    amount: i64,
}

/// The row of `transaction`.
#[must_use]
pub fn object<'a>(transaction: &'a Transaction, base: &str) -> TransactionObject<'a> {
    let payment = &transaction.payment;
    TransactionObject {
        m_id: &payment.shop,
        transaction_key: &transaction.key,
        payment_key: &payment.key,
        order_id: &payment.order_id,
        method: payment.means.as_ref().map(method),
        customer_key: None,
        use_escrow: false,
        receipt_url: format!("{base}/receipt/{}", payment.key),
        status: transaction.status,
        transaction_at: with_offset(transaction.made_at),
        currency: "KRW",
        amount: transaction.amount,
    }
}
