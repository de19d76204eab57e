//! What happens to tickets in a theater: noted where it happens, told to everybody there (T3).

use domain::booking::Booking;
use domain::conflict::Conflict;
use domain::id::{NodeId, TicketId};
use domain::ticket_fact::{TicketEvent, TicketFact};
use protocol::row::{Row, TicketFactKey};
use rusqlite::Transaction;
use store::StoreError;

use crate::apply::{Applied, ApplyError};
use crate::feed::Changes;
use crate::{Here, sqlite};

/// Notes that something has happened here to tickets of a booking, whoever made it. What is known
/// stays as it was the first time.
///
/// # Errors
///
/// Fails when the store does.
pub fn note_tickets(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (booking, tickets): (&Booking, &[TicketId]),
    event: TicketEvent,
) -> Result<(), StoreError> {
    let scope = sqlite::recovery::seating(tx, booking.screening)?.scope;
    let mut changes = Changes::new(scope);
    let meant = booking
        .tickets
        .iter()
        .filter(|it| tickets.contains(&it.ticket));
    for ticket in meant {
        let fact = TicketFact {
            ticket: ticket.ticket,
            booking: booking.booking,
            screening: booking.screening,
            node: here.node.clone(),
            event,
            at: here.now,
        };
        if sqlite::ticket_facts::record(tx, &fact)? {
            changes.ticket_fact(&fact);
        }
    }
    changes.record(tx, here.node)
}

/// Takes a fact that `sender` told us of, and relays it in our own feed.
pub(crate) fn apply_ticket_fact(
    tx: &Transaction<'_>,
    sender: &NodeId,
    fact: &TicketFact,
) -> Result<Applied, ApplyError> {
    if !sender.is_hub() && &fact.node != sender {
        return Err(ApplyError::Refused(Conflict::RowRefused {
            sender: sender.clone(),
            row: "ticket_fact".to_owned(),
            key: Row::TicketFact(fact.clone()).key(),
            reason: format!("it happened at {}", fact.node),
        }));
    }
    if !sqlite::ticket_facts::record(tx, fact)? {
        return Ok(Applied::Known);
    }
    let scope = sqlite::recovery::seating(tx, fact.screening)?.scope;
    let mut changes = Changes::new(scope);
    changes.ticket_fact(fact);
    changes.record(tx, sender)?;
    Ok(Applied::Changed)
}

/// The fact that a key of the feed names.
pub(crate) fn load(
    db: &rusqlite::Connection,
    key: &TicketFactKey,
) -> Result<Option<Row>, StoreError> {
    let found = sqlite::ticket_facts::find(db, (key.ticket, key.event, &key.node))?;
    Ok(found.map(Row::TicketFact))
}
