//! Webhooks go out: whoever listens has ten seconds to say 200, and is asked again otherwise.

use std::collections::BTreeMap;
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
/// The one answer that is documented to be enough.
const TAKEN: &str = "200";
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

/// Payments side by side, and what is told of one in its order.
async fn send_all(app: &App, due: Vec<Webhook>, now: Timestamp) -> Result<(), StoreError> {
    let mut payments: BTreeMap<String, Vec<Webhook>> = BTreeMap::new();
    for webhook in due {
        let key = webhook.payment_key.clone();
        payments.entry(key).or_default().push(webhook);
    }
    let mut under_way = JoinSet::new();
    for webhooks in payments.into_values() {
        let http = app.http.clone();
        under_way.spawn(async move {
            let mut said = Vec::new();
            for webhook in webhooks {
                let words = send(&http, &webhook, now).await;
                said.push((webhook, words));
            }
            said
        });
    }
    let said: Vec<_> = under_way.join_all().await.into_iter().flatten().collect();
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            for (webhook, words) in &said {
                webhooks::note(tx, webhook.id, outcome(webhook, words, now), words)?;
            }
            Ok(())
        })
        .await
}

fn outcome(webhook: &Webhook, said: &str, now: Timestamp) -> Sent {
    if said == TAKEN {
        return Sent::Delivered;
    }
    match retry::next(webhook.retried.into(), now) {
        Some(due_at) => Sent::Again { due_at },
        None => Sent::GivenUp,
    }
}

/// Sends one; what the other side said.
async fn send(http: &reqwest::Client, webhook: &Webhook, now: Timestamp) -> String {
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
    match request.send().await {
        Ok(answer) => answer.status().as_u16().to_string(),
        Err(error) => process::telemetry::chain(&error),
    }
}
