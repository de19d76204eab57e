//! What an operator may decide about a booking, carried out by the booking's writer.

use domain::booking::{Booking, Ticket};
use domain::id::{BookingId, ScreeningId, SeatId};
use domain::seating::SeatState;
use protocol::ask::AskRefused;
use rusqlite::Transaction;
use store::StoreError;

use crate::book::end_booking;
use crate::feed::Changes;
use crate::given_up::give_up;
use crate::sqlite::bookings::Writer;
use crate::{Here, sqlite};

/// The hub becomes the writer of a booking whose node is off for good: with an epoch so far
/// above that nothing the node may still do to it can reach it. The caller knows that the node
/// is fenced. Who made the booking stays on it. Taking it over again changes nothing.
///
/// # Errors
///
/// Fails when the store does.
///
/// # Panics
///
/// Panics at a node that is not the hub: nobody else takes anything over.
pub fn take_over(
    tx: &Transaction<'_>,
    here: Here<'_>,
    booking: BookingId,
) -> Result<(), StoreError> {
    assert!(here.node.is_hub(), "only the hub fences");
    let Some(known) = sqlite::bookings::find(tx, booking)? else {
        return Ok(());
    };
    if known.is_written_by(here.node) {
        return Ok(());
    }
    let scope = sqlite::recovery::seating(tx, known.screening)?.scope;
    let taken = Booking {
        version: known.version.fenced(),
        ..known
    };
    sqlite::bookings::record(tx, &taken, Writer::Ourselves)?;
    let mut changes = Changes::new(scope);
    changes.booking(&taken);
    changes.record(tx, here.node)
}

/// Looks at a seat again after a decision about its bookings, so that whoever is left has it.
/// Only this seat: others may be in the middle of their node's feed.
///
/// # Errors
///
/// Fails when the store does.
pub fn look_again(
    tx: &Transaction<'_>,
    here: Here<'_>,
    seat: (ScreeningId, SeatId),
) -> Result<(), StoreError> {
    sqlite::conflicts::suspect(tx, here.node, seat)?;
    crate::examine_suspects(tx, here, here.node)?;
    Ok(())
}

/// Cancels a booking however it was paid: the operator has seen to the money. Doing it again
/// changes nothing.
///
/// # Errors
///
/// Fails when the store does; the inner result is the answer.
pub fn void(
    tx: &Transaction<'_>,
    here: Here<'_>,
    booking: BookingId,
) -> Result<Result<Booking, AskRefused>, StoreError> {
    let Some(booking) = sqlite::bookings::find(tx, booking)? else {
        return Ok(Err(AskRefused::Elsewhere));
    };
    if !booking.is_written_by(here.node) {
        return Ok(Err(AskRefused::Elsewhere));
    }
    let seating = sqlite::recovery::seating(tx, booking.screening)?;
    if seating.closed {
        return Ok(Err(AskRefused::NotNow));
    }
    if !booking.is_live() {
        return Ok(Ok(booking));
    }
    Ok(Ok(end_booking(tx, here, booking, seating.scope)?))
}

/// Puts tickets on other seats, which must be free and ours; the prices stay. Doing it again
/// changes nothing.
///
/// # Errors
///
/// Fails when the store does; the inner result is the answer.
pub fn reseat(
    tx: &Transaction<'_>,
    here: Here<'_>,
    booking: BookingId,
    moves: &[(SeatId, SeatId)],
) -> Result<Result<Booking, AskRefused>, StoreError> {
    let Some(known) = sqlite::bookings::find(tx, booking)? else {
        return Ok(Err(AskRefused::Elsewhere));
    };
    if !known.is_written_by(here.node) {
        return Ok(Err(AskRefused::Elsewhere));
    }
    let seating = sqlite::recovery::seating(tx, known.screening)?;
    if seating.closed || !known.is_live() {
        return Ok(Err(AskRefused::NotNow));
    }
    let mut changes = Changes::new(seating.scope);
    let (mut tickets, mut moved) = (known.tickets.clone(), Vec::new());
    for &(from, to) in moves {
        let Some(ticket) = tickets.iter_mut().find(|ticket| ticket.seat == from) else {
            continue;
        };
        *ticket = Ticket {
            seat: to,
            ..*ticket
        };
        moved.push((from, to));
    }
    if moved.is_empty() {
        return Ok(Ok(known));
    }
    let sold = SeatState::Booked { booking };
    for &(from, to) in &moved {
        match sqlite::seats::find(tx, known.screening, to)? {
            Some(seat) if &seat.owner != here.node => return Ok(Err(AskRefused::Elsewhere)),
            Some(seat) if seat.state.is_free(here.now) => {
                let taken = seat.changed_to(sold);
                sqlite::seats::change(tx, &taken)?;
                changes.seat(&taken);
            }
            Some(_) => return Ok(Err(AskRefused::Taken)),
            None => return Ok(Err(AskRefused::Elsewhere)),
        }
        // A seat that somebody else has may be the reason for the move.
        give_up(tx, here, (known.screening, from), booking, &mut changes)?;
    }
    let reseated = Booking {
        version: known.version.next(),
        tickets,
        ..known
    };
    sqlite::bookings::record(tx, &reseated, Writer::Ourselves)?;
    changes.booking(&reseated);
    changes.record(tx, here.node)?;
    Ok(Ok(reseated))
}
