//! Webhooks go out: whoever listens has ten seconds to say 200, and is asked again otherwise.

use std::time::Duration;

use domain::time::Timestamp;
use process::shutdown::Shutdown;
use process::task::Task;
use store::StoreError;
use tokio::task::JoinSet;

use crate::app::App;
use crate::rules::retry;
use crate::sqlite::payments;
use crate::sqlite::webhooks::{self, Sent, Webhook};
use crate::turning::{EXPIRED_MAX, expire};
use crate::wire::korean_time;

/// How long the other side may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Webhooks that are under way at a time, at most.
const AT_ONCE_MAX: usize = 64;
/// How often the clock is looked at when nothing happens.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Lets time do its work until `shutdown`: windows run out, webhooks become due.
pub(crate) fn spawn(app: App, shutdown: Shutdown) -> Task {
    Task::spawn("time", async move {
        while !shutdown.is_requested() {
            if let Err(error) = catch_up(&app).await {
                let chain = process::telemetry::chain(&error);
                tracing::error!(error = chain, "time stands still");
            }
            tokio::select! {
                () = app.nudge.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = shutdown.requested() => {}
            }
        }
    })
}

/// Does everything that is due at this moment.
pub(crate) async fn catch_up(app: &App) -> Result<(), StoreError> {
    end_what_ran_out(app).await?;
    let _mine = app.sending.lock().await;
    loop {
        let now = app.clock.now();
        let due = app
            .db
            .read(move |db| webhooks::due(db, now, AT_ONCE_MAX))
            .await?;
        if due.is_empty() {
            return Ok(());
        }
        send_all(app, due, now).await?;
    }
}

async fn end_what_ran_out(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    // A look costs no commit, and mostly there is nothing.
    let first = app.db.read(move |db| payments::expired(db, now, 1)).await?;
    let mut more = !first.is_empty();
    while more {
        let here = app.here();
        let ended = app.db.write(move |tx| expire(tx, &here)).await?;
        more = ended == EXPIRED_MAX;
    }
    Ok(())
}

async fn send_all(app: &App, due: Vec<Webhook>, now: Timestamp) -> Result<(), StoreError> {
    let mut under_way = JoinSet::new();
    for webhook in due {
        under_way.spawn(send(app.http.clone(), webhook, now));
    }
    while let Some(sent) = under_way.join_next().await {
        // A panic would leave it waiting, to be sent again.
        let Ok((webhook, said)) = sent else { continue };
        let now = app.clock.now();
        let outcome = match (said.as_str(), retry::next(webhook.retried.into(), now)) {
            ("200", _) => Sent::Delivered,
            (_, Some(due_at)) => Sent::Again { due_at },
            (_, None) => Sent::GivenUp,
        };
        app.db
            .write(move |tx| webhooks::note(tx, webhook.id, outcome, &said))
            .await?;
    }
    Ok(())
}

/// Sends one; what the other side said.
async fn send(http: reqwest::Client, webhook: Webhook, now: Timestamp) -> (Webhook, String) {
    let request = http
        .post(&webhook.url)
        .timeout(ANSWER_WITHIN)
        .header("content-type", "application/json")
        .header(
            "tosspayments-webhook-transmission-id",
            &webhook.transmission_id,
        )
        .header(
            "tosspayments-webhook-transmission-time",
            korean_time::with_offset(now),
        )
        .header(
            "tosspayments-webhook-transmission-retried-count",
            webhook.retried.to_string(),
        )
        .body(webhook.body.clone());
    let said = match request.send().await {
        Ok(answer) => answer.status().as_u16().to_string(),
        Err(error) => process::telemetry::chain(&error),
    };
    (webhook, said)
}
