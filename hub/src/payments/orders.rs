//! Orders of the payments module: opening, closing, beginning an attempt.

use domain::id::OrderId;
use domain::money::Won;
use domain::payment::{AttemptState, Doors, of_attempts};
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction};
use store::StoreError;

use super::api::{OpenOrder, OrderView, PaymentState, Refused};
use super::gateway::INTO_ACCOUNT;
use super::sqlite::attempts::{self, Attempt};
use super::sqlite::orders::{self, Order};
use super::sqlite::refunds;

/// What the gateway takes as the name of an order.
const NAME_CHARS_MAX: usize = 100;

/// More attempts than any buyer makes.
pub const ATTEMPTS_MAX: usize = 50;

/// Why something was not done with an order, a refund or an entry.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens an order; the same again is the same order.
///
/// # Errors
///
/// Refused when it makes no sense, or the id was used for something else.
pub fn open(
    tx: &Transaction<'_>,
    order: OrderId,
    asked: &OpenOrder,
    now: Timestamp,
) -> Result<OrderView, PaymentError> {
    if let Some(known) = orders::find(tx, order)? {
        if known.asked != *asked {
            return Err(Refused::Differs.into());
        }
        return Ok(view_of(tx, &known, now)?);
    }
    let name_chars = asked.name.chars().count();
    if asked.amount <= Won(0) || name_chars == 0 || name_chars > NAME_CHARS_MAX {
        return Err(Refused::Invalid.into());
    }
    orders::add(tx, order, asked, now)?;
    view(tx, order, now)
}

/// No new attempt begins; what is under way goes on.
///
/// # Errors
///
/// Refused when there is no such order.
pub fn close(
    tx: &Transaction<'_>,
    order: OrderId,
    now: Timestamp,
) -> Result<OrderView, PaymentError> {
    find(tx, order)?;
    orders::close(tx, order, now)?;
    view(tx, order, now)
}

/// Begins another attempt to pay the order, under a name that the gateway has not heard yet.
///
/// # Errors
///
/// Refused when the order is closed or paid, or money may already be moving for it.
pub fn begin_attempt(
    tx: &Transaction<'_>,
    order: OrderId,
    gateway_order: String,
    now: Timestamp,
) -> Result<Order, PaymentError> {
    let found = find(tx, order)?;
    let known = attempts::of_order(tx, order)?;
    match state_of(&found, &known, now) {
        PaymentState::Open | PaymentState::NotPaid { .. } => {}
        PaymentState::Confirming | PaymentState::Unknown | PaymentState::WaitingForDeposit(_) => {
            return Err(Refused::UnderWay.into());
        }
        PaymentState::Paid { .. } | PaymentState::Closed => return Err(Refused::NotOpen.into()),
    }
    if known.len() >= ATTEMPTS_MAX {
        return Err(Refused::TooManyAttempts.into());
    }
    let number = known.last().map_or(1, |last| last.number + 1);
    attempts::add(
        tx,
        &Attempt {
            idempotency_key: super::attempts::key_of(&gateway_order, 0),
            gateway_order,
            order,
            number,
            state: AttemptState::Prepared,
            payment_key: None,
            begun_at: now,
            confirming_at: None,
            transfer: None,
            secret: None,
            is_duplicate: false,
            checks: 0,
            next_check_at: None,
        },
    )?;
    Ok(found)
}

/// The order, which must be there.
///
/// # Errors
///
/// Refused when there is no such order.
pub fn find(db: &Connection, order: OrderId) -> Result<Order, PaymentError> {
    let found = orders::find(db, order)?;
    Ok(found.ok_or(Refused::NotFound)?)
}

/// How the order stands.
///
/// # Errors
///
/// Refused when there is no such order.
pub fn view(db: &Connection, order: OrderId, now: Timestamp) -> Result<OrderView, PaymentError> {
    let found = find(db, order)?;
    Ok(view_of(db, &found, now)?)
}

fn view_of(db: &Connection, order: &Order, now: Timestamp) -> Result<OrderView, StoreError> {
    let known = attempts::of_order(db, order.order)?;
    let needs_account = known.iter().any(|attempt| {
        matches!(&attempt.state, AttemptState::Paid { method, .. } if method == INTO_ACCOUNT)
    });
    let not_paid = known
        .iter()
        .filter(|attempt| matches!(attempt.state, AttemptState::NotPaid { .. }));
    Ok(OrderView {
        order: order.order,
        amount: order.asked.amount,
        payment: state_of(order, &known, now),
        refunded: refunds::refunded(db, order.order)?,
        needs_account,
        not_paid: not_paid
            .map(|attempt| attempt.gateway_order.clone())
            .collect(),
    })
}

/// How far the payment has come.
#[must_use]
pub fn state_of(order: &Order, known: &[Attempt], now: Timestamp) -> PaymentState {
    let doors = if order.closed_at.is_some() || now >= order.asked.expires_at {
        Doors::Closed
    } else {
        Doors::Open
    };
    let counting = known.iter().filter(|attempt| !attempt.is_duplicate);
    let states: Vec<AttemptState> = counting.map(|attempt| attempt.state.clone()).collect();
    of_attempts(&states, doors)
}
