//! What the hub does by itself: links, live events, expired holds, allotments, orders.

use std::sync::Arc;
use std::time::Duration;

use boxoffice::{Shop, finding, live, upkeep};
use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};
use store::StoreError;

use crate::allotment::rounds::keep_allotments;
use crate::app::App;
use crate::campaigns::keeping::keep_campaigns;
use crate::mqtt::{Links, keep_links};
use crate::orders::following;
use crate::ranking;

/// Whether a board is due is looked at this often.
const RANKINGS_EVERY: Duration = Duration::from_secs(10);

/// Orders, refunds and tenders are looked after this often, and when something is due.
const ORDERS_EVERY: Duration = Duration::from_secs(2);

/// Starts everything. The tasks end after `shutdown`.
pub fn spawn(app: &App, links: Links, shutdown: &Shutdown) -> Vec<Task> {
    let client = app.payments.as_ref().map(|paying| &paying.client);
    let mut tasks = vec![
        Task::spawn("live", live::tell(app.shop.clone(), shutdown.clone())),
        Task::spawn("node links", keep_links(links, shutdown.clone())),
        upkeep::sweep_holds(&app.shop, shutdown),
        app.shop.replicas.raise_alarms(shutdown),
        finding::keep(&app.shop, shutdown),
        keep_allotments(&app.shop, app.allotment.clone(), shutdown),
        keep_campaigns(&app.shop, client, shutdown),
    ];
    tasks.push(keep_rankings(app, shutdown));
    tasks.extend(follow_payments(app, shutdown));
    tasks
}

/// Publishes the board of each hour, and forgets who searched three days later.
fn keep_rankings(app: &App, shutdown: &Shutdown) -> Task {
    let shop = app.shop.clone();
    spawn_periodic(
        "rankings",
        RANKINGS_EVERY,
        Arc::default(),
        shutdown.clone(),
        move || rank(shop.clone()),
    )
}

async fn rank(shop: Shop) -> Result<(), StoreError> {
    let asked = shop.clone();
    if !shop
        .db
        .read(move |db| ranking::is_due(db, asked.here()))
        .await?
    {
        return Ok(());
    }
    let asked = shop.clone();
    let published = shop.db.write(move |tx| ranking::publish(tx, asked.here()));
    published.await?;
    // A few thousand at a time: nobody waits long for the writer.
    loop {
        let asked = shop.clone();
        let gone = shop
            .db
            .write(move |tx| ranking::forget_old(tx, asked.here()));
        if gone.await? == 0 {
            return Ok(());
        }
    }
}

fn follow_payments(app: &App, shutdown: &Shutdown) -> Vec<Task> {
    let Some(paying) = app.payments.clone() else {
        return Vec::new();
    };
    let shop = app.shop.clone();
    let following = following::follow(paying.clone(), shop.clone(), shutdown.clone());
    vec![
        Task::spawn("payment outcomes", following),
        spawn_periodic(
            "orders",
            ORDERS_EVERY,
            paying.due.clone(),
            shutdown.clone(),
            move || following::look_after(paying.clone(), shop.clone()),
        ),
    ]
}
