//! A copy that is kept as new as its replica, so that little is left to fetch when it is needed.
//! Others may read it meanwhile ([`FollowedCopy`]); nobody writes to it.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::copy::{CopyState, FollowedCopy};
use super::file::Header;
use super::merge::Merge;
use super::name::FileName;
use super::plan;
use super::restore::{self, RestoreError, Wanted, io_error};
use super::target::{ReplicaTarget, list_all};
use crate::stats::instant;

/// Files that are applied at once.
const FILES_MAX: usize = 200;

/// Rounds in which nothing new must be found before a copy is believed to be all there is.
const QUIET_ROUNDS: usize = 2;

/// Where SQLite keeps `user_version` in a database.
const USER_VERSION_AT: u64 = 60;

/// A copy.
#[derive(Debug)]
pub struct Follower {
    target: Arc<dyn ReplicaTarget>,
    place: PathBuf,
    copy: FollowedCopy,
}

impl Follower {
    /// A copy for `place`, beside which it is kept until it is put there.
    #[must_use]
    pub fn new(target: Arc<dyn ReplicaTarget>, place: &Path) -> Self {
        Self {
            target,
            place: place.to_owned(),
            copy: FollowedCopy::new(restore::with_suffix(place, ".standby")),
        }
    }

    /// The copy, for who reads it while it is followed.
    #[must_use]
    pub fn copy(&self) -> FollowedCopy {
        self.copy.clone()
    }

    /// The transaction that it stands at, and when that was written.
    #[must_use]
    pub fn stands_at(&self) -> Option<(u64, i64)> {
        let state = self.copy.state()?;
        Some((state.tx, state.written_at_ms))
    }

    /// Whether there is neither a copy nor anything that one could be made of.
    ///
    /// # Errors
    ///
    /// The replica cannot be reached.
    pub fn has_nothing(&self) -> Result<bool, RestoreError> {
        Ok(self.copy.state().is_none() && list_all(self.target.as_ref())?.is_empty())
    }

    /// Applies all that is left of a replica that nobody writes any more.
    ///
    /// # Errors
    ///
    /// As [`Self::catch_up`].
    pub fn catch_up_to_the_end(&mut self) -> Result<(), RestoreError> {
        let mut quiet = 0;
        while quiet < QUIET_ROUNDS {
            quiet = if self.catch_up()? { 0 } else { quiet + 1 };
        }
        Ok(())
    }

    /// Applies what is new, and says whether there was something.
    ///
    /// # Errors
    ///
    /// The replica cannot be reached or is damaged: then the copy is as it was. Or the copy
    /// cannot be written: then it is made anew next time.
    pub fn catch_up(&mut self) -> Result<bool, RestoreError> {
        let as_of = instant();
        let Some(state) = self.copy.state() else {
            return self.begin(as_of);
        };
        let files = list_all(self.target.as_ref())?;
        let newest = files.iter().map(|file| file.name.span.max).max();
        let mut next = plan::follow(&files, state.tx);
        next.truncate(FILES_MAX);
        let Some(reached) = next.last().map(|name| name.span.max) else {
            if newest.is_some_and(|newest| newest > state.tx) {
                // What leads there is gone: from a snapshot, then.
                return self.begin(as_of);
            }
            if newest == Some(state.tx) {
                self.copy.is_as_of(as_of);
            }
            return Ok(false);
        };
        // More than could be taken in at once: it is not known to be newer than it was.
        let complete = newest == Some(reached);
        let as_of = if complete { as_of } else { state.as_of };
        let incoming = self.fetch(&next)?;
        self.copy.change(|| self.apply(&incoming, as_of))?;
        Ok(true)
    }

    /// The first copy.
    fn begin(&mut self, as_of: Instant) -> Result<bool, RestoreError> {
        let draft = self.copy.path();
        // It may take long, and who asks meanwhile is not to wait for it.
        self.copy.end();
        let restored = restore::write(self.target.as_ref(), draft, Wanted::Newest, &mut |_, _| {})?;
        let file = File::open(draft).map_err(|source| io_error(draft, source))?;
        let state = CopyState {
            tx: restored.tx,
            written_at_ms: restored.written_at_ms,
            schema: self.schema_of(&file)?,
            as_of,
        };
        self.copy.change(|| Ok::<_, RestoreError>(state))?;
        Ok(true)
    }

    /// Brings these files here as one, which is then believed: what can fail far away has not
    /// touched the copy, and nobody waits for the network to read it.
    fn fetch(&self, names: &[FileName]) -> Result<PathBuf, RestoreError> {
        let mut inputs = Vec::with_capacity(names.len());
        for name in names {
            inputs.push(self.target.open(*name)?);
        }
        let incoming = restore::with_suffix(self.copy.path(), "-incoming");
        let io = |source| io_error(&incoming, source);
        let out = BufWriter::new(File::create(&incoming).map_err(io)?);
        let mut out = Merge::new(inputs)?.into_file(out)?;
        out.flush().map_err(io)?;
        Ok(incoming)
    }

    fn apply(&self, incoming: &Path, as_of: Instant) -> Result<CopyState, RestoreError> {
        let draft = self.copy.path();
        let io = |source| io_error(draft, source);
        let input = File::open(incoming).map_err(|source| io_error(incoming, source))?;
        let mut merge = Merge::new(vec![BufReader::new(input)])?;
        let Header {
            page_size,
            commit,
            span,
            written_at_ms,
            ..
        } = *merge.header();
        let file = File::options()
            .read(true)
            .write(true)
            .open(draft)
            .map_err(io)?;
        let mut page = Vec::new();
        while let Some(number) = merge.next(&mut page).map_err(super::MergeError::from)? {
            let offset = u64::from(number - 1) * u64::from(page_size);
            file.write_all_at(&page, offset).map_err(io)?;
        }
        file.set_len(u64::from(commit) * u64::from(page_size))
            .map_err(io)?;
        Ok(CopyState {
            tx: span.max,
            written_at_ms,
            schema: self.schema_of(&file)?,
            as_of,
        })
    }

    fn schema_of(&self, file: &File) -> Result<usize, RestoreError> {
        let mut bytes = [0; 4];
        file.read_exact_at(&mut bytes, USER_VERSION_AT)
            .map_err(|source| io_error(self.copy.path(), source))?;
        Ok(usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX))
    }

    /// Puts the copy into its place, where nothing is, and says at which transaction it stands.
    /// Nobody reads it as a copy any more.
    ///
    /// # Errors
    ///
    /// There is no copy, or something is in the way.
    pub fn put_into_place(self) -> Result<u64, RestoreError> {
        let draft = self.copy.path();
        let state = self.copy.end().ok_or(plan::PlanError::NoBeginning)?;
        let incoming = restore::with_suffix(draft, "-incoming");
        restore::forget(&incoming).map_err(|source| io_error(&incoming, source))?;
        // Only here it must last: whoever begins anew makes another one.
        let file = File::open(draft).and_then(|file| file.sync_all());
        file.map_err(|source| io_error(draft, source))?;
        restore::put(draft, &self.place, state.tx)?;
        Ok(state.tx)
    }
}
