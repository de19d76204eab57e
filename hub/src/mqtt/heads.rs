//! Which node has something to read: after every commit only those are woken whom a change
//! concerns and who did not write it themselves.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use boxoffice::Shop;
use domain::id::{NodeId, TheaterId};
use process::shutdown::Shutdown;
use seats::EVERY_NODE;
use store::change_feed::{self, Group};
use tokio::sync::watch;

/// The head of the hub's feed as far as it concerns each node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Heads(Arc<Mutex<BTreeMap<NodeId, Watched>>>);

struct Watched {
    theater: TheaterId,
    head: watch::Sender<i64>,
}

impl Heads {
    /// Follows the hub's commits until `shutdown`.
    #[must_use]
    pub fn follow(shop: &Shop, shutdown: Shutdown) -> Self {
        let heads = Self::default();
        let (followed, db, mut commits) = (heads.clone(), shop.db.clone(), shop.db.commits());
        tokio::spawn(async move {
            let mut seen = db.read(change_feed::head).await.unwrap_or(0);
            loop {
                tokio::select! {
                    changed = commits.changed() => {
                        if changed.is_err() {
                            return;
                        }
                    }
                    () = shutdown.requested() => return,
                }
                let groups = db.read(move |db| change_feed::groups(db, seen)).await;
                for group in groups.unwrap_or_default() {
                    seen = seen.max(group.last);
                    followed.tell(&group);
                }
            }
        });
        heads
    }

    /// The head for `node`, from now on.
    #[must_use]
    pub(super) fn of(&self, node: &NodeId, theater: TheaterId) -> watch::Receiver<i64> {
        let mut heads = self.0.lock().expect("no one panics inside");
        let watched = heads.entry(node.clone()).or_insert_with(|| Watched {
            theater,
            head: watch::Sender::new(0),
        });
        watched.head.subscribe()
    }

    fn tell(&self, group: &Group) {
        let heads = self.0.lock().expect("no one panics inside");
        for (node, watched) in heads.iter() {
            let concerned = group.scope == EVERY_NODE || group.scope == watched.theater.0;
            if concerned && group.origin != node.as_str() {
                watched.head.send_replace(group.last);
            }
        }
    }
}
