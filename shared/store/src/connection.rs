//! How a database file is opened: every setting that SQLite gets from us, and why.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use crate::damage;
use crate::error::StoreError;
use crate::migrate::{Migration, migrate};

/// How long one process waits for another that is writing (an import beside the hub). Our own
/// threads never wait for each other: there is one writer, and readers do not block it.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Prepared statements kept for each connection. All operations together use fewer, so that
/// none is prepared twice.
const STATEMENTS_MAX: usize = 256;

/// The log is moved into the database when it has this many pages (16 MiB). Each move costs two
/// more disk flushes and the commit that triggers it waits, so not too often; a long log makes
/// reads and the start after a crash slower, so not too seldom.
const WAL_PAGES: i64 = 4000;

/// Who moves the log into the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogMoves {
    /// SQLite, in the commit that makes it long enough.
    ByItself,
    /// Somebody who knows whether it was copied.
    Elsewhere,
}

/// What is left of the log file after it was moved, at most (64 MiB): one giant import must not
/// keep a small disk full for ever.
const WAL_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// Page cache in KiB. The working set (the seats on sale) is far smaller; the rest is the
/// operating system's cache.
const CACHE_KIB: i64 = 16 * 1024;

/// Opens `path` for writing and brings its schema up to date.
///
/// # Errors
///
/// Refuses a schema that is too new, a damaged file, a file that cannot be written, and an empty
/// place beside a damaged file (see [`damage`]).
pub fn open_writer(path: &Path, migrations: &[Migration]) -> Result<Connection, StoreError> {
    open_writer_moving(path, migrations, LogMoves::ByItself)
}

pub(crate) fn open_writer_moving(
    path: &Path,
    migrations: &[Migration],
    moves: LogMoves,
) -> Result<Connection, StoreError> {
    damage::refuse_to_start_empty(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    // SQLite opens a file that it may not write read-only and says nothing.
    if connection.is_readonly(MAIN_DB)? {
        return Err(StoreError::ReadOnly);
    }
    set_up(&connection)?;
    // One writer and many readers do not wait for each other, and a commit is one append.
    pragma(&connection, "journal_mode", "wal")?;
    write_settings(&connection, moves)?;
    migrate(&mut connection, migrations)?;
    Ok(connection)
}

/// A database that lives as long as the connection: for tests and for the simulation.
///
/// # Errors
///
/// Fails when a migration does not apply.
pub fn open_memory(migrations: &[Migration]) -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    set_up(&connection)?;
    write_settings(&connection, LogMoves::ByItself)?;
    migrate(&mut connection, migrations)?;
    Ok(connection)
}

/// Opens a database that exists for reading; each query sees the latest commit.
///
/// # Errors
///
/// Fails when the file is not there or is damaged.
pub fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_up(&connection)?;
    // Says so even where the file itself could be written.
    pragma(&connection, "query_only", true)?;
    Ok(connection)
}

/// Opens a copy that changes only while nobody has it open: there are no locks, no log, and no
/// files beside it, and what was read stays in memory.
///
/// # Errors
///
/// Fails when the file is not there or is damaged.
pub(crate) fn open_unchanging(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(unchanging(path), flags)?;
    set_up(&connection)?;
    pragma(&connection, "query_only", true)?;
    Ok(connection)
}

/// The path as SQLite takes it with a word about the file.
fn unchanging(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "?mode=ro&immutable=1"
}

fn set_up(connection: &Connection) -> Result<(), StoreError> {
    // First of all: a connection that closes because the file is damaged must leave it and its log
    // as they are. The writer moves the log itself when it is closed.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // A plan does not depend on what is bound. Otherwise SQLite plans a query anew at each use
    // where a value could matter, as beside a partial index: a quarter of all our time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Sorting goes to memory: temporary files wear flash out and fail when the disk is full.
    pragma(connection, "temp_store", "memory")?;
    pragma(connection, "cache_size", -CACHE_KIB)?;
    // No memory map: a bad sector would kill the process by SIGBUS, where a read gives an error
    // that we can tell; and our reads come from the page cache anyway.
    pragma(connection, "mmap_size", 0)?;
    // A file that came from somewhere else must not run functions through its own schema.
    pragma(connection, "trusted_schema", false)?;
    // Finds a damaged page when it is read, not when it has spread.
    pragma(connection, "cell_size_check", true)?;
    // "text" in double quotes that is no column is a mistake, not a text.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // SQL alone cannot damage the file (writable_schema, journal_mode=off).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(())
}

