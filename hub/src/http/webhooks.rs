//! What the gateway posts by itself. It carries no signature, so it is handed on as it came and
//! is no more than a hint to the payments module to ask the gateway.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use boxoffice::problem::ApiError;
use protocol::error::{ErrorCode, Problem};

use crate::app::App;
use crate::payments::client::ClientError;
use crate::payments::http::TRANSMISSION_ID;

/// A header that is longer is none of the gateway's.
const TRANSMISSION_ID_LENGTH_MAX: usize = 200;

/// Hear what the gateway says; it is asked whether that is so
#[utoipa::path(post, operation_id = "hear_toss",
    path = "/api/webhooks/toss", tag = "webhooks",
    request_body(content = String, content_type = "application/json"),
    responses((status = 200), (status = 503, body = Problem)))]
pub(super) async fn toss(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, ApiError> {
    let unavailable = || ApiError::new(ErrorCode::PaymentsUnavailable);
    let paying = app.payments.as_ref().ok_or_else(unavailable)?;
    let id = headers.get(TRANSMISSION_ID);
    let id = id.and_then(|id| id.to_str().ok());
    let id = id.filter(|id| id.len() <= TRANSMISSION_ID_LENGTH_MAX);
    match paying.client.webhook(id, body).await {
        Ok(()) => Ok(StatusCode::OK),
        // What it does not understand it will not understand the next time either.
        Err(ClientError::Refused { detail, .. }) => {
            tracing::warn!(%detail, "a webhook was not understood");
            Ok(StatusCode::OK)
        }
        // The gateway sends it again.
        Err(ClientError::NoAnswer(_) | ClientError::Fault(_)) => Err(unavailable()),
    }
}
