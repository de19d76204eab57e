//! The tables `conflicts` and `suspects`.

use domain::conflict::Conflict;
use domain::id::{ScreeningId, SeatId};
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction, params};
use store::StoreError;

use super::inconsistent;

/// Records a conflict once; finding it again changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(
    tx: &Transaction<'_>,
    conflict: &Conflict,
    found_at: Timestamp,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(conflict)
        .map_err(|error| inconsistent("conflicts", error.to_string()))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO conflicts (conflict_key, body, found_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (conflict_key) DO NOTHING",
    )?;
    statement.execute(params![conflict.key(), body, found_at.0])?;
    Ok(())
}

/// Every conflict that was found, the oldest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn all(db: &Connection) -> Result<Vec<Conflict>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT body FROM conflicts ORDER BY found_at, conflict_key")?;
    let mut rows = statement.query([])?;
    let mut conflicts = Vec::new();
    while let Some(row) = rows.next()? {
        let body: String = row.get("body")?;
        let conflict = serde_json::from_str(&body)
            .map_err(|error| inconsistent("conflicts", error.to_string()))?;
        conflicts.push(conflict);
    }
    Ok(conflicts)
}

pub(crate) fn suspect(
    tx: &Transaction<'_>,
    screening: ScreeningId,
    seat: SeatId,
) -> Result<(), StoreError> {
    let mut statement = tx
        .prepare_cached("INSERT OR IGNORE INTO suspects (screening_id, seat_id) VALUES (?1, ?2)")?;
    statement.execute(params![screening.0, seat.0])?;
    Ok(())
}

/// Takes every suspicion out of the table.
pub(crate) fn take_suspects(
    tx: &Transaction<'_>,
) -> Result<Vec<(ScreeningId, SeatId)>, StoreError> {
    let mut statement =
        tx.prepare_cached("DELETE FROM suspects RETURNING screening_id, seat_id")?;
    let rows = statement.query_map([], |row| {
        Ok((
            ScreeningId(row.get("screening_id")?),
            SeatId(row.get("seat_id")?),
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
