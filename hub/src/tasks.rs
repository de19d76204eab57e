//! What the hub does by itself: links, live events, expired holds, allotments.

use boxoffice::{live, upkeep};
use process::shutdown::Shutdown;
use process::task::Task;

use crate::allotment::rounds::keep_allotments;
use crate::app::App;
use crate::campaigns::keeping::keep_campaigns;
use crate::mqtt::{Links, keep_links};

/// Starts everything. The tasks end after `shutdown`.
pub fn spawn(app: &App, links: Links, shutdown: &Shutdown) -> Vec<Task> {
    vec![
        Task::spawn("live", live::tell(app.shop.clone(), shutdown.clone())),
        Task::spawn("node links", keep_links(links, shutdown.clone())),
        upkeep::sweep_holds(&app.shop, shutdown),
        keep_allotments(&app.shop, app.allotment.clone(), shutdown),
        keep_campaigns(&app.shop, app.payments.as_ref(), shutdown),
    ]
}
