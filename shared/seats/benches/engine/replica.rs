//! What a replica costs: bookings a second and how long each takes, without one and with one in
//! each mode, in one run. And how long a large database takes to be restored.
//!
//! `cargo bench -p seats --bench engine -- replica FOLDER [litestream=PROGRAM]
//! [bucket=http://HOST:PORT/NAME] [elsewhere=FOLDER]`; the replica is in a folder beside the
//! database, in a bucket (key `moding`, secret `moding-secret`), or in a folder elsewhere. With the
//! path of Litestream that runs beside a database, too.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use store::damage::Check;
use store::replication::target::{Bucket, BucketPlace, Folder, ReplicaTarget};
use store::replication::{Copying, Durability, Policy, Replication, Wanted, restore};
use store::{Db, Migration, StoreError};

use crate::selling::{Operation, Sale, lay_out, sell};

/// What fills a database for the restore.
const FILLED: &[Migration] = &[Migration::new(
    "rows",
    "CREATE TABLE rows (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
)];

/// Seats are held and booked in one.
const SALE: Sale = Sale {
    operation: Operation::HoldAndBook,
    screenings: 60,
    held: 0,
};

/// How long each figure is measured.
const FOR: Duration = Duration::from_secs(4);

const CALLERS: [usize; 3] = [1, 32, 256];

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

/// Measures everything that `options` ask for.
pub(crate) fn costs(options: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measured(options)).expect("it is measured");
}

async fn measured(options: &[String]) -> Result<(), Box<dyn Error>> {
    let (folder, options) = options.split_first().ok_or("a folder")?;
    let (folder, modes) = (PathBuf::from(folder), modes(options)?);
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

fn open(place: &Path, mode: &Mode, migrations: &'static [Migration]) -> Result<Db, Box<dyn Error>> {
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
            migrations,
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
        progress: |_| Ok(0),
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
    drop(open(
        place,
        &Mode::Sidecar(program.to_owned()),
        seats::ALONE,
    )?);
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
    let db = open(place, mode, seats::ALONE)?;
    lay_out(&db, SALE).await;
    settle(&db).await?;
    let shipped = |db: &Db| db.replica().map_or(0, |status| status.bytes);
    let (before, written_before) = (shipped(&db), written()?);
    let sold = sell(&db, SALE, callers, FOR).await;
    settle(&db).await?;
    let per_booking = |bytes: u64| bytes / sold.operations;
    let copied = match db.replica() {
        None => "–".to_owned(),
        Some(_) => per_booking(shipped(&db) - before).to_string(),
    };
    let line = format!(
        "{:.0} | {:.1} | {:.1} | {copied} | {}",
        sold.a_second,
        sold.p50_ms,
        sold.p99_ms,
        per_booking(written()? - written_before),
    );
    db.close().await?;
    Ok(line)
}

/// Waits until the replica has everything, if there is one.
async fn settle(db: &Db) -> Result<(), StoreError> {
    match db.replica() {
        None => Ok(()),
        Some(_) => db.until_replicated().await,
    }
}

/// A database of about a gigabyte: shipped, merged into nothing, restored.
async fn large(place: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(place)?;
    let async_beside = Mode::Embedded(Durability::Async, At::Folder(None));
    let db = open(place, &async_beside, FILLED)?;
    for _ in 0..64 {
        db.write(|tx| {
            tx.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000)
                 INSERT INTO rows (body) SELECT hex(randomblob(1900)) FROM n",
                [],
            )?;
            Ok::<_, StoreError>(())
        })
        .await?;
        db.until_replicated().await?;
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
