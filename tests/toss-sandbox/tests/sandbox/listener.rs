//! Somebody who listens for webhooks and answers as a test wants.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;

/// A webhook that came.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) retried: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// Listens until the test ends.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(crate) url: String,
    heard: Arc<Heard>,
}

#[derive(Default)]
struct Heard {
    told: Mutex<Vec<Told>>,
    /// What is answered next; 200 when there is nothing.
    answers: Mutex<VecDeque<StatusCode>>,
}

impl Listener {
    pub(crate) async fn new() -> Self {
        let heard = Arc::<Heard>::default();
        let routes = Router::new()
            .route("/hook", post(hear))
            .with_state(heard.clone());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, heard }
    }

    pub(crate) fn answer(&self, statuses: &[StatusCode]) {
        self.heard.answers.lock().unwrap().extend(statuses);
    }

    pub(crate) fn told(&self) -> Vec<Told> {
        self.heard.told.lock().unwrap().clone()
    }

    /// The statuses that were told, in the order in which they came.
    pub(crate) fn statuses(&self) -> Vec<String> {
        let status = |told: &Told| {
            let body = &told.body;
            let status = body["data"]["status"].as_str().or(body["status"].as_str());
            status.unwrap_or_default().to_owned()
        };
        self.told().iter().map(status).collect()
    }
}

async fn hear(State(heard): State<Arc<Heard>>, headers: HeaderMap, body: String) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    heard.told.lock().unwrap().push(Told {
        id: header("tosspayments-webhook-transmission-id"),
        retried: header("tosspayments-webhook-transmission-retried-count"),
        body: serde_json::from_str(&body).unwrap(),
        headers,
    });
    heard
        .answers
        .lock()
        .unwrap()
        .pop_front()
        .unwrap_or(StatusCode::OK)
}
