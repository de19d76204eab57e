//! Attempts to pay: begin, and settle by what the gateway says (M2). Between the two the
//! gateway is called, outside of any transaction.

use domain::ledger::{Account, Phase};
use domain::mutant::{Mutant, is};
use domain::payment::{AttemptState, Heard, Money, PaymentState, Word};
use domain::time::{MINUTE_MS, Timestamp};
use process::config::Secret;
use rusqlite::Transaction;
use store::StoreError;

use super::api::{Confirm, OrderView, Refused};
use super::books::{self, Cause};
use super::gateway::ConfirmCall;
use super::orders::{self, PaymentError};
use super::outcomes::{self, Changed};
use super::refunds;
use super::sqlite::attempts::{self, Attempt};
use super::sqlite::orders::Order;
use domain::id::OrderId;

/// Longer than a call to the gateway and the question after it can take: until then whoever
/// began it settles it.
const LEASE_MS: i64 = 2 * MINUTE_MS;

/// The first question after an answer that was lost comes after this time; each further one
/// waits twice as long …
const CHECK_FIRST_MS: i64 = 2_000;

/// … up to this.
const CHECK_WAIT_MS_MAX: i64 = 10 * MINUTE_MS;

/// How often a virtual account is looked at that waits for its deposit: the gateway's callback is
/// faster, but it may be lost, and the seats do not wait much longer than an hour.
const DEPOSIT_CHECK_MS: i64 = 10 * MINUTE_MS;

/// Both of the gateway's windows, 30 minutes to authorise and 10 to confirm, and some more. A
/// payment that the gateway does not know after that never becomes one.
pub const WINDOWS_MS: i64 = 45 * MINUTE_MS;

/// The longest key the gateway gives.
const PAYMENT_KEY_CHARS_MAX: usize = 200;

/// What comes of asking for a confirmation.
#[derive(Debug)]
pub enum Begun {
    /// It is stored, and the gateway is to be called.
    Call(ConfirmCall),
    /// There is nothing to call for; this is how the order stands.
    Stands(OrderView),
}

/// Stores that the gateway is about to be asked to take the money. A repetition finds how the
/// order stands.
///
/// # Errors
///
/// Refused when the attempt is not the order's, or the amount is not.
pub fn begin(
    tx: &Transaction<'_>,
    order: OrderId,
    confirm: &Confirm,
    now: Timestamp,
) -> Result<Begun, PaymentError> {
    let found = orders::find(tx, order)?;
    let attempt = attempts::find(tx, &confirm.gateway_order)?;
    let attempt = attempt.filter(|attempt| attempt.order == order);
    let mut attempt = attempt.ok_or(Refused::NotFound)?;
    if confirm.amount != found.asked.amount {
        return Err(Refused::AmountDiffers.into());
    }
    let known = attempts::of_order(tx, order)?;
    let state = orders::state_of(&found, &known, now);
    let may_begin = match state {
        PaymentState::Open | PaymentState::NotPaid { .. } => true,
        // The time ran out while the buyer authorised: whoever sent this has kept the seats.
        PaymentState::Closed => found.closed_at.is_none(),
        PaymentState::Confirming
        | PaymentState::Unknown
        | PaymentState::WaitingForDeposit(_)
        | PaymentState::Paid { .. } => is(Mutant::ConfirmTwice),
    };
    if !may_begin || attempt.state != AttemptState::Prepared {
        return Ok(Begun::Stands(orders::view(tx, order, now)?));
    }
    let key_chars = confirm.payment_key.chars().count();
    let is_key = key_chars > 0
        && key_chars <= PAYMENT_KEY_CHARS_MAX
        && confirm.payment_key.chars().all(|c| c.is_ascii_graphic());
    if !is_key || attempts::find_by_key(tx, &confirm.payment_key)?.is_some() {
        return Err(Refused::Invalid.into());
    }
    attempt.payment_key = Some(confirm.payment_key.clone());
    attempt.state = AttemptState::Confirming;
    attempt.confirming_at = Some(now);
    let is_looked_after = !is(Mutant::ForgetPending);
    attempt.next_check_at = is_looked_after.then(|| now.plus_ms(LEASE_MS));
    promise(tx, &found, &mut attempt, now)?;
    attempts::update(tx, &attempt)?;
    outcomes::changed(tx, &[Changed::Order(order)])?;
    tracing::info!(%order, gateway_order = attempt.gateway_order, "payment.confirming");
    Ok(Begun::Call(call_of(&found, &attempt)?))
}

