//! Settling: what the payments module says of an order becomes a booking, another chance, or
//! money that goes back. Told again, it changes nothing (M3).

use domain::booking::Tender;
use domain::id::{BookingId, OrderId};
use domain::time::Timestamp;
use domain::web_order::{OrderFor, OverBecause, Verdict, WebOrder, WebOrderState, Word};
use rusqlite::Transaction;
use seats::{BookError, Here, RefreshError};
use store::StoreError;

use super::{Fresh, placing, pledged, put};
use crate::refunds;
use crate::sqlite::{guests, orders};

/// The word of the payments module, and what it means if the order ends by it.
#[derive(Clone, Debug)]
pub struct Heard {
    pub word: Word,
    pub end: OverBecause,
}

/// Records what became of an order. What is settled stays as it is (M3); none when the order
/// is not the hub's.
///
/// # Errors
///
/// Fails when the store does.
pub fn settle(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
    heard: &Heard,
    fresh: Fresh,
) -> Result<Option<WebOrder>, StoreError> {
    let Some(order) = orders::find(tx, order)? else {
        return Ok(None);
    };
    let (OrderFor::Seats { screening, .. } | OrderFor::Pledge { screening, .. }) = &order.what;
    let over = matches!(order.state, WebOrderState::Over { .. });
    if !over && seats::sqlite::recovery::is_closed(tx, *screening)? {
        // Looked at again until the hub has recovered.
        return Ok(Some(order));
    }
    let settled = match order.hear(&heard.word, here.now) {
        Verdict::Stay => order,
        Verdict::TryAgain { code } => {
            keep_no_more(tx, here, &order)?;
            put(tx, order, WebOrderState::NotPaid { code })?
        }
        Verdict::Wait { attempt, until } => put(
            tx,
            order,
            WebOrderState::WaitingForDeposit { attempt, until },
        )?,
        Verdict::Give { paid_at } => give(tx, here, order, paid_at, fresh)?,
        Verdict::Gone { paid_at } => gone(tx, here, order, paid_at, fresh)?,
        Verdict::End => {
            keep_no_more(tx, here, &order)?;
            if let OrderFor::Pledge { .. } = order.what {
                pledged::let_go(tx, order.order)?;
            }
            put(tx, order, WebOrderState::Over { why: heard.end })?
        }
    };
    Ok(Some(settled))
}

/// The buyer gives the order up, and no attempt can begin any more: the seats are free.
///
/// # Errors
///
/// Fails when the store does.
pub fn give_up(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
    heard: &Heard,
    fresh: Fresh,
) -> Result<Option<WebOrder>, StoreError> {
    let settled = settle(tx, here, order, heard, fresh)?;
    if let Some(order) = &settled
        && matches!(order.state, WebOrderState::Over { .. })
    {
        release(tx, here, order)?;
    }
    Ok(settled)
}

/// No deposit has come in time: the seats wait no longer. Money that comes later has none.
///
/// # Errors
///
/// Fails when the store does.
pub fn wait_no_longer(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: OrderId,
) -> Result<Option<WebOrder>, StoreError> {
    let Some(order) = orders::find(tx, order)? else {
        return Ok(None);
    };
    match &order.state {
        WebOrderState::WaitingForDeposit { until, .. } if *until <= here.now => {}
        WebOrderState::WaitingForDeposit { .. }
        | WebOrderState::Open
        | WebOrderState::NotPaid { .. }
        | WebOrderState::Confirming { .. }
        | WebOrderState::Paid { .. }
        | WebOrderState::Pledged { .. }
        | WebOrderState::PledgeReturned { .. }
        | WebOrderState::Over { .. }
        | WebOrderState::Refunding { .. }
        | WebOrderState::Refunded { .. }
        | WebOrderState::RefundRefused { .. } => return Ok(Some(order)),
    }
    keep_no_more(tx, here, &order)?;
    release(tx, here, &order)?;
    let state = WebOrderState::Over {
        why: OverBecause::Expired,
    };
    Ok(Some(put(tx, order, state)?))
}

