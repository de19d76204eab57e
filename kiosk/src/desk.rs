//! The staff's cash desk: an order waits there until the staff take cash or refuse, the
//! customer goes back to the screen, or nobody has come for too long.
//!
//! No money is under way meanwhile, so nothing is unknown: whoever commits first has decided.

use domain::id::{OrderId, SeatId};
use domain::money::Won;
use domain::order::{NotCharged, Order, OrderState, TenderKind};
use rusqlite::Transaction;
use seats::Here;
use store::StoreError;

use crate::checkout::{NewBooking, Taken, give, try_again};
use crate::sqlite;

/// Why cash was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeCashError {
    #[error("there is no such order")]
    Unknown,
    /// It was refused, given up, or is paid in another way.
    #[error("the order does not wait at the desk")]
    NotWaiting,
    #[error("it is {0} in all")]
    TooLittle(Won),
    /// Its seats went with a database that was lost.
    #[error("the seats are no longer kept for it")]
    SeatsGone,
    #[error("this kiosk is recovering; try again in a while")]
    Recovering,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for TakeCashError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// Takes the customer's cash and gives the seats, at once: cash in the hand is no longer in
/// doubt. Taking it again returns the order that is paid (M3).
///
/// # Errors
///
/// Refuses when the order does not wait here, or when too little was given.
pub fn take_cash(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (order, given): (OrderId, Won),
    new: (NewBooking, &[(SeatId, Won)]),
) -> Result<Order, TakeCashError> {
    let order = sqlite::orders::find(tx, order)?.ok_or(TakeCashError::Unknown)?;
    match order.state {
        OrderState::AtDesk { .. } => {}
        OrderState::Paid { .. } if order.kind == TenderKind::Cash => return Ok(order),
        OrderState::Confirming
        | OrderState::Unknown
        | OrderState::Paid { .. }
        | OrderState::NotPaid { .. }
        | OrderState::Reversing
        | OrderState::Reversed => return Err(TakeCashError::NotWaiting),
    }
    if given < order.amount {
        return Err(TakeCashError::TooLittle(order.amount));
    }
    if seats::sqlite::recovery::is_closed(tx, order.screening)? {
        return Err(TakeCashError::Recovering);
    }
    let taken = Taken {
        approval_no: String::new(),
        at: here.now,
    };
    let given_for = give(tx, here, &order, taken, new)?;
    let paid_for = given_for.ok_or(TakeCashError::SeatsGone)?;
    let paid = Order {
        state: OrderState::Paid { paid_for },
        given: Some(given),
        ..order
    };
    sqlite::orders::record(tx, &paid)?;
    tracing::info!(order = %paid.order, amount = paid.amount.0, "cash was taken at the desk");
    Ok(paid)
}

/// The staff take no money: the seats are free again. Refusing what no longer waits changes
/// nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn refuse(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
) -> Result<Option<Order>, StoreError> {
    end(tx, here, order, NotCharged::RefusedAtDesk, Seats::Freed)
}

/// The customer goes back to the screen and may pay otherwise.
///
/// # Errors
///
/// Fails when the store does.
pub fn give_up(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
) -> Result<Option<Order>, StoreError> {
    end(tx, here, order, NotCharged::Cancelled, Seats::KeptAWhile)
}

/// Nobody has come to the desk for too long.
///
/// # Errors
///
/// Fails when the store does.
pub fn end_overdue(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
) -> Result<Option<Order>, StoreError> {
    let found = sqlite::orders::find(tx, order)?;
    let state = found.as_ref().map(|order| &order.state);
    if !matches!(state, Some(OrderState::AtDesk { until }) if *until <= here.now) {
        return Ok(found);
    }
    end(tx, here, order, NotCharged::TimedOut, Seats::Freed)
}

/// What becomes of the seats of an order that ends unpaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seats {
    /// The buyer may try another way of paying.
    KeptAWhile,
    Freed,
}

fn end(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
    why: NotCharged,
    becomes: Seats,
) -> Result<Option<Order>, StoreError> {
    let Some(order) = sqlite::orders::find(tx, order)? else {
        return Ok(None);
    };
    if !matches!(order.state, OrderState::AtDesk { .. }) {
        return Ok(Some(order));
    }
    if seats::sqlite::recovery::is_closed(tx, order.screening)? {
        // Its seats may not be touched yet; it ends when the kiosk has recovered.
        return Ok(Some(order));
    }
    try_again(tx, here, order.hold)?;
    if becomes == Seats::Freed {
        free(tx, here, &order)?;
    }
    let ended = Order {
        state: OrderState::NotPaid { why },
        ..order
    };
    sqlite::orders::record(tx, &ended)?;
    Ok(Some(ended))
}

fn free(tx: &Transaction<'_>, here: Here<'_>, order: &Order) -> Result<(), StoreError> {
    match seats::release(tx, here, order.hold) {
        Ok(()) | Err(seats::RefreshError::Refused(_)) => Ok(()),
        Err(seats::RefreshError::Store(fault)) => Err(fault),
    }
}
