//! Facts about the database itself: its incarnation, the highest time it has stored.

use rusqlite::types::{ToSql, Value};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::StoreError;

/// The migration that every database with such facts needs.
pub const SCHEMA: &str = "
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value ANY  NOT NULL CHECK (typeof(value) IN ('integer', 'text'))
) STRICT, WITHOUT ROWID;
";

/// A number, if it was ever set.
///
/// # Errors
///
/// Fails when it cannot be read or is no number.
pub fn get_i64(connection: &Connection, key: &str) -> Result<Option<i64>, StoreError> {
    match get(connection, key)? {
        None => Ok(None),
        Some(Value::Integer(number)) => Ok(Some(number)),
        Some(other) => Err(wrong_type(key, "a number", &other)),
    }
}

/// A text, if it was ever set.
///
/// # Errors
///
/// Fails when it cannot be read or is no text.
pub fn get_text(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    match get(connection, key)? {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(other) => Err(wrong_type(key, "a text", &other)),
    }
}

/// Sets a number.
///
/// # Errors
///
/// Fails when it cannot be written.
pub fn set_i64(tx: &Transaction<'_>, key: &str, number: i64) -> Result<(), StoreError> {
    set(tx, key, &number)
}

/// Sets a text.
///
/// # Errors
///
/// Fails when it cannot be written.
pub fn set_text(tx: &Transaction<'_>, key: &str, text: &str) -> Result<(), StoreError> {
    set(tx, key, &text)
}

/// Sets a number unless a higher one is there: for what must never go back.
///
/// # Errors
///
/// Fails when it cannot be written.
pub fn raise_i64(tx: &Transaction<'_>, key: &str, number: i64) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO meta (key, value) VALUES (:key, :value)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE excluded.value > value",
    )?
    .execute(named_params! {":key": key, ":value": number})?;
    Ok(())
}

fn get(connection: &Connection, key: &str) -> Result<Option<Value>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = :key")?;
    let found = statement
        .query_row(named_params! {":key": key}, |row| row.get("value"))
        .optional()?;
    Ok(found)
}

fn set(tx: &Transaction<'_>, key: &str, value: &dyn ToSql) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO meta (key, value) VALUES (:key, :value)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute(named_params! {":key": key, ":value": value})?;
    Ok(())
}

fn wrong_type(key: &str, expected: &str, found: &Value) -> StoreError {
    StoreError::Inconsistent {
        table: "meta",
        reason: format!("{key} should be {expected}, but is {}", found.data_type()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Migration, open_memory};

    #[test]
    fn a_fact_is_read_as_what_it_was_set() {
        let mut connection = open_memory(&[Migration::new("0001_meta", SCHEMA)]).unwrap();
        let tx = connection.transaction().unwrap();
        assert_eq!(get_i64(&tx, "incarnation").unwrap(), None);
        set_i64(&tx, "incarnation", 1).unwrap();
        set_i64(&tx, "incarnation", 2).unwrap();
        set_text(&tx, "node", "k1").unwrap();
        assert_eq!(get_i64(&tx, "incarnation").unwrap(), Some(2));
        assert_eq!(get_text(&tx, "node").unwrap().as_deref(), Some("k1"));
        let refused = get_i64(&tx, "node");
        assert!(matches!(refused, Err(StoreError::Inconsistent { .. })));
    }

    #[test]
    fn the_highest_time_never_goes_back() {
        let mut connection = open_memory(&[Migration::new("0001_meta", SCHEMA)]).unwrap();
        let tx = connection.transaction().unwrap();
        for time in [5, 9, 7] {
            raise_i64(&tx, "time", time).unwrap();
        }
        assert_eq!(get_i64(&tx, "time").unwrap(), Some(9));
    }
}
