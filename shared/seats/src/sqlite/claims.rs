//! The tables `kept_claims` and `seats_without_claims`.

use domain::id::{NodeId, ScreeningId, SeatId};
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction, params};
use store::StoreError;
use uuid::Uuid;

/// How many seats of a screening are kept for claims here.
///
/// # Errors
///
/// Fails when the store does.
pub fn kept(db: &Connection, screening: ScreeningId) -> Result<i64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT coalesce(sum(seats), 0) FROM kept_claims WHERE screening_id = ?1",
    )?;
    Ok(statement.query_row([screening.0], |row| row.get(0))?)
}

/// How many free seats `node` owns that a claim can have.
///
/// # Errors
///
/// Fails when the store does.
pub fn count_free(
    db: &Connection,
    (screening, node): (ScreeningId, &NodeId),
    now: Timestamp,
) -> Result<i64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM seats
          WHERE screening_id = ?1 AND owner = ?2
            AND (state = 'free' OR (state = 'held' AND held_until <= ?3))
            AND NOT EXISTS (SELECT 1 FROM seats_without_claims AS without
                             WHERE without.screening_id = seats.screening_id
                               AND without.seat_id = seats.seat_id)",
    )?;
    let bounds = params![screening.0, node.as_str(), now.0];
    Ok(statement.query_row(bounds, |row| row.get(0))?)
}

/// Whether no claim can have the seat.
pub(crate) fn is_without(
    db: &Connection,
    screening: ScreeningId,
    seat: SeatId,
) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM seats_without_claims WHERE screening_id = ?1 AND seat_id = ?2",
    )?;
    Ok(statement.exists(params![screening.0, seat.0])?)
}

/// Notes that no claim can have the seat.
pub(crate) fn leave_out(
    tx: &Transaction<'_>,
    screening: ScreeningId,
    seat: SeatId,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO seats_without_claims (screening_id, seat_id) VALUES (?1, ?2)
         ON CONFLICT DO NOTHING",
    )?;
    statement.execute(params![screening.0, seat.0])?;
    Ok(())
}

/// Keeps so many seats for a claim, in place of what was kept for it before.
pub(crate) fn set(
    tx: &Transaction<'_>,
    screening: ScreeningId,
    (claim, seats): (Uuid, u32),
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO kept_claims (claim_id, screening_id, seats) VALUES (?1, ?2, ?3)
         ON CONFLICT (claim_id) DO UPDATE SET seats = ?3",
    )?;
    statement.execute(params![claim.as_bytes(), screening.0, seats])?;
    Ok(())
}

/// Keeps nothing for a claim any more; says how much was kept.
pub(crate) fn clear(tx: &Transaction<'_>, claim: Uuid) -> Result<u32, StoreError> {
    let mut statement =
        tx.prepare_cached("DELETE FROM kept_claims WHERE claim_id = ?1 RETURNING seats")?;
    let mut rows = statement.query([claim.as_bytes()])?;
    Ok(rows.next()?.map_or(Ok(0), |row| row.get(0))?)
}
