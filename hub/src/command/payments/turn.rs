//! A payments process that stands by: it follows the replica, or has the database of an earlier
//! lead, until the hub beside it leads and the lease is its own.

use boxoffice::replica::{self, ReplicaSettings};
use hub::config::payments::PaymentsSettings;
use hub::payments::door::Door;
use hub::payments::opening;
use hub::payments::standing::{self, Refused, Standing, Step};
use store::replication::{Follower, RestoreError, is_restored};
use tokio::sync::oneshot;

use crate::command::Failure;
use crate::command::leading::{Candidate, Leading};

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
    Database { is_restored: bool },
}

impl Turn {
    /// Looks whether it could lead if it had to.
    pub(super) fn new(
        settings: &PaymentsSettings,
        replica: &ReplicaSettings,
    ) -> Result<Self, Failure> {
        // What is missing here is missed now, and not when the other machine is gone.
        opening::check(settings)?;
        let file = opening::database_file(settings);
        let candidate = Candidate::new(replica, opening::DATABASE, file.clone())?;
        let has = if file.exists() {
            Has::Database {
                is_restored: is_restored(&file),
            }
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
                    // That nobody has led since is looked at once more, with the asking.
                    match candidate.ask() {
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
            candidate.pause();
        }
    }
}

impl Has {
    /// Follows, and says what there is to lead with.
    fn look(&mut self, candidate: &Candidate, door: &Door) -> Standing {
        let looked = match self {
            Self::Copy(follower) => follow(follower),
            Self::Database { is_restored: true } => Ok(Standing::Database),
            Self::Database { is_restored: false } => match candidate.overtaken_by() {
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
        if let Self::Copy(_) = self {
            return refused.into();
        }
        let owner = candidate.overtaken_by().ok().flatten();
        let owner = owner.unwrap_or_else(|| "another one".to_owned());
        format!("{owner} has led since, and {}", candidate.in_the_way()).into()
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
