//! A replica in memory, whose network fails as it is told.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Mutex, MutexGuard};

use crate::replication::name::{FileInfo, FileName, LEVEL_RAW, Level};
use crate::replication::target::{Produce, ReplicaTarget, TargetError};

/// What the network does next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Network {
    #[default]
    Works,
    /// Nothing goes through.
    Down,
    /// The next file is made, but nobody hears of it.
    LosesAnswer,
}

#[derive(Debug, Default)]
pub(super) struct Simulated {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    files: BTreeMap<FileName, (Vec<u8>, i64)>,
    network: Network,
}

impl Simulated {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(super) fn set(&self, network: Network) {
        self.lock().network = network;
    }

    /// Cuts the newest raw file off, as a disk may that lost its power.
    pub(super) fn tear_last(&self, keep: usize) {
        let mut inner = self.lock();
        let last = inner
            .files
            .iter_mut()
            .rfind(|(name, _)| name.level == LEVEL_RAW);
        if let Some((_, (bytes, _))) = last {
            let keep = keep % bytes.len();
            bytes.truncate(keep);
        }
    }

    /// Loses one file, not the newest raw one.
    pub(super) fn lose(&self, which: usize) -> bool {
        let mut inner = self.lock();
        let raw = inner
            .files
            .keys()
            .rfind(|name| name.level == LEVEL_RAW)
            .copied();
        let names: Vec<FileName> = inner
            .files
            .keys()
            .copied()
            .filter(|name| Some(*name) != raw)
            .collect();
        if names.is_empty() {
            return false;
        }
        inner.files.remove(&names[which % names.len()]);
        true
    }

    fn reach(&self) -> Result<MutexGuard<'_, Inner>, TargetError> {
        let inner = self.lock();
        if inner.network == Network::Down {
            return Err(gone());
        }
        Ok(inner)
    }
}

fn gone() -> TargetError {
    TargetError::Unreachable {
        place: "simulated".to_owned(),
        source: io::ErrorKind::TimedOut.into(),
    }
}

impl ReplicaTarget for Simulated {
    fn place(&self) -> String {
        "simulated".to_owned()
    }

    fn list(&self, level: Level) -> Result<Vec<FileInfo>, TargetError> {
        let inner = self.reach()?;
        let files = inner.files.iter().filter(|(name, _)| name.level == level);
        let info = |(name, (bytes, written_at_ms)): (&FileName, &(Vec<u8>, i64))| FileInfo {
            name: *name,
            bytes: bytes.len() as u64,
            written_at_ms: *written_at_ms,
        };
        Ok(files.map(info).collect())
    }

    fn open(&self, name: FileName) -> Result<Box<dyn Read + Send>, TargetError> {
        let inner = self.reach()?;
        let (bytes, _) = inner.files.get(&name).ok_or(TargetError::Missing(name))?;
        Ok(Box::new(io::Cursor::new(bytes.clone())))
    }

    fn create(
        &self,
        name: FileName,
        written_at_ms: i64,
        produce: Produce<'_>,
    ) -> Result<(), TargetError> {
        self.reach().map(drop)?;
        let mut bytes = Vec::new();
        produce(&mut bytes).map_err(|source| TargetError::Unreachable {
            place: self.place(),
            source,
        })?;
        let mut inner = self.reach()?;
        if inner.files.contains_key(&name) {
            return Err(TargetError::AlreadyThere(name));
        }
        inner.files.insert(name, (bytes, written_at_ms));
        if inner.network == Network::LosesAnswer {
            inner.network = Network::Works;
            return Err(gone());
        }
        Ok(())
    }

    fn remove(&self, name: FileName) -> Result<(), TargetError> {
        self.reach()?.files.remove(&name);
        Ok(())
    }

    fn set_aside(&self, name: FileName) -> Result<(), TargetError> {
        self.remove(name)
    }
}
