//! What a supervisor asks of the payments module: alive, and the figures. No figure names a
//! buyer, a key or an order.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::ledger::Account;
use prometheus_client::registry::Registry;
use rusqlite::Connection;
use store::StoreError;

use super::answer::Failed;
use crate::payments::Payments;
use crate::payments::sqlite::{attempts, refunds, transfers, webhooks};

/// `/healthz` and `/metrics`.
pub(super) fn routes(payments: &Payments) -> Router<Payments> {
    let mut registry = process::metrics::registry(payments.clock());
    payments.calls().register(&mut registry);
    let registry = Arc::new(registry);
    Router::new().route("/healthz", get(health)).route(
        "/metrics",
        get(move |payments| metrics(payments, registry.clone())),
    )
}

async fn health(State(payments): State<Payments>) -> Response {
    if payments.writer_answers().await {
        return "ok\n".into_response();
    }
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

async fn metrics(
    State(payments): State<Payments>,
    registry: Arc<Registry>,
) -> Result<Response, Failed> {
    let figures = payments.db().read(figures).await?;
    let wrong = payments.books_wrong();
    let text = process::metrics::encode_with(&registry, |text| {
        text.push_str(&figures);
        let _ = writeln!(
            text,
            "# TYPE moding_books_wrong gauge\nmoding_books_wrong {wrong}"
        );
    });
    let kind = process::metrics::CONTENT_TYPE;
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

fn figures(db: &Connection) -> Result<String, StoreError> {
    let mut text = String::new();
    for (what, by, counts) in [
        ("attempts_open", "state", attempts::counts_open(db)?),
        ("refunds_open", "state", refunds::counts_open(db)?),
        ("webhooks", "taken_as", webhooks::counts(db)?),
    ] {
        let _ = writeln!(text, "# TYPE moding_payments_{what} gauge");
        for (label, count) in counts {
            let _ = writeln!(text, "moding_payments_{what}{{{by}=\"{label}\"}} {count}");
        }
    }
    // What should be small, and somebody looks at when it is not.
    let _ = writeln!(text, "# TYPE moding_account_won gauge");
    for account in [Account::RefundsInTransit, Account::Suspense] {
        let won = transfers::balance(db, &account)?.on(account.side()).0;
        let _ = writeln!(text, "moding_account_won{{account=\"{account}\"}} {won}");
    }
    Ok(text)
}
