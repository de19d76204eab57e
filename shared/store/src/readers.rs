//! The threads that only read: each has its own connection and sees the latest commit.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, watch};

use crate::connection::open_reader;
use crate::db::start_thread;
use crate::error::StoreError;

/// Reader threads of one database: a slow query leaves one for the others.
const READERS: usize = 2;

/// Queries that wait for a reader, at most; more wait with their callers.
const LOOKS_MAX: usize = 1024;

/// A query: given a connection, or the reason why there is none. It answers its caller itself.
pub(crate) type Look = Box<dyn FnOnce(Result<&Connection, StoreError>) + Send>;

/// What comes through the readers' queue.
pub(crate) enum Message {
    /// Run this.
    Look(Look),
    /// Take nothing more in, and end when the rest is done.
    Close,
}

/// Starts the readers of `path`, each of which is a `reader`. They end when the sender is dropped
/// or says so, and drop their copy of `alive` when their connection is closed.
pub(crate) fn start<R: FnMut(Look) + Send + 'static>(
    path: &Path,
    alive: &watch::Receiver<()>,
    reader: impl Fn() -> Result<R, StoreError>,
) -> Result<mpsc::Sender<Message>, StoreError> {
    let (sender, receiver) = mpsc::channel(LOOKS_MAX);
    let queue = Arc::new(Mutex::new(receiver));
    for _ in 0..READERS {
        let mut read = reader()?;
        let (queue, alive) = (Arc::clone(&queue), alive.clone());
        start_thread(path, "store-reader", move || {
            while let Some(look) = take(&queue) {
                read(look);
            }
            drop(read);
            drop(alive);
        })?;
    }
    Ok(sender)
}

/// A reader of the database at `path`.
pub(crate) fn of_file(path: &Path) -> Result<impl FnMut(Look) + Send + use<>, StoreError> {
    let connection = open_reader(path)?;
    Ok(move |look| run(&connection, look))
}

fn take(queue: &Mutex<mpsc::Receiver<Message>>) -> Option<Look> {
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        match queue.blocking_recv()? {
            Message::Look(look) => return Some(look),
            Message::Close => queue.close(),
        }
    }
}

/// One query is one transaction, so that all its statements see the same commit.
pub(crate) fn run(connection: &Connection, look: Look) {
    match Transaction::new_unchecked(connection, TransactionBehavior::Deferred) {
        Ok(tx) => look(Ok(&tx)),
        Err(error) => look(Err(error.into())),
    }
}
