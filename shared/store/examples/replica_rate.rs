//! What a replica costs: operations a second and how long each takes, without one and with one
//! in each mode, in one run. And how long a large database takes to be restored.
//!
//! `cargo run -p store --example replica_rate -- FOLDER [LITESTREAM]`; the replica is in a
//! folder beside the database. With the path of Litestream it runs beside the last database.
#![expect(clippy::print_stdout, reason = "the figures are what was asked for")]
#![expect(
    clippy::disallowed_methods,
    reason = "measures how long things take; nothing that is stored depends on it"
)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use store::damage::Check;
use store::replication::target::Folder;
use store::replication::{Copying, Durability, Policy, Replication, Wanted, restore};
use store::{Db, Migration, StoreError};

const MIGRATIONS: &[Migration] = &[Migration::new(
    "0001_bookings",
    "CREATE TABLE bookings (id INTEGER PRIMARY KEY, screening INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
     CREATE INDEX bookings_by_screening ON bookings (screening, id);",
)];

/// How long each figure is measured.
const FOR: Duration = Duration::from_secs(4);

const CALLERS: [usize; 3] = [1, 32, 256];

const BODY: usize = 250;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Local,
    Async,
    Sync,
    Sidecar,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("a folder")?);
    let litestream = arguments.next();
    println!("| mode | callers | bookings/s | p50 ms | p99 ms | shipped bytes per booking |");
    println!("|---|---|---|---|---|---|");
    for callers in CALLERS {
        for (name, mode) in [
            ("local", Mode::Local),
            ("async", Mode::Async),
            ("sync", Mode::Sync),
            ("Litestream beside", Mode::Sidecar),
        ] {
            if mode == Mode::Sidecar && litestream.is_none() {
                continue;
            }
            let place = folder.join(format!("{callers}-{}", name.replace(' ', "-")));
            std::fs::create_dir_all(&place)?;
            let sidecar = match &litestream {
                Some(program) if mode == Mode::Sidecar => Some(beside(program, &place)?),
                Some(_) | None => None,
            };
            let figures = measure(&place, mode, callers).await?;
            println!("| {name} | {callers} | {figures} |");
            if let Some(mut sidecar) = sidecar {
                sidecar.kill()?;
                sidecar.wait()?;
            }
        }
    }
    large(&folder.join("large")).await
}

fn open(place: &Path, mode: Mode) -> Result<Db, StoreError> {
    let copying = match mode {
        Mode::Local => Copying::Nobody,
        Mode::Sidecar => Copying::Elsewhere,
        Mode::Async => Copying::Embedded(replication(place, Durability::Async)),
        Mode::Sync => Copying::Embedded(replication(place, Durability::Sync)),
    };
    Db::open_copied(
        &place.join("a.db"),
        MIGRATIONS,
        (Check::Opening, 1),
        copying,
    )
}

fn replication(place: &Path, durability: Durability) -> Replication {
    let started = Instant::now();
    Replication {
        target: Arc::new(Folder::new(&place.join("replica"))),
        durability,
        policy: Policy::default(),
        writer: 1,
        clock: Arc::new(move || {
            let ms = started.elapsed().as_millis();
            1_767_225_600_000 + i64::try_from(ms).unwrap_or(0)
        }),
        progress: |db| Ok(db.query_row("SELECT count(*) FROM bookings", [], |row| row.get(0))?),
    }
}

fn beside(program: &str, place: &Path) -> Result<Child, Box<dyn Error>> {
    // It copies what is there already, as it would beside a hub.
    drop(open(place, Mode::Sidecar)?);
    let replica = format!("file://{}", place.join("replica").display());
    let database = place.join("a.db").display().to_string();
    let child = Command::new(program)
        .args(["replicate", &database, &replica])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    std::thread::sleep(Duration::from_secs(2));
    Ok(child)
}

async fn measure(place: &Path, mode: Mode, callers: usize) -> Result<String, Box<dyn Error>> {
    let db = open(place, mode)?;
    let before = db.replica().map_or(0, |status| status.bytes);
    let started = Instant::now();
    let calling = (0..callers).map(|caller| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut took = Vec::new();
            while started.elapsed() < FOR {
                let asked = Instant::now();
                book(&db, caller as i64).await?;
                took.push(asked.elapsed());
            }
            Ok::<_, StoreError>(took)
        })
    });
    let mut took = Vec::new();
    for caller in calling.collect::<Vec<_>>() {
        took.extend(caller.await??);
    }
    let elapsed = started.elapsed().as_secs_f64();
    took.sort();
    let ms = |at: usize| took[at.min(took.len() - 1)].as_secs_f64() * 1000.0;
    let shipped = match db.replica() {
        None => "–".to_owned(),
        Some(status) => {
            db.replicated().await?;
            let bytes = db.replica().map_or(status.bytes, |status| status.bytes) - before;
            (bytes / took.len() as u64).to_string()
        }
    };
    let line = format!(
        "{:.0} | {:.1} | {:.1} | {shipped}",
        took.len() as f64 / elapsed,
        ms(took.len() / 2),
        ms(took.len() * 99 / 100),
    );
    db.close().await?;
    Ok(line)
}

async fn book(db: &Db, screening: i64) -> Result<(), StoreError> {
    db.write(move |tx| {
        tx.prepare_cached("INSERT INTO bookings (screening, body) VALUES (?1, ?2)")?
            .execute((screening, "x".repeat(BODY)))?;
        Ok(())
    })
    .await
}

/// A database of about a gigabyte: shipped, merged into nothing, restored.
async fn large(place: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(place)?;
    let db = open(place, Mode::Async)?;
    for _ in 0..64 {
        db.write(|tx| {
            tx.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000)
                 INSERT INTO bookings (screening, body) SELECT i, hex(randomblob(1900)) FROM n",
                [],
            )?;
            Ok::<_, StoreError>(())
        })
        .await?;
        match db.replicated().await {
            Err(error) if !matches!(error, StoreError::NotReplicated) => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    db.until_replicated().await?;
    db.close().await?;
    let bytes = std::fs::metadata(place.join("a.db"))?.len();
    let target = Folder::new(&place.join("replica"));
    let started = Instant::now();
    let restored = restore(
        &target,
        &place.join("restored.db"),
        Wanted::Newest,
        &mut |_, _| {},
    )?;
    println!(
        "restored {} MB (main file {} MB) from {} files in {:.1} s, with a look at every page",
        u64::from(restored.pages) * u64::from(restored.page_size) / 1_000_000,
        bytes / 1_000_000,
        restored.files,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