/// The seats that were kept for the payment are held for a while, so that the buyer can try
/// again.
fn keep_no_more(tx: &Transaction<'_>, here: Here<'_>, order: &WebOrder) -> Result<(), StoreError> {
    let hold = match &order.what {
        OrderFor::Seats { hold, .. } => *hold,
        // Its tickets are kept until the order is over.
        OrderFor::Pledge { .. } => return Ok(()),
    };
    match seats::fail_payment(tx, here, hold) {
        Ok(()) | Err(BookError::Refused(_)) => Ok(()),
        Err(BookError::Store(fault)) => Err(fault),
    }
}

fn release(tx: &Transaction<'_>, here: Here<'_>, order: &WebOrder) -> Result<(), StoreError> {
    let hold = match &order.what {
        OrderFor::Seats { hold, .. } => *hold,
        OrderFor::Pledge { .. } => return pledged::let_go(tx, order.order),
    };
    match seats::release(tx, here, hold) {
        // Booked without this order, say: then it is not the order's to release.
        Ok(()) | Err(RefreshError::Refused(_)) => Ok(()),
        Err(RefreshError::Store(fault)) => Err(fault),
    }
}

/// The seats become the buyer's; if they cannot, the money has none.
fn give(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: WebOrder,
    paid_at: Timestamp,
    fresh: Fresh,
) -> Result<WebOrder, StoreError> {
    if let OrderFor::Pledge { .. } = order.what {
        return pledged::give(tx, here, order, paid_at);
    }
    match book(tx, here, &order, &fresh)? {
        Some(booking) => put(tx, order, WebOrderState::Paid { booking, paid_at }),
        None => gone(tx, here, order, paid_at, fresh),
    }
}

/// Books the order's hold; none when it cannot be booked any more.
fn book(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: &WebOrder,
    fresh: &Fresh,
) -> Result<Option<BookingId>, StoreError> {
    let OrderFor::Seats { hold, lines, .. } = &order.what else {
        return Ok(None);
    };
    let tickets = lines.iter().zip(&fresh.tickets);
    let request = seats::BookHold {
        hold: *hold,
        booking: fresh.booking,
        number: fresh.number.clone(),
        tender: Tender::Online,
        order: Some(order.order),
        tickets: tickets
            .map(|(line, &ticket)| (line.seat, ticket, line.price))
            .collect(),
    };
    let booking = match seats::book(tx, here, &request) {
        Ok(booking) => booking,
        Err(BookError::Store(fault)) => return Err(fault),
        Err(BookError::Refused(_)) => return Ok(None),
    };
    if booking.order != Some(order.order) {
        // The hold was booked without this order: this money has no seats.
        return Ok(None);
    }
    if let Some(phone) = orders::phone_of(tx, order.order)? {
        guests::record(tx, booking.booking, &phone)?;
    }
    Ok(Some(booking.booking))
}

/// Money for seats that are gone: other seats if the buyer wants them and there are any, else
/// it goes back.
fn gone(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: WebOrder,
    paid_at: Timestamp,
    fresh: Fresh,
) -> Result<WebOrder, StoreError> {
    if let OrderFor::Pledge { .. } = order.what {
        return pledged::give(tx, here, order, paid_at);
    }
    if let Some(what) = placing::hold_again(tx, here, &order, fresh.hold)? {
        let placed = WebOrder { what, ..order };
        let booking = book(tx, here, &placed, &fresh)?;
        let booking = booking.ok_or_else(|| StoreError::Inconsistent {
            table: "holds",
            reason: format!("order {} cannot book what it has just held", placed.order),
        })?;
        return put(tx, placed, WebOrderState::Paid { booking, paid_at });
    }
    refunds::of_gone_order(tx, here, &order, fresh.refund)?;
    let refund = fresh.refund;
    put(tx, order, WebOrderState::Refunding { refund })
}
