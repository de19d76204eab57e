//! Where a replica is kept: a folder on another disk, or an object store.

mod bucket;
mod carrier;
mod folder;

pub use bucket::{Bucket, BucketInvalid, BucketPlace, Tagged};
pub use folder::Folder;

use std::fmt;
use std::io::{self, Read, Write};

use super::file::{FileError, HEADER_BYTES, Header};
use super::name::{FileInfo, FileName, Level};

/// Why a replica could not be reached or would not take something.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Somebody has published these transactions already.
    #[error("the replica already has {0}")]
    AlreadyThere(FileName),
    #[error("the replica has no {0}")]
    Missing(FileName),
    #[error("the replica {place} cannot be reached")]
    Unreachable {
        /// The folder or address.
        place: String,
        /// What it said.
        source: io::Error,
    },
}

/// What writes a file's bytes. It may be called again when the target tries again.
pub type Produce<'a> = &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// A place for a replica. Every call may take as long as the place's own time-outs.
pub trait ReplicaTarget: fmt::Debug + Send + Sync {
    /// The place, for people.
    fn place(&self) -> String;

    /// The files of a level; names of another form are ignored.
    ///
    /// # Errors
    ///
    /// The place cannot be reached.
    fn list(&self, level: Level) -> Result<Vec<FileInfo>, TargetError>;

    /// A file from its start.
    ///
    /// # Errors
    ///
    /// There is none, or the place cannot be reached.
    fn open(&self, name: FileName) -> Result<Box<dyn Read + Send>, TargetError>;

    /// Makes a file that was not there before, durable and whole or not at all.
    ///
    /// # Errors
    ///
    /// [`TargetError::AlreadyThere`] when there is one of this name. After any other error it
    /// may be there or not.
    fn create(
        &self,
        name: FileName,
        written_at_ms: i64,
        produce: Produce<'_>,
    ) -> Result<(), TargetError>;

    /// Removes a file; fine when it is gone.
    ///
    /// # Errors
    ///
    /// The place cannot be reached.
    fn remove(&self, name: FileName) -> Result<(), TargetError>;

    /// Takes a damaged file out of the listing, keeping it if the place can.
    ///
    /// # Errors
    ///
    /// The place cannot be reached.
    fn set_aside(&self, name: FileName) -> Result<(), TargetError>;
}

/// Every file of every level.
///
/// # Errors
///
/// The place cannot be reached.
pub fn list_all(target: &dyn ReplicaTarget) -> Result<Vec<FileInfo>, TargetError> {
    let mut files = Vec::new();
    for level in Level::ALL {
        files.extend(target.list(level)?);
    }
    Ok(files)
}

/// The header of a file.
///
/// # Errors
///
/// The file is not there or damaged, or the place cannot be reached.
pub fn header(target: &dyn ReplicaTarget, name: FileName) -> Result<Header, HeaderError> {
    let mut bytes = [0; HEADER_BYTES];
    let mut file = target.open(name)?;
    file.read_exact(&mut bytes).map_err(FileError::Io)?;
    Ok(Header::parse(&bytes)?)
}

/// Why a header could not be read.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    File(#[from] FileError),
}
