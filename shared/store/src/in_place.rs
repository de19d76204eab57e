//! A database on a machine whose power may go at any commit, worked on by whoever asks: for the
//! deterministic simulation, in which nothing may happen beside it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::watch;

use crate::db::{Db, Place};
use crate::error::StoreError;

/// When the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PowerCut {
    /// Commits that change something and come to their end before it.
    pub commits: u32,
    /// Whether the commit at which it goes is on the disk; nobody is told of it in any case.
    pub kept: bool,
}

/// A machine with one database. Handles to it ([`crate::Db::in_place`]) work as long as its
/// program does: until the power goes or somebody turns it off.
pub struct Machine {
    connection: Mutex<Connection>,
    committed: watch::Sender<u64>,
    /// Grows whenever the program ends: a handle of an earlier life is never answered.
    life: watch::Sender<u64>,
    cut: Mutex<Option<PowerCut>>,
    observer: Mutex<Option<Observer>>,
}

/// Looks at the disk after each commit that changed something.
type Observer = Box<dyn FnMut(&Connection) + Send>;

/// What an operation did, whether the power goes with its commit, and whether it changed anything.
type Done<T> = (T, Option<PowerCut>, bool);

impl Machine {
    /// A machine with this database.
    #[must_use]
    pub fn new(connection: Connection) -> Arc<Self> {
        Arc::new(Self {
            connection: Mutex::new(connection),
            committed: watch::Sender::new(0),
            life: watch::Sender::new(0),
            cut: Mutex::new(None),
            observer: Mutex::new(None),
        })
    }

    /// Which life of its program it is.
    #[must_use]
    pub fn life(&self) -> u64 {
        *self.life.borrow()
    }

    /// Waits until the program of `life` has ended.
    pub async fn ended(&self, life: u64) {
        let mut lives = self.life.subscribe();
        // The sender lives as long as `self`.
        let _ = lives.wait_for(|now| *now != life).await;
    }

    /// The program ends here and now. What was committed is on the disk.
    pub fn turn_off(&self) {
        self.life.send_modify(|life| *life += 1);
    }

    /// Has the power go at a later commit; none: it does not.
    pub fn cut_power(&self, cut: Option<PowerCut>) {
        *lock(&self.cut) = cut;
    }

    /// Has `observer` look at the disk after each commit that changes something.
    pub fn observe(&self, observer: impl FnMut(&Connection) + Send + 'static) {
        *lock(&self.observer) = Some(Box::new(observer));
    }

    /// Looks at the disk from outside, whether the program runs or not.
    pub fn look<T>(&self, look: impl FnOnce(&Connection) -> T) -> T {
        look(&lock(&self.connection))
    }

    /// Runs `op` in a transaction of a handle of `life`; none when its program has ended.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        life: u64,
        op: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        if self.life() != life {
            return None;
        }
        let mut connection = lock(&self.connection);
        let (done, cut, changed) = match self.run(&mut connection, op)? {
            Ok(ran) => ran,
            Err(refused) => return Some(Err(refused)),
        };
        if changed && let Some(observe) = &mut *lock(&self.observer) {
            observe(&connection);
        }
        if cut.is_some() {
            self.turn_off();
            return None;
        }
        if changed {
            self.committed.send_modify(|commits| *commits += 1);
        }
        Some(Ok(done))
    }

    /// Runs `op` in a transaction of its own: says what it did, whether the power goes with the
    /// commit, and whether it changed anything. None when the power went before.
    fn run<T, E: From<StoreError>>(
        &self,
        connection: &mut Connection,
        op: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, E>,
    ) -> Option<Result<Done<T>, E>> {
        let fault = |fault| Some(Err(StoreError::from(fault).into()));
        let before = connection.total_changes();
        let tx = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
            Ok(tx) => tx,
            Err(error) => return fault(error),
        };
        // Dropped without a commit it is rolled back.
        let done = match op(&tx) {
            Ok(done) => done,
            Err(refused) => return Some(Err(refused)),
        };
        let changed = tx.total_changes() != before;
        let cut = if changed { self.next_cut() } else { None };
        if cut.is_some_and(|cut| !cut.kept) {
            self.turn_off();
            return None;
        }
        match tx.commit() {
            Ok(()) => Some(Ok((done, cut, changed))),
            Err(error) => fault(error),
        }
    }

    /// Runs `look` for a handle of `life`; none when its program has ended.
    pub(crate) fn read<T>(&self, life: u64, look: impl FnOnce(&Connection) -> T) -> Option<T> {
        (self.life() == life).then(|| self.look(look))
    }

    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// Counts a commit; says whether the power goes at it.
    fn next_cut(&self) -> Option<PowerCut> {
        let mut cut = lock(&self.cut);
        let armed = (*cut)?;
        if armed.commits == 0 {
            *cut = None;
            return Some(armed);
        }
        let commits = armed.commits - 1;
        *cut = Some(PowerCut { commits, ..armed });
        None
    }
}

