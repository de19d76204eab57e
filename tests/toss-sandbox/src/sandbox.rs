//! A sandbox that runs: in a program of its own, or inside of a test.

use std::net::SocketAddr;
use std::path::PathBuf;

use process::http::BindError;
use process::shutdown::{DRAIN_MAX, Shutdown, drain};
use process::task::Task;
use store::{Db, StoreError};

use crate::admin::Admin;
use crate::app::App;
use crate::clock::VirtualClock;
use crate::keys::{KeyError, KeySet, Keys};
use crate::policy::Policy;
use crate::sqlite::{MIGRATIONS, facts};
use crate::{http, sending};

/// How a sandbox is started.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Port 0 takes any free one.
    pub listen: SocketAddr,
    /// The folder of its database.
    pub data: PathBuf,
    /// Where browsers reach it, when that is not where it listens.
    pub public_url: Option<String>,
    /// Secret keys of further merchants.
    pub secret_keys: Vec<String>,
    pub policy: Policy,
    pub reach: Reach,
}

/// Who may reach it: whoever does can make payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    ThisMachine,
    Everybody,
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(
        "{0} can be reached from other machines, and whoever reaches a sandbox can make \
         payments: listen on 127.0.0.1, or say that everybody may"
    )]
    Open(SocketAddr),
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error("the folder {} cannot be made", .folder.display())]
    Folder {
        folder: PathBuf,
        source: std::io::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A running sandbox. Dropping it leaves it running with the runtime; [`Self::stop`] ends it.
pub struct Sandbox {
    app: App,
    address: SocketAddr,
    shutdown: Shutdown,
    tasks: Vec<Task>,
}

impl Settings {
    /// A sandbox of this machine on any free port, with its database in `data`.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: data.into(),
            public_url: None,
            secret_keys: Vec::new(),
            policy: Policy::default(),
            reach: Reach::ThisMachine,
        }
    }

    /// The same, with every call taking `latency_ms` milliseconds at least.
    #[must_use]
    pub fn taking(mut self, latency_ms: u64) -> Self {
        self.policy.latency_ms = latency_ms;
        self
    }
}

impl Sandbox {
    /// Starts one on the runtime of the caller.
    ///
    /// # Errors
    ///
    /// A key is live, the address is taken, or the database cannot be used.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let keys = Keys::new(&settings.secret_keys)?;
        if settings.reach == Reach::ThisMachine && !settings.listen.ip().is_loopback() {
            return Err(StartError::Open(settings.listen));
        }
        let listener = process::http::bind(settings.listen).await?;
        let address = listener.local_addr().map_err(|source| BindError::Failed {
            address: settings.listen,
            source,
        })?;
        let folder = settings.data;
        std::fs::create_dir_all(&folder).map_err(|source| StartError::Folder {
            folder: folder.clone(),
            source,
        })?;
        let db = Db::open(&folder.join("sandbox.sqlite"), MIGRATIONS)?;
        let ahead = db.read(|db| facts::get(db, facts::CLOCK_AHEAD_MS)).await?;
        let base = settings
            .public_url
            .unwrap_or_else(|| format!("http://{address}"));
        let base = base.trim_end_matches('/');
        let clock = VirtualClock::new(ahead);
        let app = App::new(db, clock, keys, base, settings.policy);
        let shutdown = Shutdown::new();
        let serving = http::serve(listener, http::router(app.clone()), shutdown.clone());
        let tasks = vec![
            Task::spawn("serving", serving),
            sending::spawn(app.clone(), shutdown.clone()),
        ];
        Ok(Self {
            app,
            address,
            shutdown,
            tasks,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> String {
        self.app.base.to_string()
    }

    /// The keys of the merchant that is meant when nobody names one.
    #[must_use]
    pub fn keys(&self) -> &KeySet {
        self.app.keys.first()
    }

    /// Somebody who sets it.
    #[must_use]
    pub fn admin(&self) -> Admin {
        Admin::at(&format!("http://{}", self.address))
    }

    /// Waits until `shutdown`, then stops.
    ///
    /// # Errors
    ///
    /// The database cannot be closed.
    pub async fn run_until(self, shutdown: Shutdown) -> Result<(), StoreError> {
        shutdown.requested().await;
        self.stop().await
    }

    /// Lets what has begun come to its end, and closes the database.
    ///
    /// # Errors
    ///
    /// The database cannot be closed.
    pub async fn stop(self) -> Result<(), StoreError> {
        self.shutdown.request();
        for unfinished in drain(self.tasks, DRAIN_MAX).await {
            tracing::warn!(?unfinished, "a task did not end");
        }
        self.app.db.clone().close().await
    }
}
