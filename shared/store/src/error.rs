//! What can go wrong with a database, in sentences that say what to do next.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::ErrorCode;

/// A fault of the store. It can be cloned, because one failed commit answers many callers.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A newer program has been here.
    #[error(
        "the database has schema {found}, but this program knows only up to {known}: \
         start the newer program, or restore a backup from before the upgrade"
    )]
    SchemaTooNew {
        /// The schema that the file has.
        found: usize,
        /// The newest schema that this program knows.
        known: usize,
    },
    /// A migration did not apply; none of the ones that were due is kept.
    #[error("the migration {name} does not apply; the database is as it was before")]
    Migration {
        /// The migration's own name.
        name: &'static str,
        /// What SQLite said.
        source: Arc<StoreError>,
    },
    /// No room for what was to be written.
    #[error("the disk is full and nothing was written: free some space, then try again")]
    DiskFull,
    /// The file, its folder or its disk cannot be written.
    #[error(
        "the database cannot be written: let the program's user write to the file and its \
         folder, and look whether the disk was mounted read-only after an error"
    )]
    ReadOnly,
    /// There is no opening the file.
    #[error("the database cannot be opened ({reason}): look at the path and its permissions")]
    CannotOpen {
        /// What SQLite said.
        reason: String,
    },
    /// The file is damaged and still in its place.
    #[error("the database is damaged ({reason}): stop the program and restore the database")]
    Corrupt {
        /// What was found.
        reason: String,
    },
    /// The file is damaged and was put aside, so that nobody works on with it.
    #[error(
        "the database {} is damaged ({reason}) and was set aside as {}: restore it from its \
         replica or a backup, then start again", .path.display(), .aside.display()
    )]
    SetAside {
        /// Where the database was, and belongs.
        path: PathBuf,
        /// Where it is now.
        aside: PathBuf,
        /// What was found.
        reason: String,
    },
    /// The database is gone and a damaged one lies beside its place.
    #[error(
        "there is no database {}, but a damaged one lies beside it as {}: restore the database; \
         to begin with an empty one, move the damaged file to another folder first",
        .path.display(), .aside.display()
    )]
    NotRestored {
        /// Where the database belongs.
        path: PathBuf,
        /// The damaged file.
        aside: PathBuf,
    },
    /// Another program is writing and did not finish in time.
    #[error("another program is writing to the database: wait until it is done, then try again")]
    Busy,
    /// A row says something that no program of ours writes.
    #[error("a row of {table} does not make sense: {reason}")]
    Inconsistent {
        /// The row's table.
        table: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The operation was part of a transaction that could not be committed.
    #[error("the transaction was not committed, so nothing of this operation was kept")]
    CommitFailed(#[source] Arc<StoreError>),
    /// SQLite gave up the whole transaction while one of its operations ran.
    #[error(
        "an operation of the same transaction met a full disk, an I/O error or lack of memory, \
         and SQLite took the transaction back: try again when that is mended"
    )]
    TransactionLost,
    /// The replica does not answer, and nothing may be committed without it.
    #[error(
        "the replica cannot be reached, and this database commits nothing that is not there: \
         nothing was written; see to the replica, then try again"
    )]
    ReplicaUnreachable,
    /// It is committed on this disk, and not known to be in the replica.
    #[error(
        "it was written here, but is not in the replica yet: whether it lasts is not known; \
         look before you try again"
    )]
    NotReplicated,
    /// Somebody else writes to this database's replica.
    #[error(
        "transaction {tx:016x} in the replica {place} was written by somebody else: this \
         database has been taken over, and nothing more is written here"
    )]
    Fenced {
        /// The replica.
        place: String,
        /// The transaction that was there.
        tx: u64,
    },
    /// The right to write has run out.
    #[error("the lease of this database is over: nothing is written until it is held again")]
    LeaseOver,
    /// The replica knows more than this database.
    #[error(
        "the replica {place} knows more than this database, which is an older copy: move it \
         away and restore it from the replica"
    )]
    OlderThanReplica {
        /// The replica.
        place: String,
    },
    /// The replica could not be read.
    #[error("the replica cannot be used")]
    Replica(#[source] Arc<crate::replication::RestoreError>),
    /// This is a copy that follows somebody else's database.
    #[error("this is a copy that follows the database of another: nothing is written here")]
    OnlyACopy,
    /// There is no copy, or half of one.
    #[error("there is no copy to read yet: it is being fetched from the replica")]
    NoCopy,
    /// The copy was written by an older or newer program.
    #[error(
        "the copy has schema {found}, and this program reads schema {known}: nothing of it can be \
         shown until both are the same version"
    )]
    OtherSchema {
        /// The schema that the copy has.
        found: usize,
        /// The schema that this program reads.
        known: usize,
    },
    /// The thread that does the work has ended.
    #[error("the database is closed: if nobody closed it, the log says why; restart the program")]
    Stopped,
    /// The file system refused something.
    #[error("the file system refused to work on {}", .path.display())]
    Io {
        /// The file that it was about.
        path: PathBuf,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// Everything else that SQLite may say.
    #[error("SQLite refused")]
    Sqlite(#[source] Arc<rusqlite::Error>),
}

impl StoreError {
    /// The file system refused something about `path`.
    pub(crate) fn io(path: &std::path::Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source: Arc::new(source),
        }
    }

    /// What lies at the bottom: the reason of a failed commit or migration, else the error itself.
    #[must_use]
    pub fn root(&self) -> &Self {
        match self {
            Self::CommitFailed(source) | Self::Migration { source, .. } => source.root(),
            Self::SchemaTooNew { .. }
            | Self::DiskFull
            | Self::ReadOnly
            | Self::CannotOpen { .. }
            | Self::Corrupt { .. }
            | Self::SetAside { .. }
            | Self::NotRestored { .. }
            | Self::Busy
            | Self::Inconsistent { .. }
            | Self::TransactionLost
            | Self::ReplicaUnreachable
            | Self::NotReplicated
            | Self::Fenced { .. }
            | Self::LeaseOver
            | Self::OlderThanReplica { .. }
            | Self::Replica(_)
            | Self::OnlyACopy
            | Self::NoCopy
            | Self::OtherSchema { .. }
            | Self::Stopped
            | Self::Io { .. }
            | Self::Sqlite(_) => self,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            return Self::Sqlite(Arc::new(error));
        };
        if code == ErrorCode::DiskFull {
            Self::DiskFull
        } else if code == ErrorCode::ReadOnly {
            Self::ReadOnly
        } else if code == ErrorCode::CannotOpen {
            Self::CannotOpen {
                reason: error.to_string(),
            }
        } else if code == ErrorCode::DatabaseCorrupt || code == ErrorCode::NotADatabase {
            Self::Corrupt {
                reason: error.to_string(),
            }
        } else if code == ErrorCode::DatabaseBusy || code == ErrorCode::DatabaseLocked {
            Self::Busy
        } else {
            Self::Sqlite(Arc::new(error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: i32) -> StoreError {
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None).into()
    }

    #[test]
    fn what_an_operator_can_mend_has_its_own_name() {
        use rusqlite::ffi;
        assert!(matches!(failure(ffi::SQLITE_FULL), StoreError::DiskFull));
        assert!(matches!(
            failure(ffi::SQLITE_READONLY),
            StoreError::ReadOnly
        ));
        assert!(matches!(
            failure(ffi::SQLITE_CANTOPEN),
            StoreError::CannotOpen { .. }
        ));
        assert!(matches!(
            failure(ffi::SQLITE_CORRUPT),
            StoreError::Corrupt { .. }
        ));
        assert!(matches!(
            failure(ffi::SQLITE_NOTADB),
            StoreError::Corrupt { .. }
        ));
        assert!(matches!(failure(ffi::SQLITE_BUSY), StoreError::Busy));
        assert!(matches!(
            failure(ffi::SQLITE_IOERR_FSYNC),
            StoreError::Sqlite(_)
        ));
    }

    #[test]
    fn the_root_of_a_failed_commit_is_what_sqlite_said() {
        let error = StoreError::CommitFailed(Arc::new(failure(rusqlite::ffi::SQLITE_FULL)));
        assert!(matches!(error.root(), StoreError::DiskFull));
    }
}