/// A panic in an operation is that run's finding; the transaction was rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Db {
    /// The database of a simulated machine, as its program has it that runs now. Everything is
    /// done on the thread that asks; when the program has ended nobody is ever answered.
    #[must_use]
    pub fn in_place(machine: &Arc<Machine>) -> Self {
        Self {
            place: Place::Here(Arc::clone(machine), machine.life()),
        }
    }
}

/// The answer; none ever comes when the program has ended that asked.
pub(crate) async fn answered<T>(answer: Option<T>) -> T {
    match answer {
        Some(answer) => answer,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Db, Migration, open_memory};

    const MIGRATIONS: &[Migration] = &[Migration {
        name: "0001_notes",
        sql: "CREATE TABLE notes (body TEXT NOT NULL) STRICT;",
    }];

    fn count(machine: &Machine) -> i64 {
        machine.look(|db| {
            db.query_row("SELECT count(*) FROM notes", [], |row| row.get(0))
                .unwrap()
        })
    }

    fn write(machine: &Arc<Machine>, life: u64) -> Option<Result<(), StoreError>> {
        machine.write(life, |tx| {
            tx.execute("INSERT INTO notes VALUES ('x')", [])?;
            Ok(())
        })
    }

    #[test]
    fn at_a_power_cut_a_commit_is_lost_or_kept_and_nobody_is_told() {
        for kept in [false, true] {
            let machine = Machine::new(open_memory(MIGRATIONS).unwrap());
            machine.cut_power(Some(PowerCut { commits: 1, kept }));
            assert!(write(&machine, 0).is_some());
            let nothing: Option<Result<(), StoreError>> = machine.write(0, |_| Ok(()));
            assert!(nothing.is_some(), "nothing was changed");
            assert!(write(&machine, 0).is_none());
            assert_eq!(count(&machine), 1 + i64::from(kept));
            assert!(write(&machine, 0).is_none(), "its program has ended");
            assert!(write(&machine, machine.life()).is_some());
        }
    }

    #[tokio::test]
    async fn a_handle_works_without_a_thread_and_rolls_back_what_fails() {
        let machine = Machine::new(open_memory(MIGRATIONS).unwrap());
        let db = Db::in_place(&machine);
        let commits = db.commits();
        let failed: Result<(), StoreError> = db
            .write(|tx| {
                tx.execute("INSERT INTO notes VALUES ('x')", [])?;
                Err(StoreError::Stopped)
            })
            .await;
        assert!(failed.is_err());
        assert_eq!((count(&machine), *commits.borrow()), (0, 0));
        db.write(|tx| {
            tx.execute("INSERT INTO notes VALUES ('x')", [])?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
        let seen: Result<i64, StoreError> = db
            .read(|db| Ok(db.query_row("SELECT count(*) FROM notes", [], |row| row.get(0))?))
            .await;
        assert_eq!((seen.unwrap(), *commits.borrow()), (1, 1));
    }
}