/// What is to be sent for an attempt that is being confirmed, with the key that it was stored
/// with.
///
/// # Errors
///
/// Fails when the attempt never was confirmed.
pub fn call_of(order: &Order, attempt: &Attempt) -> Result<ConfirmCall, StoreError> {
    let payment_key = attempt.payment_key.clone();
    Ok(ConfirmCall {
        payment_key: payment_key.ok_or_else(|| StoreError::Inconsistent {
            table: "attempts",
            reason: "an attempt is confirming without a payment key".to_owned(),
        })?,
        gateway_order: attempt.gateway_order.clone(),
        amount: order.asked.amount,
        idempotency_key: attempt.idempotency_key.clone(),
    })
}

/// The gateway's word on an attempt.
#[derive(Clone, Debug)]
pub struct Told {
    pub word: Word,
    /// The gateway's key of the payment, where it was not known yet.
    pub payment_key: Option<String>,
    /// What a deposit callback must show.
    pub secret: Option<Secret>,
}

impl Told {
    /// A word alone.
    #[must_use]
    pub fn word(word: Word) -> Self {
        Self {
            word,
            payment_key: None,
            secret: None,
        }
    }
}

/// Takes the gateway's word on an attempt into the books. The same word again changes nothing
/// (M3).
///
/// # Errors
///
/// Refused when there is no such attempt.
pub fn settle(
    tx: &Transaction<'_>,
    gateway_order: &str,
    told: Told,
    now: Timestamp,
) -> Result<OrderView, PaymentError> {
    let mut attempt = attempts::find(tx, gateway_order)?.ok_or(Refused::NotFound)?;
    let order = orders::find(tx, attempt.order)?;
    if attempt.secret.is_none() {
        attempt.secret = told.secret;
    }
    if attempt.payment_key.is_none() {
        attempt.payment_key = told.payment_key;
    }
    match attempt.state.hear(told.word) {
        Heard::Same => {}
        Heard::Contradiction => {
            tracing::error!(order = %attempt.order, gateway_order, "payment.contradicted");
        }
        Heard::Changed { to, money } => {
            if attempt.confirming_at.is_none() && to.is_under_way() {
                attempt.confirming_at = Some(now);
            }
            attempt.state = to;
            move_money(tx, &order, &mut attempt, money, now)?;
            attempt.checks = 0;
            report(&attempt);
            change(tx, &order, &mut attempt, now)?;
        }
    }
    attempt.next_check_at = next_check(&attempt, now);
    attempts::update(tx, &attempt)?;
    orders::view(tx, attempt.order, now)
}

/// Stores the new state. An order that was already paid by another attempt gets this one back.
fn change(
    tx: &Transaction<'_>,
    order: &Order,
    attempt: &mut Attempt,
    now: Timestamp,
) -> Result<(), PaymentError> {
    let is_paid = matches!(attempt.state, AttemptState::Paid { .. });
    let known = attempts::of_order(tx, order.order)?;
    attempt.is_duplicate = is_paid
        && known.iter().any(|other| {
            other.gateway_order != attempt.gateway_order
                && !other.is_duplicate
                && matches!(other.state, AttemptState::Paid { .. })
        });
    attempts::update(tx, attempt)?;
    if attempt.is_duplicate && !is(Mutant::ConfirmTwice) {
        tracing::warn!(order = %order.order, "payment.paid_twice");
        refunds::give_duplicate_back(tx, order, attempt, now)?;
    }
    outcomes::changed(tx, &[Changed::Order(order.order)])?;
    Ok(())
}

fn move_money(
    tx: &Transaction<'_>,
    order: &Order,
    attempt: &mut Attempt,
    money: Money,
    now: Timestamp,
) -> Result<(), StoreError> {
    match (money, attempt.transfer) {
        (Money::Stays, _) => {}
        (Money::Promised, _) => promise(tx, order, attempt, now)?,
        (Money::Posted, Some(transfer)) => {
            books::settle(tx, transfer, Phase::Posted, now)?;
            if is(Mutant::PostTwice) {
                record(tx, order, attempt, (Cause::Payment, Phase::Posted), now)?;
            }
        }
        (Money::Voided, Some(transfer)) => books::settle(tx, transfer, Phase::Voided, now)?,
        (Money::PostedLate, _) => {
            let posted = (Cause::LatePayment, Phase::Posted);
            attempt.transfer = Some(record(tx, order, attempt, posted, now)?);
        }
        (Money::Posted | Money::Voided, None) => {
            return Err(StoreError::Inconsistent {
                table: "attempts",
                reason: "an attempt is under way without a transfer".to_owned(),
            });
        }
    }
    Ok(())
}

