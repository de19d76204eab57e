//! What a supervisor asks: alive, ready, and the figures.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::link::LinkState;
use prometheus_client::registry::Registry;
use store::{StoreError, change_feed};

use crate::Shop;

#[derive(Clone)]
struct Health {
    shop: Shop,
    registry: Arc<Registry>,
}

/// `/healthz`, `/readyz` and `/metrics`.
pub fn routes(shop: Shop, registry: Arc<Registry>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Health { shop, registry })
}

/// Whether the writer answers: what the watchdog asks, too.
pub async fn writer_answers(shop: &Shop) -> bool {
    match shop.db.write(|_| Ok::<_, StoreError>(())).await {
        Ok(()) => true,
        // Its replica does not: to start anew would not help.
        Err(StoreError::ReplicaUnreachable | StoreError::NotReplicated) => true,
        Err(_) => false,
    }
}

async fn can_commit(shop: &Shop) -> bool {
    shop.db.write(|_| Ok::<_, StoreError>(())).await.is_ok()
}

async fn ready(State(health): State<Health>) -> Response {
    if can_commit(&health.shop).await {
        return "ready\n".into_response();
    }
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "the database does not answer\n",
    )
        .into_response()
}

async fn metrics(State(health): State<Health>) -> Response {
    let head = health.shop.db.read(change_feed::head).await.unwrap_or(-1);
    let links = health.shop.links.by_theater();
    let text = process::metrics::encode_with(&health.registry, |text| {
        let _ = writeln!(
            text,
            "# TYPE moding_feed_head gauge\nmoding_feed_head {head}"
        );
        let _ = writeln!(text, "# TYPE moding_link_online gauge");
        for (theater, link) in links {
            let online = i32::from(link.state == LinkState::Online);
            let _ = writeln!(text, "moding_link_online{{theater=\"{theater}\"}} {online}");
        }
        health.shop.replicas.write_metrics(text);
    });
    let kind = process::metrics::CONTENT_TYPE;
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
