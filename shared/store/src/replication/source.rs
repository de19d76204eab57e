//! The database that is copied: its log as far as commits are durable, and its pages as one
//! commit left them. It only reads, beside the writer and without its help.
//!
//! The main file is opened here at most once and stays open: closing a file drops all locks
//! that SQLite holds on it in this process.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::wal::{ReadAt as _, WalHeader};
use crate::connection::open_reader;
use crate::error::StoreError;

/// How often a moment is sought in which nobody commits.
const TRIES_MAX: usize = 1000;

/// Why the database could not be copied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the database's files cannot be read")]
    Io(#[from] io::Error),
    #[error("the database never rests long enough to be copied whole")]
    Restless,
}

impl From<rusqlite::Error> for SourceError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// An open database.
pub(crate) struct Source {
    looking: Connection,
    pinning: Connection,
    path: PathBuf,
    log: PathBuf,
    // Last: SQLite's own files are closed before it.
    main: RefCell<Option<File>>,
}

/// The log at one moment.
pub(crate) struct Look {
    /// The log and its header; none when there is no log yet.
    pub(crate) log: Option<(File, WalHeader)>,
    /// Frames of commits that are durable.
    pub(crate) frames: u64,
    /// Frames that are in the main file, too.
    pub(crate) settled: u64,
}

impl Look {
    /// Where the durable commits end.
    pub(crate) fn end(&self) -> u64 {
        self.log
            .as_ref()
            .map_or(0, |(_, header)| header.end_of(self.frames))
    }
}

impl Source {
    /// The database at `path`, which is there.
    ///
    /// # Errors
    ///
    /// It cannot be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, SourceError> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        Ok(Self {
            looking: open_reader(path)?,
            pinning: open_reader(path)?,
            path: path.to_owned(),
            log: PathBuf::from(log),
            main: RefCell::new(None),
        })
    }

    /// A connection that reads.
    pub(crate) fn reader(&self) -> &Connection {
        &self.looking
    }

    /// The log as it is now. Between two looks at its header that are the same, nobody has
    /// begun it anew.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(crate) fn look(&self) -> Result<Look, SourceError> {
        for _ in 0..TRIES_MAX {
            let before = self.header()?;
            let (frames, settled) = frames(&self.looking)?;
            let after = self.header()?;
            let same = match (&before, &after) {
                (Some((_, before)), Some((_, after))) => before == after,
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            // SQLite counts frames of a log that is there.
            if same && (after.is_some() || frames == 0) {
                return Ok(Look {
                    log: after,
                    frames,
                    settled,
                });
            }
        }
        Err(SourceError::Restless)
    }

    fn header(&self) -> io::Result<Option<(File, WalHeader)>> {
        let file = match File::open(&self.log) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(WalHeader::read(&file)?.map(|header| (file, header)))
    }

    /// The whole database as it is now. While it lives, the log grows and is not begun anew.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(crate) fn pin(&self) -> Result<Pinned<'_>, SourceError> {
        for _ in 0..TRIES_MAX {
            let before = self.look()?;
            self.pinning.execute_batch("BEGIN")?;
            let pin = Pin(&self.pinning);
            let pages: u32 = self
                .pinning
                .query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let page_size: u32 = self
                .pinning
                .query_row("PRAGMA page_size", [], |row| row.get(0))?;
            // Reading something makes SQLite take the moment.
            self.pinning
                .query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            let look = self.look()?;
            let salts = |look: &Look| look.log.as_ref().map(|(_, header)| header.salts);
            if look.frames != before.frames || salts(&look) != salts(&before) {
                continue;
            }
            self.open_main()?;
            let mut in_log = BTreeMap::new();
            if let Some((log, header)) = &look.log {
                let changes = header.changes(log, header.start(), look.end(), u64::MAX)?;
                match changes {
                    Some(changes) if changes.end.offset == look.end() => in_log = changes.pages,
                    None if look.frames == 0 => {}
                    Some(_) | None => continue,
                }
            }
            return Ok(Pinned {
                source: self,
                look,
                in_log: RefCell::new(in_log),
                page_size,
                pages,
                _pin: pin,
            });
        }
        Err(SourceError::Restless)
    }

    fn open_main(&self) -> io::Result<()> {
        let mut main = self.main.borrow_mut();
        if main.is_none() {
            *main = Some(File::open(&self.path)?);
        }
        Ok(())
    }
}

struct Pin<'a>(&'a Connection);

impl Drop for Pin<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.execute_batch("ROLLBACK") {
            tracing::warn!(%error, "a read could not be ended");
        }
    }
}

/// The pages of one moment.
pub(crate) struct Pinned<'a> {
    source: &'a Source,
    pub(crate) look: Look,
    in_log: RefCell<BTreeMap<u32, u64>>,
    pub(crate) page_size: u32,
    pub(crate) pages: u32,
    _pin: Pin<'a>,
}

impl Pinned<'_> {
    /// Reads a page.
    ///
    /// # Errors
    ///
    /// The disk fails.
    pub(crate) fn read(&self, number: u32, page: &mut Vec<u8>) -> io::Result<()> {
        page.clear();
        page.resize(usize::try_from(self.page_size).expect("a page fits"), 0);
        let at = self.in_log.borrow().get(&number).copied();
        if let (Some(at), Some((log, header))) = (at, &self.look.log) {
            let read = log.read_at(page, at)?;
            // Still the same life of the log: then this is the page. If it has begun anew, all
            // that it had is in the main file.
            if read == page.len() && WalHeader::read(log)?.as_ref() == Some(header) {
                return Ok(());
            }
            self.in_log.borrow_mut().clear();
            page.fill(0);
        }
        let main = self.source.main.borrow();
        let main = main.as_ref().expect("opened when it was pinned");
        let offset = u64::from(number - 1) * u64::from(self.page_size);
        main.read_at(page, offset)?;
        Ok(())
    }
}

/// Frames in the log, and how many of them are in the main file.
pub(crate) fn frames(connection: &Connection) -> Result<(u64, u64), StoreError> {
    checkpoint_with(connection, "PRAGMA wal_checkpoint(NOOP)")
}

/// Moves what it can into the main file and never waits for anybody.
pub(crate) fn checkpoint(connection: &Connection) -> Result<(u64, u64), StoreError> {
    checkpoint_with(connection, "PRAGMA wal_checkpoint(PASSIVE)")
}

fn checkpoint_with(connection: &Connection, sql: &str) -> Result<(u64, u64), StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let (log, moved): (i64, i64) = statement.query_row([], |row| Ok((row.get(1)?, row.get(2)?)))?;
    // -1 is said of a database that has no log.
    let count = |frames: i64| u64::try_from(frames).unwrap_or(0);
    Ok((count(log), count(moved)))
}
