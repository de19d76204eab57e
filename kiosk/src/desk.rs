//! The staff's cash desk: an order waits there until the staff take cash or refuse, the
//! customer goes back to the screen, or nobody has come for too long.
//!
//! No money is under way meanwhile, so nothing is unknown: whoever commits first has decided.

use domain::id::{CampaignId, OrderId, SeatId};
use domain::money::Won;
use domain::order::{NotCharged, Order, OrderState, Purpose, TenderKind};
use domain::time::ClockBound;
use rusqlite::{Connection, Transaction};
use seats::Here;
use store::StoreError;

use crate::checkout::{NewBooking, Taken, came_to_nothing, free, give};
use crate::pledging::{self, PledgeError};
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
    /// At the deadline no new pledge starts (C3).
    #[error("the campaign takes no pledges any more")]
    CampaignOver,
    #[error("this kiosk's clock is not sure enough")]
    ClockUnsure,
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

/// Cash in the hand of the staff.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    pub order: OrderId,
    pub amount: Won,
    /// How far the clock may be off.
    pub bound: ClockBound,
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
    given: Given,
    new: (NewBooking, &[(SeatId, Won)]),
) -> Result<Order, TakeCashError> {
    let order = sqlite::orders::find(tx, given.order)?.ok_or(TakeCashError::Unknown)?;
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
    if given.amount < order.amount {
        return Err(TakeCashError::TooLittle(order.amount));
    }
    if let Purpose::Pledge { campaign } = order.purpose {
        still_open(tx, here, campaign, given.bound)?;
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
        given: Some(given.amount),
        ..order
    };
    sqlite::orders::record(tx, &paid)?;
    tracing::info!(order = %paid.order, amount = paid.amount.0, "cash was taken at the desk");
    Ok(paid)
}

/// A pledge that is paid in cash starts when the cash is taken.
fn still_open(
    db: &Connection,
    here: Here<'_>,
    campaign: CampaignId,
    bound: ClockBound,
) -> Result<(), TakeCashError> {
    let campaign = pledging::find(db, campaign)?.ok_or(TakeCashError::CampaignOver)?;
    match pledging::surely_open(&campaign, here.now, bound) {
        Ok(()) => Ok(()),
        Err(PledgeError::ClockUnsure) => Err(TakeCashError::ClockUnsure),
        Err(PledgeError::Refused(_) | PledgeError::Recovering) => Err(TakeCashError::CampaignOver),
        Err(PledgeError::Store(fault)) => Err(fault.into()),
    }
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
    came_to_nothing(tx, here, &order)?;
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
