//! What a replica costs: operations a second and how long each takes, without one and with one
//! in each mode, in one run. And how long a large database takes to be restored.
//!
//! `cargo run --release -p store --example replica_rate -- FOLDER [litestream=PROGRAM]
//! [bucket=http://HOST:PORT/NAME] [elsewhere=FOLDER]`; the replica is in a folder beside the
//! database, in a bucket (key `moding`, secret `moding-secret`), or in a folder elsewhere. With the
//! path of Litestream that runs beside a database, too.
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
use store::replication::target::{Bucket, BucketPlace, Folder, ReplicaTarget};
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

/// Where a replica is.
#[derive(Clone, PartialEq, Eq)]
enum At {
    /// In a folder beside the database, or in this one.
    Folder(Option<PathBuf>),
    Bucket {
        endpoint: String,
        name: String,
    },
}

#[derive(Clone, PartialEq, Eq)]
enum Mode {
    Local,
    Embedded(Durability, At),
    Sidecar(String),
}

/// Everything that is to be measured, with its name.
fn modes(options: &[String]) -> Result<Vec<(&'static str, Mode)>, Box<dyn Error>> {
    let option = |name: &str| options.iter().find_map(|it| it.strip_prefix(name));
    let embedded = |durability, at: &At| Mode::Embedded(durability, at.clone());
    let beside = At::Folder(None);
    let mut modes = vec![
        ("local", Mode::Local),
        ("async, folder", embedded(Durability::Async, &beside)),
        ("sync, folder", embedded(Durability::Sync, &beside)),
    ];
    if let Some(folder) = option("elsewhere=") {
        let at = At::Folder(Some(PathBuf::from(folder)));
        modes.push(("async, elsewhere", embedded(Durability::Async, &at)));
        modes.push(("sync, elsewhere", embedded(Durability::Sync, &at)));
    }
    if let Some(bucket) = option("bucket=") {
        let (endpoint, name) = bucket.rsplit_once('/').ok_or("http://HOST:PORT/NAME")?;
        let [endpoint, name] = [endpoint, name].map(str::to_owned);
        let at = At::Bucket { endpoint, name };
        modes.push(("async, bucket", embedded(Durability::Async, &at)));
        modes.push(("sync, bucket", embedded(Durability::Sync, &at)));
    }
    if let Some(program) = option("litestream=") {
        modes.push(("Litestream beside", Mode::Sidecar(program.to_owned())));
    }
    Ok(modes)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("a folder")?);
    let modes = modes(&arguments.collect::<Vec<_>>())?;
    println!(
        "| mode | callers | bookings/s | p50 ms | p99 ms | shipped bytes per booking | \
         bytes to disk per booking |"
    );
    println!("|---|---|---|---|---|---|---|");
    for callers in CALLERS {
        for (name, mode) in &modes {
            let place = folder.join(format!("{callers}-{}", name.replace([' ', ','], "-")));
            std::fs::create_dir_all(&place)?;
            let sidecar = match mode {
                Mode::Sidecar(program) => Some(beside(program, &place)?),
                Mode::Local | Mode::Embedded(..) => None,
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

fn open(place: &Path, mode: &Mode) -> Result<Db, Box<dyn Error>> {
    let copying = match mode {
        Mode::Local => Copying::Nobody,
        Mode::Sidecar(_) => Copying::Elsewhere,
        Mode::Embedded(durability, at) => {
            Copying::Embedded(replication(target(place, at)?, *durability))
        }
    };
    let open = || {
        Db::open_copied(
            &place.join("a.db"),
            MIGRATIONS,
            (Check::Opening, 1),
            copying,
        )
    };
    // It looks at the replica first, and waits for it.
    Ok(tokio::task::block_in_place(open)?)
}

fn target(place: &Path, at: &At) -> Result<Arc<dyn ReplicaTarget>, Box<dyn Error>> {
    let own = place.file_name().unwrap_or_default();
    Ok(match at {
        At::Folder(None) => Arc::new(Folder::new(&place.join("replica"))),
        At::Folder(Some(elsewhere)) => Arc::new(Folder::new(&elsewhere.join(own))),
        At::Bucket { endpoint, name } => {
            let place = BucketPlace {
                endpoint: Some(endpoint.clone()),
                region: "us-east-1".to_owned(),
                bucket: name.clone(),
                prefix: own.to_string_lossy().into_owned(),
            };
            let open = || Bucket::new(place, "moding", "moding-secret");
            Arc::new(tokio::task::block_in_place(open)?)
        }
    })
}

fn replication(target: Arc<dyn ReplicaTarget>, durability: Durability) -> Replication {
    let started = Instant::now();
    Replication {
        target,
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

/// What this process has had written to disks so far, in bytes.
fn written() -> Result<u64, Box<dyn Error>> {
    let io = std::fs::read_to_string("/proc/self/io")?;
    let line = io.lines().find_map(|it| it.strip_prefix("write_bytes: "));
    Ok(line.ok_or("no write_bytes")?.parse()?)
}

fn beside(program: &str, place: &Path) -> Result<Child, Box<dyn Error>> {
    // It copies what is there already, as it would beside a hub.
    drop(open(place, &Mode::Sidecar(program.to_owned()))?);
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

async fn measure(place: &Path, mode: &Mode, callers: usize) -> Result<String, Box<dyn Error>> {
    let db = open(place, mode)?;
    let before = db.replica().map_or(0, |status| status.bytes);
    let written_before = written()?;
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
        "{:.0} | {:.1} | {:.1} | {shipped} | {}",
        took.len() as f64 / elapsed,
        ms(took.len() / 2),
        ms(took.len() * 99 / 100),
        (written()? - written_before) / took.len() as u64,
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
    let db = open(place, &Mode::Embedded(Durability::Async, At::Folder(None)))?;
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
