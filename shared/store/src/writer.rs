//! The one thread that may write: it runs waiting operations in one transaction, each in its
//! own savepoint, commits once and then answers them all.
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

use crate::error::StoreError;
use crate::stats::{Counts, instant};

/// Operations that share one commit, at most: it bounds what one failed commit takes along.
const BATCH_OPS_MAX: usize = 512;

/// How long a batch takes operations in: the first one must not wait long for the last one.
const BATCH_MS_MAX: Duration = Duration::from_millis(5);

/// How often an idle writer looks whether another process has committed.
const OTHERS_MS: Duration = Duration::from_millis(500);

/// An operation: given the transaction, or the reason why there is none.
pub(crate) type Job = Box<dyn FnOnce(Result<&Transaction<'_>, StoreError>) -> Outcome + Send>;

/// Tells the caller how it ended, once it is known whether the transaction was committed.
pub(crate) type Answer = Box<dyn FnOnce(Result<(), StoreError>)>;

/// How an operation ended, before its transaction did.
pub(crate) enum Outcome {
    /// It succeeded: its changes are to be kept.
    Kept(Answer),
    /// It failed: its changes are to be rolled back.
    Failed(Answer),
    /// It was a query: there is nothing to keep.
    Looked(Answer),
}

/// What comes through the writer's queue.
pub(crate) enum Message {
    /// Run this.
    Op(Job),
    /// Take nothing more in, do the rest, and say when it is done.
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// Where the database lives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file, which other processes may write too.
    File,
    /// Memory, which nobody else sees.
    Memory,
}

/// The queue, and who waits for its end.
struct Line {
    queue: mpsc::Receiver<Message>,
    closers: Vec<oneshot::Sender<Result<(), StoreError>>>,
}

enum Waited {
    Op(Job),
    Idle,
    Closed,
}

impl Line {
    fn take(&mut self) -> Option<Job> {
        while let Ok(message) = self.queue.try_recv() {
            if let Some(job) = self.open(message) {
                return Some(job);
            }
        }
        None
    }

    fn wait(&mut self, runtime: &Runtime) -> Waited {
        if let Some(job) = self.take() {
            return Waited::Op(job);
        }
        loop {
            let queue = &mut self.queue;
            let message =
                runtime.block_on(async { tokio::time::timeout(OTHERS_MS, queue.recv()).await });
            match message {
                Ok(Some(message)) => {
                    if let Some(job) = self.open(message) {
                        return Waited::Op(job);
                    }
                }
                Ok(None) => return Waited::Closed,
                Err(_elapsed) => return Waited::Idle,
            }
        }
    }

    fn open(&mut self, message: Message) -> Option<Job> {
        match message {
            Message::Op(job) => Some(job),
            Message::Close(closer) => {
                self.queue.close();
                self.closers.push(closer);
                None
            }
        }
    }
}

/// The operations of one transaction.
#[derive(Default)]
struct Batch {
    /// Answered when the transaction has ended, and as it ended.
    answers: Vec<Answer>,
    /// The operation that cost the transaction: it has an error of its own to tell.
    culprit: Option<Answer>,
    kept: u64,
    failed: u64,
    /// Why the transaction cannot be committed.
    broken: Option<StoreError>,
}

impl Batch {
    /// Runs `first` and what else is waiting.
    fn fill(tx: &Transaction<'_>, first: Job, line: &mut Line) -> Self {
        let mut batch = Self::default();
        let started = instant();
        let mut next = Some(first);
        while let Some(job) = next {
            batch.run(tx, job);
            if batch.broken.is_some()
                || batch.answers.len() >= BATCH_OPS_MAX
                || started.elapsed() >= BATCH_MS_MAX
            {
                break;
            }
            next = line.take();
        }
        batch
    }

    fn run(&mut self, tx: &Transaction<'_>, job: Job) {
        if let Err(error) = execute(tx, "SAVEPOINT op") {
            self.broken = Some(error.clone());
            refuse(job, error);
            return;
        }
        let outcome = job(Ok(tx));
        if tx.is_autocommit() {
            // A full disk, an I/O error or lack of memory: SQLite has rolled everything back.
            self.broken = Some(StoreError::TransactionLost);
            match outcome {
                Outcome::Failed(answer) => self.culprit = Some(answer),
                Outcome::Kept(answer) | Outcome::Looked(answer) => self.answers.push(answer),
            }
            return;
        }
        let (ended, answer) = match outcome {
            Outcome::Kept(answer) => {
                self.kept += 1;
                (execute(tx, "RELEASE op"), answer)
            }
            Outcome::Looked(answer) => (execute(tx, "RELEASE op"), answer),
            Outcome::Failed(answer) => {
                self.failed += 1;
                let ended = execute(tx, "ROLLBACK TO op").and_then(|()| execute(tx, "RELEASE op"));
                (ended, answer)
            }
        };
        self.answers.push(answer);
        self.broken = ended.err();
    }

    /// Tells everybody. When the transaction was not committed this goes for refusals too: they
    /// may rest on what a neighbour did and what now never was.
    fn answer(self, committed: &Result<(), StoreError>) {
        let outcome = committed
            .clone()
            .map_err(|error| StoreError::CommitFailed(Arc::new(error)));
        if let Some(culprit) = self.culprit {
            culprit(Ok(()));
        }
        for answer in self.answers {
            answer(outcome.clone());
        }
    }
}

fn execute(tx: &Transaction<'_>, sql: &str) -> Result<(), StoreError> {
    tx.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn refuse(job: Job, error: StoreError) {
    match job(Err(error)) {
        Outcome::Kept(answer) | Outcome::Failed(answer) | Outcome::Looked(answer) => answer(Ok(())),
    }
}

/// No transaction could be begun. Each operation would wait as long for the same answer, so all
/// that are waiting now get it.
fn refuse_waiting(first: Job, line: &mut Line, error: &StoreError) -> u64 {
    let mut refused = 0;
    let mut next = Some(first);
    while let Some(job) = next {
        refuse(job, error.clone());
        refused += 1;
        if refused == BATCH_OPS_MAX {
            break;
        }
        next = line.take();
    }
    refused as u64
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
                Waited::Idle => self.look_for_others(),
                Waited::Closed => break,
            }
        }
        self.finish();
    }

    fn batch(&mut self, first: Job) -> ControlFlow<()> {
        let begun = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        let tx = match begun {
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
        batch.answer(&committed);
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
        self.commits.send_modify(|commits| *commits += 1);
        Ok(())
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
        if self.kind == Kind::Memory {
            return;
        }
        match data_version(&self.connection) {
            Ok(found) if found == self.data_version => {}
            Ok(found) => {
                self.data_version = found;
                self.counts.lock().commits_of_others += 1;
                self.commits.send_modify(|commits| *commits += 1);
            }
            Err(error) => tracing::warn!(%error, "could not look for commits of others"),
        }
    }

    fn finish(self) {
        let moved = match self.kind {
            Kind::File => checkpoint(&self.connection),
            Kind::Memory => Ok(()),
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
