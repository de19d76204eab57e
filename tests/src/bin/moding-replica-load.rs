//! Writes to a database with a replica until it is killed, and says of every row when it was
//! answered: what the tests kill, restore and compare.
#![expect(
    clippy::print_stdout,
    reason = "that is how it tells what was answered"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::time::Timestamp;
use process::clock::{Clock as _, SystemClock};
use process::ids::{Ids as _, OsIds};
use store::damage::Check;
use store::replication::plan::Retention;
use store::replication::target::ReplicaTarget;
use store::replication::{Copying, Durability, Policy, Replication};
use store::{Db, StoreError};
use tests::replica;
use tokio::task::JoinSet;

/// Those who write at the same time.
const WRITERS: i64 = 6;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [database, place, durability] = arguments.as_slice() else {
        panic!("a database, a place for the replica, and async, sync or sidecar");
    };
    let db = open(PathBuf::from(database), place.clone(), durability.clone()).await;
    let next = db
        .read(|db| {
            let newest = "SELECT coalesce(max(n), 0) FROM notes";
            Ok::<i64, StoreError>(db.query_row(newest, [], |row| row.get(0))?)
        })
        .await
        .expect("it can be read");
    println!("ready");
    let next = Arc::new(AtomicI64::new(next));
    let mut writing = JoinSet::new();
    for _ in 0..WRITERS {
        let (db, next) = (db.clone(), next.clone());
        writing.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed) + 1;
                match replica::write(&db, n).await {
                    Ok(()) => println!("{n}"),
                    Err(error) => println!("refused {n}: {error}"),
                }
            }
        });
    }
    // They write until they are killed.
    writing.join_all().await;
}

async fn open(path: PathBuf, place: String, durability: String) -> Db {
    let open = move || {
        let copying = match durability.as_str() {
            "sidecar" => Copying::Elsewhere,
            "sync" => Copying::Embedded(replication(replica::target(&place), Durability::Sync)),
            _ => Copying::Embedded(replication(replica::target(&place), Durability::Async)),
        };
        opened(&path, copying)
    };
    tokio::task::spawn_blocking(open)
        .await
        .expect("it does not panic")
        .expect("the database opens")
}

fn opened(path: &Path, copying: Copying) -> Result<Db, StoreError> {
    Db::open_copied(path, replica::MIGRATIONS, (Check::Opening, 1), copying)
}

/// Short of everything, so that much happens before it is killed.
fn replication(target: Arc<dyn ReplicaTarget>, durability: Durability) -> Replication {
    let clock = SystemClock::new(Timestamp(0));
    let mut writer = [0; 8];
    OsIds.fill(&mut writer);
    Replication {
        target,
        durability,
        policy: Policy {
            interval: Duration::from_millis(100),
            log_pages: 150,
            merge_every: [300, 900, 2_000].map(Duration::from_millis),
            snapshot_every: Duration::from_secs(2),
            retention: Retention {
                raw_ms: 1_000,
                snapshot_ms: 5_000,
            },
            ..Policy::default()
        },
        writer: u64::from_be_bytes(writer) | 1,
        clock: Arc::new(move || clock.now().0),
        progress: replica::progress,
    }
}
