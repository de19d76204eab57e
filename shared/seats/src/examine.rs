//! The check that runs at the hub on everything that arrives (S3): does every live booking
//! have its seat, alone? The other nodes only look whether a booking is gone that had theirs.

use domain::conflict::Conflict;
use domain::id::{BookingId, NodeId, ScreeningId, SeatId};
use domain::mutant::{Mutant, is};
use domain::seating::{ScreeningSeat, SeatState};
use rusqlite::Transaction;
use store::StoreError;

use crate::feed::Changes;
use crate::given_up::without_gone_booking;
use crate::{Here, sqlite};

/// Looks at the seats that seemed to be wrong, now that the sender's feed has been read to
/// its head; says how many conflicts there are.
///
/// A node that was fenced may have sold seats that the hub has taken back since. What it
/// sold stays sold if the seat is still there to be had; else it is a conflict.
///
/// # Errors
///
/// Fails when the store does.
pub fn examine_suspects(
    tx: &Transaction<'_>,
    here: Here<'_>,
    sender: &NodeId,
) -> Result<usize, StoreError> {
    let mut found = 0;
    for (screening, seat) in sqlite::conflicts::take_suspects(tx, sender)? {
        match examine(tx, here, screening, seat)? {
            Finding::Fine => {}
            Finding::Later => sqlite::conflicts::suspect(tx, sender, (screening, seat))?,
            Finding::Wrong(conflict) => {
                sqlite::conflicts::record(tx, &conflict, here.now)?;
                found += 1;
            }
        }
    }
    Ok(found)
}

enum Finding {
    Fine,
    /// A payment for the seat is under way, or its owner has not heard yet that the booking is
    /// gone that had it, or the hub has not heard everybody since it was restored: look again at
    /// the next occasion.
    Later,
    Wrong(Conflict),
}

fn examine(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: ScreeningId,
    seat: SeatId,
) -> Result<Finding, StoreError> {
    if is(Mutant::IgnoreFencedSales) {
        return Ok(Finding::Fine);
    }
    if sqlite::recovery::is_closed(tx, screening)? {
        return Ok(Finding::Later);
    }
    if !here.node.is_hub() {
        take_from_gone(tx, here, screening, seat)?;
        return Ok(Finding::Fine);
    }
    let bookings = sqlite::bookings::live_on_seat(tx, screening, seat)?;
    let booking = match bookings.as_slice() {
        [] => {
            take_from_gone(tx, here, screening, seat)?;
            return Ok(Finding::Fine);
        }
        [booking] => *booking,
        [_, _, ..] => {
            keep_from_others(tx, here, (screening, seat), &bookings)?;
            return Ok(Finding::Wrong(Conflict::SeatSoldTwice {
                screening,
                seat,
                bookings,
            }));
        }
    };
    let Some(row) = sqlite::seats::find(tx, screening, seat)? else {
        return Ok(Finding::Wrong(lost(booking, screening, seat)));
    };
    match row.state {
        SeatState::Booked { booking: sold } if sold == booking => Ok(Finding::Fine),
        _ if &row.owner != here.node && without_gone_booking(tx, &row)? != row.state => {
            Ok(Finding::Later)
        }
        _ if &row.owner != here.node => Ok(Finding::Wrong(lost(booking, screening, seat))),
        SeatState::Kept { .. } => Ok(Finding::Later),
        SeatState::Blocked => Ok(Finding::Wrong(lost(booking, screening, seat))),
        // Somebody who is still choosing gives way to somebody who has a ticket.
        SeatState::Free | SeatState::Held { .. } | SeatState::Booked { .. } => {
            adopt(tx, here, &row, booking)?;
            Ok(Finding::Fine)
        }
    }
}

/// Our seat has a booking of another node, which has cancelled it since or put it elsewhere and
/// cannot free a seat that it does not own (S1). The node was fenced after it sold the seat; or the
/// seat was sold twice, and the other of the two has left it to this one.
fn take_from_gone(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: ScreeningId,
    seat: SeatId,
) -> Result<(), StoreError> {
    let row = sqlite::seats::find(tx, screening, seat)?;
    let Some(row) = row.filter(|row| &row.owner == here.node) else {
        return Ok(());
    };
    let left = without_gone_booking(tx, &row)?;
    if left != row.state {
        put(tx, here, &row.changed_to(left))?;
    }
    Ok(())
}

/// A seat of the hub's that was sold twice is not sold a third time: until the operator has decided
/// the first of the two has it.
fn keep_from_others(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (screening, seat): (ScreeningId, SeatId),
    bookings: &[BookingId],
) -> Result<(), StoreError> {
    let row = sqlite::seats::find(tx, screening, seat)?;
    let Some(row) = row.filter(|row| &row.owner == here.node) else {
        return Ok(());
    };
    let is_taken = match row.state {
        SeatState::Free | SeatState::Held { .. } => false,
        SeatState::Booked { booking } => bookings.contains(&booking),
        SeatState::Kept { .. } | SeatState::Blocked => true,
    };
    match bookings.first() {
        Some(&first) if !is_taken && !is(Mutant::SellDoubleAgain) => adopt(tx, here, &row, first),
        Some(_) | None => Ok(()),
    }
}

fn lost(booking: BookingId, screening: ScreeningId, seat: SeatId) -> Conflict {
    Conflict::SeatLost {
        screening,
        seat,
        booking,
    }
}

/// Gives the hub's seat to a booking that was made before the seat was the hub's.
fn adopt(
    tx: &Transaction<'_>,
    here: Here<'_>,
    row: &ScreeningSeat,
    booking: BookingId,
) -> Result<(), StoreError> {
    put(tx, here, &row.changed_to(SeatState::Booked { booking }))
}

fn put(tx: &Transaction<'_>, here: Here<'_>, seat: &ScreeningSeat) -> Result<(), StoreError> {
    sqlite::seats::change(tx, seat)?;
    let mut changes = Changes::new(sqlite::recovery::seating(tx, seat.screening)?.scope);
    changes.seat(seat);
    changes.record(tx, here.node)
}
