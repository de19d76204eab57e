//! The pages of a hub that stands by: begun before there is a copy, over before it is written to.

use std::sync::Arc;
use std::time::Duration;

use boxoffice::finding;
use boxoffice::guard::{Guard, Strength};
use boxoffice::limits::{Capped, Limits, Peer};
use domain::time::Timestamp;
use hub::app::{App, Operators};
use hub::config::Config;
use hub::http::copy::{self, Named};
use hub::mqtt::hellos::Hellos;
use hub::sqlite;
use process::clock::SystemClock;
use process::shutdown::{self, Shutdown};
use process::task::Task;
use store::Db;
use store::replication::FollowedCopy;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::Failure;
use crate::command::serve::shop;

/// Answers that are under way at a take-over have so long to end.
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// What is served while the hub stands by, on threads of its own.
pub(super) struct Pages {
    runtime: Runtime,
    db: Db,
    shutdown: Shutdown,
    tasks: Vec<Task>,
}

impl Pages {
    /// Listens where the hub will listen, and serves what can be read of the first of `copies`.
    pub(super) fn open(config: &Config, copies: Vec<Named>) -> Result<Self, Failure> {
        let (_, copy) = copies.first().ok_or("there is nothing to follow")?;
        let copy = copy.clone();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("standby-pages")
            .enable_all()
            .build()?;
        let listener = runtime.block_on(process::http::bind(config.http.listen))?;
        let app = app(config, &copy)?;
        let (shop, shutdown) = (app.shop.clone(), Shutdown::new());
        let routes = copy::router(app, copy, copies);
        let tasks = {
            let _inside = runtime.enter();
            let served = serve(shop.limits.clone(), listener, routes, shutdown.clone());
            vec![
                Task::spawn("pages", served),
                finding::keep(&shop, &shutdown),
            ]
        };
        Ok(Self {
            runtime,
            db: shop.db,
            shutdown,
            tasks,
        })
    }

    /// Ends it: afterwards nobody listens, and nobody has the copy open.
    pub(super) fn close(self) {
        self.shutdown.request();
        let Self {
            runtime, db, tasks, ..
        } = self;
        let closed = runtime.block_on(async {
            for unfinished in shutdown::drain(tasks, CLOSE_MAX).await {
                tracing::warn!(?unfinished, "a task of the pages did not end");
            }
            db.close().await
        });
        if let Err(error) = closed {
            tracing::warn!(%error, "the copy could not be closed");
        }
        // Connections that are left are cut here.
        runtime.shutdown_timeout(CLOSE_MAX);
    }
}

async fn serve(limits: Limits, listener: TcpListener, routes: axum::Router, shutdown: Shutdown) {
    let routes = routes.into_make_service_with_connect_info::<Peer>();
    let served = axum::serve(Capped::new(listener, limits), routes)
        .with_graceful_shutdown(shutdown.requested());
    if let Err(error) = served.await {
        tracing::error!(%error, "the pages are not served any more");
    }
}

/// A hub that has nothing but `copy`: no links to kiosks, no payments, and no operators.
fn app(config: &Config, copy: &FollowedCopy) -> Result<App, Failure> {
    let db = Db::of_copy(copy, sqlite::MIGRATIONS)?;
    let clock = Arc::new(SystemClock::new(Timestamp(0)));
    let mut shop = shop(config, db, clock)?;
    shop.copy = Some(copy.clone());
    Ok(App {
        shop,
        incarnation: 0,
        operators: Arc::new(Operators::new(Guard::new(None, Strength::Long))),
        hellos: Hellos::default(),
        allotment: config.allotment.policy(),
        payments: None,
        selling: Arc::new(config.selling.selling()?),
    })
}
