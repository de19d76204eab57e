//! How the replicas of a program's databases stand, for metrics and the console.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};
use store::Db;
use store::replication::{ReplicaStatus, Standing};

/// A file beside a database: when a restore of its replica was last proved to work.
const VERIFIED_SUFFIX: &str = "-verified";

/// How often somebody looks whether a replica is late.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Replicas that are late.
#[derive(Debug, thiserror::Error)]
#[error("what was committed since would be lost with this disk: {0} is not copied")]
struct Late(String);

/// The databases of a program that have replicas.
#[derive(Clone, Default)]
pub struct Replicas(Arc<Mutex<Vec<Watched>>>);

struct Watched {
    name: String,
    path: PathBuf,
    db: Db,
}

/// One replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub database: String,
    pub status: ReplicaStatus,
    /// When a restore was last proved to work, in milliseconds since 1970.
    pub verified_at_ms: Option<i64>,
}

impl Replicas {
    /// Watches a database, if it has a replica.
    pub fn watch(&self, name: &str, path: &Path, db: &Db) {
        if db.replica().is_some() {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.push(Watched {
                name: name.to_owned(),
                path: path.to_owned(),
                db: db.clone(),
            });
        }
    }

    /// How they stand now.
    #[must_use]
    pub fn views(&self) -> Vec<View> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let view = |watched: &Watched| {
            Some(View {
                database: watched.name.clone(),
                status: watched.db.replica()?,
                verified_at_ms: verified_at(&watched.path),
            })
        };
        all.iter().filter_map(view).collect()
    }

    /// Raises an alarm in the log when a replica becomes late, and says when it is not any more.
    pub fn raise_alarms(&self, shutdown: &Shutdown) -> Task {
        let replicas = self.clone();
        spawn_periodic(
            "replicas",
            LOOK_EVERY,
            Arc::default(),
            shutdown.clone(),
            move || {
                let looked = replicas.look();
                async move { looked }
            },
        )
    }

    fn look(&self) -> Result<(), Late> {
        let late = self
            .views()
            .into_iter()
            .filter(|view| view.status.is_late());
        let late: Vec<String> = late.map(|view| view.database).collect();
        if late.is_empty() {
            Ok(())
        } else {
            Err(Late(late.join(", ")))
        }
    }

    /// The same as metrics.
    pub(crate) fn write_metrics(&self, text: &mut String) {
        let views = self.views();
        if views.is_empty() {
            return;
        }
        let mut gauge = |name: &str, value: &dyn Fn(&View) -> Option<String>| {
            let _ = writeln!(text, "# TYPE moding_replica_{name} gauge");
            for view in &views {
                if let Some(value) = value(view) {
                    let database = &view.database;
                    let _ = writeln!(
                        text,
                        "moding_replica_{name}{{database=\"{database}\"}} {value}"
                    );
                }
            }
        };
        let seconds = |ms: i64| format!("{}.{:03}", ms / 1000, ms.rem_euclid(1000));
        gauge("following", &|view| {
            let following = view.status.standing == Standing::Following;
            Some(i32::from(following).to_string())
        });
        gauge("late", &|view| {
            Some(i32::from(view.status.is_late()).to_string())
        });
        gauge("lag_seconds", &|view| {
            let lag_ms = i64::try_from(view.status.lag_ms).unwrap_or(i64::MAX);
            Some(seconds(lag_ms))
        });
        gauge("lag_bytes", &|view| Some(view.status.lag_bytes.to_string()));
        gauge("transaction", &|view| Some(view.status.tx.to_string()));
        gauge("shipped_bytes", &|view| Some(view.status.bytes.to_string()));
        gauge("snapshot_timestamp_seconds", &|view| {
            view.status.snapshot_at_ms.map(seconds)
        });
        gauge("verified_timestamp_seconds", &|view| {
            view.verified_at_ms.map(seconds)
        });
    }
}

/// When a restore of the replica of the database at `path` was last proved to work.
fn verified_at(path: &Path) -> Option<i64> {
    let text = std::fs::read_to_string(note(path)).ok()?;
    text.trim().parse().ok()
}

/// Notes that a restore was proved to work.
///
/// # Errors
///
/// The note cannot be written.
pub(super) fn note_verified(path: &Path, now_ms: i64) -> std::io::Result<()> {
    std::fs::write(note(path), format!("{now_ms}\n"))
}

fn note(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(VERIFIED_SUFFIX);
    PathBuf::from(name)
}
