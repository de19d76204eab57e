//! The tables `bookings` and `tickets`.

use std::collections::BTreeSet;

use std::collections::BTreeMap;

use domain::booking::{Booking, BookingNumber, BookingState, Tender, Ticket};
use domain::id::{BookingId, HoldId, NodeId, OrderId, ScreeningId, SeatId, TicketId};
use domain::money::Won;
use domain::time::Timestamp;
use domain::version::Version;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

use super::{inconsistent, parsed, uuid_at, uuid_or_none};

/// The booking with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, booking: BookingId) -> Result<Option<Booking>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT booking_id, number, screening_id, node, epoch, revision, hold_id, tender,
                paid_by, order_id, booked_at, cancelled_at
           FROM bookings WHERE booking_id = ?1",
    )?;
    let mut rows = statement.query([booking.0.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let mut booking = from_row(row)?;
    booking.tickets = tickets_of(db, booking.booking)?;
    Ok(Some(booking))
}

/// The booking with this number, if it is known here.
///
/// # Errors
///
/// Fails when the store does.
pub fn find_by_number(
    db: &Connection,
    number: &BookingNumber,
) -> Result<Option<Booking>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT booking_id FROM bookings WHERE number = ?1 ORDER BY booking_id LIMIT 1",
    )?;
    let id = statement
        .query_row([number.digits()], |row| uuid_at(row, "booking_id"))
        .optional()?;
    match id {
        Some(id) => find(db, BookingId(id)),
        None => Ok(None),
    }
}

/// Who writes a booking's row here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    /// This database sold it: the table itself refuses a second live ticket for the seat.
    Ourselves,
    /// It was told by a peer. Even what this node made itself in a life that was lost is only
    /// mirrored: a copy of it may have sold the seat as well, and that is for the hub to find.
    Peer,
}

/// Inserts the booking with its tickets, or puts its newer state over the older.
pub(crate) fn record(
    tx: &Transaction<'_>,
    booking: &Booking,
    writer: Writer,
) -> Result<(), StoreError> {
    let cancelled_at = match booking.state {
        BookingState::Confirmed => None,
        BookingState::Cancelled { cancelled_at } => Some(cancelled_at.0),
    };
    let mut statement = tx.prepare_cached(
        "INSERT INTO bookings (booking_id, number, screening_id, node, epoch, revision, hold_id,
                               tender, order_id, booked_at, cancelled_at, paid_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (booking_id) DO UPDATE
            SET epoch = ?5, revision = ?6, tender = ?8, order_id = ?9, cancelled_at = ?11,
                paid_by = ?12",
    )?;
    let (tender, paid_by) = tender_names(booking.tender);
    statement.execute(params![
        booking.booking.0.as_bytes(),
        booking.number.digits(),
        booking.screening.0,
        booking.node.as_str(),
        booking.version.epoch,
        booking.version.revision,
        booking.hold.0.as_bytes(),
        tender,
        booking.order.map(|order| *order.0.as_bytes()),
        booking.booked_at.0,
        cancelled_at,
        paid_by,
    ])?;
    forget_returned(tx, booking)?;
    let ours = writer == Writer::Ourselves;
    let mut statement = tx.prepare_cached(
        "INSERT INTO tickets (booking_id, ticket_id, screening_id, seat_id, price_won, live, ours)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (booking_id, ticket_id) DO UPDATE SET seat_id = ?4, live = ?6",
    )?;
    for ticket in &booking.tickets {
        statement.execute(params![
            booking.booking.0.as_bytes(),
            ticket.ticket.0.as_bytes(),
            booking.screening.0,
            ticket.seat.0,
            ticket.price.0,
            booking.is_live(),
            ours,
        ])?;
    }
    Ok(())
}

