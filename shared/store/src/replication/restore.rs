//! A database from its replica: planned, merged, written beside its place, looked at, and only
//! then put there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::merge::{Merge, MergeError};
use super::name::{FileInfo, FileName};
use super::plan::{self, PlanError, Until};
use super::target::{HeaderError, ReplicaTarget, TargetError, header, list_all};
use crate::connection::open_reader;
use crate::error::StoreError;

/// A file beside a database that was restored: it says up to which transaction.
const RESTORED_SUFFIX: &str = "-restored";

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Merge(#[from] MergeError),
    #[error("a file of the replica cannot be read")]
    Header(#[from] HeaderError),
    #[error("{} cannot be written", .path.display())]
    Io {
        /// The file that it was about.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    #[error("{} is there already: move it away first, with its -wal and -shm", .0.display())]
    InTheWay(PathBuf),
    #[error("what was restored is damaged ({0}); it was not put into its place")]
    Damaged(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far to restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Newest,
    /// After this transaction.
    Transaction(u64),
    /// Everything that was written before this time, in milliseconds since 1970.
    Before(i64),
}

/// What was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The last transaction.
    pub tx: u64,
    /// The newest transaction that the replica has.
    pub newest: u64,
    /// When the last file was written.
    pub written_at_ms: i64,
    pub pages: u32,
    pub page_size: u32,
    /// Files that it was made of.
    pub files: usize,
}

/// Restores into `place`, where nothing is, and looks at every page. Tells `progress` how many
/// pages are done, of how many.
///
/// Beside it a note is left: this copy may be older than its replica, and may write to it.
///
/// # Errors
///
/// The replica cannot be reached or does not have what is wanted, is damaged, or something is
/// in the way. Then nothing is in `place`.
pub fn restore(
    target: &dyn ReplicaTarget,
    place: &Path,
    wanted: Wanted,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<Restored, RestoreError> {
    nothing_in_the_way(place)?;
    let draft = with_suffix(place, ".restoring");
    let restored = write(target, &draft, wanted, progress)?;
    let checked = check(&draft);
    if let Err(error) = checked {
        remove(&draft)?;
        return Err(error);
    }
    put(&draft, place, restored.newest)?;
    Ok(restored)
}

fn nothing_in_the_way(place: &Path) -> Result<(), RestoreError> {
    for suffix in ["", "-wal", "-shm"] {
        let there = with_suffix(place, suffix);
        if there.exists() {
            return Err(RestoreError::InTheWay(there));
        }
    }
    Ok(())
}

/// Puts what was restored into its place, with the note that it may be older than `newest`.
pub(super) fn put(draft: &Path, place: &Path, newest: u64) -> Result<(), RestoreError> {
    nothing_in_the_way(place)?;
    note(&marker(place), newest)?;
    let put = fs::rename(draft, place).and_then(|()| sync_folder(place));
    put.map_err(|source| io_error(place, source))
}

/// What a restored replica knows, by `measure`; the draft is removed again.
pub(super) fn progress(
    target: &dyn ReplicaTarget,
    wanted: Wanted,
    draft: &Path,
    measure: fn(&Connection) -> Result<i64, StoreError>,
) -> Result<i64, RestoreError> {
    write(target, draft, wanted, &mut |_, _| {})?;
    let measured = open_reader(draft).and_then(|connection| measure(&connection));
    remove(draft)?;
    Ok(measured?)
}

pub(super) fn write(
    target: &dyn ReplicaTarget,
    draft: &Path,
    wanted: Wanted,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<Restored, RestoreError> {
    remove(draft)?;
    let files = list_all(target)?;
    let newest = files
        .iter()
        .map(|file| file.name.span.max)
        .max()
        .unwrap_or(0);
    let plan = planned(target, files, wanted)?;
    let mut inputs = Vec::with_capacity(plan.len());
    for name in &plan {
        inputs.push(target.open(*name)?);
    }
    let merge = Merge::new(inputs)?;
    let header = *merge.header();
    let io = |source| io_error(draft, source);
    let out = BufWriter::with_capacity(1 << 20, File::create(draft).map_err(io)?);
    let written = merge.into_database(out, progress).and_then(|mut out| {
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(())
    });
    if let Err(error) = written {
        remove(draft)?;
        return Err(error.into());
    }
    Ok(Restored {
        tx: header.span.max,
        newest,
        written_at_ms: header.written_at_ms,
        pages: header.commit,
        page_size: header.page_size,
        files: plan.len(),
    })
}

/// The files for what is wanted. A time is that in a file's header; a listing may tell another.
fn planned(
    target: &dyn ReplicaTarget,
    mut files: Vec<FileInfo>,
    wanted: Wanted,
) -> Result<Vec<FileName>, RestoreError> {
    let until = match wanted {
        Wanted::Newest => Until::Newest,
        Wanted::Transaction(tx) => Until::Transaction(tx),
        Wanted::Before(time_ms) => {
            let mut before = Vec::new();
            for file in files {
                if header(target, file.name)?.written_at_ms < time_ms {
                    before.push(file);
                }
            }
            files = before;
            Until::Newest
        }
    };
    Ok(plan::restore(&files, until)?)
}

/// Looks at every page and every index.
fn check(draft: &Path) -> Result<(), RestoreError> {
    let connection = open_reader(draft)?;
    let finding: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(StoreError::from)?;
    drop(connection);
    for suffix in ["-wal", "-shm"] {
        remove(&with_suffix(draft, suffix))?;
    }
    if finding == "ok" {
        Ok(())
    } else {
        Err(RestoreError::Damaged(finding))
    }
}

/// Whether a database was restored and has not been used since: it stands where its replica stood.
#[must_use]
pub fn is_restored(database: &Path) -> bool {
    marker(database).exists()
}

/// The note beside a database that was restored.
pub(super) fn marker(database: &Path) -> PathBuf {
    with_suffix(database, RESTORED_SUFFIX)
}

fn note(marker: &Path, newest: u64) -> Result<(), RestoreError> {
    let io = |source| io_error(marker, source);
    let mut file = File::create(marker).map_err(io)?;
    writeln!(file, "{newest:016x}").map_err(io)?;
    file.sync_all().map_err(io)
}

/// What the note says: the newest transaction of the replica when it was restored.
pub(super) fn noted(marker: &Path) -> io::Result<Option<u64>> {
    match fs::read_to_string(marker) {
        Ok(text) => Ok(u64::from_str_radix(text.trim(), 16).ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The database has its place in the replica again.
pub(super) fn forget(marker: &Path) -> io::Result<()> {
    match fs::remove_file(marker) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn remove(draft: &Path) -> Result<(), RestoreError> {
    for suffix in ["", "-wal", "-shm"] {
        let path = with_suffix(draft, suffix);
        forget(&path).map_err(|source| io_error(&path, source))?;
    }
    Ok(())
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

pub(super) fn io_error(path: &Path, source: io::Error) -> RestoreError {
    RestoreError::Io {
        path: path.to_owned(),
        source,
    }
}

impl From<RestoreError> for StoreError {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::Store(error) => error,
            RestoreError::Io { path, source } => Self::io(&path, source),
            other @ (RestoreError::Target(_)
            | RestoreError::Plan(_)
            | RestoreError::Merge(_)
            | RestoreError::Header(_)
            | RestoreError::InTheWay(_)
            | RestoreError::Damaged(_)) => Self::Replica(Arc::new(other)),
        }
    }
}
