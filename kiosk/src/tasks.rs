//! What the kiosk does by itself: link, live events, open orders, expired holds.

use std::sync::Arc;
use std::time::Duration;

use boxoffice::{Shop, finding, live, timekeeping, upkeep};
use domain::id::NodeId;
use domain::link::ByHand;
use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};
use store::StoreError;

use crate::app::App;
use crate::http::{look_after_orders, look_after_refunds};
use crate::mqtt::{HubLink, keep_link};
use crate::searching;
use crate::work_offline;

/// Open orders are looked after this often, and when an answer was lost.
const ORDERS_EVERY: Duration = Duration::from_secs(2);

/// Refunds that the terminal has not confirmed are asked for this often.
const REFUNDS_EVERY: Duration = Duration::from_secs(5);

/// Searches that the hub takes no more are forgotten this often.
const SEARCHES_EVERY: Duration = Duration::from_secs(3_600);

/// Whether working offline is over is looked at this often.
const OFFLINE_EVERY: Duration = Duration::from_secs(1);

/// Starts everything. The tasks end after `shutdown`.
pub fn spawn(app: &App, hub: HubLink, shutdown: &Shutdown) -> Vec<Task> {
    let shop = app.shop.clone();
    let (orders, refunds) = (app.clone(), app.clone());
    let offline = app.shop.clone();
    let clock = hub.clock.clone();
    let searches = app.shop.clone();
    vec![
        spawn_periodic(
            "old searches",
            SEARCHES_EVERY,
            Arc::default(),
            shutdown.clone(),
            move || forget_searches(searches.clone()),
        ),
        Task::spawn("live", live::tell(shop, shutdown.clone())),
        Task::spawn("hub link", keep_link(hub, shutdown.clone())),
        spawn_periodic(
            "open orders",
            ORDERS_EVERY,
            app.orders_due.clone(),
            shutdown.clone(),
            move || look_after_orders(orders.clone()),
        ),
        spawn_periodic(
            "open refunds",
            REFUNDS_EVERY,
            Arc::default(),
            shutdown.clone(),
            move || look_after_refunds(refunds.clone()),
        ),
        upkeep::sweep_holds(&app.shop, shutdown),
        app.shop.replicas.raise_alarms(shutdown),
        finding::keep(&app.shop, shutdown),
        timekeeping::keep(&app.shop, clock, shutdown),
        spawn_periodic(
            "work offline",
            OFFLINE_EVERY,
            Arc::default(),
            shutdown.clone(),
            move || look_after_offline(offline.clone()),
        ),
    ]
}

async fn forget_searches(shop: Shop) -> Result<(), StoreError> {
    let asked = shop.clone();
    let gone = shop
        .db
        .write(move |tx| searching::forget_old(tx, asked.here()));
    gone.await.map(drop)
}

/// Nothing is written unless something is over.
async fn look_after_offline(shop: Shop) -> Result<(), StoreError> {
    if shop.db.read(work_offline::find).await? == ByHand::Off {
        return Ok(());
    }
    let asked = shop.clone();
    let looked = shop.db.write(move |tx| {
        let link = asked.links.of_node(&NodeId::hub());
        let by_hand = work_offline::look(tx, asked.here(), link)?;
        // In here one after the other, as it was written.
        asked.links.set_by_hand(by_hand.since());
        Ok(())
    });
    looked.await
}
