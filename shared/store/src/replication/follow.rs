//! A copy that is kept as new as its replica, so that little is left to fetch when it is needed.
//! Nobody has it open meanwhile.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::merge::Merge;
use super::plan;
use super::restore::{self, RestoreError, Wanted};
use super::target::{ReplicaTarget, list_all};

/// Files that are applied at once.
const FILES_MAX: usize = 200;

/// A copy.
#[derive(Debug)]
pub struct Follower {
    target: Arc<dyn ReplicaTarget>,
    place: PathBuf,
    /// The transaction that it stands at; none before the first copy.
    tx: Option<u64>,
    written_at_ms: i64,
}

impl Follower {
    /// A copy for `place`, beside which it is kept until it is put there.
    #[must_use]
    pub fn new(target: Arc<dyn ReplicaTarget>, place: &Path) -> Self {
        Self {
            target,
            place: place.to_owned(),
            tx: None,
            written_at_ms: 0,
        }
    }

    /// The transaction that it stands at, and when that was written.
    #[must_use]
    pub fn stands_at(&self) -> Option<(u64, i64)> {
        self.tx.map(|tx| (tx, self.written_at_ms))
    }

    /// Applies what is new, and says whether there was something.
    ///
    /// # Errors
    ///
    /// The replica cannot be reached or is damaged. The copy is made anew next time.
    pub fn catch_up(&mut self) -> Result<bool, RestoreError> {
        let draft = self.draft();
        let Some(tx) = self.tx else {
            let restored =
                restore::write(self.target.as_ref(), &draft, Wanted::Newest, &mut |_, _| {})?;
            self.tx = Some(restored.tx);
            self.written_at_ms = restored.written_at_ms;
            return Ok(true);
        };
        let files = list_all(self.target.as_ref())?;
        let newest = files.iter().map(|file| file.name.span.max).max();
        let mut next = plan::follow(&files, tx);
        next.truncate(FILES_MAX);
        if next.is_empty() {
            if newest.is_some_and(|newest| newest > tx) {
                // What leads there is gone: from a snapshot, then.
                self.tx = None;
                return self.catch_up();
            }
            return Ok(false);
        }
        // Whatever happens from here on, half of it may be applied.
        self.tx = None;
        let mut inputs = Vec::with_capacity(next.len());
        for name in &next {
            inputs.push(self.target.open(*name)?);
        }
        let mut merge = Merge::new(inputs)?;
        let header = *merge.header();
        let io = |source| restore::io_error(&draft, source);
        let file = File::options().write(true).open(&draft).map_err(io)?;
        let mut page = Vec::new();
        while let Some(number) = merge.next(&mut page).map_err(super::MergeError::from)? {
            let offset = u64::from(number - 1) * u64::from(header.page_size);
            file.write_all_at(&page, offset).map_err(io)?;
        }
        let length = u64::from(header.commit) * u64::from(header.page_size);
        file.set_len(length).map_err(io)?;
        file.sync_all().map_err(io)?;
        self.tx = Some(header.span.max);
        self.written_at_ms = header.written_at_ms;
        Ok(true)
    }

    /// Puts the copy into its place, where nothing is, and says at which transaction it stands.
    ///
    /// # Errors
    ///
    /// There is no copy, or something is in the way.
    pub fn put_into_place(self) -> Result<u64, RestoreError> {
        let tx = self.tx.ok_or(plan::PlanError::NoBeginning)?;
        restore::put(&self.draft(), &self.place, tx)?;
        Ok(tx)
    }

    fn draft(&self) -> PathBuf {
        restore::with_suffix(&self.place, ".standby")
    }
}
