//! Money of web orders that goes back: tickets that are returned by the rule of their day (M5),
//! and orders whose seats were gone. The payments module carries it out; what it cannot carry
//! out is a conflict on the operator's list.

use domain::booking::{Booking, CancelRefused, Tender};
use domain::conflict::Conflict;
use domain::id::{RefundId, TicketId};
use domain::money::Won;
use domain::refund::{RefundRules, Share};
use domain::screening::Screening;
use domain::time::Timestamp;
use domain::web_order::{WebOrder, WebOrderState};
use rusqlite::Transaction;
use seats::{CancelError, Here};
use sha2::{Digest as _, Sha256};
use store::StoreError;

use crate::payments::api::{self, RefundReason};
use crate::selling::{Phone, is_guest};
use crate::sqlite::orders;
use crate::sqlite::refunds::{self, Refund, RefundState};

/// What a guest returns.
#[derive(Clone, Debug)]
pub struct Return {
    pub phone: Phone,
    /// All of the booking's tickets if none are named.
    pub tickets: Vec<TicketId>,
    /// The new refund, if there is money to go back.
    pub refund: RefundId,
}

/// What comes back for a booking at `now`; none when it was not paid on the web, is over, or
/// its show has begun.
#[must_use]
pub fn offer(
    booking: &Booking,
    rules: &RefundRules,
    starts_at: Timestamp,
    now: Timestamp,
) -> Option<Share> {
    let online = match booking.tender {
        Tender::Online => booking.is_live(),
        Tender::Card | Tender::PayAtTheater | Tender::Cash | Tender::Pledge => false,
    };
    let rule = rules.of_booking(booking.booked_at);
    let share = rule.share(starts_at, now);
    (online && share.until.is_some()).then_some(share)
}

/// Takes tickets of a booking back that was paid on the web; their seats are free, and what the
/// rule gives back is due. Returning them again changes nothing.
///
/// # Errors
///
/// Refuses when the booking is not this guest's, was paid elsewhere, or the show has begun.
pub fn return_tickets(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (booking, screening): (&Booking, &Screening),
    returned: &Return,
    rules: &RefundRules,
) -> Result<Booking, CancelError> {
    if !is_guest(tx, booking, &returned.phone)? {
        return Err(CancelRefused::Unknown.into());
    }
    let Some(order) = booking.order.filter(|_| booking.tender == Tender::Online) else {
        return Err(CancelRefused::Paid.into());
    };
    let named = if returned.tickets.is_empty() {
        booking.tickets.iter().map(|it| it.ticket).collect()
    } else {
        returned.tickets.clone()
    };
    let (id, starts_at) = (booking.booking, screening.starts_at);
    let share = rules
        .of_booking(booking.booked_at)
        .share(starts_at, here.now);
    let done = seats::return_tickets(tx, here, id, &named, starts_at)?;
    let prices = done.tickets.iter().map(|ticket| share.of(ticket.price));
    let amount: Won = prices.sum();
    if !done.tickets.is_empty() {
        let refund = Refund {
            refund: returned.refund,
            order,
            booking: Some(id),
            amount,
            reason: RefundReason::BookingCancelled,
            tickets: done.tickets,
            asked_at: here.now,
            state: RefundState::Due,
        };
        ask(tx, refund)?;
    }
    Ok(done.booking)
}

/// The money of an order whose seats are gone is due.
///
/// # Errors
///
/// Fails when the store does.
pub(crate) fn of_gone_order(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: &WebOrder,
    refund: RefundId,
) -> Result<(), StoreError> {
    let refund = Refund {
        refund,
        order: order.order,
        booking: None,
        amount: order.amount(),
        reason: RefundReason::OrderGone,
        tickets: Vec::new(),
        asked_at: here.now,
        state: RefundState::Due,
    };
    ask(tx, refund)
}

/// An operator's remedy for a booking that was paid on the web: its money is due. A booking
/// ends once, so its id names this refund.
///
/// # Errors
///
/// Fails when the store does.
pub(crate) fn by_operator(
    tx: &Transaction<'_>,
    here: Here<'_>,
    booking: &Booking,
) -> Result<(), StoreError> {
    let Some(order) = booking.order.filter(|_| booking.tender == Tender::Online) else {
        return Ok(());
    };
    let refund = RefundId(booking.booking.0);
    if refunds::find(tx, refund)?.is_some() {
        return Ok(());
    }
    let refund = Refund {
        refund,
        order,
        booking: Some(booking.booking),
        amount: booking.amount(),
        reason: RefundReason::OperatorDecision,
        tickets: booking.tickets.clone(),
        asked_at: here.now,
        state: RefundState::Due,
    };
    ask(tx, refund)
}

