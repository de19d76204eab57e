//! Payments begin: in a window of the browser, over the API, or by a test.

use std::collections::BTreeMap;

use rusqlite::Transaction;
use store::StoreError;

use crate::asking::AskAccount;
use crate::here::Here;
use crate::naming;
use crate::recording::{Step, record};
use crate::refusal::{self, Refusal};
use crate::rules::account::valid_ms;
use crate::rules::confirm::least;
use crate::rules::payment::{Account, Amounts, Means, Payment, Plan, State, Status, Visit};
use crate::sqlite::payments;

/// A payment that is to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    pub shop: String,
    pub order_id: String,
    pub order_name: String,
    pub amounts: Amounts,
    pub customer_name: Option<String>,
    pub metadata: Option<BTreeMap<String, String>>,
    pub visit: Option<Visit>,
}

/// Opens a window for an order that has not been paid.
///
/// # Errors
///
/// Fails when the store does; the inner error is the gateway's no.
pub fn begin(
    tx: &Transaction<'_>,
    here: &Here,
    begin: Begin,
) -> Result<Result<Payment, Refusal>, StoreError> {
    if is_taken(tx, &begin.shop, &begin.order_id)? {
        return Ok(Err(refusal::DUPLICATED_ORDER_ID));
    }
    let payment = Payment {
        key: naming::payment_key(&*here.ids, &begin.shop, here.now),
        shop: begin.shop,
        order_id: begin.order_id,
        order_name: begin.order_name,
        amounts: begin.amounts,
        customer_name: begin.customer_name,
        metadata: begin.metadata,
        requested_at: here.now,
        secret: naming::secret(&*here.ids),
        means: None,
        state: State::Ready,
        cancels: Vec::new(),
        last_transaction: None,
        plan: Plan::Approve,
        visit: begin.visit,
    };
    payments::add(tx, &payment)?;
    Ok(Ok(payment))
}

/// The customer proves who they are, and chooses.
///
/// # Errors
///
/// Fails when the store does; the inner error is the gateway's no.
pub fn authenticate(
    tx: &Transaction<'_>,
    here: &Here,
    payment: Payment,
    (means, plan): (Means, Plan),
) -> Result<Result<Payment, Refusal>, StoreError> {
    match payment.authenticate(means, plan, here.now) {
        Err(refusal) => Ok(Err(refusal)),
        Ok(payment) => {
            record(tx, here, &payment, Step::Authenticated)?;
            Ok(Ok(payment))
        }
    }
}

/// Issues a virtual account at once, without a window.
///
/// # Errors
///
/// Fails when the store does; the inner error is the gateway's no.
pub fn issue(
    tx: &Transaction<'_>,
    here: &Here,
    shop: &str,
    ask: &AskAccount,
) -> Result<Result<Payment, Refusal>, StoreError> {
    let mut account = account(here, &ask.bank, &ask.customer_name, ask.valid_hours);
    account.due_at = Some(here.now.plus_ms(account.valid_ms));
    let means = Means::VirtualAccount(account);
    if ask.amounts.total < least(Some(&means)) {
        return Ok(Err(refusal::BELOW_MINIMUM_AMOUNT));
    }
    let begun = begin(
        tx,
        here,
        Begin {
            shop: shop.to_owned(),
            order_id: ask.order_id.clone(),
            order_name: ask.order_name.clone(),
            amounts: ask.amounts,
            customer_name: Some(ask.customer_name.clone()),
            metadata: ask.metadata.clone(),
            visit: None,
        },
    )?;
    let payment = match begun {
        Err(refusal) => return Ok(Err(refusal)),
        Ok(payment) => Payment {
            means: Some(means),
            state: State::WaitingForDeposit,
            last_transaction: Some(here.moment().transaction_key),
            ..payment
        },
    };
    record(tx, here, &payment, Step::AccountIssued)?;
    Ok(Ok(payment))
}

/// An account at a bank, which begins to wait when it is issued.
#[must_use]
pub fn account(here: &Here, bank: &str, customer: &str, hours: Option<i64>) -> Account {
    Account {
        bank: bank.to_owned(),
        number: naming::account_number(&*here.ids),
        customer_name: customer.to_owned(),
        valid_ms: valid_ms(hours),
        due_at: None,
        depositor: None,
        refunded_to: None,
    }
}

/// Whether an order was paid already, or paid and given back.
fn is_taken(tx: &Transaction<'_>, shop: &str, order_id: &str) -> Result<bool, StoreError> {
    let Some(payment) = payments::of_order(tx, shop, order_id)? else {
        return Ok(false);
    };
    Ok(match payment.status() {
        Status::Done | Status::Canceled | Status::PartialCanceled | Status::WaitingForDeposit => {
            true
        }
        Status::Ready | Status::InProgress | Status::Aborted | Status::Expired => false,
    })
}
