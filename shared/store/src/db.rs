//! The handle to a database: operations go to its one writer, queries to its readers.

mod jobs;
mod of_copy;
mod replicated;

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, Transaction};
use tokio::sync::{mpsc, oneshot, watch};

use crate::connection::{LogMoves, open_memory, open_writer};
use crate::damage::{self, Check};
use crate::error::StoreError;
use crate::in_place::{Machine, answered};
use crate::migrate::Migration;
use crate::readers;
use crate::replication::{Copying, Gate};
use crate::stats::{Counts, Stats};
use crate::writer::{self, Kind, Writer};
use jobs::{operation, query};
pub(crate) use replicated::start_thread;
use replicated::{durable, ship};

/// Operations that wait for the writer, at most. More wait with their callers, in order: that is
/// how an overloaded database slows down those who load it.
const JOBS_MAX: usize = 1024;

/// A handle to one open database. Cheap to clone; the last one to go closes the database.
///
/// An operation is synchronous and sees one transaction: what it did is on the disk when the
/// caller has its answer, or leaves no trace when it returned an error. Waiting operations share
/// one commit, but not their fate: one that fails is rolled back alone. Only when that commit itself
/// fails do all of them get [`StoreError::CommitFailed`], and then none of them happened.
///
/// Foreign keys must not be `DEFERRABLE`: SQLite would check them at the shared commit, where one
/// operation's mistake is everybody's.
#[derive(Clone)]
pub struct Db {
    pub(crate) place: Place,
}

/// Where the work is done.
#[derive(Clone)]
pub(crate) enum Place {
    /// On threads of the database's own.
    Threads(Arc<Inner>),
    /// Where it is asked for, as long as this life of the machine lasts.
    Here(Arc<Machine>, u64),
}

pub(crate) struct Inner {
    ops: mpsc::Sender<writer::Message>,
    looks: Looks,
    commits: watch::Receiver<u64>,
    counts: Arc<Counts>,
    /// What is known of the replica, if this process writes one.
    gate: Option<Arc<Gate>>,
    /// Whoever keeps the replica ends when this is gone.
    _keeping: Option<std::sync::mpsc::Sender<()>>,
    /// Every thread holds a receiver until its connection is closed.
    alive: watch::Sender<()>,
}

/// Where queries go.
enum Looks {
    /// To threads of their own.
    Readers(mpsc::Sender<readers::Message>),
    /// To the writer: nobody else can see a database in memory.
    Writer,
}

impl Db {
    /// Opens `path`, brings its schema up to date and starts its threads. A damaged file stays
    /// where it is; programs that own their file call [`Db::open_or_set_aside`].
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be opened or written, is damaged or too new, or when a
    /// migration does not apply.
    pub fn open(path: &Path, migrations: &[Migration]) -> Result<Self, StoreError> {
        Self::start(open_writer(path, migrations)?, Some(path), Copying::Nobody)
    }

    /// Like [`Db::open`], but sets a damaged file aside under a name with `now_ms`, and says where
    /// ([`StoreError::SetAside`]). It never starts with an empty database instead.
    ///
    /// # Errors
    ///
    /// As [`Db::open`].
    pub fn open_or_set_aside(
        path: &Path,
        migrations: &[Migration],
        check: Check,
        now_ms: i64,
    ) -> Result<Self, StoreError> {
        Self::open_copied(path, migrations, (check, now_ms), Copying::Nobody)
    }

    /// Like [`Db::open_or_set_aside`], for a database whose log is copied.
    ///
    /// A database that is an older copy than its replica is not opened. When the replica cannot
    /// be reached it is: the replica follows when it can.
    ///
    /// # Errors
    ///
    /// As [`Db::open`], and [`StoreError::OlderThanReplica`].
    pub fn open_copied(
        path: &Path,
        migrations: &[Migration],
        (check, now_ms): (Check, i64),
        copying: Copying,
    ) -> Result<Self, StoreError> {
        let moves = match &copying {
            Copying::Nobody => LogMoves::ByItself,
            Copying::Embedded(_) | Copying::Elsewhere => LogMoves::Elsewhere,
        };
        let connection =
            damage::open_or_set_aside_moving(path, migrations, (check, moves), now_ms)?;
        Self::start(connection, Some(path), copying)
    }

    /// A database that lives as long as its handles; for tests.
    ///
    /// # Errors
    ///
    /// Fails when a migration does not apply.
    pub fn open_in_memory(migrations: &[Migration]) -> Result<Self, StoreError> {
        Self::start(open_memory(migrations)?, None, Copying::Nobody)
    }

