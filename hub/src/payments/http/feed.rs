//! The outcome feed, with a long poll: whoever is up to date waits for the next commit.

use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use rusqlite::Connection;
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use super::answer::Answer;
use crate::payments::Payments;
use crate::payments::api::Outcomes;
use crate::payments::orders::PaymentError;
use crate::payments::outcomes::{self, OUTCOMES_MAX};

/// Nobody waits longer.
const WAIT_MS_MAX: u64 = 30_000;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: i64,
    #[serde(default = "default_limit")]
    limit: u32,
    #[serde(default)]
    wait_ms: u64,
}

fn default_limit() -> u32 {
    OUTCOMES_MAX
}

pub(super) async fn outcomes(
    State(payments): State<Payments>,
    Query(asked): Query<Asked>,
) -> Answer<Outcomes> {
    let until = Instant::now() + Duration::from_millis(asked.wait_ms.min(WAIT_MS_MAX));
    // Before the first look: a commit after it is not missed.
    let mut commits = payments.db().commits();
    loop {
        commits.mark_unchanged();
        let page = page(&payments, &asked).await?;
        let is_worth_telling = !page.outcomes.is_empty() || page.last > asked.after;
        if is_worth_telling || asked.wait_ms == 0 {
            return Ok(Json(page));
        }
        let news = tokio::select! {
            news = timeout_at(until, commits.changed()) => news,
            () = payments.shutdown().requested() => return Ok(Json(page)),
        };
        // The time is over, or the database was closed.
        if !matches!(news, Ok(Ok(()))) {
            return Ok(Json(page));
        }
    }
}

async fn page(payments: &Payments, asked: &Asked) -> Result<Outcomes, PaymentError> {
    let (after, limit, now) = (asked.after, asked.limit, payments.now());
    let look = move |db: &Connection| outcomes::read(db, after, limit, now);
    payments.db().read(look).await
}
