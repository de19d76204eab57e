//! A hub that leads says so to the payments process beside it, which may lead then, too.

use std::time::Duration;

use boxoffice::Shop;
use hub::orders::following;
use hub::payments::PaymentsClient;
use hub::payments::api::HubLeads;
use process::shutdown::Shutdown;
use process::task::Task;

use super::leading::{Kept, Term};

/// How often it says so.
const EVERY: Duration = Duration::from_secs(1);

/// Longer than it takes beside a process that lives.
const WITHIN: Duration = Duration::from_secs(2);

/// Says it as long as the lease is kept, until `shutdown`.
pub(super) fn tell_payments(
    kept: &Kept,
    client: &PaymentsClient,
    shop: &Shop,
    shutdown: &Shutdown,
) -> Task {
    let (term, client, shop) = (kept.term.clone(), client.clone(), shop.clone());
    let shutdown = shutdown.clone();
    Task::spawn("leading", async move {
        while !shutdown.is_requested() {
            // Whoever reads the outcomes says already that nobody answers.
            if let Err(error) = tell(&term, &client, &shop).await {
                let error = process::telemetry::chain(error.as_ref());
                tracing::debug!(error, "the payments were not told");
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = shutdown.requested() => {}
            }
        }
    })
}

async fn tell(term: &Term, client: &PaymentsClient, shop: &Shop) -> Result<(), super::Failure> {
    let outcomes_read = shop.db.read(following::outcomes_read).await?;
    let for_ms = term.left_ms();
    if for_ms == 0 {
        return Ok(());
    }
    let word = HubLeads {
        for_ms,
        outcomes_read,
    };
    tokio::time::timeout(WITHIN, client.hub_leads(word)).await??;
    Ok(())
}
