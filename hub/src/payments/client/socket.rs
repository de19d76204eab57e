//! HTTP/1 over a Unix socket: one connection for each request, which on one machine costs
//! less than keeping them would.

use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;

use super::{ClientError, no_answer};

/// Sends `request` and reads the head of the answer.
pub(super) async fn carry(
    path: &Path,
    mut request: Request<Body>,
) -> Result<Response<Body>, ClientError> {
    let stream = UnixStream::connect(path).await.map_err(no_answer)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(no_answer)?;
    // HTTP/1.1 wants one; nobody reads it.
    let host = HeaderValue::from_static("payments");
    request.headers_mut().insert(header::HOST, host);
    // It ends when the answer was read or given up.
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "payments.connection_ended");
        }
    });
    let response = sender.send_request(request).await.map_err(no_answer)?;
    Ok(response.map(Body::new))
}
