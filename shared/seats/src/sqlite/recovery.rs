//! The tables `doubts` and `unheard`, and the closed screenings of `seatings`.

use domain::id::{NodeId, ScreeningId, SeatId, TheaterId};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

use super::parsed;
use crate::feed::key_of;

/// Whom a screening concerns, and whether this node may sell it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seating {
    pub(crate) scope: i64,
    pub(crate) closed: bool,
}

/// A node that does not know the screening yet gives its rows to everyone it speaks with,
/// which for a kiosk is the hub.
pub(crate) fn seating(db: &Connection, screening: ScreeningId) -> Result<Seating, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT theater_id, closed FROM seatings WHERE screening_id = ?1")?;
    let found = statement
        .query_row([screening.0], |row| {
            Ok(Seating {
                scope: row.get(0)?,
                closed: row.get(1)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or(Seating {
        scope: 0,
        closed: false,
    }))
}

/// Whether this node may not touch its seats of the screening now.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_closed(db: &Connection, screening: ScreeningId) -> Result<bool, StoreError> {
    Ok(seating(db, screening)?.closed)
}

/// Notes whom a screening concerns that is closed from the beginning: it was learnt of while
/// this node is recovering.
///
/// # Errors
///
/// Fails when the store does.
pub fn record_closed(
    tx: &Transaction<'_>,
    screening: ScreeningId,
    theater: TheaterId,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO seatings (screening_id, theater_id, closed) VALUES (?1, ?2, 1)
         ON CONFLICT (screening_id) DO NOTHING",
    )?;
    statement.execute(params![screening.0, theater.0])?;
    Ok(())
}

/// Closes every screening, or those of one theater.
pub(crate) fn close(tx: &Transaction<'_>, theater: Option<TheaterId>) -> Result<(), StoreError> {
    set_closed(tx, theater, 1)
}

/// Opens every screening again, or those of one theater.
pub(crate) fn reopen(tx: &Transaction<'_>, theater: Option<TheaterId>) -> Result<(), StoreError> {
    set_closed(tx, theater, 0)
}

fn set_closed(
    tx: &Transaction<'_>,
    theater: Option<TheaterId>,
    closed: i64,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE seatings SET closed = ?2 WHERE theater_id = coalesce(?1, theater_id)",
    )?;
    statement.execute(params![theater.map(|theater| theater.0), closed])?;
    Ok(())
}

pub(crate) fn doubt(
    tx: &Transaction<'_>,
    screening: ScreeningId,
    seat: SeatId,
) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("INSERT OR IGNORE INTO doubts (screening_id, seat_id) VALUES (?1, ?2)")?;
    statement.execute(params![screening.0, seat.0])?;
    Ok(())
}

/// The seats that staff have to look at, by screening.
///
/// # Errors
///
/// Fails when the store does.
pub fn doubts(db: &Connection) -> Result<Vec<(ScreeningId, SeatId)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT screening_id, seat_id FROM doubts ORDER BY screening_id, seat_id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((ScreeningId(row.get(0)?), SeatId(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes the doubts about a screening out of the table.
pub(crate) fn take_doubts(
    tx: &Transaction<'_>,
    screening: ScreeningId,
) -> Result<Vec<SeatId>, StoreError> {
    let mut statement =
        tx.prepare_cached("DELETE FROM doubts WHERE screening_id = ?1 RETURNING seat_id")?;
    let rows = statement.query_map([screening.0], |row| row.get(0).map(SeatId))?;
    let mut seats = rows.collect::<Result<Vec<_>, _>>()?;
    seats.sort_unstable();
    Ok(seats)
}

/// Notes that the hub wants a node's word, and waits for it unless the node is fenced.
pub(crate) fn wait_for(
    tx: &Transaction<'_>,
    node: &NodeId,
    theater: TheaterId,
    fenced: bool,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO unheard (node, theater_id, waited_for) VALUES (?1, ?2, ?3)
         ON CONFLICT (node) DO UPDATE SET waited_for = ?3",
    )?;
    statement.execute(params![node.as_str(), theater.0, !fenced])?;
    Ok(())
}

/// Every theater that has a screening here.
pub(crate) fn theaters(db: &Connection) -> Result<Vec<TheaterId>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT DISTINCT theater_id FROM seatings ORDER BY theater_id")?;
    let rows = statement.query_map([], |row| row.get(0).map(TheaterId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The theater of a node that has not told everything since the hub was restored.
///
/// # Errors
///
/// Fails when the store does.
pub fn unheard(db: &Connection, node: &NodeId) -> Result<Option<TheaterId>, StoreError> {
    let mut statement = db.prepare_cached("SELECT theater_id FROM unheard WHERE node = ?1")?;
    let theater = statement
        .query_row([node.as_str()], |row| row.get(0).map(TheaterId))
        .optional()?;
    Ok(theater)
}

/// The nodes of a theater that the hub waits for before it sells there.
///
/// # Errors
///
/// Fails when the store does.
pub fn waited_for(db: &Connection, theater: TheaterId) -> Result<Vec<NodeId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT node FROM unheard WHERE theater_id = ?1 AND waited_for = 1 ORDER BY node",
    )?;
    let rows = statement.query_map([theater.0], |row| parsed(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The keys in the feed of every seat of the theater that a node owns, not the hub.
pub(crate) fn given_away(db: &Connection, theater: TheaterId) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT screening_id, seat_id FROM seats JOIN seatings USING (screening_id)
          WHERE theater_id = ?1 AND owner <> ?2 ORDER BY screening_id, seat_id",
    )?;
    let rows = statement.query_map(params![theater.0, NodeId::hub().as_str()], |row| {
        Ok(key_of(ScreeningId(row.get(0)?), SeatId(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The hub has a node's word.
pub(crate) fn heard(tx: &Transaction<'_>, node: &NodeId) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("DELETE FROM unheard WHERE node = ?1")?;
    statement.execute([node.as_str()])?;
    Ok(())
}

/// The hub waits no longer for the nodes of a theater; their rows are welcome all the same.
pub(crate) fn stop_waiting(tx: &Transaction<'_>, theater: TheaterId) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("UPDATE unheard SET waited_for = 0 WHERE theater_id = ?1")?;
    statement.execute([theater.0])?;
    Ok(())
}
