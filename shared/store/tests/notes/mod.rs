//! A database of notes, for the tests of the writer.

use std::path::Path;

use rusqlite::{Connection, Transaction};
use store::{Db, Migration, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::new(
    "0001_notes",
    "CREATE TABLE notes (n INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;",
)];

pub(crate) fn insert(tx: &Transaction<'_>, n: i64) -> Result<i64, StoreError> {
    tx.prepare_cached("INSERT INTO notes (n, body) VALUES (?1, x'00')")?
        .execute([n])?;
    Ok(n)
}

pub(crate) fn count(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM notes")?
        .query_row([], |row| row.get(0))?)
}

pub(crate) fn open(folder: &Path) -> Db {
    Db::open(&folder.join("a.db"), MIGRATIONS).unwrap()
}
