//! From the first answer to the last: readiness, watchdog, drain.

use std::sync::Arc;

use axum::Router;
use process::shutdown::{self, DRAIN_MAX, Shutdown};
use process::task::Task;
use process::{metrics, systemd};
use store::StoreError;
use tokio::net::TcpListener;

use crate::limits::{Capped, Peer};
use crate::{Shop, health};

/// Why serving ended before it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("the address can no longer be served")]
    Listen(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Serves `routes` and what a supervisor asks, until `shutdown`; then lets requests and
/// `tasks` come to their end and closes the database.
///
/// # Errors
///
/// Fails when the listener does, or the database cannot be closed.
pub async fn serve(
    shop: Shop,
    listener: TcpListener,
    routes: Router,
    tasks: Vec<Task>,
    shutdown: &Shutdown,
) -> Result<(), ServeError> {
    let limits = shop.limits.clone();
    let mut registry = metrics::registry(shop.clock.clone());
    limits.register(&mut registry);
    let routes = routes.merge(health::routes(shop.clone(), Arc::new(registry)));
    let watched = shop.clone();
    let _watchdog = systemd::spawn_watchdog(move || {
        let shop = watched.clone();
        async move { health::writer_answers(&shop).await }
    });
    systemd::ready();
    tracing::info!(address = %listener.local_addr()?, node = %shop.node, "serving");
    let routes = routes.into_make_service_with_connect_info::<Peer>();
    axum::serve(Capped::new(listener, limits), routes)
        .with_graceful_shutdown(shutdown.requested())
        .await?;
    systemd::stopping();
    for unfinished in shutdown::drain(tasks, DRAIN_MAX).await {
        tracing::warn!(?unfinished, "a task did not end");
    }
    shop.db.close().await?;
    Ok(())
}
