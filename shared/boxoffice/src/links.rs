//! Who can be reached: at the hub each theater's node, at a kiosk the hub.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::TheaterId;
use domain::link::{Link, LinkState};
use domain::time::Timestamp;
use tokio::sync::watch;

/// The state of every link by the theater it concerns. Cheap to clone; all clones see the
/// same.
#[derive(Clone)]
pub struct Links {
    links: Arc<watch::Sender<BTreeMap<TheaterId, Link>>>,
    started_at: Timestamp,
}

impl Links {
    /// No link has been tried yet.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            links: Arc::new(watch::Sender::new(BTreeMap::new())),
            started_at: now,
        }
    }

    /// The link that concerns `theater`.
    #[must_use]
    pub fn of(&self, theater: TheaterId) -> Link {
        let links = self.links.borrow();
        let link = links.get(&theater).copied();
        link.unwrap_or_else(|| Link::never_heard(self.started_at))
    }

    /// The other side was heard.
    pub fn heard(&self, theater: TheaterId, now: Timestamp) {
        self.change(theater, |link| link.heard(now));
    }

    /// The other side was found gone.
    pub fn lost(&self, theater: TheaterId, now: Timestamp) {
        self.change(theater, |link| link.lost(now));
    }

    /// Tells of every link whose state changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<BTreeMap<TheaterId, Link>> {
        self.links.subscribe()
    }

    fn change(&self, theater: TheaterId, change: impl FnOnce(Link) -> Link) {
        let never = Link::never_heard(self.started_at);
        self.links.send_if_modified(|links| {
            let known = links.entry(theater).or_insert(never);
            let before: LinkState = known.state;
            *known = change(*known);
            // "Last heard" moves all the time; watchers care when the state does.
            before != known.state
        });
    }
}
