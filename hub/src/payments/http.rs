//! The payments router: parse, call one operation, render.

mod answer;
mod books;
mod feed;
mod health;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use domain::id::{OrderId, RefundId};
use rusqlite::Transaction;

use super::Payments;
use super::api::{
    AskRefund, Confirm, HowToPay, OpenOrder, OrderView, RefundAccount, RefundView, TakenAtKiosk,
};
use super::webhooks::{self, Hint, TakenAs, WEBHOOK_BYTES_MAX};
use answer::{Answer, Body, Failed};

/// The header in which the gateway numbers its webhooks.
pub const TRANSMISSION_ID: &str = "tosspayments-webhook-transmission-id";

/// Everything that may be asked of the payments module.
pub fn router(payments: Payments) -> Router {
    Router::new()
        .route("/orders/{order}", put(open_order).get(order))
        .route("/orders/{order}/attempts", post(begin_attempt))
        .route("/orders/{order}/confirmation", post(confirm))
        .route("/orders/{order}/closing", post(close))
        .route("/orders/{order}/refund-account", put(refund_account))
        .route("/refunds/{refund}", put(refund).get(refund_view))
        .route("/refunds/{refund}/retry", post(retry_refund))
        .route("/outcomes", get(feed::outcomes))
        .route("/tenders/{order}", put(tender))
        .route("/webhooks/toss", post(webhook))
        .route("/accounts", get(books::accounts))
        .route("/accounts/{account}", get(books::account))
        .route("/accounts/{account}/statement", get(books::statement))
        .route("/entries/{entry}", put(books::enter))
        .route("/nodes/{node}/totals", get(books::totals))
        .route("/reconciliations", post(books::reconcile))
        .route(
            "/reconciliations/{reconciliation}",
            get(books::reconciliation),
        )
        .route(
            "/reconciliations/{reconciliation}/differences/{number}/decision",
            post(books::repair),
        )
        .merge(health::routes(&payments))
        .layer(DefaultBodyLimit::max(WEBHOOK_BYTES_MAX))
        .with_state(payments)
}

async fn open_order(
    State(payments): State<Payments>,
    Path(order): Path<OrderId>,
    Body(asked): Body<OpenOrder>,
) -> Answer<OrderView> {
    Ok(Json(payments.open_order(order, asked).await?))
}

async fn order(State(payments): State<Payments>, Path(order): Path<OrderId>) -> Answer<OrderView> {
    Ok(Json(payments.order(order).await?))
}

async fn begin_attempt(
    State(payments): State<Payments>,
    Path(order): Path<OrderId>,
) -> Answer<HowToPay> {
    Ok(Json(payments.begin_attempt(order).await?))
}

async fn confirm(
    State(payments): State<Payments>,
    Path(order): Path<OrderId>,
    Body(confirm): Body<Confirm>,
) -> Answer<OrderView> {
    Ok(Json(payments.confirm(order, confirm).await?))
}

async fn close(State(payments): State<Payments>, Path(order): Path<OrderId>) -> Answer<OrderView> {
    Ok(Json(payments.close(order).await?))
}

async fn refund_account(
    State(payments): State<Payments>,
    Path(order): Path<OrderId>,
    Body(account): Body<RefundAccount>,
) -> Result<StatusCode, Failed> {
    payments.take_refund_account(order, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn refund(
    State(payments): State<Payments>,
    Path(refund): Path<RefundId>,
    Body(asked): Body<AskRefund>,
) -> Answer<RefundView> {
    Ok(Json(payments.refund(refund, asked).await?))
}

async fn refund_view(
    State(payments): State<Payments>,
    Path(refund): Path<RefundId>,
) -> Answer<RefundView> {
    Ok(Json(payments.refund_view(refund).await?))
}

async fn retry_refund(
    State(payments): State<Payments>,
    Path(refund): Path<RefundId>,
) -> Answer<RefundView> {
    Ok(Json(payments.retry_refund(refund).await?))
}

async fn tender(
    State(payments): State<Payments>,
    Path(order): Path<OrderId>,
    Body(taken): Body<TakenAtKiosk>,
) -> Result<StatusCode, Failed> {
    payments.tender(order, taken).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Noted and answered at once, whatever it is: what it hints at is asked about by a task. Only
/// a fault is told, so that the gateway sends it again.
async fn webhook(
    State(payments): State<Payments>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Failed> {
    let id = headers.get(TRANSMISSION_ID);
    let id = id.and_then(|value| value.to_str().ok());
    let Some(hint) = Hint::read(&body, id) else {
        tracing::warn!(bytes = body.len(), "webhook.not_understood");
        return Ok(StatusCode::OK);
    };
    let now = payments.now();
    let take = move |tx: &Transaction<'_>| webhooks::take(tx, &hint, now);
    if payments.db().write(take).await? == TakenAs::Hint {
        payments.nudges().attempts.notify_one();
    }
    Ok(StatusCode::OK)
}
