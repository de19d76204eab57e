//! A store that takes conditions for decoration: it stands before a real one and leaves them out.

use std::net::{Ipv4Addr, SocketAddr};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, Response, StatusCode};

/// The largest request of a test, in bytes.
const BODY_MAX: usize = 64 * 1024 * 1024;

#[derive(Clone)]
struct Behind {
    http: reqwest::Client,
    store: SocketAddr,
}

/// Stands before `store` until this program ends; says where.
///
/// # Panics
///
/// When it cannot listen.
pub async fn before(store: SocketAddr) -> SocketAddr {
    let http = reqwest::Client::new();
    let router = axum::Router::new()
        .fallback(hand_on)
        .with_state(Behind { http, store });
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("it has one");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn hand_on(State(behind): State<Behind>, request: Request) -> Response<Body> {
    let handed_on = forward(&behind, request).await;
    handed_on.unwrap_or_else(|error| {
        let mut lost = Response::new(Body::from(error));
        *lost.status_mut() = StatusCode::BAD_GATEWAY;
        lost
    })
}

async fn forward(behind: &Behind, request: Request) -> Result<Response<Body>, String> {
    let (mut head, body) = request.into_parts();
    head.headers.remove(IF_MATCH);
    head.headers.remove(IF_NONE_MATCH);
    let body = to_bytes(body, BODY_MAX).await.map_err(words)?;
    let asked = behind
        .http
        .request(head.method, format!("http://{}{}", behind.store, head.uri))
        .headers(head.headers)
        .body(body)
        .send();
    let answer = asked.await.map_err(words)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.map_err(words)?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = of_this_hop(headers);
    Ok(response)
}

/// How long the answer is, the server says itself: of a `HEAD` it is another length.
fn of_this_hop(mut headers: HeaderMap) -> HeaderMap {
    headers.remove(CONTENT_LENGTH);
    headers
}

fn words(error: impl std::error::Error) -> String {
    error.to_string()
}
