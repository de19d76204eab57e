//! What is asked about the books.

use axum::Json;
use axum::extract::{Path, Query, State};
use domain::id::NodeId;
use domain::ledger::Account;
use jiff::civil::Date;
use rusqlite::{Connection, Transaction};
use serde::Deserialize;
use uuid::Uuid;

use super::answer::{Answer, Body};
use crate::payments::api::Refused;
use crate::payments::api::books::{
    AccountView, DayTotal, Decide, Entered, Entry, ReconciliationView, RepairView, Statement,
    Window,
};
use crate::payments::tenders::DAYS_MAX;
use crate::payments::{Payments, entries, tenders};

pub(super) async fn accounts(State(payments): State<Payments>) -> Answer<Vec<AccountView>> {
    Ok(Json(payments.db().read(entries::accounts).await?))
}

pub(super) async fn account(
    State(payments): State<Payments>,
    Path(account): Path<Account>,
) -> Answer<AccountView> {
    let look = move |db: &Connection| entries::account(db, account);
    Ok(Json(payments.db().read(look).await?))
}

#[derive(Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    after: i64,
    #[serde(default = "default_limit")]
    limit: u32,
}

fn default_limit() -> u32 {
    100
}

pub(super) async fn statement(
    State(payments): State<Payments>,
    Path(account): Path<Account>,
    Query(page): Query<Page>,
) -> Answer<Statement> {
    let look = move |db: &Connection| entries::statement(db, account, page.after, page.limit);
    Ok(Json(payments.db().read(look).await?))
}

pub(super) async fn enter(
    State(payments): State<Payments>,
    Path(id): Path<Uuid>,
    Body(entry): Body<Entry>,
) -> Answer<Entered> {
    let now = payments.now();
    let enter = move |tx: &Transaction<'_>| entries::enter(tx, id, &entry, now);
    Ok(Json(payments.db().write(enter).await?))
}

#[derive(Deserialize)]
pub(super) struct Days {
    from: String,
    to: String,
}

pub(super) async fn totals(
    State(payments): State<Payments>,
    Path(node): Path<NodeId>,
    Query(days): Query<Days>,
) -> Answer<Vec<DayTotal>> {
    let date = |text: &str| text.parse::<Date>().map_err(|_| Refused::Invalid);
    let (from, to) = (date(&days.from)?, date(&days.to)?);
    let length = from.until(to).map_or(DAYS_MAX, |span| span.get_days());
    if !(0..DAYS_MAX).contains(&length) {
        return Err(Refused::Invalid.into());
    }
    let (from, to) = (from.to_string(), to.to_string());
    let look = move |db: &Connection| tenders::totals(db, &node, (&from, &to));
    Ok(Json(payments.db().read(look).await?))
}

pub(super) async fn reconcile(
    State(payments): State<Payments>,
    Body(window): Body<Window>,
) -> Answer<ReconciliationView> {
    Ok(Json(payments.reconcile(window).await?))
}

pub(super) async fn repair(
    State(payments): State<Payments>,
    Path((reconciliation, number)): Path<(i64, usize)>,
    Body(Decide { decision }): Body<Decide>,
) -> Answer<RepairView> {
    let of = (reconciliation, number);
    Ok(Json(payments.repair(of, decision).await?))
}

pub(super) async fn reconciliation(
    State(payments): State<Payments>,
    Path(id): Path<i64>,
) -> Answer<ReconciliationView> {
    Ok(Json(payments.reconciliation(id).await?))
}
