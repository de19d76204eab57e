//! What the hub does by itself: links, live events, expired holds, allotments, orders.

use std::time::Duration;

use boxoffice::{finding, live, upkeep};
use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};

use crate::allotment::rounds::keep_allotments;
use crate::app::App;
use crate::campaigns::keeping::keep_campaigns;
use crate::mqtt::{Links, keep_links};
use crate::orders::following;

/// Orders, refunds and tenders are looked after this often, and when something is due.
const ORDERS_EVERY: Duration = Duration::from_secs(2);

/// Starts everything. The tasks end after `shutdown`.
pub fn spawn(app: &App, links: Links, shutdown: &Shutdown) -> Vec<Task> {
    let client = app.payments.as_ref().map(|paying| &paying.client);
    let mut tasks = vec![
        Task::spawn("live", live::tell(app.shop.clone(), shutdown.clone())),
        Task::spawn("node links", keep_links(links, shutdown.clone())),
        upkeep::sweep_holds(&app.shop, shutdown),
        finding::keep(&app.shop, shutdown),
        keep_allotments(&app.shop, app.allotment.clone(), shutdown),
        keep_campaigns(&app.shop, client, shutdown),
    ];
    tasks.extend(follow_payments(app, shutdown));
    tasks
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
