//! A payments process that stands by: it follows the replica, or has the database of an earlier
//! lead, until the hub beside it leads and the lease is its own.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use boxoffice::replica::{self, ReplicaSettings};
use hub::config::payments::PaymentsSettings;
use hub::payments::door::Door;
use hub::payments::opening;
use hub::payments::standing::{self, Refused, Standing, Step};
use store::replication::{Follower, RESTORED_SUFFIX, RestoreError};
use tokio::sync::oneshot;

use crate::command::Failure;
use crate::command::leading::{ASK_EVERY, Candidate, Leading, new_owner};

/// The file with the name under which this machine has the lease. Who has the database and had
/// the lease last knows by it that nobody has led since.
const OWNER: &str = "lease-owner";

/// Whoever waits for its turn.
pub(super) struct Turn {
    candidate: Candidate,
    has: Has,
}

/// What it would lead with.
enum Has {
    /// A copy beside the place of the database, as new as its replica.
    Copy(Follower),
    /// A database that has led before, or was restored.
    Database { file: PathBuf, is_restored: bool },
}

impl Turn {
    /// Looks whether it could lead if it had to.
    pub(super) fn new(
        settings: &PaymentsSettings,
        replica: &ReplicaSettings,
    ) -> Result<Self, Failure> {
        // What is missing here is missed now, and not when the other machine is gone.
        opening::check(settings)?;
        fs::create_dir_all(&settings.data_dir)?;
        let owner = owner(&settings.data_dir.join(OWNER))?;
        let candidate = Candidate::called(replica, opening::DATABASE, owner)?;
        let file = opening::database_file(settings);
        let has = if file.exists() {
            let mut note = file.clone().into_os_string();
            note.push(RESTORED_SUFFIX);
            let is_restored = Path::new(&note).exists();
            Has::Database { file, is_restored }
        } else {
            let target = replica::target(replica, opening::DATABASE)?;
            Has::Copy(Follower::new(target, &file))
        };
        Ok(Self { candidate, has })
    }

    /// Waits until it is its turn, with the database in its place.
    pub(super) async fn come(self, door: Door) -> Result<Leading, Failure> {
        let (tell, told) = oneshot::channel();
        std::thread::Builder::new()
            .name("standby".to_owned())
            .spawn(move || {
                // Nobody waits any more: the program ends.
                let _ = tell.send(self.wait(&door));
            })?;
        told.await.map_err(|_| "whoever stood by panicked")?
    }

    fn wait(self, door: &Door) -> Result<Leading, Failure> {
        let Self {
            mut candidate,
            mut has,
        } = self;
        loop {
            let standing = has.look(&candidate, door);
            let (now_ms, heard) = door.heard();
            match standing::next(standing, now_ms, heard) {
                Step::Ask => {
                    let asked = match &has {
                        // That nobody has led since is looked at once more, with the asking.
                        Has::Database {
                            is_restored: false, ..
                        } => candidate.ask_again(),
                        Has::Database { .. } | Has::Copy(_) => candidate.ask(),
                    };
                    match asked {
                        Ok(leading) => return has.take_over(leading),
                        Err(refused) => {
                            let (again, reason) = *refused;
                            say(door, reason.to_string());
                            candidate = again;
                        }
                    }
                }
                Step::End(refused) => return Err(has.refused(&candidate, refused)),
                // Who does not lead has nothing to let go.
                Step::GoOn | Step::LetGo => {}
            }
            std::thread::sleep(ASK_EVERY);
        }
    }
}

impl Has {
    /// Follows, and says what there is to lead with.
    fn look(&mut self, candidate: &Candidate, door: &Door) -> Standing {
        let looked = match self {
            Self::Copy(follower) => follow(follower),
            Self::Database {
                is_restored: true, ..
            } => Ok(Standing::Database),
            Self::Database { .. } => match candidate.overtaken_by() {
                Ok(Some(_)) => Ok(Standing::Overtaken),
                Ok(None) => Ok(Standing::Database),
                Err(error) => Err(error.into()),
            },
        };
        looked.unwrap_or_else(|error| {
            say(door, format!("the replica cannot be followed: {error}"));
            Standing::Unknowing
        })
    }

    /// With the lease: fetches the rest and puts the copy into its place.
    fn take_over(self, leading: Leading) -> Result<Leading, Failure> {
        tracing::warn!("the lease is ours: taking over");
        let Self::Copy(follower) = self else {
            return Ok(leading);
        };
        match put_into_place(follower) {
            Ok(tx) => {
                tracing::warn!(tx, "the payments have their place");
                Ok(leading)
            }
            Err(error) => {
                leading.give_back();
                Err(error.into())
            }
        }
    }

    fn refused(&self, candidate: &Candidate, refused: Refused) -> Failure {
        let Self::Database { file, .. } = self else {
            return refused.into();
        };
        let owner = candidate.overtaken_by().ok().flatten();
        let owner = owner.unwrap_or_else(|| "another one".to_owned());
        let place = file.display();
        format!(
            "{owner} has led since, and {place} is in the way: move it away, with its -wal and \
             -shm, and this one can stand by"
        )
        .into()
    }
}

/// One round.
fn follow(follower: &mut Follower) -> Result<Standing, RestoreError> {
    if follower.has_nothing()? {
        return Ok(Standing::New);
    }
    if follower.catch_up()? {
        tracing::debug!(at = ?follower.stands_at(), "followed");
    }
    Ok(Standing::Copy)
}

/// Says the transaction that the copy stands at; none when there is nothing to copy yet.
fn put_into_place(mut follower: Follower) -> Result<Option<u64>, RestoreError> {
    if follower.has_nothing()? {
        return Ok(None);
    }
    follower.catch_up_to_the_end()?;
    follower.put_into_place().map(Some)
}

/// Answers with this reason from now on.
fn say(door: &Door, reason: String) {
    if door.closed_because(reason.clone()) {
        tracing::warn!(reason, "standing by");
    }
}

/// The name under which this machine has the lease; it is made once.
fn owner(file: &Path) -> io::Result<String> {
    match fs::read_to_string(file) {
        Ok(name) if !name.trim().is_empty() => return Ok(name.trim().to_owned()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(_) | Err(_) => {}
    }
    let name = new_owner(opening::DATABASE);
    let mut made = File::create(file)?;
    writeln!(made, "{name}")?;
    made.sync_all()?;
    Ok(name)
}
