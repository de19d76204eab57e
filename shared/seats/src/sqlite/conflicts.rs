//! The tables `conflicts` and `suspects`.

use domain::conflict::{Conflict, Decision};
use domain::id::{NodeId, ScreeningId, SeatId};
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::StoreError;

use super::inconsistent;

/// A conflict as it lies on the operator's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub conflict: Conflict,
    pub found_at: Timestamp,
    /// None while it is open.
    pub decided: Option<(Decision, Timestamp)>,
}

/// How many conflicts are open, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub open: i64,
    pub all: i64,
}

/// Records a conflict once; finding it again changes nothing. One about a seat that was
/// decided has been put right: when it is found again, it is a new one.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(
    tx: &Transaction<'_>,
    conflict: &Conflict,
    found_at: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO conflicts (conflict_key, body, found_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (conflict_key) DO UPDATE
            SET body = ?2, found_at = ?3, decision = NULL, decided_at = NULL
          WHERE decision IS NOT NULL AND ?4",
    )?;
    let again = conflict.is_of_bookings();
    statement.execute(params![conflict.key(), text(conflict)?, found_at.0, again])?;
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
        conflicts.push(read(&row.get::<_, String>("body")?)?);
    }
    Ok(conflicts)
}

/// A page of the operator's list: the open ones first, the oldest on top; then the decided
/// ones, the latest on top.
///
/// # Errors
///
/// Fails when the store does.
pub fn page(db: &Connection, offset: i64, limit: i64) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT body, found_at, decision, decided_at FROM conflicts
          ORDER BY decided_at IS NOT NULL, coalesce(-decided_at, found_at), conflict_key
          LIMIT ?2 OFFSET ?1",
    )?;
    let rows = statement.query_and_then([offset, limit], recorded)?;
    rows.collect()
}

/// The open conflicts, the oldest first, up to `limit` of them.
///
/// # Errors
///
/// Fails when the store does.
pub fn open(db: &Connection, limit: i64) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT body, found_at, decision, decided_at FROM conflicts
          WHERE decision IS NULL ORDER BY found_at, conflict_key LIMIT ?1",
    )?;
    let rows = statement.query_and_then([limit], recorded)?;
    rows.collect()
}

/// How many conflicts there are.
///
/// # Errors
///
/// Fails when the store does.
pub fn count(db: &Connection) -> Result<Count, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FILTER (WHERE decision IS NULL), count(*) FROM conflicts",
    )?;
    let count = statement.query_row([], |row| {
        Ok(Count {
            open: row.get(0)?,
            all: row.get(1)?,
        })
    })?;
    Ok(count)
}

/// The conflict with this key.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, key: &str) -> Result<Option<Recorded>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT body, found_at, decision, decided_at FROM conflicts WHERE conflict_key = ?1",
    )?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(recorded).transpose()
}

/// Notes what was decided, unless it was decided before; says whether it was noted.
///
/// # Errors
///
/// Fails when the store does.
pub fn decide(
    tx: &Transaction<'_>,
    key: &str,
    decision: &Decision,
    decided_at: Timestamp,
) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE conflicts SET decision = ?2, decided_at = ?3
          WHERE conflict_key = ?1 AND decision IS NULL",
    )?;
    let noted = statement.execute(params![key, text(decision)?, decided_at.0])?;
    Ok(noted == 1)
}

fn recorded(row: &Row<'_>) -> Result<Recorded, StoreError> {
    let decision: Option<String> = row.get("decision")?;
    let decided_at: Option<i64> = row.get("decided_at")?;
    let decided = match (decision, decided_at) {
        (Some(decision), Some(at)) => Some((read(&decision)?, Timestamp(at))),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            let reason = "a decision without its time, or the other way round".to_owned();
            return Err(inconsistent("conflicts", reason));
        }
    };
    Ok(Recorded {
        conflict: read(&row.get::<_, String>("body")?)?,
        found_at: Timestamp(row.get("found_at")?),
        decided,
    })
}

fn text(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| inconsistent("conflicts", error.to_string()))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| inconsistent("conflicts", error.to_string()))
}

pub(crate) fn suspect(
    tx: &Transaction<'_>,
    sender: &NodeId,
    (screening, seat): (ScreeningId, SeatId),
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT OR IGNORE INTO suspects (sender, screening_id, seat_id) VALUES (?1, ?2, ?3)",
    )?;
    statement.execute(params![sender.as_str(), screening.0, seat.0])?;
    Ok(())
}

/// Takes every suspicion that a sender's feed gave rise to out of the table.
pub(crate) fn take_suspects(
    tx: &Transaction<'_>,
    sender: &NodeId,
) -> Result<Vec<(ScreeningId, SeatId)>, StoreError> {
    let mut statement =
        tx.prepare_cached("SELECT screening_id, seat_id FROM suspects WHERE sender = ?1")?;
    let rows = statement.query_map([sender.as_str()], |row| {
        Ok((ScreeningId(row.get(0)?), SeatId(row.get(1)?)))
    })?;
    let suspects: Vec<_> = rows.collect::<Result<_, _>>()?;
    if !suspects.is_empty() {
        tx.prepare_cached("DELETE FROM suspects WHERE sender = ?1")?
            .execute([sender.as_str()])?;
    }
    Ok(suspects)
}