    fn start(
        connection: Connection,
        path: Option<&Path>,
        copying: Copying,
    ) -> Result<Self, StoreError> {
        let (alive, living) = watch::channel(());
        let (ops, queue) = mpsc::channel(JOBS_MAX);
        let (committed, commits) = watch::channel(0);
        let counts = Arc::new(Counts::default());
        let (looks, kind, keeping) = match path {
            Some(path) => {
                let looks =
                    Looks::Readers(readers::start(path, &living, || readers::of_file(path))?);
                let (kind, keeping) = match copying {
                    Copying::Nobody => (Kind::File, None),
                    Copying::Elsewhere => (Kind::Copied, None),
                    Copying::Embedded(replication) => {
                        let (gate, keeping) = ship(path, replication, committed.clone(), &living)?;
                        (Kind::Shipped(gate), Some(keeping))
                    }
                };
                (looks, kind, keeping)
            }
            None => (Looks::Writer, Kind::Memory, None),
        };
        let gate = kind.gate().cloned();
        let writer = Writer::new(connection, kind, queue, committed, Arc::clone(&counts))?;
        // The writer waits for operations and for the clock at once, which takes a runtime.
        let path = path.unwrap_or(Path::new(":memory:"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(|error| StoreError::io(path, error))?;
        start_thread(path, "store-writer", move || {
            writer.run(&runtime);
            drop(living);
        })?;
        Ok(Self {
            place: Place::Threads(Arc::new(Inner {
                ops,
                looks,
                commits,
                counts,
                alive,
                gate,
                _keeping: keeping,
            })),
        })
    }

    /// Runs `op` in a write transaction and waits until it is committed.
    ///
    /// A caller who stops waiting does not stop an operation that is already in the queue.
    ///
    /// # Errors
    ///
    /// Returns what `op` returns, or why the transaction could not be begun or committed. After a
    /// panic in an operation, and after [`Db::close`], every call says [`StoreError::Stopped`].
    pub async fn write<T, E>(
        &self,
        op: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.send(op, writer::Message::Op).await
    }

    /// Like [`Db::write`], for an operation of hundreds of statements: it begins a transaction,
    /// because inside a savepoint each statement costs the more, the more there were.
    ///
    /// # Errors
    ///
    /// As [`Db::write`].
    pub async fn write_long<T, E>(
        &self,
        op: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.send(op, writer::Message::Long).await
    }

    /// Like [`Db::write`], for a thread without a runtime. It panics inside one.
    ///
    /// # Errors
    ///
    /// As [`Db::write`].
    pub fn write_blocking<T, E>(
        &self,
        op: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let inner = match &self.place {
            Place::Threads(inner) => inner,
            Place::Here(machine, life) => {
                return machine
                    .write(*life, op)
                    .unwrap_or_else(|| Err(StoreError::Stopped.into()));
            }
        };
        let (reply, answer) = oneshot::channel();
        let message = writer::Message::Op(operation(op, reply));
        let sent = inner.ops.blocking_send(message);
        sent.map_err(|_| StoreError::Stopped)?;
        answer.blocking_recv().map_err(|_| StoreError::Stopped)?
    }

    /// Runs `look` on a reader. All its statements see one commit: the latest one, in any case
    /// not an older one than the caller has an answer from.
    ///
    /// # Errors
    ///
    /// Returns what `look` returns, or why there was no reader.
    pub async fn read<T, E>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let inner = match &self.place {
            Place::Threads(inner) => inner,
            Place::Here(machine, life) => return answered(machine.read(*life, look)).await,
        };
        let (reply, answer) = oneshot::channel();
        let sent = match &inner.looks {
            Looks::Readers(queue) => {
                let message = readers::Message::Look(Box::new(move |connection| {
                    // A caller who has gone away does not want the answer.
                    let _ = reply.send(match connection {
                        Ok(connection) => look(connection),
                        Err(error) => Err(error.into()),
                    });
                }));
                queue.send(message).await.is_ok()
            }
            Looks::Writer => {
                let message = writer::Message::Op(query(look, reply));
                inner.ops.send(message).await.is_ok()
            }
        };
        if !sent {
            return Err(StoreError::Stopped.into());
        }
        let answer = answer.await.map_err(|_| StoreError::Stopped)?;
        if let Some(gate) = inner.gate.as_ref().filter(|gate| gate.answers_wait()) {
            // It may have seen commits that could still be lost with this disk.
            durable(gate, gate.latest()).await?;
        }
        answer
    }

    /// Changes with every commit that kept an operation, before its callers have their answers;
    /// and within half a second after a commit of another process, once the writer is idle.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        match &self.place {
            Place::Threads(inner) => inner.commits.clone(),
            Place::Here(machine, _) => machine.commits(),
        }
    }

    /// Whether so many operations wait for the writer that who can come again should: three
    /// quarters of what the queue holds. The rest is for those who cannot be turned away.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        match &self.place {
            Place::Threads(inner) => inner.ops.capacity() < inner.ops.max_capacity() / 4,
            Place::Here(..) => false,
        }
    }

    /// What the writer has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let inner = match &self.place {
            Place::Threads(inner) => inner,
            Place::Here(..) => return Stats::default(),
        };
        let mut stats = *inner.counts.lock();
        stats.queue_depth = inner.ops.max_capacity() - inner.ops.capacity();
        stats
    }

    /// Takes nothing more in, does what is in the queue, moves the log into the database and
    /// waits until the file is closed. Other handles then say [`StoreError::Stopped`].
    ///
    /// # Errors
    ///
    /// Fails when the log could not be moved; it is then read at the next start.
    pub async fn close(self) -> Result<(), StoreError> {
        let inner = match &self.place {
            Place::Threads(inner) => inner,
            Place::Here(machine, _) => {
                machine.turn_off();
                return Ok(());
            }
        };
        if let Looks::Readers(queue) = &inner.looks {
            // Closed already: fine.
            let _ = queue.send(readers::Message::Close).await;
        }
        let (reply, answer) = oneshot::channel();
        let message = writer::Message::Close(reply);
        let closed = match inner.ops.send(message).await {
            Ok(()) => answer.await.unwrap_or(Err(StoreError::Stopped)),
            Err(_) => Err(StoreError::Stopped),
        };
        inner.alive.closed().await;
        closed
    }
}
