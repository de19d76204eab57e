//! A damaged database is evidence: it is set aside by renaming, never deleted, and never
//! replaced by an empty one without anybody having said so.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use crate::connection::{LogMoves, open_writer_moving};
use crate::error::StoreError;
use crate::migrate::Migration;

/// How closely a database is looked at when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Only what opening itself reads.
    Opening,
    /// Every page (`PRAGMA quick_check`): takes as long as reading the whole file.
    EveryPage,
}

/// Opens `path` for writing; a damaged file is renamed to `NAME.damaged-<now_ms>`, its log and
/// index with it. Only for the program that the file belongs to: nobody else may have it open.
///
/// # Errors
///
/// [`StoreError::SetAside`] when the file was damaged, else as [`crate::open_writer`].
pub fn open_or_set_aside(
    path: &Path,
    migrations: &[Migration],
    check: Check,
    now_ms: i64,
) -> Result<Connection, StoreError> {
    open_or_set_aside_moving(path, migrations, (check, LogMoves::ByItself), now_ms)
}

pub(crate) fn open_or_set_aside_moving(
    path: &Path,
    migrations: &[Migration],
    (check, moves): (Check, LogMoves),
    now_ms: i64,
) -> Result<Connection, StoreError> {
    let opened = open_writer_moving(path, migrations, moves).and_then(|connection| match check {
        Check::Opening => Ok(connection),
        Check::EveryPage => quick_check(&connection).map(|()| connection),
    });
    opened.map_err(|error| {
        let StoreError::Corrupt { reason } = error.root() else {
            return error;
        };
        match set_aside(path, now_ms) {
            Ok(aside) => StoreError::SetAside {
                path: path.to_owned(),
                aside,
                reason: reason.clone(),
            },
            Err(error) => error,
        }
    })
}

/// Looks at every page.
///
/// # Errors
///
/// [`StoreError::Corrupt`] with the first finding.
pub fn quick_check(connection: &Connection) -> Result<(), StoreError> {
    let finding: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if finding == "ok" {
        Ok(())
    } else {
        Err(StoreError::Corrupt { reason: finding })
    }
}

/// Renames `path`, its log and its index, and returns the new name. The database must be closed.
///
/// # Errors
///
/// Fails when the name is taken or the file system refuses.
pub fn set_aside(path: &Path, now_ms: i64) -> Result<PathBuf, StoreError> {
    let aside = with_suffix(path, &format!(".damaged-{now_ms}"));
    // The database goes first: without its log it would pass for a whole one, only older.
    for suffix in ["", "-wal", "-shm"] {
        let (from, to) = (with_suffix(path, suffix), with_suffix(&aside, suffix));
        if length(&to)?.is_some() {
            return Err(io_error(&to, io::ErrorKind::AlreadyExists.into()));
        }
        match fs::rename(&from, &to) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io_error(&from, error)),
        }
    }
    let folder = folder_of(path);
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| io_error(folder, error))?;
    tracing::error!(
        database.path = %path.display(),
        database.aside = %aside.display(),
        "set a damaged database aside"
    );
    Ok(aside)
}

/// SQLite begins anew where a file is missing or empty, and throws a log away that has lost its
/// file. This is right once in the life of a device, and never after something was set aside.
///
/// It looks at lengths and names only: to open and close the file ourselves would drop the locks
/// that SQLite holds on it in this process.
pub(crate) fn refuse_to_start_empty(path: &Path) -> Result<(), StoreError> {
    if length(path)?.is_some_and(|bytes| bytes > 0) {
        return Ok(());
    }
    if length(&with_suffix(path, "-wal"))?.is_some_and(|bytes| bytes > 0) {
        return Err(StoreError::Corrupt {
            reason: "the file is empty or gone, but its log is not".to_owned(),
        });
    }
    let Some(name) = path.file_name() else {
        return Ok(());
    };
    let mut prefix = name.to_os_string();
    prefix.push(".damaged-");
    let entries = match fs::read_dir(folder_of(path)) {
        Ok(entries) => entries,
        // SQLite will say so.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error(folder_of(path), error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| io_error(folder_of(path), error))?;
        let found = entry.file_name();
        if found
            .as_encoded_bytes()
            .starts_with(prefix.as_encoded_bytes())
        {
            return Err(StoreError::NotRestored {
                path: path.to_owned(),
                aside: entry.path(),
            });
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

fn length(path: &Path) -> Result<Option<u64>, StoreError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(path, error)),
    }
}

