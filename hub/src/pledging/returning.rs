//! Seats that a backer has chosen and returns: by the rule of the booking's day (M5), against the
//! orders that paid the pledge. The rest stays with the campaign, whose theater gets it.

use domain::booking::{Booking, CancelRefused, Tender};
use domain::id::NodeId;
use domain::money::Won;
use domain::pledge::{Pledge, PledgeState, ReturnReason};
use domain::refund::RefundRules;
use domain::screening::Screening;
use rusqlite::{Connection, Transaction};
use seats::{CancelError, Here};
use store::StoreError;

use super::giving_back;
use crate::selling::{Phone, is_guest};
use crate::sqlite::{backers, pledge_orders};

/// Takes a claim's booking back; its seats are free. Returning it again changes nothing.
///
/// # Errors
///
/// Refuses when the booking is not this person's, the show has begun, or a kiosk has the money.
pub fn return_claim(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (booking, screening): (&Booking, &Screening),
    (phone, rules): (&Phone, &RefundRules),
) -> Result<Booking, CancelError> {
    if !is_guest(tx, booking, phone)? {
        return Err(CancelRefused::Unknown.into());
    }
    if !booking.is_live() {
        return Ok(booking.clone());
    }
    let pledge = pledge_of(tx, booking)?.ok_or(CancelRefused::Paid)?;
    if pledge.node != NodeId::hub() {
        return Err(CancelRefused::Paid.into());
    }
    let starts_at = screening.starts_at;
    let share = rules
        .of_booking(booking.booked_at)
        .share(starts_at, here.now);
    let prices = booking.tickets.iter().map(|it| share.of(it.price));
    let amount: Won = prices.sum();
    let all = booking.tickets.iter().map(|it| it.ticket);
    let all: Vec<_> = all.collect();
    let done = seats::return_tickets(tx, here, booking.booking, &all, starts_at)?;
    let why = ReturnReason::Withdrawn;
    giving_back::want_amount_back(tx, here, (&pledge, amount), why)?;
    backers::set_over(tx, pledge.pledge)?;
    let state = if amount == Won(0) {
        let returned_at = here.now;
        PledgeState::Returned { why, returned_at }
    } else {
        PledgeState::Returning { why }
    };
    giving_back::record(tx, here, &pledge.changed_to(state))?;
    giving_back::discount(tx, here, &pledge)?;
    Ok(done.booking)
}

/// The pledge whose claim became the booking. They have the same number.
///
/// # Errors
///
/// Fails when the store does.
pub fn pledge_of(db: &Connection, booking: &Booking) -> Result<Option<Pledge>, StoreError> {
    if booking.tender != Tender::Pledge {
        return Ok(None);
    }
    let placed = PledgeState::Placed {
        booking: booking.booking,
    };
    let found = seats::sqlite::pledges::find_by_number(db, &booking.number)?;
    Ok(found.filter(|pledge| pledge.state == placed))
}

/// Whether the money of a claim's booking comes back on the web: the web has taken all of it.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_back_online(db: &Connection, booking: &Booking) -> Result<bool, StoreError> {
    let pledge = pledge_of(db, booking)?.filter(|pledge| pledge.node == NodeId::hub());
    let Some(pledge) = pledge else {
        return Ok(false);
    };
    Ok(!pledge_orders::parts(db, pledge.pledge)?.is_empty())
}
