//! What a shop does by itself: sweep expired holds, know its feed's head.

use std::sync::Arc;
use std::time::Duration;

use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};
use store::change_feed;
use tokio::sync::{Notify, watch};

use crate::Shop;

/// Expired holds are swept this often: the picture elsewhere is then right again.
const SWEEP_EVERY: Duration = Duration::from_secs(2);

/// Holds swept in one go.
const SWEEP_MAX: u32 = 500;

/// Frees the seats of expired holds, until `shutdown`.
pub fn sweep_holds(shop: &Shop, shutdown: &Shutdown) -> Task {
    let (shop, never) = (shop.clone(), Arc::new(Notify::new()));
    spawn_periodic(
        "expired holds",
        SWEEP_EVERY,
        never,
        shutdown.clone(),
        move || {
            let shop = shop.clone();
            async move {
                let asked = shop.clone();
                let swept = shop
                    .db
                    .write(move |tx| seats::release_expired(tx, asked.here(), SWEEP_MAX));
                swept.await.map(drop)
            }
        },
    )
}

/// The head of the node's change feed after every commit.
pub async fn watch_head(shop: &Shop, shutdown: Shutdown) -> watch::Receiver<i64> {
    let first = shop.db.read(change_feed::head).await.unwrap_or(0);
    let (told, head) = watch::channel(first);
    let (db, mut commits) = (shop.db.clone(), shop.db.commits());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                changed = commits.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
                () = shutdown.requested() => return,
            }
            if let Ok(head) = db.read(change_feed::head).await {
                told.send_replace(head);
            }
        }
    });
    head
}
