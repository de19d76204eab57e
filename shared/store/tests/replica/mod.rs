//! A replica for tests: small limits, and a target that breaks when it is told to.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use store::damage::Check;
use store::replication::name::{FileInfo, FileName, Level};
use store::replication::target::{Folder, Produce, ReplicaTarget, TargetError};
use store::replication::{Copying, Durability, Policy, Replication, Wanted, restore};
use store::{Db, Migration, StoreError, open_reader};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration::new(
    "0001_notes",
    "CREATE TABLE notes (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
)];

static WRITERS: AtomicI64 = AtomicI64::new(1);
static CLOCK_MS: AtomicI64 = AtomicI64::new(1_767_225_600_000);

/// A replica with limits so small that a test meets them.
pub(crate) fn small(target: Arc<dyn ReplicaTarget>, durability: Durability) -> Replication {
    Replication {
        target,
        durability,
        policy: Policy {
            interval: Duration::from_millis(20),
            wait_max: Duration::from_millis(300),
            log_pages: 20,
            ..Policy::default()
        },
        writer: u64::try_from(WRITERS.fetch_add(1, Ordering::Relaxed)).unwrap(),
        clock: Arc::new(|| CLOCK_MS.fetch_add(1, Ordering::Relaxed)),
        progress: |connection| {
            Ok(connection.query_row("SELECT count(*) FROM notes", [], |row| row.get(0))?)
        },
    }
}

pub(crate) fn opened(folder: &Path, replication: Replication) -> Result<Db, StoreError> {
    let path = folder.join("a.db");
    let copying = Copying::Embedded(replication);
    Db::open_copied(&path, MIGRATIONS, (Check::Opening, 1), copying)
}

pub(crate) async fn add(db: &Db, body: &str) -> Result<(), StoreError> {
    let body = body.to_owned();
    db.write(move |tx| {
        tx.execute("INSERT INTO notes (body) VALUES (?1)", [&body])?;
        Ok(())
    })
    .await
}

/// The notes of the database at `path`, in order.
pub(crate) fn bodies(path: &Path) -> Vec<String> {
    read(&open_reader(path).unwrap())
}

fn read(connection: &Connection) -> Vec<String> {
    let mut statement = connection
        .prepare("SELECT body FROM notes ORDER BY rowid")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// The notes that a restore of the newest state finds.
pub(crate) fn restored(target: &dyn ReplicaTarget) -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("restored.db");
    restore(target, &path, Wanted::Newest, &mut |_, _| {}).unwrap();
    let found = bodies(&path);
    (folder, found)
}

/// Waits until `reached`, which the database's own threads bring about.
pub(crate) async fn until(reached: impl Fn() -> bool) {
    let waiting = async {
        while !reached() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap();
}

/// A folder that can be out of reach.
#[derive(Debug)]
pub(crate) struct Flaky {
    pub(crate) inner: Folder,
    broken: AtomicBool,
    lose_answer: AtomicBool,
}

impl Flaky {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            inner: Folder::new(root),
            broken: AtomicBool::new(false),
            lose_answer: AtomicBool::new(false),
        }
    }

    pub(crate) fn break_it(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.broken.store(false, Ordering::SeqCst);
    }

    pub(crate) fn lose_next_answer(&self) {
        self.lose_answer.store(true, Ordering::SeqCst);
    }

    fn reach(&self) -> Result<(), TargetError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(self.unreachable());
        }
        Ok(())
    }

    fn unreachable(&self) -> TargetError {
        TargetError::Unreachable {
            place: self.place(),
            source: std::io::ErrorKind::TimedOut.into(),
        }
    }
}

impl ReplicaTarget for Flaky {
    fn place(&self) -> String {
        self.inner.place()
    }

    fn list(&self, level: Level) -> Result<Vec<FileInfo>, TargetError> {
        self.reach()?;
        self.inner.list(level)
    }

    fn open(&self, name: FileName) -> Result<Box<dyn Read + Send>, TargetError> {
        self.reach()?;
        self.inner.open(name)
    }

    fn create(
        &self,
        name: FileName,
        written_at_ms: i64,
        produce: Produce<'_>,
    ) -> Result<(), TargetError> {
        self.reach()?;
        self.inner.create(name, written_at_ms, produce)?;
        if self.lose_answer.swap(false, Ordering::SeqCst) {
            return Err(self.unreachable());
        }
        Ok(())
    }

    fn remove(&self, name: FileName) -> Result<(), TargetError> {
        self.reach()?;
        self.inner.remove(name)
    }

    fn set_aside(&self, name: FileName) -> Result<(), TargetError> {
        self.reach()?;
        self.inner.set_aside(name)
    }
}
