//! What the sandbox serves: the gateway's API, the browser's library and its window, and what
//! tests set it with.

mod admin;
mod connection;
mod door;
mod window;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
pub(crate) use connection::serve;

use crate::answering::Answer;
use crate::app::App;
use crate::asking::Target;
use crate::refusal;

/// Everything that is served.
pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/v1/payments/confirm", post(confirm))
        .route("/v1/payments/{key}", get(by_key))
        .route("/v1/payments/orders/{order}", get(by_order))
        .route("/v1/payments/{key}/cancel", post(cancel))
        .route("/v1/virtual-accounts", post(issue_account))
        .route("/v1/transactions", get(transactions))
        .merge(window::routes())
        .nest("/__sandbox", admin::routes())
        .route("/readyz", get(ready))
        .fallback(unknown)
        .with_state(app)
}

async fn confirm(State(app): State<App>, request: Request) -> Response {
    door::pass(app, Target::Confirm, request).await
}

async fn by_key(State(app): State<App>, Path(key): Path<String>, request: Request) -> Response {
    door::pass(app, Target::ByKey(key), request).await
}

async fn by_order(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    door::pass(app, Target::ByOrder(id), request).await
}

async fn cancel(State(app): State<App>, Path(key): Path<String>, request: Request) -> Response {
    door::pass(app, Target::Cancel(key), request).await
}

async fn issue_account(State(app): State<App>, request: Request) -> Response {
    door::pass(app, Target::IssueAccount, request).await
}

async fn transactions(State(app): State<App>, request: Request) -> Response {
    door::pass(app, Target::Transactions, request).await
}

async fn ready() -> &'static str {
    "ready\n"
}

async fn unknown(State(app): State<App>) -> Response {
    let trace = crate::naming::trace_id(&*app.ids);
    door::response(Answer::no(&refusal::NOT_FOUND), &trace, None)
}

/// Broken machinery of the sandbox itself: said plainly, so that nobody takes it for the
/// gateway's own 500.
fn broken(error: &store::StoreError) -> Response {
    let chain = process::telemetry::chain(error);
    tracing::error!(error = chain, "the sandbox cannot use its store");
    let text = format!("the sandbox itself is broken: {chain}\n");
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}
