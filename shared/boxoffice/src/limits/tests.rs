//! Limits of a router that is driven past them, with a clock that is turned by hand.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use axum::middleware;
use axum::response::Response;
use axum::routing::any;
use axum::{Extension, Router};
use domain::time::Timestamp;
use process::clock::ManualClock;
use serde_json::Value;
use store::{Db, StoreError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tower::ServiceExt as _;

use super::*;

const CLIENT: &str = "203.0.113.5:4000";

struct Stage {
    clock: Arc<ManualClock>,
    limits: Limits,
    router: Router,
    /// Lets a request to `/api/slow` go on.
    go: Arc<Notify>,
}

fn stage(settings: Settings) -> Stage {
    let clock = Arc::new(ManualClock::new(Timestamp(0)));
    let db = Db::open_in_memory(&[]).unwrap();
    let limits = Limits::new(settings, clock.clone(), db);
    let go = Arc::new(Notify::new());
    let slow = |Extension(go): Extension<Arc<Notify>>| async move { go.notified().await };
    let router = Router::new()
        .route("/api/slow", any(slow))
        .fallback(|| async { "done" })
        .layer(middleware::from_fn_with_state(limits.clone(), guard))
        .layer(Extension(go.clone()));
    Stage {
        clock,
        limits,
        router,
        go,
    }
}

fn request(method: &Method, path: &str, from: &str) -> Request<Body> {
    let peer: SocketAddr = from.parse().unwrap();
    let request = Request::builder().method(method).uri(path);
    let request = request.extension(ConnectInfo(Peer(peer)));
    request.body(Body::empty()).unwrap()
}

impl Stage {
    async fn ask(&self, method: Method, path: &str, from: &str) -> Response {
        let request = request(&method, path, from);
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn status(&self, method: Method, path: &str, from: &str) -> u16 {
        self.ask(method, path, from).await.status().as_u16()
    }
}

fn settings() -> Settings {
    let positive = |number| NonZeroU32::new(number).unwrap();
    Settings {
        buying: Rate {
            per_minute: positive(6),
            burst: positive(3),
        },
        in_flight_max: 1,
        in_flight_paying_max: 1,
        connections_max: 1,
        ..Settings::default()
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again() {
    let stage = stage(settings());
    let buy = || stage.ask(Method::POST, "/api/screenings/1/holds", CLIENT);
    for _ in 0..3 {
        assert_eq!(buy().await.status(), 200);
    }
    let refused = buy().await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "10");
    assert_eq!(
        refused.headers()["content-type"],
        "application/problem+json"
    );
    let body = to_bytes(refused.into_body(), 4_096).await.unwrap();
    let problem: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(problem["code"], "too_many_requests");
    // What they were told is true: a moment earlier is too early.
    stage.clock.advance_ms(9_999);
    assert_eq!(buy().await.status(), 429);
    stage.clock.advance_ms(1);
    assert_eq!(buy().await.status(), 200);
    assert_eq!(buy().await.status(), 429);
}

#[tokio::test]
async fn one_client_and_one_kind_of_request_do_not_use_up_anothers() {
    let stage = stage(settings());
    let path = "/api/screenings/1/holds";
    while stage.status(Method::POST, path, CLIENT).await == 200 {}
    assert_eq!(stage.status(Method::GET, path, CLIENT).await, 200);
    assert_eq!(
        stage
            .status(Method::POST, "/api/orders/1/attempts", CLIENT)
            .await,
        200
    );
    assert_eq!(stage.status(Method::GET, "/", CLIENT).await, 200);
    assert_eq!(
        stage.status(Method::POST, path, "203.0.113.6:4000").await,
        200
    );
    for _ in 0..9 {
        assert_eq!(
            stage.status(Method::POST, path, "127.0.0.1:4000").await,
            200
        );
    }
}

/// The answer to a request that is under way until [`Stage::go`].
async fn under_way(stage: &Stage, method: Method) -> tokio::task::JoinHandle<Response> {
    let router = stage.router.clone();
    let request = request(&method, "/api/slow", CLIENT);
    let (begun, begins) = oneshot::channel();
    let asked = tokio::spawn(async move {
        let _ = begun.send(());
        router.oneshot(request).await.unwrap()
    });
    begins.await.unwrap();
    while stage.limits.0.in_flight.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    asked
}

#[tokio::test]
async fn a_rush_is_refused_clearly_and_who_pays_is_let_through() {
    let stage = stage(settings());
    let slow = under_way(&stage, Method::GET).await;
    let refused = stage.ask(Method::GET, "/api/movies", CLIENT).await;
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["retry-after"], "2");
    let pay = "/api/orders/1/confirmation";
    assert_eq!(stage.status(Method::POST, pay, CLIENT).await, 200);
    stage.go.notify_one();
    assert_eq!(slow.await.unwrap().status(), 200);
    assert_eq!(stage.status(Method::GET, "/api/movies", CLIENT).await, 200);
    let mut registry = Registry::default();
    stage.limits.register(&mut registry);
    let text = process::metrics::encode(&registry);
    let counted = "moding_requests_turned_away_total{class=\"looking\",why=\"load\"} 1";
    assert!(text.contains(counted), "{text}");
}

#[tokio::test]
async fn who_has_the_answer_begun_is_not_counted_any_more() {
    let stage = stage(settings());
    // A stream of events is an answer whose body has no end.
    let answers: Vec<Response> = vec![
        stage.ask(Method::GET, "/api/events", CLIENT).await,
        stage.ask(Method::GET, "/api/events", CLIENT).await,
    ];
    assert!(answers.iter().all(|answer| answer.status() == 200));
}

#[tokio::test]
async fn requests_are_turned_away_before_the_writers_queue_is_full() {
    let stage = stage(settings());
    let (release, released) = std::sync::mpsc::channel::<()>();
    let db = stage.limits.0.db.clone();
    let busy = db.clone();
    let busy = tokio::spawn(async move {
        let wait = move |_: &rusqlite::Transaction<'_>| {
            let _ = released.recv();
            Ok::<_, StoreError>(())
        };
        busy.write(wait).await
    });
    let mut waiting = Vec::new();
    while !db.is_crowded() {
        let db = db.clone();
        waiting.push(tokio::spawn(async move {
            db.write(|_| Ok::<_, StoreError>(())).await
        }));
        tokio::task::yield_now().await;
    }
    let hold = "/api/screenings/1/holds";
    assert_eq!(stage.status(Method::POST, hold, CLIENT).await, 503);
    assert_eq!(stage.status(Method::GET, "/api/movies", CLIENT).await, 200);
    // There is room left for the sync.
    let sync = tokio::spawn(async move { db.write(|_| Ok::<_, StoreError>(())).await });
    release.send(()).unwrap();
    busy.await.unwrap().unwrap();
    sync.await.unwrap().unwrap();
    for one in waiting {
        one.await.unwrap().unwrap();
    }
    assert_eq!(stage.status(Method::POST, hold, CLIENT).await, 200);
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let stage = stage(settings());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = stage.router.clone();
    let routes = routes.into_make_service_with_connect_info::<Peer>();
    let capped = Capped::new(listener, stage.limits.clone());
    tokio::spawn(async move { axum::serve(capped, routes).await });
    let ask = b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    let first = TcpStream::connect(address).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let headers: BTreeMap<&str, &str> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .collect();
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    assert_eq!(headers["Retry-After"], "2");
    assert_eq!(headers["Content-Length"], body.len().to_string());
    let problem: protocol::error::Problem = serde_json::from_str(body).unwrap();
    assert_eq!(problem.code, ErrorCode::Overloaded);
    // When the first one goes, somebody else is let in.
    drop(first);
    loop {
        let mut third = TcpStream::connect(address).await.unwrap();
        let _ = third.write_all(ask).await;
        let mut answer = Vec::new();
        let _ = third.read_to_end(&mut answer).await;
        if answer.starts_with(b"HTTP/1.1 200 ") {
            return;
        }
    }
}

#[test]
fn limits_that_leave_the_sync_no_room_are_refused() {
    assert_eq!(Settings::default().wrong(), None);
    let wrong = |settings: Settings| settings.wrong().map(|(key, _)| key);
    let many = Settings {
        in_flight_max: 1_000,
        ..Settings::default()
    };
    assert_eq!(wrong(many), Some("in_flight_max"));
    let none = Settings {
        connections_max: 0,
        ..Settings::default()
    };
    assert_eq!(wrong(none), Some("connections_max"));
}
