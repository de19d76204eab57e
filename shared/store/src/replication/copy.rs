//! What others may read of a copy that is followed: never while it changes, and never what it
//! was before.
//!
//! The follower writes pages in place, where SQLite cannot know of it. So each query holds a
//! lock that the follower takes to write, and each change of the file makes another generation
//! of it, for which every connection is opened anew: an older one has pages in memory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::connection::open_unchanging;
use crate::error::StoreError;
use crate::stats::instant;

/// A copy that a [`super::Follower`] keeps, for who reads it meanwhile. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FollowedCopy(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// Taken to read by who reads the file and to write by who changes it: its generation.
    file: RwLock<u64>,
    /// None while there is no whole copy. Taken for a moment only, whatever is done to the file.
    state: Mutex<Option<CopyState>>,
}

/// Where a copy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyState {
    /// The last transaction that is in it.
    pub tx: u64,
    /// When that was written, by the clock of who wrote it.
    pub written_at_ms: i64,
    /// How many steps its schema has seen.
    pub schema: usize,
    /// Everything that the replica had then is in the copy.
    pub(super) as_of: Instant,
}

impl CopyState {
    /// How old the copy is: how long ago the replica had nothing that is not in it.
    ///
    /// It is measured by this machine's monotonic clock from the moment before the replica was
    /// asked, so no clock of another machine can make it look younger; and a database in which
    /// nothing happens does not look old. What its writer has not shipped is not known here.
    #[must_use]
    pub fn age(&self) -> Duration {
        instant().saturating_duration_since(self.as_of)
    }
}

impl FollowedCopy {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(Arc::new(Inner {
            path,
            file: RwLock::default(),
            state: Mutex::default(),
        }))
    }

    /// Where it is kept.
    pub(crate) fn path(&self) -> &Path {
        &self.0.path
    }

    /// Where it stands; none while there is no whole copy.
    #[must_use]
    pub fn state(&self) -> Option<CopyState> {
        *self.0.state.lock().expect("no one panics inside")
    }

    /// Where it stands, if a program that knows `known` steps of the schema can read it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoCopy`] and [`StoreError::OtherSchema`].
    pub fn readable(&self, known: usize) -> Result<CopyState, StoreError> {
        let state = self.state().ok_or(StoreError::NoCopy)?;
        if state.schema == known {
            return Ok(state);
        }
        let found = state.schema;
        Err(StoreError::OtherSchema { found, known })
    }

    /// Someone who reads, and knows so many steps of the schema.
    pub(crate) fn reading(&self, known: usize) -> Reading {
        Reading {
            copy: self.clone(),
            known,
            open: None,
        }
    }

    /// Changes the file while nobody reads it. What is left behind by an error is read by nobody.
    pub(super) fn change<E>(
        &self,
        work: impl FnOnce() -> Result<CopyState, E>,
    ) -> Result<CopyState, E> {
        let mut generation = self.0.file.write().expect("no one panics inside");
        *generation += 1;
        let done = work();
        self.set(done.as_ref().ok().copied());
        done
    }

    /// The file is given up or put elsewhere: nobody reads it from here on. Says where it stood.
    pub(super) fn end(&self) -> Option<CopyState> {
        let mut generation = self.0.file.write().expect("no one panics inside");
        *generation += 1;
        let stood = self.state();
        self.set(None);
        stood
    }

    /// Nothing was new: it is as of then.
    pub(super) fn is_as_of(&self, as_of: Instant) {
        let mut state = self.0.state.lock().expect("no one panics inside");
        if let Some(state) = state.as_mut() {
            state.as_of = as_of;
        }
    }

    fn set(&self, state: Option<CopyState>) {
        *self.0.state.lock().expect("no one panics inside") = state;
    }
}

/// One reader, with its connection to the generation that it read last.
pub(crate) struct Reading {
    copy: FollowedCopy,
    known: usize,
    open: Option<(u64, Connection)>,
}

impl Reading {
    /// Gives `work` a connection to the copy as it is, which does not change meanwhile.
    pub(crate) fn with_connection<T>(
        &mut self,
        work: impl FnOnce(Result<&Connection, StoreError>) -> T,
    ) -> T {
        let copy = self.copy.clone();
        let generation = copy.0.file.read().expect("no one panics inside");
        work(self.connection(*generation))
    }

    fn connection(&mut self, generation: u64) -> Result<&Connection, StoreError> {
        self.copy.readable(self.known)?;
        let open = self.open.take().filter(|(of, _)| *of == generation);
        let open = match open {
            Some(open) => open,
            None => (generation, open_unchanging(self.copy.path())?),
        };
        Ok(&self.open.insert(open).1)
    }
}
