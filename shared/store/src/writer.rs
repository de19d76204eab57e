//! The one thread that may write: it runs waiting operations in one transaction, all but the first
//! in a savepoint of their own, commits once and then answers them all.
//!
//! It never waits for company. While it commits, operations queue up; what is in the queue when
//! it gets round is the next batch. So a lone caller pays one disk flush, and many share one.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot, watch};

use crate::batch::{Batch, Job, refuse_waiting};
use crate::error::StoreError;
use crate::replication::{self, Gate};
use crate::stats::{Counts, instant};

/// How often an idle writer looks whether another process has committed.
const OTHERS_PERIOD: Duration = Duration::from_millis(500);

/// How long the writer waits for the replica before it moves the log without it.
const CATCH_UP_MAX: Duration = Duration::from_secs(1);

/// What comes through the writer's queue.
pub(crate) enum Message {
    /// Run this.
    Op(Job),
    /// Run this as the first of a transaction.
    Long(Job),
    /// Take nothing more in, do the rest, and say when it is done.
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// Where the database lives, and who moves its log into the main file.
#[derive(Clone)]
pub(crate) enum Kind {
    /// A file, which other processes may write too. SQLite moves the log.
    File,
    /// A file whose log somebody else copies and moves.
    Copied,
    /// A file whose log this process copies; the writer moves it.
    Shipped(Arc<Gate>),
    /// Memory, which nobody else sees.
    Memory,
}

impl Kind {
    pub(crate) fn gate(&self) -> Option<&Arc<Gate>> {
        match self {
            Self::Shipped(gate) => Some(gate),
            Self::File | Self::Copied | Self::Memory => None,
        }
    }
}

/// The queue, and who waits for its end.
pub(crate) struct Line {
    queue: mpsc::Receiver<Message>,
    /// Came out of the queue while a batch was under way, and begins the next one.
    long: Option<Job>,
    closers: Vec<oneshot::Sender<Result<(), StoreError>>>,
}

enum Waited {
    Op(Job),
    Idle,
    Closed,
}

impl Line {
    /// The next operation of a batch that is under way; none when its time is over.
    pub(crate) fn take(&mut self) -> Option<Job> {
        while self.long.is_none() {
            match self.queue.try_recv().ok()? {
                Message::Op(job) => return Some(job),
                Message::Long(job) => self.long = Some(job),
                Message::Close(closer) => self.close(closer),
            }
        }
        None
    }

    fn wait(&mut self, runtime: &Runtime) -> Waited {
        let waiting = self.take();
        if let Some(job) = waiting.or_else(|| self.long.take()) {
            return Waited::Op(job);
        }
        loop {
            let queue = &mut self.queue;
            let message =
                runtime.block_on(async { tokio::time::timeout(OTHERS_PERIOD, queue.recv()).await });
            match message {
                Ok(Some(Message::Op(job) | Message::Long(job))) => return Waited::Op(job),
                Ok(Some(Message::Close(closer))) => self.close(closer),
                Ok(None) => return Waited::Closed,
                Err(_elapsed) => return Waited::Idle,
            }
        }
    }

    fn close(&mut self, closer: oneshot::Sender<Result<(), StoreError>>) {
        self.queue.close();
        self.closers.push(closer);
    }
}

/// The writer's thread.
pub(crate) struct Writer {
    connection: Connection,
    line: Line,
    commits: watch::Sender<u64>,
    counts: Arc<Counts>,
    /// True only while we commit. Whatever else would commit is rolled back: an operation that
    /// goes on after SQLite gave the transaction up would write for good, statement by statement.
    may_commit: Arc<AtomicBool>,
    kind: Kind,
    data_version: i64,
    /// The log is looked at again when it has so many pages.
    move_log_at: u64,
}

impl Writer {
    /// A writer that serves `queue`, counts its commits in `commits` and its work in `counts`.
    pub(crate) fn new(
        mut connection: Connection,
        kind: Kind,
        queue: mpsc::Receiver<Message>,
        commits: watch::Sender<u64>,
        counts: Arc<Counts>,
    ) -> Result<Self, StoreError> {
        let may_commit = Arc::new(AtomicBool::new(false));
        let gate = Arc::clone(&may_commit);
        connection.commit_hook(Some(move || !gate.load(Ordering::Relaxed)))?;
        let data_version = data_version(&connection)?;
        let line = Line {
            queue,
            long: None,
            closers: Vec::new(),
        };
        Ok(Self {
            connection,
            line,
            commits,
            counts,
            may_commit,
            kind,
            data_version,
            move_log_at: 0,
        })
    }

    /// Works until the queue is closed, then moves the log into the database.
    pub(crate) fn run(mut self, runtime: &Runtime) {
        loop {
            match self.line.wait(runtime) {
                Waited::Op(job) => {
                    if self.batch(job).is_break() {
                        tracing::error!("the writer stops: a transaction could not be ended");
                        break;
                    }
                }
                Waited::Idle => {
                    self.look_for_others();
                    self.expire();
                }
                Waited::Closed => break,
            }
        }
        self.finish();
    }

