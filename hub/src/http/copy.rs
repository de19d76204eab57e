//! The pages of a hub that stands by: what can be read of its copy, how old that is, and a clear
//! no to everything else.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use boxoffice::pages;
use boxoffice::problem::{ApiError, Speaks};
use process::metrics;
use prometheus_client::registry::Registry;
use protocol::error::ErrorCode;
use store::replication::{CopyState, FollowedCopy};

use super::{Screens, document, reading_routes};
use crate::app::App;
use crate::sqlite;

/// How many seconds old the copy is from which an answer comes, or [`NO_COPY`]. A hub that leads
/// does not send it.
pub const AGE: HeaderName = HeaderName::from_static("moding-copy-age");

/// In place of an age, while there is no copy.
const NO_COPY: HeaderValue = HeaderValue::from_static("none");

/// Whoever asks whether this hub is ready may ask again after so many seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// A copy by the name of its database.
pub type Named = (&'static str, FollowedCopy);

#[derive(Clone)]
struct Health {
    copies: Arc<Vec<Named>>,
    registry: Arc<Registry>,
}

/// Everything that is served of `app`, which reads `copy`; the figures tell of all `copies`.
pub fn router(app: App, copy: FollowedCopy, copies: Vec<Named>) -> Router {
    let shared: Router = boxoffice::reading_routes()
        .with_state(app.shop.clone())
        .into();
    let own: Router = reading_routes().with_state(app.clone()).into();
    let site = pages::site::<Screens>(shared.merge(own), document());
    let site = site.layer(middleware::from_fn_with_state(copy, guard));
    let mut registry = metrics::registry(app.shop.clock.clone());
    app.shop.limits.register(&mut registry);
    let health = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
        .with_state(Health {
            copies: Arc::new(copies),
            registry: Arc::new(registry),
        });
    pages::guarded(site, &app.shop).merge(health)
}

/// Lets through what can be read, and says of every answer how old it is.
async fn guard(
    State(copy): State<FollowedCopy>,
    speaks: Speaks,
    request: Request,
    next: Next,
) -> Response {
    // Before it is read: what is read then is not older.
    let state = copy.state();
    let mut response = match refusal(&copy, &request) {
        Some(refusal) => refusal.speaking(speaks).into_response(),
        None => next.run(request).await,
    };
    let age = state.map_or(NO_COPY, |state| HeaderValue::from(seconds(&state)));
    response.headers_mut().insert(AGE, age);
    response
}

/// Why a request is not answered. The screens always are: they say the same to people.
fn refusal(copy: &FollowedCopy, request: &Request) -> Option<ApiError> {
    let path = request.uri().path();
    let is_api = path == "/api" || path.starts_with("/api/");
    let is_known = !is_api || request.extensions().get::<MatchedPath>().is_some();
    if !matches!(*request.method(), Method::GET | Method::HEAD) || !is_known {
        return Some(ApiError::new(ErrorCode::StandingBy));
    }
    let readable = copy.readable(sqlite::MIGRATIONS.len());
    readable.err().filter(|_| is_api).map(ApiError::from)
}

/// Whole seconds, rounded up: nothing is older than it is said to be.
fn seconds(state: &CopyState) -> u64 {
    let age = state.age();
    age.as_secs() + u64::from(age.subsec_nanos() > 0)
}

/// Buyers are not to be sent to a hub that sells nothing.
async fn ready() -> Response {
    let after = [(header::RETRY_AFTER, RETRY_AFTER)];
    let text = "standing by: another hub leads, and this one follows it\n";
    (StatusCode::SERVICE_UNAVAILABLE, after, text).into_response()
}

async fn figures(State(health): State<Health>) -> Response {
    let text = metrics::encode_with(&health.registry, |text| {
        write_followers(text, &health.copies)
    });
    ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response()
}

fn write_followers(text: &mut String, copies: &[Named]) {
    let mut gauge = |name: &str, value: &dyn Fn(CopyState) -> String| {
        let _ = writeln!(text, "# TYPE moding_follower_{name} gauge");
        for (database, copy) in copies {
            if let Some(state) = copy.state() {
                let value = value(state);
                let _ = writeln!(
                    text,
                    "moding_follower_{name}{{database=\"{database}\"}} {value}"
                );
            }
        }
    };
    gauge("lag_seconds", &|state| {
        format!("{:.3}", state.age().as_secs_f64())
    });
    gauge("transaction", &|state| state.tx.to_string());
    gauge("written_timestamp_seconds", &|state| {
        let ms = state.written_at_ms;
        format!("{}.{:03}", ms / 1000, ms.rem_euclid(1000))
    });
}
