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
use store::StoreError;

use crate::payments::api::{self, RefundReason};
use crate::selling::{Phone, is_guest};
use crate::sqlite::awaited_accounts::{self, Awaited};
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
        // What a kiosk has taken for a pledge goes back at its counter.
        Tender::Online | Tender::Pledge => booking.is_live(),
        Tender::Card | Tender::PayAtTheater | Tender::Cash => false,
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
            times: 1,
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
        times: 1,
        state: RefundState::Due,
    };
    ask(tx, refund)
}

/// The screening of a booking that was paid on the web is called off: all of its money is due. A
/// booking ends once, so its id names this refund. What was not paid on the web is none of ours.
///
/// # Errors
///
/// Fails when the store does.
pub(crate) fn of_called_off(
    tx: &Transaction<'_>,
    here: Here<'_>,
    booking: &Booking,
) -> Result<(), StoreError> {
    whole(tx, here, booking, RefundReason::ScreeningCancelled)
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
    whole(tx, here, booking, RefundReason::OperatorDecision)
}

fn whole(
    tx: &Transaction<'_>,
    here: Here<'_>,
    booking: &Booking,
    reason: RefundReason,
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
        reason,
        tickets: booking.tickets.clone(),
        asked_at: here.now,
        times: 1,
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

/// The payments module answers that it was asked, the first time or again.
///
/// # Errors
///
/// Fails when the store does.
pub fn answered(
    tx: &Transaction<'_>,
    here: Here<'_>,
    refund: RefundId,
    progress: &api::RefundState,
) -> Result<(), StoreError> {
    if let Some(known) = refunds::find(tx, refund)?
        && matches!(known.state, RefundState::Due | RefundState::DueAgain)
    {
        let state = RefundState::HandedOver;
        refunds::record(tx, &Refund { state, ..known })?;
    }
    told(tx, here, refund, progress)
}

/// Notes whether a refund waits until its buyer has named a bank account, whatever it is for.
///
/// # Errors
///
/// Fails when the store does.
pub fn awaits_account(
    tx: &Transaction<'_>,
    here: Here<'_>,
    view: &api::RefundView,
) -> Result<(), StoreError> {
    match view.progress {
        api::RefundState::AwaitingAccount => {
            let awaited = Awaited {
                refund: view.refund,
                order: view.asked.order,
                amount: view.asked.amount,
                since: here.now,
            };
            awaited_accounts::add(tx, &awaited)
        }
        api::RefundState::Pending
        | api::RefundState::Done { .. }
        | api::RefundState::Refused { .. } => awaited_accounts::remove(tx, view.refund),
    }
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
    match (&refund.state, progress) {
        (RefundState::Due | RefundState::HandedOver, _) => {}
        // Somebody has given it back in another way.
        (RefundState::Refused { .. } | RefundState::DueAgain, api::RefundState::Done { .. }) => {}
        // It is not asked again yet: this is the old word.
        (RefundState::Refused { .. } | RefundState::DueAgain | RefundState::Done { .. }, _) => {
            return Ok(());
        }
    }
    let state = match progress {
        api::RefundState::Pending | api::RefundState::AwaitingAccount => RefundState::HandedOver,
        api::RefundState::Done { refunded_at } => RefundState::Done {
            refunded_at: *refunded_at,
        },
        api::RefundState::Refused { code } => {
            let conflict = Conflict::RefundRefused {
                refund: refund.refund,
                order: refund.order,
                booking: refund.booking,
                amount: refund.amount,
                times: refund.times,
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
    let known = match order.state {
        WebOrderState::Refunding { refund } | WebOrderState::RefundRefused { refund } => refund,
        WebOrderState::Open
        | WebOrderState::NotPaid { .. }
        | WebOrderState::Confirming { .. }
        | WebOrderState::WaitingForDeposit { .. }
        | WebOrderState::Paid { .. }
        | WebOrderState::Pledged { .. }
        | WebOrderState::PledgeReturned { .. }
        | WebOrderState::Over { .. }
        | WebOrderState::Refunded { .. } => return Ok(()),
    };
    if known != refund.refund {
        return Ok(());
    }
    let state = match &refund.state {
        RefundState::Due | RefundState::DueAgain | RefundState::HandedOver => {
            WebOrderState::Refunding { refund: known }
        }
        RefundState::Done { refunded_at } => WebOrderState::Refunded {
            refund: known,
            refunded_at: *refunded_at,
        },
        RefundState::Refused { .. } => WebOrderState::RefundRefused { refund: known },
    };
    orders::record(tx, &WebOrder { state, ..order })
}

/// Asks the gateway once more for money that it would not give back. One that was not refused
/// stays as it is.
///
/// # Errors
///
/// Fails when the store does.
pub fn ask_again(tx: &Transaction<'_>, refund: RefundId) -> Result<(), StoreError> {
    let Some(refund) = refunds::find(tx, refund)? else {
        return Ok(());
    };
    let RefundState::Refused { .. } = refund.state else {
        return Ok(());
    };
    let refund = Refund {
        times: refund.times + 1,
        state: RefundState::DueAgain,
        ..refund
    };
    refunds::record(tx, &refund)?;
    tell_order(tx, &refund)
}
