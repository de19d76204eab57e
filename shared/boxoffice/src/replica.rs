//! The replica of a program's databases: its settings, its target, how it stands, and proving
//! that it can be restored.

pub mod command;
mod settings;
mod verify;
mod watched;

pub use settings::{BucketSettings, Mode, ReplicaInvalid, ReplicaSettings};
pub use verify::{Verified, VerifyError, verify};
pub use watched::{Replicas, View};

use std::sync::Arc;

use process::clock::Clock;
use process::ids::Ids;
use rusqlite::Connection;
use store::replication::target::ReplicaTarget;
use store::replication::{Copying, Durability, Replication};
use store::{StoreError, change_feed};

/// Measures what a database with a change feed knows.
///
/// # Errors
///
/// The store fails.
pub fn feed_head(db: &Connection) -> Result<i64, StoreError> {
    change_feed::head(db)
}

/// How the database called `name` is copied, by `settings`.
///
/// # Errors
///
/// The target cannot be used.
pub fn copying(
    settings: Option<&ReplicaSettings>,
    name: &str,
    (clock, ids): (&Arc<dyn Clock>, &dyn Ids),
    progress: fn(&Connection) -> Result<i64, StoreError>,
) -> Result<Copying, ReplicaInvalid> {
    let Some(settings) = settings else {
        return Ok(Copying::Nobody);
    };
    if !settings.embedded {
        return Ok(Copying::Elsewhere);
    }
    let durability = match settings.durability(name) {
        Mode::Local => return Ok(Copying::Nobody),
        Mode::Async => Durability::Async,
        Mode::Sync => Durability::Sync,
    };
    let mut writer = [0; 8];
    ids.fill(&mut writer);
    let clock = Arc::clone(clock);
    Ok(Copying::Embedded(Replication {
        target: target(settings, name)?,
        durability,
        policy: settings.policy(),
        // Never 0, which stands for nobody.
        writer: u64::from_be_bytes(writer) | 1,
        clock: Arc::new(move || clock.now().0),
        progress,
    }))
}

/// Where the replica of the database called `name` is.
///
/// # Errors
///
/// The settings make no sense, or a key cannot be read.
pub fn target(
    settings: &ReplicaSettings,
    name: &str,
) -> Result<Arc<dyn ReplicaTarget>, ReplicaInvalid> {
    settings.target(name)
}
