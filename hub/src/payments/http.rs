//! The payments router: parse, call one operation, render.

mod answer;

use axum::extract::{Path, State};
use axum::routing::{post, put};
use axum::{Json, Router};
use domain::id::OrderId;

use super::Payments;
use super::api::{HowToPay, OpenOrder, OrderView};
use answer::{Answer, Body};

/// A body that is larger is none of ours.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// The header in which the gateway numbers its webhooks.
pub const TRANSMISSION_ID: &str = "tosspayments-webhook-transmission-id";

/// Everything that may be asked of the payments module.
pub fn router(payments: Payments) -> Router {
    Router::new()
        .route("/orders/{order}", put(open_order).get(order))
        .route("/orders/{order}/attempts", post(begin_attempt))
        .route("/orders/{order}/closing", post(close))
        .layer(axum::extract::DefaultBodyLimit::max(BODY_BYTES_MAX))
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

async fn close(State(payments): State<Payments>, Path(order): Path<OrderId>) -> Answer<OrderView> {
    Ok(Json(payments.close(order).await?))
}
