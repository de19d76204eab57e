//! Conflicts: the list, one with its remedies, and the decision about it.

use axum::Json;
use axum::extract::{Path, Query, State};
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::conflict::Remedy;
use protocol::api::operator::{ConflictDetail, ConflictList, Decide};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use seats::sqlite::conflicts;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{deciding, signed, view};
use crate::app::App;
use crate::conflicts::Scene;
use crate::conflicts::decide::Request;

/// Conflicts on one page.
const PAGE: i64 = 50;

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Where the page begins: `next_offset` of the page before.
    #[serde(default)]
    offset: u32,
}

/// What must never happen and was found anyway; the open ones first
#[utoipa::path(get, operation_id = "list_conflicts",
    path = "/api/operator/conflicts", tag = "operator", params(ListQuery),
    responses((status = 200, body = ConflictList), (status = 401, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<ConflictList>, ApiError> {
    let shop = app.shop.clone();
    let list = app.shop.db.read(move |db| {
        let (count, offset) = (conflicts::count(db)?, i64::from(query.offset));
        let mut summaries = Vec::new();
        for recorded in conflicts::page(db, offset, PAGE)? {
            summaries.push(view::summary(&shop, db, &recorded)?);
        }
        let next = offset + PAGE;
        Ok::<_, ApiError>(ConflictList {
            open: count.open,
            total: count.all,
            conflicts: summaries,
            next_offset: (next < count.all).then_some(next),
        })
    });
    Ok(Json(list.await?))
}

/// One conflict: what was found, who wants the seat, and what can be done
#[utoipa::path(get, operation_id = "show_conflict",
    path = "/api/operator/conflicts/{key}", tag = "operator",
    params(("key" = String, Path, description = "with its slashes written as %2F")),
    responses((status = 200, body = ConflictDetail), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Path(key): Path<String>,
    speaks: Speaks,
) -> Result<Json<ConflictDetail>, ApiError> {
    let detail = read_detail(&app, key).await;
    Ok(Json(detail.map_err(|error| error.speaking(speaks))?))
}

/// Decide a conflict; it is carried out at once. Deciding it the same way again changes nothing
#[utoipa::path(post, operation_id = "decide_conflict",
    path = "/api/operator/conflicts/{key}/decision", tag = "operator",
    params(("key" = String, Path, description = "with its slashes written as %2F")),
    request_body = Decide,
    responses((status = 200, body = ConflictDetail), (status = 409, body = Problem)))]
pub(super) async fn decide(
    State(app): State<App>,
    Path(key): Path<String>,
    speaks: Speaks,
    Body(wanted): Body<Decide>,
) -> Result<Json<ConflictDetail>, ApiError> {
    let request = request(key.clone(), wanted).map_err(|error| error.speaking(speaks))?;
    let decided = deciding::decide(&app, &request).await;
    decided.map_err(|error| ApiError::from(error).speaking(speaks))?;
    let detail = read_detail(&app, key).await;
    Ok(Json(detail.map_err(|error| error.speaking(speaks))?))
}

fn request(key: String, wanted: Decide) -> Result<Request, ApiError> {
    let (by, note) = signed(&wanted.by, &wanted.note)?;
    if wanted.remedy == Remedy::Dismiss && note.is_empty() {
        let error = ApiError::new(ErrorCode::InvalidRequest);
        return Err(error.detail("dismissing needs a note that says why"));
    }
    Ok(Request {
        key,
        remedy: wanted.remedy,
        by,
        note,
        booking: wanted.booking,
    })
}

async fn read_detail(app: &App, key: String) -> Result<ConflictDetail, ApiError> {
    let shop = app.shop.clone();
    let reachable = shop.asks.reachable();
    let detail = app.shop.db.read(move |db: &Connection| {
        let scene = Scene {
            db,
            here: shop.here(),
            reachable: &reachable,
        };
        let case = scene.case(&key)?;
        let case = case.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
        view::detail(&shop, &scene, &case)
    });
    detail.await
}
