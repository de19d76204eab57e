//! The operators' console: what only those who know the credential may see and do.

mod books;
mod campaigns;
mod comparing;
mod conflicts;
mod deciding;
mod fleet;
mod ranking;
mod refitting;
mod replicas;
mod seat_maps;
mod view;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use boxoffice::problem::{ApiError, Speaks};
use protocol::api::operator::{NOTE_CHARS_MAX, OPERATOR_CHARS_MAX};
use protocol::error::ErrorCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// What somebody has to set up before anybody is let in.
const SETTING: &str = "operator.credential_file in the hub's settings (or systemd's `operator` \
     credential)";

/// The console's routes, without their guard.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(books::accounts))
        .routes(routes!(books::statement))
        .routes(routes!(books::compare))
        .routes(routes!(books::awaited))
        .routes(routes!(comparing::show))
        .routes(routes!(comparing::decide))
        .routes(routes!(conflicts::list))
        .routes(routes!(conflicts::show))
        .routes(routes!(conflicts::decide))
        .routes(routes!(fleet::list))
        .routes(routes!(fleet::fence))
        .routes(routes!(fleet::let_in))
        .routes(routes!(fleet::recover))
        .routes(routes!(fleet::go))
        .routes(routes!(replicas::list))
        .routes(routes!(seat_maps::change))
        .routes(routes!(campaigns::wishes))
        .routes(routes!(campaigns::list, campaigns::request))
        .routes(routes!(campaigns::show))
        .routes(routes!(campaigns::offer))
        .routes(routes!(campaigns::approve))
        .routes(routes!(campaigns::cancel))
        .routes(routes!(ranking::list, ranking::exclude))
        .routes(routes!(ranking::allow))
}

/// The console's routes; none of them answers without the credential.
pub(super) fn guarded(app: App) -> Router {
    let console: Router = routes().with_state(app.clone()).into();
    console.route_layer(middleware::from_fn_with_state(app, guard))
}

async fn guard(State(app): State<App>, speaks: Speaks, request: Request, next: Next) -> Response {
    let shown = request.headers().get(header::AUTHORIZATION);
    let shown = shown.and_then(|header| header.to_str().ok());
    let shown = shown.and_then(|text| text.strip_prefix("Bearer "));
    let now_ms = app.shop.clock.monotonic_ms();
    if let Err(stopped) = app.operators.guard.check(shown, now_ms) {
        tracing::warn!(?stopped, "somebody was not let into the operators' console");
        return stopped.problem(SETTING).speaking(speaks).into_response();
    }
    let mut response = next.run(request).await;
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}

/// An operator's name and note as they are kept.
fn signed(by: &str, note: &str) -> Result<(String, String), ApiError> {
    let (by, note) = (by.trim(), note.trim());
    let wrong = |what: &str| Err(ApiError::new(ErrorCode::InvalidRequest).detail(what));
    if by.is_empty() || by.chars().count() > OPERATOR_CHARS_MAX || by.chars().any(char::is_control)
    {
        return wrong("`by` is your name, on one line");
    }
    if note.chars().count() > NOTE_CHARS_MAX {
        return wrong("the note is too long");
    }
    Ok((by.to_owned(), note.to_owned()))
}
