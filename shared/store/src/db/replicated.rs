//! A database and its replica: waiting for it, how it stands, and the threads that write it.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use super::{Db, Place};
use crate::error::StoreError;
use crate::replication::{Durable, Gate, Keeper, ReplicaStatus, Replication, Ship};
use crate::stats::instant;

impl Db {
    fn gate(&self) -> Option<&Arc<Gate>> {
        match &self.place {
            Place::Threads(inner) => inner.gate.as_ref(),
            Place::Here(..) => None,
        }
    }

    /// Waits until everything that is committed now is in the replica. At once where there is
    /// none: then a commit is as durable as it will be.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotReplicated`] when it takes too long, or why the replica was stopped.
    pub async fn replicated(&self) -> Result<(), StoreError> {
        match self.gate() {
            Some(gate) => durable(gate, gate.latest()).await,
            None => Ok(()),
        }
    }

    /// Like [`Db::replicated`], but waits as long as it takes.
    ///
    /// # Errors
    ///
    /// Why the replica was stopped.
    pub async fn until_replicated(&self) -> Result<(), StoreError> {
        loop {
            match self.replicated().await {
                Err(StoreError::NotReplicated) => {}
                done => return done,
            }
            let Some(gate) = self.gate() else {
                return Ok(());
            };
            // Whatever happens next.
            let mut durable = gate.hurry(gate.latest());
            durable.borrow_and_update();
            durable.changed().await.map_err(|_| StoreError::Stopped)?;
        }
    }

    /// How things stand with the replica; none when this process writes none.
    #[must_use]
    pub fn replica(&self) -> Option<ReplicaStatus> {
        self.gate().map(|gate| gate.status())
    }

    /// Nothing is committed later than `for_ms` milliseconds from now, until this is said again:
    /// for who may write only as long as it holds a lease.
    pub fn may_write_for(&self, for_ms: u64) {
        if let Some(gate) = self.gate() {
            gate.write_until(instant() + Duration::from_millis(for_ms));
        }
    }

    /// Nothing more is written here, ever: the right to it is gone.
    pub fn stop_writing(&self, error: &StoreError) {
        if let Some(gate) = self.gate() {
            gate.stop(error);
        }
    }
}

/// Starts whoever ships the commits of the database at `path`, and whoever keeps its replica.
pub(super) fn ship(
    path: &Path,
    replication: Replication,
    commits: watch::Sender<u64>,
    living: &watch::Receiver<()>,
) -> Result<(Arc<Gate>, std::sync::mpsc::Sender<()>), StoreError> {
    let gate = Gate::new(replication.durability, replication.policy, commits);
    let mut ship = Ship::new(Arc::clone(&gate), replication.clone(), path)?;
    ship.begin()?;
    let (keeping, stop) = std::sync::mpsc::channel();
    let keeper = Keeper::new(Arc::clone(&gate), replication, stop);
    let living = living.clone();
    start_thread(path, "store-ship", move || {
        ship.run();
        drop(living);
    })?;
    start_thread(path, "store-keep", move || keeper.run())?;
    Ok((gate, keeping))
}

pub(super) async fn durable(gate: &Gate, commit: u64) -> Result<(), StoreError> {
    let mut durable = gate.hurry(commit);
    let there = |durable: &Durable| {
        durable.upto >= commit || durable.given_up >= commit || durable.stopped.is_some()
    };
    let durable = durable
        .wait_for(there)
        .await
        .map_err(|_| StoreError::Stopped)?;
    if durable.upto >= commit {
        return Ok(());
    }
    Err(durable.stopped.clone().unwrap_or(StoreError::NotReplicated))
}

pub(crate) fn start_thread(
    path: &Path,
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> Result<(), StoreError> {
    let started = thread::Builder::new().name(name.to_owned()).spawn(work);
    started
        .map(drop)
        .map_err(|error| StoreError::io(path, error))
}
