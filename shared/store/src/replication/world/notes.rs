//! What the machine's database holds, how it changes, and luck.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;

use crate::connection::open_reader;
use crate::migrate::Migration;
use crate::replication::target::ReplicaTarget;
use crate::replication::{Wanted, restore};

pub(super) const MIGRATIONS: &[Migration] = &[Migration::new(
    "0001_notes",
    "CREATE TABLE notes (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
     CREATE INDEX notes_by_body ON notes (body);",
)];

/// Luck from a seed.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }

    pub(super) fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

/// All notes at one moment.
pub(super) type State = Vec<(i64, String)>;

pub(super) fn change(
    connection: &mut Connection,
    (what, size, which): (u64, u64, u64),
) -> Result<(), rusqlite::Error> {
    let (size, which) = (i64::try_from(size).unwrap(), i64::try_from(which).unwrap());
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match what {
        0..5 => {
            tx.execute(
                "INSERT INTO notes (body) VALUES (?1 || hex(zeroblob(?2)))",
                (which, size / 2),
            )?;
        }
        5..8 => {
            tx.execute(
                "UPDATE notes SET body = ?1 || hex(zeroblob(?2))
                 WHERE n = (SELECT max(n) FROM notes)",
                (which, size / 4),
            )?;
        }
        8 => {
            tx.execute("INSERT INTO notes (body) VALUES (?1)", [which])?;
            tx.execute("UPDATE notes SET body = n WHERE n % 3 = 0", [])?;
        }
        _ => {
            for n in 0..20 {
                tx.execute(
                    "INSERT INTO notes (body) VALUES (?1 || hex(zeroblob(600)))",
                    [n],
                )?;
            }
        }
    }
    tx.commit()
}

pub(super) fn state(connection: &Connection) -> State {
    let mut statement = connection
        .prepare("SELECT n, body FROM notes ORDER BY n")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

pub(super) fn copy_disk(from: &Path, to: &Path) {
    for name in ["a.db", "a.db-wal"] {
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}

/// What a restore of the newest state finds, and the disk that it is on.
pub(super) fn restored(target: &dyn ReplicaTarget) -> Result<(TempDir, State), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    restore(target, &path, Wanted::Newest, &mut |_, _| {})
        .map_err(|error| format!("it cannot be restored: {error}"))?;
    let found = state(&open_reader(&path).map_err(|error| error.to_string())?);
    Ok((folder, found))
}
