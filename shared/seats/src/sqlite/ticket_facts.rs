//! The table `ticket_facts`.

use domain::id::{BookingId, NodeId, ScreeningId, TicketId};
use domain::ticket_fact::{TicketEvent, TicketFact};
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;

use super::{inconsistent, parsed, uuid_at};

/// Every fact about a ticket, the first first.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_ticket(db: &Connection, ticket: TicketId) -> Result<Vec<TicketFact>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT ticket_id, event, node, booking_id, screening_id, at
           FROM ticket_facts WHERE ticket_id = ?1 ORDER BY at, node, event",
    )?;
    let rows = statement.query_and_then([ticket.0.as_bytes()], from_row)?;
    rows.collect()
}

/// The fact that this happened to the ticket at this node.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(
    db: &Connection,
    (ticket, event, node): (TicketId, TicketEvent, &NodeId),
) -> Result<Option<TicketFact>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT ticket_id, event, node, booking_id, screening_id, at
           FROM ticket_facts WHERE ticket_id = ?1 AND event = ?2 AND node = ?3",
    )?;
    let key = params![ticket.0.as_bytes(), event.name(), node.as_str()];
    let mut rows = statement.query(key)?;
    rows.next()?.map(from_row).transpose()
}

/// Adds a fact; one that is known stays as it is. Says whether it is new.
pub(crate) fn record(tx: &Transaction<'_>, fact: &TicketFact) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO ticket_facts (ticket_id, event, node, booking_id, screening_id, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    )?;
    let added = statement.execute(params![
        fact.ticket.0.as_bytes(),
        fact.event.name(),
        fact.node.as_str(),
        fact.booking.0.as_bytes(),
        fact.screening.0,
        fact.at.0,
    ])?;
    Ok(added == 1)
}

fn from_row(row: &Row<'_>) -> Result<TicketFact, StoreError> {
    let event = row.get_ref("event")?.as_str().unwrap_or("");
    let event = TicketEvent::from_name(event)
        .ok_or_else(|| inconsistent("ticket_facts", format!("a ticket is {event}")))?;
    Ok(TicketFact {
        ticket: TicketId(uuid_at(row, "ticket_id")?),
        booking: BookingId(uuid_at(row, "booking_id")?),
        screening: ScreeningId(row.get("screening_id")?),
        node: parsed(row, "node")?,
        event,
        at: Timestamp(row.get("at")?),
    })
}