fn write_settings(connection: &Connection, moves: LogMoves) -> Result<(), StoreError> {
    // A commit is on the disk before anybody hears of it; NORMAL may lose the last ones when the
    // power goes. Group commit makes this cheap.
    pragma(connection, "synchronous", "full")?;
    let pages = match moves {
        LogMoves::ByItself => WAL_PAGES,
        LogMoves::Elsewhere => 0,
    };
    pragma(connection, "wal_autocheckpoint", pages)?;
    pragma(connection, "journal_size_limit", WAL_BYTES_KEPT)?;
    // Off by SQLite's own default; `migrate` rests it while it works.
    pragma(connection, "foreign_keys", true)?;
    Ok(())
}

fn pragma(
    connection: &Connection,
    name: &str,
    value: impl rusqlite::ToSql,
) -> Result<(), StoreError> {
    connection.pragma_update(None, name, value)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIGRATIONS: &[Migration] = &[Migration {
        name: "0001_notes",
        sql: "CREATE TABLE notes (body TEXT NOT NULL) STRICT;",
    }];

    fn text(connection: &Connection, pragma: &str) -> String {
        connection
            .pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0))
            .map(|value| format!("{value:?}"))
            .unwrap()
    }

    #[test]
    fn a_commit_is_on_the_disk_before_anybody_hears_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let writer = open_writer(&folder.path().join("a.db"), MIGRATIONS).unwrap();
        assert_eq!(text(&writer, "journal_mode"), "Text(\"wal\")");
        assert_eq!(text(&writer, "synchronous"), "Integer(2)");
        assert_eq!(text(&writer, "foreign_keys"), "Integer(1)");
        assert_eq!(text(&writer, "trusted_schema"), "Integer(0)");
        assert_eq!(text(&writer, "mmap_size"), "Integer(0)");
    }

    #[test]
    fn a_reader_sees_the_latest_commit_and_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let writer = open_writer(&path, MIGRATIONS).unwrap();
        let reader = open_reader(&path).unwrap();
        for n in 1..=3_i64 {
            writer
                .execute("INSERT INTO notes VALUES ('x')", [])
                .unwrap();
            let seen: i64 = reader
                .query_row("SELECT count(*) FROM notes", [], |row| row.get(0))
                .unwrap();
            assert_eq!(seen, n);
        }
        let refused = reader
            .execute("INSERT INTO notes VALUES ('y')", [])
            .map_err(StoreError::from);
        assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    }

    #[test]
    fn a_file_that_may_not_be_written_is_refused_when_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(open_writer(&path, MIGRATIONS).unwrap());
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).unwrap();
        let refused = open_writer(&path, MIGRATIONS);
        if std::fs::OpenOptions::new().append(true).open(&path).is_ok() {
            return; // root writes to everything
        }
        assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    }

    #[test]
    fn a_copy_is_read_without_a_trace_whatever_its_name_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a copy? 50% #1 무딩.db");
        let writer = open_writer(&path, MIGRATIONS).unwrap();
        writer
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
            .unwrap();
        drop(writer);
        for beside in ["-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(beside);
            let _gone = std::fs::remove_file(name);
        }
        let bytes = std::fs::read(&path).unwrap();
        let reader = open_unchanging(&path).unwrap();
        let seen: i64 = reader
            .query_row("SELECT count(*) FROM notes", [], |row| row.get(0))
            .unwrap();
        assert_eq!(seen, 0);
        let refused = reader
            .execute("INSERT INTO notes VALUES ('y')", [])
            .map_err(StoreError::from);
        assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
        drop(reader);
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn there_is_nothing_to_read_where_no_database_is() {
        let folder = tempfile::tempdir().unwrap();
        let refused = open_reader(&folder.path().join("missing.db"));
        assert!(matches!(refused, Err(StoreError::CannotOpen { .. })));
    }
}
