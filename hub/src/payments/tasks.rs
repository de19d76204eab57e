//! What the payments module does by itself: lost answers, refunds, comparisons, its own books.

use std::sync::Arc;
use std::time::Duration;

use domain::time::DAY_MS;
use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};
use rusqlite::Transaction;
use store::StoreError;
use tokio::sync::Notify;

use super::sqlite::refund_accounts;
use super::{Payments, webhooks};

/// What is due is looked for this often; a nudge is faster.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often the night's comparison is looked for.
const RECONCILE_EVERY: Duration = Duration::from_secs(60);

/// How often the books are checked (M4).
const CHECK_EVERY: Duration = Duration::from_secs(60 * 60);

/// Starts everything. The tasks end after `shutdown`.
pub fn spawn(payments: &Payments, shutdown: &Shutdown) -> Vec<Task> {
    vec![
        attempts(payments.clone(), shutdown),
        refunds(payments.clone(), shutdown),
        reconciliations(payments.clone(), shutdown),
        check_books(payments.clone(), shutdown),
    ]
}

fn attempts(payments: Payments, shutdown: &Shutdown) -> Task {
    let nudge = payments.nudges().attempts.clone();
    let stop = shutdown.clone();
    let work = move || {
        let (payments, stop) = (payments.clone(), stop.clone());
        async move { payments.look_after_attempts(&stop).await }
    };
    spawn_periodic(
        "payment attempts",
        LOOK_EVERY,
        nudge,
        shutdown.clone(),
        work,
    )
}

fn refunds(payments: Payments, shutdown: &Shutdown) -> Task {
    let nudge = payments.nudges().refunds.clone();
    let stop = shutdown.clone();
    let work = move || {
        let (payments, stop) = (payments.clone(), stop.clone());
        async move { payments.carry_out_refunds(&stop).await }
    };
    spawn_periodic("refunds", LOOK_EVERY, nudge, shutdown.clone(), work)
}

fn reconciliations(payments: Payments, shutdown: &Shutdown) -> Task {
    let nudge = payments.nudges().reconciliations.clone();
    let work = move || {
        let payments = payments.clone();
        async move { payments.look_after_reconciliations().await }
    };
    spawn_periodic(
        "reconciliations",
        RECONCILE_EVERY,
        nudge,
        shutdown.clone(),
        work,
    )
}

fn check_books(payments: Payments, shutdown: &Shutdown) -> Task {
    let work = move || {
        let payments = payments.clone();
        async move {
            for wrong in payments.check_books().await? {
                tracing::error!(wrong, "books.are_wrong");
            }
            payments.db().write(webhooks::prune).await?;
            let before = payments.now().plus_ms(-DAY_MS);
            let prune = move |tx: &Transaction<'_>| refund_accounts::prune(tx, before);
            payments.db().write(prune).await?;
            Ok::<_, StoreError>(())
        }
    };
    let never = Arc::new(Notify::new());
    spawn_periodic("books", CHECK_EVERY, never, shutdown.clone(), work)
}
