//! Proves that a replica can be restored: restores it beside the database and compares.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use store::replication::target::ReplicaTarget;
use store::replication::{RestoreError, Restored, Wanted, restore};
use store::{StoreError, open_reader, tables_differ};

use super::watched::note_verified;

/// How often a quiet moment is sought in which database and replica can be compared row by row.
const TRIES_MAX: usize = 5;

/// How long commits may take to the replica.
const PAUSE: Duration = Duration::from_secs(2);

/// What a replica proved to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub restored: Restored,
    /// Tables whose rows are the same in both; none when the database never rested long enough,
    /// and only its progress was compared.
    pub tables_same: Option<usize>,
}

/// Why a replica is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("the replica cannot be restored")]
    Restore(#[from] RestoreError),
    #[error("the database cannot be read")]
    Store(#[from] StoreError),
    #[error("the replica is behind: it knows {replica}, and the database knew {database} before")]
    Behind { replica: i64, database: i64 },
    #[error("the replica has other rows than the database: {0}")]
    Differs(String),
    #[error("the folder for the trial cannot be used")]
    Folder(#[from] std::io::Error),
}

/// Restores the replica of the database at `path` into `folder`, which is emptied again, and
/// compares the two by `progress`, and row by row if nobody writes meanwhile.
///
/// # Errors
///
/// The replica cannot be restored, is behind, or has other rows.
pub fn verify(
    target: &dyn ReplicaTarget,
    (path, folder): (&Path, &Path),
    progress: fn(&Connection) -> Result<i64, StoreError>,
    now_ms: i64,
) -> Result<Verified, VerifyError> {
    let live = open_reader(path)?;
    let mut tries = 0;
    loop {
        tries += 1;
        let before = progress(&live)?;
        std::fs::create_dir_all(folder)?;
        let trial = folder.join("trial.sqlite");
        let compared = restore(target, &trial, Wanted::Newest, &mut |_, _| {})
            .map_err(VerifyError::from)
            .and_then(|restored| compare(&live, (&trial, before), progress, restored));
        std::fs::remove_dir_all(folder)?;
        match compared {
            Ok(verified) if verified.tables_same.is_some() || tries == TRIES_MAX => {
                note_verified(path, now_ms)?;
                return Ok(verified);
            }
            Ok(_) => {}
            // What was committed last may be on its way.
            Err(VerifyError::Behind { .. }) if tries < TRIES_MAX => std::thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
}

fn compare(
    live: &Connection,
    (trial, before): (&Path, i64),
    progress: fn(&Connection) -> Result<i64, StoreError>,
    restored: Restored,
) -> Result<Verified, VerifyError> {
    let copy = open_reader(trial)?;
    let known = progress(&copy)?;
    if known < before {
        return Err(VerifyError::Behind {
            replica: known,
            database: before,
        });
    }
    let compared = tables_differ(live, &copy)?;
    if progress(live)? != known {
        return Ok(Verified {
            restored,
            tables_same: None,
        });
    }
    match compared.different.first() {
        None => Ok(Verified {
            restored,
            tables_same: Some(compared.same),
        }),
        Some(table) => Err(VerifyError::Differs(table.clone())),
    }
}