fn promise(
    tx: &Transaction<'_>,
    order: &Order,
    attempt: &mut Attempt,
    now: Timestamp,
) -> Result<(), StoreError> {
    let pending = (Cause::Payment, Phase::Pending);
    attempt.transfer = Some(record(tx, order, attempt, pending, now)?);
    Ok(())
}

fn record(
    tx: &Transaction<'_>,
    order: &Order,
    attempt: &Attempt,
    (cause, phase): (Cause, Phase),
    now: Timestamp,
) -> Result<i64, StoreError> {
    let owner = books::owner_of(&order.asked.purpose);
    let movement = (Account::GatewayReceivable, owner, order.asked.amount);
    books::record(tx, (cause, &attempt.gateway_order), movement, phase, now)
}

fn report(attempt: &Attempt) {
    let (order, gateway_order) = (attempt.order, &attempt.gateway_order);
    match &attempt.state {
        AttemptState::Paid { method, .. } => {
            tracing::info!(%order, gateway_order, method, "payment.paid");
        }
        AttemptState::NotPaid { code } => {
            tracing::info!(%order, gateway_order, code, "payment.not_paid");
        }
        AttemptState::WaitingForDeposit(_) => {
            tracing::info!(%order, gateway_order, "payment.waiting_for_deposit");
        }
        AttemptState::Unknown => {
            tracing::warn!(%order, gateway_order, "payment.unknown");
        }
        AttemptState::Prepared | AttemptState::Confirming => {}
    }
}

/// When the gateway is asked next what became of the attempt: time alone settles nothing.
fn next_check(attempt: &Attempt, now: Timestamp) -> Option<Timestamp> {
    match attempt.state {
        AttemptState::Confirming | AttemptState::Unknown => {
            let doublings = attempt.checks.clamp(0, 16);
            let wait_ms = (CHECK_FIRST_MS << doublings).min(CHECK_WAIT_MS_MAX);
            Some(now.plus_ms(wait_ms))
        }
        AttemptState::WaitingForDeposit(_) => Some(now.plus_ms(DEPOSIT_CHECK_MS)),
        AttemptState::Prepared | AttemptState::Paid { .. } | AttemptState::NotPaid { .. } => None,
    }
}

/// An attempt that the gateway is to be asked about, leased to whoever asks.
#[derive(Clone, Debug)]
pub struct ToCheck {
    pub attempt: Attempt,
    pub order: Order,
}

/// Takes an attempt that is due to be asked about; none when it is not due any more.
///
/// # Errors
///
/// Fails when the store does.
pub fn take_to_check(
    tx: &Transaction<'_>,
    gateway_order: &str,
    now: Timestamp,
) -> Result<Option<ToCheck>, PaymentError> {
    let found = attempts::find(tx, gateway_order)?;
    let due = |attempt: &Attempt| attempt.next_check_at.is_some_and(|at| at <= now);
    let Some(mut attempt) = found.filter(due) else {
        return Ok(None);
    };
    attempt.checks += 1;
    attempt.next_check_at = Some(now.plus_ms(LEASE_MS));
    attempts::update(tx, &attempt)?;
    let order = orders::find(tx, attempt.order)?;
    Ok(Some(ToCheck { attempt, order }))
}

/// A new key for a confirmation that the gateway has answered with an error of its own, and of
/// which it says itself that nothing came: under the old key it would only repeat the error.
///
/// # Errors
///
/// Fails when the store does.
pub fn confirm_under_new_key(
    tx: &Transaction<'_>,
    gateway_order: &str,
) -> Result<Option<ConfirmCall>, PaymentError> {
    let Some(mut attempt) = attempts::find(tx, gateway_order)? else {
        return Ok(None);
    };
    let is_open = matches!(
        attempt.state,
        AttemptState::Confirming | AttemptState::Unknown
    );
    if !is_open || attempt.payment_key.is_none() {
        return Ok(None);
    }
    attempt.idempotency_key = key_of(gateway_order, attempt.checks);
    attempts::update(tx, &attempt)?;
    let order = orders::find(tx, attempt.order)?;
    Ok(Some(call_of(&order, &attempt)?))
}

/// The key of a confirmation. It follows from the attempt's own random name, so that a database
/// that was restored repeats the same request under the same key.
#[must_use]
pub fn key_of(gateway_order: &str, turn: i64) -> String {
    format!("confirm-{gateway_order}-{turn}")
}
