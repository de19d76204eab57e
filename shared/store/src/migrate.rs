//! Bringing a schema up to date, and comparing two schemas.

use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::StoreError;

/// One step of a schema. A released one is never edited: what it got wrong, a later one mends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its own name, for the log and for errors: `0003_bookings`.
    pub name: &'static str,
    /// What it does.
    pub sql: &'static str,
}

impl Migration {
    /// A step with its own name.
    #[must_use]
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql }
    }
}

/// Applies what is missing, all of it in one transaction: the file is at the new schema or as it
/// was. `user_version` counts the steps that a file has seen.
pub(crate) fn migrate(
    connection: &mut Connection,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    if applied(connection, migrations)? == migrations.len() {
        // Nothing to do must not need the write lock: another process may be in a long import.
        return Ok(());
    }
    // A table is rebuilt by dropping it, which must not cascade; SQLite ignores this switch
    // inside a transaction. What a step leaves dangling is found before the commit.
    connection.pragma_update(None, "foreign_keys", false)?;
    let outcome = apply(connection, migrations);
    connection.pragma_update(None, "foreign_keys", true)?;
    outcome
}

fn apply(connection: &mut Connection, migrations: &[Migration]) -> Result<(), StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let first = applied(&tx, migrations)?;
    for migration in &migrations[first..] {
        tx.execute_batch(migration.sql)
            .map_err(|error| StoreError::Migration {
                name: migration.name,
                source: Arc::new(error.into()),
            })?;
        tracing::info!(migration.name = migration.name, "migrated the database");
    }
    refuse_dangling_rows(&tx)?;
    tx.execute_batch(&format!("PRAGMA user_version = {}", migrations.len()))?;
    tx.commit()?;
    Ok(())
}

fn applied(connection: &Connection, migrations: &[Migration]) -> Result<usize, StoreError> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let found = found as usize;
    if found > migrations.len() {
        return Err(StoreError::SchemaTooNew {
            found,
            known: migrations.len(),
        });
    }
    Ok(found)
}

fn refuse_dangling_rows(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let mut statement = tx.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else {
        return Ok(());
    };
    let (child, parent): (String, String) = (row.get(0)?, row.get(2)?);
    Err(StoreError::Inconsistent {
        table: "sqlite_schema",
        reason: format!("a row of {child} points to a row of {parent} that is not there"),
    })
}

/// What a database is made of: one line for each table, index, trigger and view, in a fixed
/// order and with even spaces. Tables of SQLite itself and of litestream are left out.
///
/// # Errors
///
/// Fails when the schema cannot be read.
pub fn schema(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema
         WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
           AND name NOT LIKE '\\_litestream\\_%' ESCAPE '\\'
         ORDER BY type, name",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
        ))
    })?;
    rows.map(|row| {
        let (kind, name, sql) = row?;
        let words: Vec<&str> = sql.split_whitespace().collect();
        Ok(format!("{kind} {name}: {}", words.join(" ")))
    })
    .collect()
}

/// The lines in which two databases differ: empty when an upgraded one equals a fresh one.
///
/// # Errors
///
/// Fails when a schema cannot be read.
pub fn schema_differences(
    upgraded: &Connection,
    fresh: &Connection,
) -> Result<Vec<String>, StoreError> {
    let (upgraded, fresh) = (schema(upgraded)?, schema(fresh)?);
    let only_upgraded = upgraded
        .iter()
        .filter(|line| !fresh.contains(line))
        .map(|line| format!("only after the upgrade: {line}"));
    let only_fresh = fresh
        .iter()
        .filter(|line| !upgraded.contains(line))
        .map(|line| format!("only when fresh: {line}"));
    Ok(only_upgraded.chain(only_fresh).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::{open_memory, open_writer};

    const ROOMS: Migration = Migration::new(
        "0001_rooms",
        "CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
    );
    const SEATS: Migration = Migration::new(
        "0002_seats",
        "CREATE TABLE seats (room INTEGER NOT NULL REFERENCES rooms ON DELETE CASCADE) STRICT;",
    );
    /// Rebuilds the parent of `seats`: with foreign keys in force this would empty `seats`.
    const REBUILT: Migration = Migration::new(
        "0003_rooms_rebuilt",
        "CREATE TABLE rooms_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, floor INTEGER) STRICT;
         INSERT INTO rooms_new SELECT id, name, 1 FROM rooms;
         DROP TABLE rooms;
         ALTER TABLE rooms_new RENAME TO rooms;",
    );

    #[test]
    fn an_upgraded_database_equals_a_fresh_one_and_keeps_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let old = open_writer(&path, &[ROOMS, SEATS]).unwrap();
        old.execute_batch("INSERT INTO rooms VALUES (1, 'one'); INSERT INTO seats VALUES (1);")
            .unwrap();
        drop(old);
        let upgraded = open_writer(&path, &[ROOMS, SEATS, REBUILT]).unwrap();
        let fresh = open_memory(&[ROOMS, SEATS, REBUILT]).unwrap();
        let differences = schema_differences(&upgraded, &fresh).unwrap();
        assert_eq!(differences, Vec::<String>::new());
        let seats: i64 = upgraded
            .query_row("SELECT count(*) FROM seats", [], |row| row.get(0))
            .unwrap();
        assert_eq!(seats, 1);
    }

    #[test]
    fn a_difference_is_told_from_both_sides() {
        let one = open_memory(&[ROOMS]).unwrap();
        let two = open_memory(&[ROOMS, SEATS]).unwrap();
        let differences = schema_differences(&one, &two).unwrap();
        assert_eq!(differences.len(), 1);
        assert!(
            differences[0].starts_with("only when fresh: table seats"),
            "{differences:?}"
        );
    }

    #[test]
    fn a_database_that_is_up_to_date_opens_while_another_process_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let import = open_writer(&path, &[ROOMS]).unwrap();
        import.execute_batch("BEGIN IMMEDIATE").unwrap();
        open_writer(&path, &[ROOMS]).unwrap();
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(open_writer(&path, &[ROOMS, SEATS]).unwrap());
        let refused = open_writer(&path, &[ROOMS]);
        assert!(matches!(
            refused,
            Err(StoreError::SchemaTooNew { found: 2, known: 1 })
        ));
    }

    #[test]
    fn a_step_that_does_not_apply_takes_the_others_back_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let broken = Migration::new("0002_broken", "CREATE TABLE rooms (id INTEGER) STRICT;");
        let refused = open_writer(&path, &[ROOMS, broken]);
        assert!(matches!(
            refused,
            Err(StoreError::Migration {
                name: "0002_broken",
                ..
            })
        ));
        let mended = open_writer(&path, &[ROOMS]).unwrap();
        assert_eq!(schema(&mended).unwrap().len(), 1);
    }

    #[test]
    fn a_step_that_leaves_a_row_dangling_is_refused() {
        let dangling = Migration::new("0003_dangling", "INSERT INTO seats VALUES (77);");
        let refused = open_memory(&[ROOMS, SEATS, dangling]);
        assert!(matches!(refused, Err(StoreError::Inconsistent { .. })));
    }
}
