//! 좋아요: who likes a film is known by the browser's random number alone.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use boxoffice::device::{self, Device, Readable};
use boxoffice::problem::{ApiError, Speaks};
use domain::id::MovieId;
use protocol::api::catalog::LikeView;
use protocol::error::{ErrorCode, Problem};

use crate::app::App;
use crate::likes::{self, LikeError};

/// Like a film; liking it again changes nothing
#[utoipa::path(put, operation_id = "like_movie",
    path = "/api/movies/{movie}/like", tag = "movies",
    responses((status = 200, body = LikeView), (status = 404, body = Problem)))]
pub(super) async fn like(
    State(app): State<App>,
    Path(movie): Path<MovieId>,
    Device(known): Device,
    speaks: Speaks,
) -> Result<(HeaderMap, Json<LikeView>), ApiError> {
    let shop = app.shop.clone();
    let device = known.unwrap_or_else(|| shop.ids.uuid(shop.now()));
    let liked = app
        .shop
        .db
        .write(move |tx| likes::like(tx, shop.here(), (movie, device)));
    let view = liked.await.map_err(|error| problem(error, speaks))?;
    let cookie = match known {
        Some(_) => HeaderMap::new(),
        None => device::set(device, Readable::No),
    };
    Ok((cookie, Json(view)))
}

/// Like a film no more
#[utoipa::path(delete, operation_id = "unlike_movie",
    path = "/api/movies/{movie}/like", tag = "movies",
    responses((status = 200, body = LikeView), (status = 404, body = Problem)))]
pub(super) async fn unlike(
    State(app): State<App>,
    Path(movie): Path<MovieId>,
    Device(known): Device,
    speaks: Speaks,
) -> Result<Json<LikeView>, ApiError> {
    let unliked = app
        .shop
        .db
        .write(move |tx| likes::unlike(tx, (movie, known)));
    let view = unliked.await.map_err(|error| problem(error, speaks))?;
    Ok(Json(view))
}

fn problem(error: LikeError, speaks: Speaks) -> ApiError {
    match error {
        LikeError::UnknownMovie => ApiError::new(ErrorCode::NotFound).speaking(speaks),
        LikeError::Store(fault) => fault.into(),
    }
}
