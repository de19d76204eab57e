//! The built screens, embedded in the program, and what guards them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use protocol::error::ErrorCode;
use rust_embed::RustEmbed;
use tower_http::classify::ServerErrorsFailureClass;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;
use utoipa::openapi::OpenApi;

use crate::problem::ApiError;
use crate::{Shop, limits};

/// The page of the API document sets styles from its script.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// Serves a file of the built screens. An unknown path is a page of the single-page program,
/// unless it is below `/api` or looks like a file.
async fn serve<Screens: RustEmbed>(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") || path == "api" {
        return ApiError::new(ErrorCode::NotFound).into_response();
    }
    if let Some(file) = Screens::get(path) {
        return file_response(path, file.data);
    }
    let looks_like_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    match Screens::get("index.html") {
        Some(page) if !looks_like_file => file_response("index.html", page.data),
        Some(_) => StatusCode::NOT_FOUND.into_response(),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The screens were not built into this program: run `cargo xtask ui` and build again.",
        )
            .into_response(),
    }
}

fn file_response(path: &str, data: std::borrow::Cow<'static, [u8]>) -> Response {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    // Files below assets/ carry their hash in the name.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Response::builder()
        .header(header::CONTENT_TYPE, kind.as_ref())
        .header(header::CACHE_CONTROL, cache)
        .body(Body::from(data))
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The largest body of a request.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Everything that a program serves: its API, the page of the API's document, its screens,
/// and the guards around them.
pub fn served<Screens: RustEmbed + 'static>(api: Router, document: OpenApi, shop: &Shop) -> Router {
    guarded(site::<Screens>(api, document), shop)
}

/// A program's API, the page of the API's document, and its screens.
pub fn site<Screens: RustEmbed + 'static>(api: Router, document: OpenApi) -> Router {
    api.merge(Router::from(crate::document::page(document)))
        .fallback(serve::<Screens>)
}

/// The guards around a site.
pub fn guarded(site: Router, shop: &Shop) -> Router {
    let (limits, headers) = (shop.limits.clone(), Arc::new(shop.outside.headers()));
    site.layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(guard_site))
        .layer(middleware::from_fn_with_state(limits, limits::guard))
        .layer(middleware::from_fn_with_state(headers, guard_headers))
        .layer(TraceLayer::new_for_http().on_failure(report))
}

/// Reports an answer that says that something is wrong here. One that says "not now" is no such
/// thing: a standby gives it all day long, and a full house whenever it is full.
#[expect(clippy::needless_pass_by_value, reason = "the layer's own form")]
fn report(failed: ServerErrorsFailureClass, took: Duration, _: &Span) {
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if let ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) = failed {
        tracing::debug!(took_ms, "an answer was put off");
    } else {
        tracing::error!(%failed, took_ms, "a request failed");
    }
}

/// Sets the security headers on every answer.
async fn guard_headers(
    State(guards): State<Arc<Vec<(HeaderName, HeaderValue)>>>,
    request: Request,
    next: Next,
) -> Response {
    let docs = request.uri().path().starts_with("/api/docs");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in guards.iter() {
        headers.insert(name, value.clone());
    }
    if docs {
        let policy = HeaderValue::from_static(DOCS_POLICY);
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Refuses changes that another site asks a browser to make (CSRF). Browsers say where a
/// request comes from; programs that are no browsers do not, and carry no ambient rights.
async fn guard_site(request: Request, next: Next) -> Response {
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let site = request.headers().get("sec-fetch-site");
    let foreign = site.is_some_and(|site| site != "same-origin" && site != "none");
    if changes && foreign {
        return ApiError::new(ErrorCode::CrossSite).into_response();
    }
    next.run(request).await
}
