//! The handles that every request and task of the sandbox gets.

use std::sync::{Arc, PoisonError, RwLock};

use process::ids::{Ids, OsIds};
use store::Db;
use tokio::sync::{Mutex, Notify};

use crate::clock::VirtualClock;
use crate::faults::Faults;
use crate::here::Here;
use crate::keys::Keys;
use crate::policy::Policy;
use crate::running::Running;

/// Everything the sandbox works with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: VirtualClock,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) keys: Keys,
    pub(crate) faults: Arc<Faults>,
    pub(crate) running: Arc<Running>,
    /// Where the sandbox answers.
    pub(crate) base: Arc<str>,
    policy: RwLock<Arc<Policy>>,
    pub(crate) http: reqwest::Client,
    /// Webhooks may be waiting.
    pub(crate) nudge: Arc<Notify>,
    /// Held by whoever sends webhooks: each is sent by one.
    pub(crate) sending: Mutex<()>,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl App {
    pub(crate) fn new(db: Db, clock: VirtualClock, keys: Keys, base: &str, policy: Policy) -> Self {
        Self {
            inner: Arc::new(Inner {
                db,
                clock,
                ids: Arc::new(OsIds),
                keys,
                faults: Arc::default(),
                running: Arc::default(),
                base: Arc::from(base),
                policy: RwLock::new(Arc::new(policy)),
                http: crate::admin::direct(),
                nudge: Arc::default(),
                sending: Mutex::new(()),
            }),
        }
    }

    /// The circumstances of an operation that begins now.
    pub(crate) fn here(&self) -> Here {
        Here {
            now: self.clock.now(),
            ids: self.ids.clone(),
            base: self.base.clone(),
            policy: self.policy(),
            faults: self.faults.clone(),
        }
    }

    pub(crate) fn policy(&self) -> Arc<Policy> {
        let policy = self.policy.read().unwrap_or_else(PoisonError::into_inner);
        policy.clone()
    }

    pub(crate) fn set_policy(&self, policy: Policy) {
        let mut held = self.policy.write().unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(policy);
    }
}
