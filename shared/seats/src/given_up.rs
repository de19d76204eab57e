//! Seats that a booking no longer has: it was cancelled, returned or put on other seats.

use domain::booking::Booking;
use domain::id::{BookingId, ScreeningId, SeatId};
use domain::mutant::{Mutant, is};
use domain::seating::{ScreeningSeat, SeatState};
use rusqlite::Transaction;
use store::StoreError;

use crate::feed::Changes;
use crate::{Here, sqlite};

/// A booking of ours gives up a seat, if it still has it.
///
/// A seat that was granted away or given to somebody else is not ours to free.
pub(crate) fn give_up(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (screening, seat): (ScreeningId, SeatId),
    booking: BookingId,
    changes: &mut Changes,
) -> Result<(), StoreError> {
    let sold = SeatState::Booked { booking };
    let row = sqlite::seats::find(tx, screening, seat)?;
    let ours = row.filter(|row| row.state == sold && &row.owner == here.node);
    if let Some(row) = ours {
        let row = row.changed_to(left_without(tx, (screening, seat), booking)?);
        sqlite::seats::change(tx, &row)?;
        changes.seat(&row);
    }
    Ok(())
}

/// What becomes of a seat that a booking gives up: free, unless it was sold twice. Then whoever is
/// left has it, and nobody buys it a third time.
fn left_without(
    tx: &Transaction<'_>,
    (screening, seat): (ScreeningId, SeatId),
    gone: BookingId,
) -> Result<SeatState, StoreError> {
    let live = sqlite::bookings::live_on_seat(tx, screening, seat)?;
    let left = live.into_iter().find(|&booking| booking != gone);
    Ok(match left {
        Some(booking) if !is(Mutant::SellDoubleAgain) => SeatState::Booked { booking },
        Some(_) | None => SeatState::Free,
    })
}

/// The state that a seat has to have, when the row of its booking says that it is no longer the
/// booking's; else the state that it has. A booking of which nothing is known here may still come.
pub(crate) fn without_gone_booking(
    tx: &Transaction<'_>,
    seat: &ScreeningSeat,
) -> Result<SeatState, StoreError> {
    let SeatState::Booked { booking } = seat.state else {
        return Ok(seat.state);
    };
    let has_it = sqlite::bookings::live_on_seat(tx, seat.screening, seat.seat)?.contains(&booking);
    if has_it || sqlite::bookings::find(tx, booking)?.is_none() || is(Mutant::KeepForGone) {
        return Ok(seat.state);
    }
    left_without(tx, (seat.screening, seat.seat), booking)
}

/// The seats for which a booking has tickets, or had some until this row of it came.
pub(crate) fn now_or_before(known: Option<&Booking>, told: &Booking) -> Vec<SeatId> {
    let before = known.into_iter().flat_map(|known| &known.tickets);
    let seats = before.chain(&told.tickets).map(|ticket| ticket.seat);
    let mut seats: Vec<SeatId> = seats.collect();
    seats.sort_unstable();
    seats.dedup();
    seats
}
