//! What callers ask for, as the writer's jobs.

use rusqlite::{Connection, Transaction};
use tokio::sync::oneshot;

use super::{Db, Place};
use crate::batch::{Answer, Job, Outcome};
use crate::error::StoreError;
use crate::in_place::answered;
use crate::writer::Message;

impl Db {
    /// Has `op` run by the writer, or where it is asked for, and waits until it is committed.
    pub(super) async fn send<T, E>(
        &self,
        op: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
        message: fn(Job) -> Message,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let inner = match &self.place {
            Place::Threads(inner) => inner,
            Place::Here(machine, life) => return answered(machine.write(*life, op)).await,
        };
        let (reply, answer) = oneshot::channel();
        let sent = inner.ops.send(message(operation(op, reply))).await;
        sent.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

pub(super) fn operation<T, E>(
    op: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    reply: oneshot::Sender<Result<T, E>>,
) -> Job
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    Box::new(move |tx| {
        let result = match tx {
            Ok(tx) => op(tx),
            Err(error) => Err(error.into()),
        };
        let outcome = if result.is_ok() {
            Outcome::Kept
        } else {
            Outcome::Failed
        };
        outcome(tell(reply, result))
    })
}

/// A query that the writer runs, as strictly as a reader would.
pub(super) fn query<T, E>(
    look: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    reply: oneshot::Sender<Result<T, E>>,
) -> Job
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    Box::new(move |tx| {
        let result = tx.map_err(E::from).and_then(|tx| {
            set_query_only(tx, "PRAGMA query_only = 1")?;
            let result = look(tx);
            set_query_only(tx, "PRAGMA query_only = 0")?;
            result
        });
        Outcome::Looked(tell(reply, result))
    })
}

/// Tells the caller the result, or why it does not hold.
fn tell<T, E>(reply: oneshot::Sender<Result<T, E>>, result: Result<T, E>) -> Answer
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    Box::new(move |committed| {
        // A caller who has gone away does not want the answer.
        let _ = reply.send(match committed {
            Ok(()) => result,
            Err(error) => Err(error.into()),
        });
    })
}

/// Not through a cached statement: SQLite sets this when it prepares, not when it runs.
fn set_query_only(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    Ok(connection.execute_batch(sql)?)
}
