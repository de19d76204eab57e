//! Who leads: the lease in the bucket, asked for, made longer, and given back.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use boxoffice::replica::ReplicaSettings;
use domain::time::Timestamp;
use process::clock::{Clock as _, SystemClock};
use process::ids::{Ids as _, OsIds};
use process::shutdown::Shutdown;
use store::replication::lease::{self, Asked, DRIFT_MS, Held};
use store::replication::target::{Bucket, ReplicaTarget as _};
use store::{Db, StoreError};

use super::Failure;
use super::serve::DATABASE;

/// How long a lease is, in milliseconds, and how often it is made longer.
const LEASE_MS: i64 = 15_000;
const RENEW_EVERY: Duration = Duration::from_secs(4);

/// A hub that leads, or would like to.
pub(super) struct Candidate {
    bucket: Bucket,
    owner: String,
    clock: SystemClock,
}

/// A hub that leads.
pub(super) struct Leading {
    candidate: Candidate,
    held: Held,
    /// How long it may write from the moment of the answer on, in milliseconds.
    for_ms: u64,
}

/// The thread that keeps the lease.
pub(super) struct Kept {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Candidate {
    /// Looks whether the bucket can keep a lease.
    pub(super) fn new(settings: &ReplicaSettings) -> Result<Self, Failure> {
        let bucket = settings.open_bucket(DATABASE)?;
        lease::probe(&bucket)
            .map_err(|unfit| format!("{} can keep no lease: {unfit}", bucket.place()))?;
        let mut name = [0; 8];
        OsIds.fill(&mut name);
        Ok(Self {
            bucket,
            owner: format!("hub:{:016x}", u64::from_be_bytes(name)),
            clock: SystemClock::new(Timestamp(0)),
        })
    }

    /// Asks for the lease; says who has it, as far as that is known.
    pub(super) fn ask(self) -> Result<Leading, Box<(Self, Failure)>> {
        let asked_at = self.clock.monotonic_ms();
        let times = (self.clock.now().0, LEASE_MS);
        let held = match lease::ask(&self.bucket, &self.owner, times) {
            Ok(Asked::Ours(held)) => held,
            Ok(Asked::Others(lease)) => {
                let owner = lease.map_or("another hub".to_owned(), |lease| lease.owner);
                return Err(Box::new((self, format!("{owner} leads").into())));
            }
            Err(error) => return Err(Box::new((self, error.into()))),
        };
        let for_ms = left(self.clock.monotonic_ms() - asked_at);
        Ok(Leading {
            candidate: self,
            held,
            for_ms,
        })
    }
}

/// How long somebody may write who has asked so long ago.
fn left(ago_ms: i64) -> u64 {
    u64::try_from(LEASE_MS - DRIFT_MS - ago_ms).unwrap_or(0)
}

impl Leading {
    /// Keeps the lease for `databases`, which write nothing when it is over. When somebody else
    /// has it, the hub ends.
    pub(super) fn keep(self, databases: Vec<Db>, shutdown: Shutdown) -> Result<Kept, Failure> {
        let (stop, stopped) = channel();
        for db in &databases {
            db.may_write_for(self.for_ms);
        }
        let keep = move || self.run(&databases, &stopped, &shutdown);
        let thread = std::thread::Builder::new()
            .name("lease".to_owned())
            .spawn(keep)?;
        Ok(Kept { stop, thread })
    }

    /// Gives the lease back before anything was written.
    pub(super) fn give_back(self) {
        if let Err(error) = lease::give_back(&self.candidate.bucket, &self.held) {
            tracing::warn!(%error, "the lease runs out by itself");
        }
    }

    fn run(mut self, databases: &[Db], stopped: &Receiver<()>, shutdown: &Shutdown) {
        let Candidate { bucket, clock, .. } = &self.candidate;
        while stopped.recv_timeout(RENEW_EVERY) == Err(RecvTimeoutError::Timeout) {
            let asked_at = clock.monotonic_ms();
            match lease::renew(bucket, &self.held, (clock.now().0, LEASE_MS)) {
                Ok(Some(held)) => {
                    self.held = held;
                    let for_ms = left(clock.monotonic_ms() - asked_at);
                    databases.iter().for_each(|db| db.may_write_for(for_ms));
                }
                Ok(None) => {
                    tracing::error!("another hub leads: this one ends");
                    for db in databases {
                        db.stop_writing(&StoreError::LeaseOver);
                    }
                    shutdown.request();
                    return;
                }
                Err(error) => tracing::warn!(%error, "the lease could not be made longer"),
            }
        }
        self.give_back();
    }
}

impl Kept {
    /// Gives the lease back: whoever stands by need not wait.
    pub(super) fn give_back(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the thread that keeps the lease panicked");
        }
    }
}
