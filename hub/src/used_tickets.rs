//! Tickets that are on paper or that somebody has come in with are not refunded on the web (T3),
//! nor is one that a kiosk in the dark may have printed: its word is waited for.

use domain::booking::{Booking, CancelRefused};
use domain::id::{NodeId, TheaterId, TicketId};
use domain::ticket_fact::may_have_used;
use rusqlite::Connection;
use store::StoreError;

use crate::sqlite::words;

/// Whether these tickets of the booking may be returned on the web; all of them if none are named.
/// `is_away` says whether a kiosk of the theater cannot be reached.
///
/// # Errors
///
/// Fails when the store does; the inner result is the answer.
pub fn may_return(
    db: &Connection,
    (booking, theater): (&Booking, TheaterId),
    named: &[TicketId],
    is_away: impl Fn(&NodeId) -> bool,
) -> Result<Result<(), CancelRefused>, StoreError> {
    if !booking.is_live() {
        return Ok(Ok(()));
    }
    for ticket in &booking.tickets {
        let meant = named.is_empty() || named.contains(&ticket.ticket);
        let used = seats::sqlite::ticket_facts::of_ticket(db, ticket.ticket)?;
        if meant && !used.is_empty() {
            return Ok(Err(CancelRefused::Used));
        }
    }
    for word in words::of_printers(db, theater)? {
        if is_away(&word.node) && may_have_used(word.watermark, booking.booked_at) {
            return Ok(Err(CancelRefused::TheaterAway));
        }
    }
    Ok(Ok(()))
}
