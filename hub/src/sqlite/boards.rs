//! The table `boards`: what was published, hour by hour.

use domain::mutant::{Mutant, is};
use domain::ranking::{Board, Hour};
use domain::time::Timestamp;
use protocol::row::Row;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

use super::theaters::version;

/// A board, and when it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub board: Board,
    pub published_at: Timestamp,
}

/// The board that was published last.
///
/// # Errors
///
/// Fails when the store does.
pub fn last(db: &Connection) -> Result<Option<Published>, StoreError> {
    before(db, Hour(i64::MAX))
}

/// The board that was published last before that of `hour`.
///
/// # Errors
///
/// Fails when the store does.
pub fn before(db: &Connection, hour: Hour) -> Result<Option<Published>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT body, published_at FROM boards WHERE hour < ?1 ORDER BY hour DESC LIMIT 1",
    )?;
    let found = statement.query_row([hour.0], columns).optional()?;
    found.map(read).transpose()
}

/// The board of `hour`.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, hour: Hour) -> Result<Option<Published>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT body, published_at FROM boards WHERE hour = ?1")?;
    let found = statement.query_row([hour.0], columns).optional()?;
    found.map(read).transpose()
}

/// Every board, the oldest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn all(db: &Connection) -> Result<Vec<Published>, StoreError> {
    let mut statement = db.prepare_cached("SELECT body, published_at FROM boards ORDER BY hour")?;
    let rows = statement.query_and_then([], |row| read(columns(row)?))?;
    rows.collect()
}

/// Publishes a board. There is one for an hour, and it stays what it is.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(
    tx: &Transaction<'_>,
    board: &Board,
    published_at: Timestamp,
) -> Result<usize, StoreError> {
    if is(Mutant::OverwriteBoard) {
        tx.execute("DELETE FROM boards WHERE hour = ?1", [board.hour.0])?;
    }
    let body = serde_json::to_string(board).map_err(|error| inconsistent(&error))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO boards (hour, published_at, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (hour) DO NOTHING",
    )?;
    Ok(statement.execute(params![board.hour.0, published_at.0, body])?)
}

/// Takes the boards of hours before `hour` away.
///
/// # Errors
///
/// Fails when the store does.
pub fn forget_before(tx: &Transaction<'_>, hour: Hour) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached("DELETE FROM boards WHERE hour < ?1")?;
    Ok(statement.execute([hour.0])?)
}

/// Takes a board that a node shows and this restored hub has forgotten.
pub(super) fn take_back(tx: &Transaction<'_>, board: &Board) -> Result<usize, StoreError> {
    add(tx, board, board.hour.begins_at())
}

/// The last board as it is told to kiosks.
pub(super) fn row(db: &Connection) -> Result<Option<Row>, StoreError> {
    let last = last(db)?;
    Ok(last.map(|it| {
        let revision = it.board.hour.0;
        Row::Ranking(it.board, version(revision))
    }))
}

fn columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<(String, i64)> {
    Ok((row.get("body")?, row.get("published_at")?))
}

fn read((body, published_at): (String, i64)) -> Result<Published, StoreError> {
    Ok(Published {
        board: serde_json::from_str(&body).map_err(|error| inconsistent(&error))?,
        published_at: Timestamp(published_at),
    })
}

fn inconsistent(error: &serde_json::Error) -> StoreError {
    StoreError::Inconsistent {
        table: "boards",
        reason: error.to_string(),
    }
}
