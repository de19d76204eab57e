//! Single rows of the feed.

use rusqlite::{Connection, Transaction, named_params};

use super::head;
use crate::StoreError;

/// Puts rows that have not changed at the end of the feed once more, each with the origin it had:
/// readers that have passed them are to read them again. A key that is not in the feed is left out.
///
/// # Errors
///
/// Fails when the feed cannot be written.
pub fn repeat(tx: &Transaction<'_>, kind: i64, keys: &[String]) -> Result<(), StoreError> {
    let op = head(tx)? + 1;
    // (kind, key) is unique: the older entry goes.
    let mut statement = tx.prepare_cached(
        "INSERT OR REPLACE INTO changes (seq, op, kind, key, scope, origin)
         SELECT :seq, :op, kind, key, scope, origin FROM changes
          WHERE kind = :kind AND key = :key",
    )?;
    let mut seq = op;
    for key in keys {
        let repeated = statement.execute(named_params! {
            ":seq": seq,
            ":op": op,
            ":kind": kind,
            ":key": key,
        })?;
        seq += i64::try_from(repeated).unwrap_or(0);
    }
    Ok(())
}

/// The node that a row's latest change came from; none when the row is not in the feed.
///
/// # Errors
///
/// Fails when the feed cannot be read.
pub fn origin(connection: &Connection, kind: i64, key: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT origin FROM changes WHERE kind = :kind AND key = :key")?;
    let mut rows = statement.query(named_params! {":kind": kind, ":key": key})?;
    let row = rows.next()?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

/// Takes a row out of the feed that is gone for good and that every peer has passed. The entry at
/// the head stays and says so by `false`; it can go when another change has come.
///
/// # Errors
///
/// Fails when the feed cannot be written.
pub fn forget(tx: &Transaction<'_>, kind: i64, key: &str) -> Result<bool, StoreError> {
    tx.prepare_cached(
        "DELETE FROM changes
         WHERE kind = :kind AND key = :key AND seq < (SELECT max(seq) FROM changes)",
    )?
    .execute(named_params! {":kind": kind, ":key": key})?;
    let mut statement =
        tx.prepare_cached("SELECT count(*) FROM changes WHERE kind = :kind AND key = :key")?;
    let left: i64 =
        statement.query_row(named_params! {":kind": kind, ":key": key}, |row| row.get(0))?;
    Ok(left == 0)
}
