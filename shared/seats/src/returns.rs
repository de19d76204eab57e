//! Taking paid tickets back: the seats are free again, and whoever asks sees to the money.

use domain::booking::{Booking, CancelRefused, Ticket};
use domain::id::{BookingId, TicketId};
use domain::time::Timestamp;
use rusqlite::Transaction;

use crate::book::end_booking;
use crate::error::CancelError;
use crate::feed::Changes;
use crate::given_up::give_up;
use crate::hold::open_scope;
use crate::sqlite::bookings::Writer;
use crate::{Here, sqlite};

/// What a return has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    pub booking: Booking,
    /// The tickets that were taken back by this, in the order of their seats.
    pub tickets: Vec<Ticket>,
}

/// Takes tickets of a booking back and frees their seats; with the last of them the booking is
/// cancelled. What the booking no longer has is passed over, so that asking again changes
/// nothing (M3).
///
/// # Errors
///
/// Refuses when the booking is another node's, or the screening has begun.
pub fn return_tickets(
    tx: &Transaction<'_>,
    here: Here<'_>,
    booking: BookingId,
    tickets: &[TicketId],
    starts_at: Timestamp,
) -> Result<Returned, CancelError> {
    let booking = sqlite::bookings::find(tx, booking)?.ok_or(CancelRefused::Unknown)?;
    if !booking.is_written_by(here.node) {
        return Err(CancelRefused::Elsewhere.into());
    }
    let (returned, left): (Vec<Ticket>, Vec<Ticket>) = booking
        .tickets
        .iter()
        .cloned()
        .partition(|ticket| tickets.contains(&ticket.ticket));
    if !booking.is_live() || returned.is_empty() {
        return Ok(Returned {
            booking,
            tickets: Vec::new(),
        });
    }
    if here.now >= starts_at {
        return Err(CancelRefused::Begun.into());
    }
    let scope = open_scope::<CancelError>(tx, booking.screening)?;
    let booking = if left.is_empty() {
        end_booking(tx, here, booking, scope)?
    } else {
        shrink(tx, here, (booking, left), &returned, scope)?
    };
    Ok(Returned {
        booking,
        tickets: returned,
    })
}

fn shrink(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (booking, left): (Booking, Vec<Ticket>),
    returned: &[Ticket],
    scope: i64,
) -> Result<Booking, CancelError> {
    let mut changes = Changes::new(scope);
    for ticket in returned {
        let place = (booking.screening, ticket.seat);
        give_up(tx, here, place, booking.booking, &mut changes)?;
    }
    let shrunk = Booking {
        version: booking.version.next(),
        tickets: left,
        ..booking
    };
    sqlite::bookings::record(tx, &shrunk, Writer::Ourselves)?;
    changes.booking(&shrunk);
    changes.record(tx, here.node)?;
    Ok(shrunk)
}