/// The live bookings that have a ticket for the seat.
///
/// # Errors
///
/// Fails when the store does.
pub fn live_on_seat(
    db: &Connection,
    screening: ScreeningId,
    seat: SeatId,
) -> Result<Vec<BookingId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT booking_id FROM tickets
          WHERE screening_id = ?1 AND seat_id = ?2 AND live = 1 ORDER BY booking_id",
    )?;
    let rows = statement.query_map(params![screening.0, seat.0], |row| {
        uuid_at(row, "booking_id").map(BookingId)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The seats of a screening that live bookings have tickets for, whatever the seats' rows say.
///
/// # Errors
///
/// Fails when the store does.
pub fn live_seats(db: &Connection, screening: ScreeningId) -> Result<BTreeSet<SeatId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT seat_id FROM tickets WHERE screening_id = ?1 AND live = 1",
    )?;
    let rows = statement.query_map([screening.0], |row| row.get(0).map(SeatId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The live booking of every seat of a screening that somebody has a ticket for. Should two
/// have one seat, the one with the lower id.
///
/// # Errors
///
/// Fails when the store does.
pub fn live_tickets(
    db: &Connection,
    screening: ScreeningId,
) -> Result<BTreeMap<SeatId, BookingId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT seat_id, booking_id FROM tickets
          WHERE screening_id = ?1 AND live = 1 ORDER BY booking_id DESC",
    )?;
    let rows = statement.query_map([screening.0], |row| {
        Ok((SeatId(row.get(0)?), uuid_at(row, 1).map(BookingId)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many seats of a screening each node has sold since, those that were given back not
/// counted.
///
/// # Errors
///
/// Fails when the store does.
pub fn sold_since(
    db: &Connection,
    screening: ScreeningId,
    since: Timestamp,
) -> Result<BTreeMap<NodeId, u32>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT node, count(*)
           FROM tickets JOIN bookings USING (booking_id)
          WHERE tickets.screening_id = ?1 AND live = 1 AND booked_at >= ?2
          GROUP BY node",
    )?;
    let rows = statement.query_map([screening.0, since.0], |row| {
        Ok((parsed(row, 0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The seats of every live booking that `node` made.
pub(crate) fn live_by(
    db: &Connection,
    node: &NodeId,
) -> Result<BTreeMap<(ScreeningId, SeatId), BookingId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT tickets.screening_id, seat_id, booking_id
           FROM tickets JOIN bookings USING (booking_id)
          WHERE live = 1 AND node = ?1 ORDER BY booked_at DESC, booking_id",
    )?;
    let rows = statement.query_map([node.as_str()], |row| {
        let seat = (ScreeningId(row.get(0)?), SeatId(row.get(1)?));
        Ok((seat, uuid_at(row, 2).map(BookingId)?))
    })?;
    // Should two have one seat, the one that was made first stays.
    Ok(rows.collect::<Result<_, _>>()?)
}

fn tickets_of(db: &Connection, booking: BookingId) -> Result<Vec<Ticket>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT ticket_id, seat_id, price_won FROM tickets WHERE booking_id = ?1
          ORDER BY seat_id",
    )?;
    let rows = statement.query_map([booking.0.as_bytes()], |row| {
        Ok(Ticket {
            ticket: TicketId(uuid_at(row, "ticket_id")?),
            seat: SeatId(row.get("seat_id")?),
            price: Won(row.get("price_won")?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes away the tickets that the booking no longer has: they were returned.
fn forget_returned(tx: &Transaction<'_>, booking: &Booking) -> Result<(), StoreError> {
    for known in tickets_of(tx, booking.booking)? {
        let has = |ticket: &Ticket| ticket.ticket == known.ticket;
        if !booking.tickets.iter().any(has) {
            let mut statement =
                tx.prepare_cached("DELETE FROM tickets WHERE booking_id = ?1 AND ticket_id = ?2")?;
            let key = [booking.booking.0.as_bytes(), known.ticket.0.as_bytes()];
            statement.execute(key)?;
        }
    }
    Ok(())
}

/// The tender as the first version knew it, and its later name.
fn tender_names(tender: Tender) -> (&'static str, Option<&'static str>) {
    match tender {
        Tender::Card => ("card", None),
        Tender::PayAtTheater => ("pay_at_theater", None),
        Tender::Online => ("card", Some("online")),
        Tender::Cash => ("card", Some("cash")),
        Tender::Pledge => ("card", Some("pledge")),
    }
}

fn from_row(row: &Row<'_>) -> Result<Booking, StoreError> {
    let booking = BookingId(uuid_at(row, "booking_id")?);
    let paid_by = row.get_ref("paid_by")?.as_str_or_null().unwrap_or(None);
    let tender = match (row.get_ref("tender")?.as_str().unwrap_or(""), paid_by) {
        ("card", None) => Tender::Card,
        ("card", Some("online")) => Tender::Online,
        ("card", Some("cash")) => Tender::Cash,
        ("card", Some("pledge")) => Tender::Pledge,
        ("pay_at_theater", None) => Tender::PayAtTheater,
        (other, _) => return Err(inconsistent("bookings", format!("tender {other}"))),
    };
    let cancelled_at: Option<i64> = row.get("cancelled_at")?;
    let state = cancelled_at.map_or(BookingState::Confirmed, |at| BookingState::Cancelled {
        cancelled_at: Timestamp(at),
    });
    Ok(Booking {
        booking,
        number: parsed(row, "number")?,
        screening: ScreeningId(row.get("screening_id")?),
        node: parsed(row, "node")?,
        version: Version {
            epoch: row.get("epoch")?,
            revision: row.get("revision")?,
        },
        hold: HoldId(uuid_at(row, "hold_id")?),
        tender,
        order: uuid_or_none(row, "order_id")?.map(OrderId),
        booked_at: Timestamp(row.get("booked_at")?),
        state,
        tickets: Vec::new(),
    })
}
