//! Who leads: the lease in the bucket, asked for, made longer, and given back.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use boxoffice::replica::ReplicaSettings;
use domain::time::Timestamp;
use process::clock::{Clock as _, SystemClock};
use process::ids::{Ids as _, OsIds};
use process::shutdown::Shutdown;
use store::replication::is_restored;
use store::replication::lease::{self, Asked, DRIFT_MS, Held, LeaseStore};
use store::replication::target::{Bucket, ReplicaTarget as _, TargetError};
use store::{Db, StoreError};

use super::Failure;

/// How long a lease is, in milliseconds, and how often it is made longer.
const LEASE_MS: i64 = 15_000;
const RENEW_EVERY: Duration = Duration::from_secs(4);

/// How often somebody who stands by asks for the lease, and fetches what is new.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// The ending of the file beside a database with the name under which this machine has its lease. Who has the
/// database and had the lease last knows by it that nobody has led since.
const OWNER: &str = "lease-owner";

/// A way to ask for a lease.
type Ask = fn(&dyn LeaseStore, &str, (i64, i64)) -> Result<Asked, TargetError>;

/// Somebody who would like to lead.
pub(super) struct Candidate {
    /// What it would lead with; it need not be there yet.
    database: PathBuf,
    bucket: Bucket,
    owner: String,
    /// While it is locked nobody else on this machine has the name.
    _name: File,
    clock: Arc<SystemClock>,
    /// When the lease of the one that leads may be asked for, in Unix milliseconds.
    free_at_ms: i64,
}

/// Somebody who leads.
pub(super) struct Leading {
    candidate: Candidate,
    held: Held,
    term: Term,
}

/// Until when the lease surely lasts.
#[derive(Clone)]
pub(super) struct Term {
    clock: Arc<SystemClock>,
    until_ms: Arc<AtomicI64>,
}

/// The thread that keeps the lease.
pub(super) struct Kept {
    stop: Sender<()>,
    thread: JoinHandle<()>,
    pub(super) term: Term,
}

impl Candidate {
    /// Looks whether the bucket can keep a lease for the database called `name`, and under which
    /// name this machine asks for it: that is kept beside the `database`.
    pub(super) fn new(
        settings: &ReplicaSettings,
        name: &str,
        database: PathBuf,
    ) -> Result<Self, Failure> {
        let bucket = settings.open_bucket(name)?;
        lease::probe(&bucket)
            .map_err(|unfit| format!("{} can keep no lease: {unfit}", bucket.place()))?;
        if let Some(folder) = database.parent() {
            fs::create_dir_all(folder)?;
        }
        let (owner, name) = owner(&database.with_extension(OWNER), name)?;
        let clock = Arc::new(SystemClock::new(Timestamp(0)));
        Ok(Self {
            database,
            bucket,
            owner,
            _name: name,
            clock,
            free_at_ms: 0,
        })
    }

    /// Asks for the lease; says who has it, as far as that is known. A database that has led
    /// before leads again only if nobody else has led since, and then at once.
    pub(super) fn ask(self) -> Result<Leading, Box<(Self, Failure)>> {
        if self.database.exists() && !is_restored(&self.database) {
            self.ask_by(lease::ask_again)
        } else {
            self.ask_by(lease::ask)
        }
    }

    fn ask_by(mut self, ask: Ask) -> Result<Leading, Box<(Self, Failure)>> {
        let asked_at = self.clock.monotonic_ms();
        let times = (self.clock.now().0, LEASE_MS);
        let held = match ask(&self.bucket, &self.owner, times) {
            Ok(Asked::Ours(held)) => held,
            Ok(Asked::Others(lease)) => {
                self.free_at_ms = lease
                    .as_ref()
                    .map_or(0, |lease| lease.expires_at + DRIFT_MS);
                let owner = lease.map_or("another one".to_owned(), |lease| lease.owner);
                return Err(Box::new((
                    self,
                    format!("{owner} leads, or led last").into(),
                )));
            }
            Err(error) => return Err(Box::new((self, error.into()))),
        };
        let term = Term {
            clock: self.clock.clone(),
            until_ms: Arc::default(),
        };
        term.begins(asked_at);
        Ok(Leading {
            candidate: self,
            held,
            term,
        })
    }

    /// Waits before it asks again: not past the moment at which it may be given.
    pub(super) fn pause(&self) {
        let left = u64::try_from(self.free_at_ms - self.clock.now().0);
        let left = left.ok().filter(|left| *left > 0);
        let left = left.map_or(ASK_EVERY, Duration::from_millis);
        std::thread::sleep(left.min(ASK_EVERY));
    }

    /// What to do with a database that others have led without.
    pub(super) fn in_the_way(&self) -> String {
        format!(
            "{} is in the way: move it away, with its -wal and -shm, and this one can stand by",
            self.database.display()
        )
    }

    /// Who had the lease last, if that was somebody else.
    pub(super) fn overtaken_by(&self) -> Result<Option<String>, TargetError> {
        let last = lease::look(&self.bucket)?.map(|lease| lease.owner);
        Ok(last.filter(|owner| *owner != self.owner))
    }
}

/// The name in `file`, which is made once, and the file, locked.
fn owner(file: &Path, database: &str) -> Result<(String, File), Failure> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut locked = options.open(file)?;
    match locked.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let file = file.display();
            return Err(format!(
                "another program of this machine has {file}: one of them may lead"
            )
            .into());
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    let kept = io::read_to_string(&locked)?;
    if !kept.trim().is_empty() {
        return Ok((kept.trim().to_owned(), locked));
    }
    let mut bytes = [0; 8];
    OsIds.fill(&mut bytes);
    let name = format!("{database}:{:016x}", u64::from_be_bytes(bytes));
    writeln!(locked, "{name}")?;
    locked.sync_all()?;
    Ok((name, locked))
}

impl Term {
    /// A lease that was asked for at `asked_at_ms`.
    fn begins(&self, asked_at_ms: i64) {
        let until_ms = asked_at_ms + LEASE_MS - DRIFT_MS;
        self.until_ms.store(until_ms, Ordering::Relaxed);
    }

    /// How long its owner may still write, in milliseconds.
    pub(super) fn left_ms(&self) -> u64 {
        let until_ms = self.until_ms.load(Ordering::Relaxed);
        u64::try_from(until_ms - self.clock.monotonic_ms()).unwrap_or(0)
    }
}

impl Leading {
    /// Keeps the lease for `databases`, which write nothing when it is over. When somebody else
    /// has it, the program ends.
    pub(super) fn keep(self, databases: Vec<Db>, shutdown: Shutdown) -> Result<Kept, Failure> {
        let (stop, stopped) = channel();
        for db in &databases {
            db.may_write_for(self.term.left_ms());
        }
        let term = self.term.clone();
        let keep = move || self.run(&databases, &stopped, &shutdown);
        let thread = std::thread::Builder::new()
            .name("lease".to_owned())
            .spawn(keep)?;
        Ok(Kept { stop, thread, term })
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
                    self.term.begins(asked_at);
                    let for_ms = self.term.left_ms();
                    databases.iter().for_each(|db| db.may_write_for(for_ms));
                }
                Ok(None) => {
                    tracing::error!("another one leads: this one ends");
                    self.term.until_ms.store(0, Ordering::Relaxed);
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
