//! The socket of a payments process that may stand by: the hub's word that it leads is taken at
//! any time, everything else only when the module is open.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::put;
use axum::{Json, Router};
use boxoffice::problem::{ApiError, Speaks};
use process::clock::Clock;
use protocol::error::ErrorCode;
use tower::ServiceExt as _;

use super::Payments;
use super::api::HubLeads;
use super::http;
use super::standing::Heard;

/// What the door and whoever decides when it opens have in common. Cheap to clone.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    heard: Mutex<Option<Heard>>,
    /// Why it is closed.
    reason: Mutex<String>,
    module: OnceLock<(Payments, Router)>,
}

impl Door {
    /// A door that is closed.
    #[must_use]
    pub fn closed(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            clock,
            heard: Mutex::default(),
            reason: Mutex::new("no hub on this machine has said that it leads".to_owned()),
            module: OnceLock::new(),
        }))
    }

    /// Opens it to the module, for good.
    pub fn open(&self, module: &Payments) {
        let router = http::router(module.clone());
        // Opened already: it stays so.
        let _ = self.0.module.set((module.clone(), router));
    }

    /// Says from now on why it is closed; whether that is news.
    pub fn closed_because(&self, reason: String) -> bool {
        let mut told = lock(&self.0.reason);
        let is_news = *told != reason;
        *told = reason;
        is_news
    }

    /// What the hub has said last, and what time it is.
    #[must_use]
    pub fn heard(&self) -> (i64, Option<Heard>) {
        (self.0.clock.monotonic_ms(), *lock(&self.0.heard))
    }

    /// Whether the process does what it is there for: an open module must be able to write.
    pub async fn is_alive(&self) -> bool {
        match self.0.module.get() {
            Some((module, _)) => module.writer_answers().await,
            None => true,
        }
    }

    /// What is served at the socket.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/leading", put(leading))
            .fallback(through)
            .with_state(self.clone())
    }
}

async fn leading(State(door): State<Door>, Json(word): Json<HubLeads>) -> StatusCode {
    let now_ms = door.0.clock.monotonic_ms();
    *lock(&door.0.heard) = Some(Heard {
        until_ms: now_ms.saturating_add_unsigned(word.for_ms),
        outcomes_read: word.outcomes_read,
    });
    StatusCode::NO_CONTENT
}

async fn through(State(door): State<Door>, speaks: Speaks, request: Request) -> Response {
    let Some((_, router)) = door.0.module.get() else {
        let reason = lock(&door.0.reason).clone();
        let closed = ApiError::new(ErrorCode::PaymentsUnavailable).speaking(speaks);
        let detail = format!("the payments stand by: {reason}");
        return closed.detail(detail).into_response();
    };
    match router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Nobody leaves half a word behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use domain::time::Timestamp;
    use process::clock::ManualClock;
    use protocol::error::Problem;

    use super::*;

    async fn ask(door: &Door, method: &str, path: &str, body: &str) -> (StatusCode, Vec<u8>) {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/json");
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let answer = door.routes().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 10_000).await;
        (status, bytes.unwrap().to_vec())
    }

    #[tokio::test]
    async fn a_closed_door_says_why_and_takes_the_word_of_the_hub() {
        let clock = Arc::new(ManualClock::new(Timestamp(1)));
        let door = Door::closed(clock.clone());
        assert!(door.closed_because("somebody leads".to_owned()));
        assert!(!door.closed_because("somebody leads".to_owned()));
        for (method, path) in [("GET", "/outcomes?after=0"), ("POST", "/webhooks/toss")] {
            let (status, body) = ask(&door, method, path, "").await;
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            let problem: Problem = serde_json::from_slice(&body).unwrap();
            assert_eq!(problem.kind, "urn:moding:problem:payments_unavailable");
            assert_eq!(problem.detail, "the payments stand by: somebody leads");
        }
        assert_eq!(door.heard().1, None);
        clock.advance_ms(500);
        let word = r#"{"for_ms":14000,"outcomes_read":7}"#;
        let (status, _) = ask(&door, "PUT", "/leading", word).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        let (now_ms, heard) = door.heard();
        let expected = Heard {
            until_ms: now_ms + 14_000,
            outcomes_read: 7,
        };
        assert_eq!(heard, Some(expected));
    }
}
