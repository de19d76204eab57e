//! Who looks at what, over all live streams of this program and what the other side has told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use domain::id::NodeId;
use domain::presence::{Counts, Presence, Subject};
use tokio::sync::watch;

/// The viewers of everything. Cheap to clone; all clones see the same.
#[derive(Clone)]
pub struct Viewers(Arc<Inner>);

struct Inner {
    presence: Mutex<Presence>,
    /// Goes up with every change.
    moved: watch::Sender<u64>,
}

/// Somebody who looks, as long as this lives.
pub struct Watching {
    viewers: Viewers,
    subject: Subject,
}

impl Default for Viewers {
    fn default() -> Self {
        Self(Arc::new(Inner {
            presence: Mutex::default(),
            moved: watch::Sender::new(0),
        }))
    }
}

impl Viewers {
    /// One more who looks at `subject`.
    #[must_use]
    pub fn watch(&self, subject: Subject) -> Watching {
        self.change(|presence| {
            presence.joined(subject);
            true
        });
        Watching {
            viewers: self.clone(),
            subject,
        }
    }

    /// `node` tells of its viewers, at `now_ms` of the monotonic clock.
    pub fn told(&self, node: &NodeId, counts: Counts, now_ms: i64) {
        self.change(|presence| presence.told(node, counts, now_ms));
    }

    /// `node` is gone.
    pub fn gone(&self, node: &NodeId) {
        self.change(|presence| {
            presence.gone(node);
            true
        });
    }

    /// How many look at `subject`.
    #[must_use]
    pub fn count(&self, subject: Subject) -> u32 {
        self.presence().count(subject)
    }

    /// The numbers of this program's own streams, to tell another node.
    #[must_use]
    pub fn own(&self) -> Counts {
        self.presence().own().clone()
    }

    /// How many look elsewhere at what `node` has told of.
    #[must_use]
    pub fn others(&self, node: &NodeId) -> Counts {
        self.presence().others(node)
    }

    /// The nodes that have told of theirs lately.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        self.presence().nodes()
    }

    /// Sees every change.
    #[must_use]
    pub fn moves(&self) -> watch::Receiver<u64> {
        self.0.moved.subscribe()
    }

    /// The numbers that have changed since this was asked the last time; at `now_ms` of the
    /// monotonic clock.
    pub(crate) fn changed(&self, now_ms: i64) -> BTreeMap<Subject, u32> {
        let mut presence = self.presence();
        presence.expire(now_ms);
        let changed = presence.take_changed().into_iter();
        changed
            .map(|subject| (subject, presence.count(subject)))
            .collect()
    }

    /// Those who wait are woken only when there is something new: two nodes that tell each other
    /// of what they were told would never rest.
    fn change(&self, change: impl FnOnce(&mut Presence) -> bool) {
        let moved = change(&mut self.presence());
        if moved {
            self.0.moved.send_modify(|moved| *moved += 1);
        }
    }

    fn presence(&self) -> MutexGuard<'_, Presence> {
        self.0.presence.lock().expect("no one panics inside")
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.viewers.change(|presence| {
            presence.left(self.subject);
            true
        });
    }
}
