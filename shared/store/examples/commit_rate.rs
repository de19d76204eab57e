//! How many durable operations a second one database takes: one commit after the other, and
//! with many callers who share commits. An operation writes four small rows.
//!
//! `cargo run --release -p store --example commit_rate [FOLDER [SECONDS]]`
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the monotonic clock and prints what it found"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Transaction, TransactionBehavior};
use store::{Db, Migration, StoreError, change_feed, open_writer};
use tokio::task::JoinSet;

const MIGRATIONS: &[Migration] = &[
    Migration::new("0001_changes", change_feed::SCHEMA),
    Migration::new(
        "0002_rows",
        "CREATE TABLE rows (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
    ),
];

/// Latencies of one run.
struct Measured {
    took: Duration,
    each: Vec<Duration>,
}

impl Measured {
    fn per_second(&self) -> f64 {
        self.each.len() as f64 / self.took.as_secs_f64()
    }

    /// The latency that `percent` of all operations did not exceed, in milliseconds.
    fn quantile_ms(&mut self, percent: usize) -> f64 {
        self.each.sort_unstable();
        let found = self.each.get(self.each.len() * percent / 100);
        found.map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
    }
}

fn four_inserts(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached("INSERT INTO rows (body) VALUES (?1)")?;
    for _ in 0..4 {
        insert.execute(["a small row of about sixty bytes, as a booking has them......"])?;
    }
    Ok(())
}

/// Commits of one row each, one after the other, without the writer thread.
fn raw(path: &Path, lasts: Duration) -> Result<Measured, StoreError> {
    let mut connection = open_writer(path, MIGRATIONS)?;
    let (started, mut each) = (Instant::now(), Vec::new());
    while started.elapsed() < lasts {
        let before = Instant::now();
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.prepare_cached("INSERT INTO rows (body) VALUES ('one small row')")?
            .execute([])?;
        tx.commit()?;
        each.push(before.elapsed());
    }
    Ok(Measured {
        took: started.elapsed(),
        each,
    })
}

/// `callers` tasks, each of which sends its next operation when it has the answer to the last.
async fn grouped(db: &Db, callers: usize, lasts: Duration) -> Result<Measured, StoreError> {
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let db = db.clone();
        tasks.spawn(async move {
            let mut each = Vec::new();
            while started.elapsed() < lasts {
                let before = Instant::now();
                db.write(four_inserts).await?;
                each.push(before.elapsed());
            }
            Ok::<_, StoreError>(each)
        });
    }
    let mut each = Vec::new();
    while let Some(done) = tasks.join_next().await {
        each.extend(done.map_err(|_| StoreError::Stopped)??);
    }
    Ok(Measured {
        took: started.elapsed(),
        each,
    })
}

fn report(name: &str, mut measured: Measured, of_raw: f64) {
    println!(
        "{name:<28} {:>9.0} ops/s  {:>6.1} x raw  p50 {:>8.3} ms  p99 {:>8.3} ms",
        measured.per_second(),
        measured.per_second() / of_raw,
        measured.quantile_ms(50),
        measured.quantile_ms(99),
    );
}

#[tokio::main]
async fn main() -> Result<(), StoreError> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let seconds = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(3);
    let lasts = Duration::from_secs(seconds);
    let folder = tempfile::tempdir_in(&folder).map_err(|error| StoreError::Io {
        path: folder.clone(),
        source: std::sync::Arc::new(error),
    })?;

    let measured = raw(&folder.path().join("raw.db"), lasts)?;
    let of_raw = measured.per_second();
    report("raw, one row a commit", measured, of_raw);
    for callers in [1, 32, 256] {
        let db = Db::open(&folder.path().join(format!("{callers}.db")), MIGRATIONS)?;
        let measured = grouped(&db, callers, lasts).await?;
        report(&format!("four rows, {callers} callers"), measured, of_raw);
        let stats = db.stats();
        println!(
            "{:28} {:>9.1} ops a commit, {:.3} ms a commit",
            "",
            stats.ops as f64 / stats.batches as f64,
            stats.commit_micros_sum as f64 / stats.batches as f64 / 1000.0,
        );
        db.close().await?;
    }
    Ok(())
}
