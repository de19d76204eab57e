//! The table `facts`: single numbers.

use rusqlite::{Connection, OptionalExtension as _, Transaction, named_params};
use store::StoreError;

/// How far the sandbox's clock is ahead of the machine's.
pub const CLOCK_AHEAD_MS: &str = "clock_ahead_ms";

/// The number with this name, 0 before anybody has set it.
///
/// # Errors
///
/// Fails when the store does.
pub fn get(db: &Connection, name: &str) -> Result<i64, StoreError> {
    let mut statement = db.prepare_cached("SELECT value FROM facts WHERE name = :name")?;
    let found = statement.query_row(named_params! {":name": name}, |row| row.get("value"));
    Ok(found.optional()?.unwrap_or(0))
}

/// Sets the number with this name.
///
/// # Errors
///
/// Fails when the store does.
pub fn set(tx: &Transaction<'_>, name: &str, value: i64) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO facts (name, value) VALUES (:name, :value)
         ON CONFLICT (name) DO UPDATE SET value = :value",
    )?;
    statement.execute(named_params! {":name": name, ":value": value})?;
    Ok(())
}
