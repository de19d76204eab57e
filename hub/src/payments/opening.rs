//! From settings to a module that works: the database, the gateway's secret, the check of the
//! books, and what a crash has left half done.

use std::path::PathBuf;
use std::sync::Arc;

use boxoffice::replica::{self, ReplicaInvalid, ReplicaSettings};
use domain::mutant::{Mutant, is};
use process::clock::Clock;
use process::config::{ConfigError, credential};
use process::ids::Ids;
use process::shutdown::Shutdown;
use rusqlite::Transaction;
use store::damage::Check;
use store::replication::Copying;
use store::{Db, StoreError};

use super::calls::Calls;
use super::gateway::toss::{KeyError, Live, SecretKey, Toss, TossError, check_client_key};
use super::module::{Parts, Payments, Shown};
use super::pace::Pace;
use super::sqlite;
use crate::config::payments::PaymentsSettings;

pub use super::books::check as wrong_books;
pub use super::sqlite::checks::progress;

/// The payment database in its folder.
const FILE: &str = "payments.sqlite";

/// What the payment database is called in a replica.
pub const DATABASE: &str = "payments";

/// The name of the secret key among systemd's credentials.
const CREDENTIAL: &str = "toss";

/// Why the module cannot work.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("`payments.client_key` cannot be used")]
    ClientKey(#[source] KeyError),
    #[error("the gateway's secret key cannot be used")]
    SecretKey(#[source] KeyError),
    #[error("the gateway's secret key cannot be read")]
    Secret(#[from] ConfigError),
    #[error(transparent)]
    Gateway(#[from] TossError),
    #[error("the folder of the payment database cannot be made")]
    Folder(#[from] std::io::Error),
    #[error(transparent)]
    Replica(#[from] ReplicaInvalid),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing is charged while nobody knows whose money it is.
    #[error("the books are wrong: {}", .0.join("; "))]
    Books(Vec<String>),
}

/// The module with Toss Payments as its gateway.
///
/// # Errors
///
/// A key is wrong, the database cannot be opened, or the books are wrong.
pub async fn open(
    (settings, replica): (&PaymentsSettings, Option<&ReplicaSettings>),
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    shutdown: &Shutdown,
) -> Result<Payments, OpenError> {
    let calls = calls(settings)?;
    let copying = replica::copying(replica, DATABASE, (&clock, ids.as_ref()), progress)?;
    let db = database(settings, clock.now().0, copying).await?;
    let shown = Shown {
        client_key: settings.client_key.clone(),
        script: settings.script.clone(),
    };
    let payments = Payments::new(Parts {
        db,
        calls,
        clock,
        ids,
        shown,
        shutdown: shutdown.clone(),
    });
    start(&payments).await?;
    Ok(payments)
}

/// Looks whether the module could reach the gateway with what is set up here.
///
/// # Errors
///
/// A key is wrong, or cannot be read.
pub fn check(settings: &PaymentsSettings) -> Result<(), OpenError> {
    calls(settings).map(drop)
}

fn calls(settings: &PaymentsSettings) -> Result<Calls, OpenError> {
    let live = if settings.live {
        Live::Allowed
    } else {
        Live::Refused
    };
    check_client_key(&settings.client_key, live).map_err(OpenError::ClientKey)?;
    let secret = credential(CREDENTIAL, settings.secret_file.as_deref())?;
    let secret = SecretKey::new(secret, live).map_err(OpenError::SecretKey)?;
    let gateway = Arc::new(Toss::new(&settings.gateway, secret)?);
    Ok(Calls::new(
        gateway,
        Pace::per_minute(settings.calls_per_minute),
    ))
}

/// Where the payment database is.
#[must_use]
pub fn database_file(settings: &PaymentsSettings) -> PathBuf {
    settings.data_dir.join(FILE)
}

async fn database(
    settings: &PaymentsSettings,
    found_at: i64,
    copying: Copying,
) -> Result<Db, OpenError> {
    std::fs::create_dir_all(&settings.data_dir)?;
    let file = database_file(settings);
    let found = (Check::Opening, found_at);
    // It may wait for a replica, and so not here.
    let open = move || Db::open_copied(&file, sqlite::MIGRATIONS, found, copying);
    let opened = tokio::task::spawn_blocking(open).await;
    Ok(opened.unwrap_or(Err(StoreError::Stopped))?)
}

/// Checks the books, and has everything looked at that was under way when the module stopped.
///
/// # Errors
///
/// The store fails, or the books are wrong.
pub async fn start(payments: &Payments) -> Result<(), OpenError> {
    let wrong = payments.check_books().await?;
    if !wrong.is_empty() {
        return Err(OpenError::Books(wrong));
    }
    let now = payments.now();
    let resume = move |tx: &Transaction<'_>| {
        let attempts = if is(Mutant::ForgetPending) {
            0
        } else {
            sqlite::attempts::check_what_was_under_way(tx, now)?
        };
        let refunds = sqlite::refunds::resume(tx, now)?;
        Ok::<_, StoreError>((attempts, refunds))
    };
    let (attempts, refunds) = payments.db().write(resume).await?;
    tracing::info!(attempts, refunds, "payments.resumed");
    Ok(())
}
