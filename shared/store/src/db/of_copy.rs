//! A database that is somebody else's: it can be read as far as it has been copied, and every
//! operation is refused.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::{Db, Inner, JOBS_MAX, Looks, Place, start_thread};
use crate::batch::Outcome;
use crate::error::StoreError;
use crate::migrate::Migration;
use crate::readers::{self, Look};
use crate::replication::FollowedCopy;
use crate::stats::Counts;
use crate::writer;

impl Db {
    /// What can be read of `copy`. A query sees one state of it and no half of another; while
    /// there is none, or one of another schema than that of `migrations`, it says so.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub fn of_copy(copy: &FollowedCopy, migrations: &[Migration]) -> Result<Self, StoreError> {
        let (alive, living) = watch::channel(());
        let (ops, refused) = mpsc::channel(JOBS_MAX);
        let (committed, commits) = watch::channel(0);
        let reader = || {
            let mut reading = copy.reading(migrations.len());
            Ok(move |look: Look| {
                reading.with_connection(|connection| match connection {
                    Ok(connection) => readers::run(connection, look),
                    Err(error) => look(Err(error)),
                });
            })
        };
        let looks = Looks::Readers(readers::start(copy.path(), &living, reader)?);
        start_thread(copy.path(), "store-refuser", move || {
            refuse(refused);
            drop((committed, living));
        })?;
        Ok(Self {
            place: Place::Threads(Arc::new(Inner {
                ops,
                looks,
                commits,
                counts: Arc::new(Counts::default()),
                alive,
                gate: None,
                _keeping: None,
            })),
        })
    }
}

/// Answers every operation that nothing is written here.
fn refuse(mut queue: mpsc::Receiver<writer::Message>) {
    while let Some(message) = queue.blocking_recv() {
        match message {
            writer::Message::Op(job) | writer::Message::Long(job) => {
                match job(Err(StoreError::OnlyACopy)) {
                    Outcome::Kept(answer) | Outcome::Failed(answer) | Outcome::Looked(answer) => {
                        answer(Err(StoreError::OnlyACopy));
                    }
                }
            }
            writer::Message::Close(reply) => {
                queue.close();
                // Whoever asked may have gone away.
                let _ = reply.send(Ok(()));
            }
        }
    }
}