/// Notes a refund. Nothing is asked of anybody for no money at all.
fn ask(tx: &Transaction<'_>, refund: Refund) -> Result<(), StoreError> {
    let nothing = refund.amount == Won(0);
    let state = if nothing {
        RefundState::Done {
            refunded_at: refund.asked_at,
        }
    } else {
        RefundState::Due
    };
    refunds::record(tx, &Refund { state, ..refund })
}

/// The payments module has been asked.
///
/// # Errors
///
/// Fails when the store does.
pub fn handed_over(tx: &Transaction<'_>, refund: RefundId) -> Result<(), StoreError> {
    let Some(refund) = refunds::find(tx, refund)? else {
        return Ok(());
    };
    if refund.state == RefundState::Due {
        let state = RefundState::HandedOver;
        refunds::record(tx, &Refund { state, ..refund })?;
    }
    Ok(())
}

/// Records how far a refund has come. One that the gateway refuses for good is put on the
/// operator's list. What is settled stays so; a refund that is not the hub's is passed over.
///
/// # Errors
///
/// Fails when the store does.
pub fn told(
    tx: &Transaction<'_>,
    here: Here<'_>,
    refund: RefundId,
    progress: &api::RefundState,
) -> Result<(), StoreError> {
    let Some(refund) = refunds::find(tx, refund)? else {
        return Ok(());
    };
    match refund.state {
        RefundState::Due | RefundState::HandedOver => {}
        RefundState::Done { .. } | RefundState::Refused { .. } => return Ok(()),
    }
    let state = match progress {
        api::RefundState::Pending => RefundState::HandedOver,
        api::RefundState::Done { refunded_at } => RefundState::Done {
            refunded_at: *refunded_at,
        },
        api::RefundState::Refused { code } => {
            let conflict = Conflict::RefundRefused {
                refund: refund.refund,
                order: refund.order,
                booking: refund.booking,
                amount: refund.amount,
                code: code.clone(),
            };
            seats::sqlite::conflicts::record(tx, &conflict, here.now)?;
            RefundState::Refused { code: code.clone() }
        }
    };
    let refund = Refund { state, ..refund };
    refunds::record(tx, &refund)?;
    tell_order(tx, &refund)
}

/// The page of an order whose money goes back says how far it has come.
fn tell_order(tx: &Transaction<'_>, refund: &Refund) -> Result<(), StoreError> {
    let Some(order) = orders::find(tx, refund.order)? else {
        return Ok(());
    };
    let WebOrderState::Refunding { refund: known } = order.state else {
        return Ok(());
    };
    if known != refund.refund {
        return Ok(());
    }
    let state = match &refund.state {
        RefundState::Due | RefundState::HandedOver => return Ok(()),
        RefundState::Done { refunded_at } => WebOrderState::Refunded {
            refund: known,
            refunded_at: *refunded_at,
        },
        RefundState::Refused { .. } => WebOrderState::RefundRefused { refund: known },
    };
    orders::record(tx, &WebOrder { state, ..order })
}

/// The refunds that a guest is shown: one that was asked for again stands for the one before.
#[must_use]
pub fn shown(all: Vec<Refund>) -> Vec<Refund> {
    let again: Vec<RefundId> = all.iter().map(|refund| again(refund.refund)).collect();
    let asked: Vec<RefundId> = all.iter().map(|refund| refund.refund).collect();
    let kept = all.into_iter().zip(again);
    let last = kept.filter(|(_, again)| !asked.contains(again));
    last.map(|(refund, _)| refund).collect()
}

/// The refund that takes the place of one that the gateway has refused: always the same.
#[must_use]
pub fn again(refused: RefundId) -> RefundId {
    let digest = Sha256::digest([refused.0.as_bytes().as_slice(), b"again"].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    RefundId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Asks the gateway once more for money that it would not give back. Asking again changes
/// nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn ask_again(
    tx: &Transaction<'_>,
    here: Here<'_>,
    refused: RefundId,
) -> Result<(), StoreError> {
    let new = again(refused);
    let Some(old) = refunds::find(tx, refused)? else {
        return Ok(());
    };
    if refunds::find(tx, new)?.is_some() {
        return Ok(());
    }
    if let Some(order) = orders::find(tx, old.order)?
        && order.state == (WebOrderState::RefundRefused { refund: refused })
    {
        let state = WebOrderState::Refunding { refund: new };
        orders::record(tx, &WebOrder { state, ..order })?;
    }
    let refund = Refund {
        refund: new,
        asked_at: here.now,
        state: RefundState::Due,
        ..old
    };
    refunds::record(tx, &refund)
}