    fn batch(&mut self, first: Job) -> ControlFlow<()> {
        self.expire();
        if let Some(error) = self.kind.gate().and_then(|gate| gate.refusal()) {
            self.counts.lock().ops_lost += refuse_waiting(first, &mut self.line, &error);
            return ControlFlow::Continue(());
        }
        let begin = TransactionBehavior::Immediate;
        let tx = match Transaction::new_unchecked(&self.connection, begin) {
            Ok(tx) => tx,
            Err(error) => {
                let refused = refuse_waiting(first, &mut self.line, &error.into());
                let mut stats = self.counts.lock();
                stats.batches_lost += 1;
                stats.ops_lost += refused;
                return ControlFlow::Continue(());
            }
        };
        let mut batch = Batch::fill(&tx, first, &mut self.line);
        let committed = match batch.broken.take() {
            Some(error) => {
                drop(tx); // rolls back
                Err(error)
            }
            None if batch.kept == 0 => {
                drop(tx); // nothing to keep: no disk flush
                Ok(())
            }
            None => self.commit(tx, batch.kept),
        };
        self.count(&batch, &committed);
        if batch.kept == 0 {
            // Refusals alone would otherwise keep the writer from ever being idle.
            self.look_for_others();
        }
        match self.kind.gate() {
            Some(gate) if gate.answers_wait() && committed.is_ok() => {
                gate.answer_later(batch.take_answers());
            }
            Some(_) | None => {}
        }
        batch.answer(&committed);
        self.move_log();
        if self.connection.is_autocommit() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    fn commit(&self, tx: Transaction<'_>, kept: u64) -> Result<(), StoreError> {
        let started = instant();
        self.may_commit.store(true, Ordering::Relaxed);
        // When this fails the transaction is rolled back before `commit` returns.
        let committed = tx.commit();
        self.may_commit.store(false, Ordering::Relaxed);
        committed?;
        self.counts.lock().committed(kept, started.elapsed());
        // Before the answers: whoever has one finds the watch changed.
        self.tell_commit();
        Ok(())
    }

    fn tell_commit(&self) {
        match self.kind.gate() {
            Some(gate) => gate.committed(),
            None => self.commits.send_modify(|commits| *commits += 1),
        }
    }

    /// Nobody waits for a replica for ever.
    fn expire(&self) {
        if let Some(gate) = self.kind.gate() {
            gate.expire();
        }
    }

    /// Moves the log into the main file when it is long, the replica has it, and nobody has
    /// committed since. A log that is far too long is moved in any case.
    fn move_log(&mut self) {
        let Some(gate) = self.kind.gate() else {
            return;
        };
        match try_to_move(&self.connection, gate, self.move_log_at) {
            Ok(at) => self.move_log_at = at,
            Err(error) => tracing::warn!(%error, "the log could not be moved"),
        }
    }

    fn count(&self, batch: &Batch, committed: &Result<(), StoreError>) {
        let mut stats = self.counts.lock();
        match committed {
            Ok(()) => stats.ops_rolled_back += batch.failed,
            Err(_) => {
                stats.batches_lost += 1;
                let culprit = u64::from(batch.culprit.is_some());
                stats.ops_rolled_back += culprit;
                stats.ops_lost += batch.answers.len() as u64;
            }
        }
    }

    fn look_for_others(&mut self) {
        if matches!(self.kind, Kind::Memory) {
            return;
        }
        match data_version(&self.connection) {
            Ok(found) if found == self.data_version => {}
            Ok(found) => {
                self.data_version = found;
                self.counts.lock().commits_of_others += 1;
                self.tell_commit();
            }
            Err(error) => tracing::warn!(%error, "could not look for commits of others"),
        }
    }

    fn finish(self) {
        let moved = match &self.kind {
            Kind::File => checkpoint(&self.connection),
            // What is copied goes on from the log at the next start.
            Kind::Copied | Kind::Memory => Ok(()),
            Kind::Shipped(gate) => {
                gate.close();
                gate.wait_for_end();
                Ok(())
            }
        };
        if let Err(error) = &moved
            && self.line.closers.is_empty()
        {
            tracing::warn!(%error, "the log was not moved into the database when it was closed");
        }
        drop(self.connection);
        for closer in self.line.closers {
            // Who asked may be gone; the database is closed all the same.
            let _ = closer.send(moved.clone());
        }
    }
}

/// Moves the log if it has `at` pages and the policy's number, and says when to look again.
fn try_to_move(connection: &Connection, gate: &Gate, at: u64) -> Result<u64, StoreError> {
    let policy = &gate.policy;
    let at = at.max(policy.log_pages);
    let (frames, settled) = replication::frames(connection)?;
    // Little is left to wait for when it is moved.
    gate.keep_up(frames != settled && frames >= at - at / 4);
    if frames < at {
        return Ok(if frames < policy.log_pages { 0 } else { at });
    }
    if frames == settled {
        return Ok(0);
    }
    let page_bytes =
        connection.pragma_query_value(None, "page_size", |row| row.get::<_, u32>(0))?;
    let page_bytes = u64::from(page_bytes);
    let too_long = frames * page_bytes >= policy.log_bytes_max;
    let shipped = gate.caught_up(CATCH_UP_MAX);
    if !shipped {
        if !too_long {
            return Ok(frames + policy.log_pages);
        }
        tracing::error!("the log is too long and is moved before the replica has it");
    }
    let (frames, settled) = replication::checkpoint(connection)?;
    if frames == settled {
        if shipped {
            gate.settled(replication::end_of_log(frames, page_bytes));
        }
        return Ok(0);
    }
    // Somebody reads what the log began with.
    Ok(frames + policy.log_pages / 4)
}

/// Changes when another connection has committed, never by our own commits.
fn data_version(connection: &Connection) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("PRAGMA data_version")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Moves the log into the database and empties it. When somebody still reads, the rest stays in
/// the log, which is as safe; the next start finds it.
fn checkpoint(connection: &Connection) -> Result<(), StoreError> {
    let busy: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    tracing::debug!(wal.busy = busy, "moved the log into the database");
    Ok(())
}
