//! Connections, which can be cut instead of answered: axum's own server cannot do that.

use std::pin::pin;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use process::shutdown::Shutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

/// In the extensions of a response that nobody is to get.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HangUp;

/// Ends a connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut on purpose")]
struct Cut;

/// Serves `router` until `shutdown`, and then what is being answered to its end.
pub(crate) async fn serve(listener: TcpListener, router: Router, shutdown: Shutdown) {
    let mut over = pin!(shutdown.requested());
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = &mut over => break,
            accepted = listener.accept() => accepted,
            // Only to forget it.
            Some(_ended) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(converse(stream, router.clone(), shutdown.clone()));
            }
            Err(error) => tracing::warn!(%error, "a connection was not accepted"),
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn converse(stream: TcpStream, router: Router, shutdown: Shutdown) {
    // A small answer must not wait for the next one.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection stays as it is");
    }
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let answering = router.clone().oneshot(request.map(Body::new));
        async move {
            let Ok(response): Result<Response, _> = answering.await;
            match response.extensions().get::<HangUp>() {
                Some(HangUp) => Err(Cut),
                None => Ok(response),
            }
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.requested() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}
