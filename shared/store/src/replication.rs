//! Copies of a database somewhere else, while it is being written: the commits of the one
//! writer as LTX files, in the layout of Litestream 0.5, which can restore them and go on.
//!
//! A replica has no index and no state of its own. What is in a folder or a bucket, by name,
//! is all there is, and every file is made once and never changed: a second writer, or one
//! that was thought dead, collides and stops.

mod copy;
pub mod file;
mod follow;
mod gate;
mod keep;
pub mod lease;
mod merge;
pub mod name;
pub mod plan;
mod restore;
mod ship;
mod source;
pub mod target;
mod wal;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

pub use copy::{CopyState, FollowedCopy};
pub use follow::Follower;
pub(crate) use gate::{Durable, Gate};
pub use gate::{ReplicaStatus, Standing};
pub(crate) use keep::Keeper;
pub use merge::MergeError;
pub use restore::{RestoreError, Restored, Wanted, is_restored, restore};
pub(crate) use ship::Ship;
pub(crate) use source::{checkpoint, frames};
pub(crate) use wal::end_of as end_of_log;

use crate::error::StoreError;
use plan::Retention;
use target::ReplicaTarget;

/// When a commit counts as done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// On this disk; the replica follows, normally within a second.
    #[default]
    Async,
    /// On this disk and in the replica: nothing that was answered is lost with the disk.
    Sync,
}

/// How a replica is written and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How often commits are shipped for which nobody waits.
    pub interval: Duration,
    /// How long somebody waits for a commit to be durable in the replica.
    pub wait_max: Duration,
    /// The log is moved into the main file when it has so many pages.
    pub log_pages: u64,
    /// The log is moved even if the replica has not got it when it has so many bytes; the
    /// replica then gets the whole database once more.
    pub log_bytes_max: u64,
    /// How often raw files are merged into the first level, and so on.
    pub merge_every: [Duration; 3],
    pub snapshot_every: Duration,
    pub retention: Retention,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            interval: Duration::from_millis(500),
            wait_max: Duration::from_secs(5),
            log_pages: 4000,
            log_bytes_max: 512 * 1024 * 1024,
            merge_every: [30, 300, 3600].map(Duration::from_secs),
            snapshot_every: Duration::from_secs(24 * 3600),
            retention: Retention {
                raw_ms: 5 * 60_000,
                snapshot_ms: 72 * 3_600_000,
            },
        }
    }
}

/// A replica that a database is to have.
#[derive(Clone)]
pub struct Replication {
    pub target: Arc<dyn ReplicaTarget>,
    pub durability: Durability,
    pub policy: Policy,
    /// Stands in every file, so that two writers never write the same bytes.
    pub writer: u64,
    /// The present time, in milliseconds since 1970.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// A number that grows with what the database knows. A database with a lower one than its
    /// replica is an older copy, and must not write over it.
    pub progress: fn(&Connection) -> Result<i64, StoreError>,
}

impl fmt::Debug for Replication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replication")
            .field("target", &self.target)
            .field("durability", &self.durability)
            .finish_non_exhaustive()
    }
}

/// Who moves the log into the main file.
#[derive(Clone, Debug)]
pub enum Copying {
    /// This process, and nobody copies the log.
    Nobody,
    /// This process, when it has shipped the log.
    Embedded(Replication),
    /// Another process, such as Litestream, or a hub that serves: this one leaves the log alone.
    Elsewhere,
}

#[cfg(test)]
mod world;
