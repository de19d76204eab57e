//! The module as a process of its own: its router behind a Unix socket that only the hub's
//! group may open.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::Path;

use axum::Router;
use process::shutdown::{self, DRAIN_MAX, Shutdown};
use process::systemd;
use process::task::Task;
use store::StoreError;
use tokio::net::{UnixListener, UnixStream};

use super::Payments;
use super::http;

/// Its user and its group may ask; others may not even connect.
const SOCKET_MODE: u32 = 0o660;

/// Why the module does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("another payments process already serves at {0}")]
    AlreadyServed(String),
    #[error("`payments.socket` cannot be served")]
    Socket(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Begins to listen at `path`; a socket that a dead process has left is taken over.
///
/// # Errors
///
/// Somebody serves there, or it is no socket, or cannot be made.
pub async fn bind(path: &Path) -> Result<UnixListener, ServeError> {
    if let Ok(found) = fs::symlink_metadata(path) {
        if !found.file_type().is_socket() {
            let wrong = io::Error::new(io::ErrorKind::AlreadyExists, "this is no socket");
            return Err(wrong.into());
        }
        if UnixStream::connect(path).await.is_ok() {
            return Err(ServeError::AlreadyServed(path.display().to_string()));
        }
        fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(SOCKET_MODE))?;
    Ok(listener)
}

/// Serves until `shutdown`; then lets requests and `tasks` come to their end and closes the
/// database.
///
/// # Errors
///
/// The socket can no longer be served, or the database cannot be closed.
pub async fn serve(
    payments: Payments,
    listener: UnixListener,
    tasks: Vec<Task>,
    shutdown: &Shutdown,
) -> Result<(), ServeError> {
    let watched = payments.clone();
    let _watchdog = systemd::spawn_watchdog(move || {
        let payments = watched.clone();
        async move { payments.writer_answers().await }
    });
    systemd::ready();
    tracing::info!("serving");
    listen(http::router(payments.clone()), listener, shutdown).await?;
    end(payments, tasks).await
}

/// Answers until `shutdown`, and lets requests come to their end.
///
/// # Errors
///
/// The socket can no longer be served.
pub async fn listen(routes: Router, listener: UnixListener, shutdown: &Shutdown) -> io::Result<()> {
    let served = axum::serve(listener, routes).with_graceful_shutdown(shutdown.requested());
    let patience = async {
        shutdown.requested().await;
        tokio::time::sleep(DRAIN_MAX).await;
    };
    tokio::select! {
        served = served => served?,
        // A call to the gateway may take longer. It is found again after the next start.
        () = patience => tracing::warn!("a request did not end"),
    }
    Ok(())
}

/// Lets `tasks` come to their end and closes the database.
///
/// # Errors
///
/// The database cannot be closed.
pub async fn end(payments: Payments, tasks: Vec<Task>) -> Result<(), ServeError> {
    systemd::stopping();
    for unfinished in shutdown::drain(tasks, DRAIN_MAX).await {
        tracing::warn!(?unfinished, "a task did not end");
    }
    payments.db().clone().close().await?;
    Ok(())
}

impl Payments {
    /// Whether the writer of the payment database answers.
    pub async fn writer_answers(&self) -> bool {
        self.db().write(|_| Ok::<_, StoreError>(())).await.is_ok()
    }
}