fn io_error(path: &Path, error: io::Error) -> StoreError {
    StoreError::Io {
        path: path.to_owned(),
        source: Arc::new(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::open_writer;

    const MIGRATIONS: &[Migration] = &[Migration::new(
        "0001_tickets",
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
    )];

    /// A database with rows, some in the file and some only in the log, and not closed cleanly.
    fn fill(path: &Path) {
        let connection = open_writer(path, MIGRATIONS).unwrap();
        let insert = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)
             INSERT INTO tickets (body) SELECT 'a ticket that somebody has paid for' FROM n";
        connection.execute_batch(insert).unwrap();
        connection
            .query_row("PRAGMA wal_checkpoint", [], |_| Ok(()))
            .unwrap();
        connection
            .execute_batch("UPDATE tickets SET body = 'a ticket that was used' WHERE id < 100")
            .unwrap();
    }

    fn set_aside_as(refused: Result<Connection, StoreError>) -> PathBuf {
        match refused {
            Err(StoreError::SetAside { aside, .. }) => aside,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_that_is_no_database_is_set_aside_as_it_is_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kiosk.db");
        fs::write(&path, vec![b'x'; 9000]).unwrap();
        fs::write(folder.path().join("kiosk.db-wal"), b"a log").unwrap();

        let refused = open_or_set_aside(&path, MIGRATIONS, Check::Opening, 17);
        let aside = set_aside_as(refused);
        assert_eq!(aside, folder.path().join("kiosk.db.damaged-17"));
        assert_eq!(fs::read(&aside).unwrap(), vec![b'x'; 9000]);
        let log = folder.path().join("kiosk.db.damaged-17-wal");
        assert_eq!(fs::read(log).unwrap(), b"a log");
        assert!(!path.exists());

        let again = open_or_set_aside(&path, MIGRATIONS, Check::Opening, 18);
        assert!(matches!(again, Err(StoreError::NotRestored { .. })));
        assert!(!path.exists());
    }

    #[test]
    fn a_damaged_head_of_the_file_is_found_by_opening_and_the_log_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kiosk.db");
        fill(&path);
        let log_before = fs::read(folder.path().join("kiosk.db-wal")).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[..200].fill(0);
        fs::write(&path, &bytes).unwrap();

        let aside = set_aside_as(open_or_set_aside(&path, MIGRATIONS, Check::Opening, 5));
        assert_eq!(fs::read(&aside).unwrap(), bytes);
        let log = with_suffix(&aside, "-wal");
        assert_eq!(fs::read(log).unwrap(), log_before);
    }

    #[test]
    fn a_damaged_page_is_found_when_every_page_is_looked_at_and_the_log_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kiosk.db");
        fill(&path);
        let log_before = fs::read(folder.path().join("kiosk.db-wal")).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 4096].fill(0xA5);
        fs::write(&path, &bytes).unwrap();

        let aside = set_aside_as(open_or_set_aside(&path, MIGRATIONS, Check::EveryPage, 5));
        assert_eq!(fs::read(&aside).unwrap(), bytes);
        let log = with_suffix(&aside, "-wal");
        assert_eq!(fs::read(log).unwrap(), log_before);
    }

    #[test]
    fn a_file_cut_to_nothing_is_not_taken_for_a_new_one_while_its_log_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kiosk.db");
        fill(&path);
        let log_before = fs::read(folder.path().join("kiosk.db-wal")).unwrap();
        assert!(!log_before.is_empty());
        File::options()
            .write(true)
            .truncate(true)
            .open(&path)
            .unwrap();

        let refused = open_writer(&path, MIGRATIONS);
        assert!(matches!(refused, Err(StoreError::Corrupt { .. })));
        let aside = set_aside_as(open_or_set_aside(&path, MIGRATIONS, Check::Opening, 5));
        let log = with_suffix(&aside, "-wal");
        assert_eq!(fs::read(log).unwrap(), log_before);
    }

    #[test]
    fn nothing_that_was_set_aside_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kiosk.db");
        for body in ["one", "two"] {
            fs::write(&path, body).unwrap();
            let moved = set_aside(&path, 5);
            assert_eq!(moved.is_ok(), body == "one", "{moved:?}");
        }
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let aside = folder.path().join("kiosk.db.damaged-5");
        assert_eq!(fs::read(aside).unwrap(), b"one");
    }

    #[test]
    fn a_whole_database_passes_every_check() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kiosk.db");
        fill(&path);
        open_or_set_aside(&path, MIGRATIONS, Check::EveryPage, 5).unwrap();
    }
}
