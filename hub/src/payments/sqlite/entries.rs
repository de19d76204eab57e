//! The table `entries`.

use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;
use uuid::Uuid;

use super::parsed;
use crate::payments::api::books::Entered;

/// Adds an entry.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, entered: &Entered) -> Result<(), StoreError> {
    let body = serde_json::to_string(&entered.entry).map_err(|error| StoreError::Inconsistent {
        table: "entries",
        reason: error.to_string(),
    })?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO entries (entry_id, body, moved, made_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    statement.execute(params![
        entered.id.as_bytes(),
        body,
        entered.moved.0,
        entered.made_at.0
    ])?;
    Ok(())
}

/// The entry, if it is known.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, id: Uuid) -> Result<Option<Entered>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT body, moved, made_at FROM entries WHERE entry_id = ?1")?;
    let found = statement.query_row([id.as_bytes()], |row| {
        Ok(Entered {
            id,
            entry: parsed(row, "body", |text| serde_json::from_str(text).ok())?,
            moved: Won(row.get("moved")?),
            made_at: Timestamp(row.get("made_at")?),
        })
    });
    Ok(found.optional()?)
}
