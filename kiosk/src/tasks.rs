//! What the kiosk does by itself: link, live events, open orders, expired holds.

use std::time::Duration;

use boxoffice::{live, upkeep};
use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};

use crate::app::App;
use crate::http::look_after_orders;
use crate::mqtt::{HubLink, keep_link};

/// Open orders are looked after this often, and when an answer was lost.
const ORDERS_EVERY: Duration = Duration::from_secs(2);

/// Starts everything. The tasks end after `shutdown`.
pub fn spawn(app: &App, hub: HubLink, shutdown: &Shutdown) -> Vec<Task> {
    let shop = app.shop.clone();
    let orders = app.clone();
    vec![
        Task::spawn("live", live::tell(shop, shutdown.clone())),
        Task::spawn("hub link", keep_link(hub, shutdown.clone())),
        spawn_periodic(
            "open orders",
            ORDERS_EVERY,
            app.orders_due.clone(),
            shutdown.clone(),
            move || look_after_orders(orders.clone()),
        ),
        upkeep::sweep_holds(&app.shop, shutdown),
    ]
}
