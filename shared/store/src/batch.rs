//! One transaction's worth of operations. The first one has the transaction to itself: what SQLite
//! notes to undo single statements is then let go after each of them, where inside a savepoint it
//! grows with the operation, and is walked through at every statement. The others have savepoints.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Transaction;

use crate::error::StoreError;
use crate::stats::instant;
use crate::writer::Line;

/// Operations that share one commit, at most: it bounds what one failed commit takes along.
const BATCH_OPS_MAX: usize = 512;

/// How long a batch takes operations in: the first one must not wait long for the last one.
const BATCH_TIME_MAX: Duration = Duration::from_millis(5);

/// An operation: given the transaction, or the reason why there is none.
pub(crate) type Job = Box<dyn FnOnce(Result<&Transaction<'_>, StoreError>) -> Outcome + Send>;

/// Tells the caller how it ended, once it is known whether the transaction was committed.
pub(crate) type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// How an operation ended, before its transaction did.
pub(crate) enum Outcome {
    /// It succeeded: its changes are to be kept.
    Kept(Answer),
    /// It failed: its changes are to be rolled back.
    Failed(Answer),
    /// It was a query: there is nothing to keep.
    Looked(Answer),
}

/// The operations of one transaction.
#[derive(Default)]
pub(crate) struct Batch {
    /// Answered when the transaction has ended, and as it ended.
    pub(crate) answers: Vec<Answer>,
    /// The operation that cost the transaction: it has an error of its own to tell.
    pub(crate) culprit: Option<Answer>,
    pub(crate) kept: u64,
    pub(crate) failed: u64,
    /// Why the transaction cannot be committed.
    pub(crate) broken: Option<StoreError>,
}

impl Batch {
    /// Runs `first` and what else is waiting.
    pub(crate) fn fill(tx: &Transaction<'_>, first: Job, line: &mut Line) -> Self {
        let mut batch = Self::default();
        let started = instant();
        let mut next = Some(first);
        while let Some(job) = next {
            batch.run(tx, job);
            if batch.broken.is_some()
                || batch.is_spoiled()
                || batch.answers.len() >= BATCH_OPS_MAX
                || started.elapsed() >= BATCH_TIME_MAX
            {
                break;
            }
            next = line.take();
        }
        batch
    }

    /// Who waits to hear how it ended, for somebody else to tell.
    pub(crate) fn take_answers(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.answers)
    }

    /// Whether the first operation failed: the transaction goes with it, before anybody joins.
    fn is_spoiled(&self) -> bool {
        self.failed > 0 && self.answers.len() == 1
    }

    fn run(&mut self, tx: &Transaction<'_>, job: Job) {
        let is_first = self.answers.is_empty();
        if !is_first && let Err(error) = execute(tx, "SAVEPOINT op") {
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
        let (failed, answer) = match outcome {
            Outcome::Kept(answer) => {
                self.kept += 1;
                (false, answer)
            }
            Outcome::Looked(answer) => (false, answer),
            Outcome::Failed(answer) => {
                self.failed += 1;
                (true, answer)
            }
        };
        self.answers.push(answer);
        if !is_first {
            self.broken = end_savepoint(tx, failed).err();
        }
    }

    /// Tells everybody. When the transaction was not committed this goes for refusals too: they
    /// may rest on what a neighbour did and what now never was.
    pub(crate) fn answer(self, committed: &Result<(), StoreError>) {
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

fn end_savepoint(tx: &Transaction<'_>, roll_back: bool) -> Result<(), StoreError> {
    if roll_back {
        execute(tx, "ROLLBACK TO op")?;
    }
    execute(tx, "RELEASE op")
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
pub(crate) fn refuse_waiting(first: Job, line: &mut Line, error: &StoreError) -> u64 {
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
