//! Films.

use axum::Json;
use axum::extract::{Path, Query, State};
use boxoffice::ProgrammeQuery;
use boxoffice::device::Device;
use boxoffice::problem::{ApiError, Speaks};
use domain::id::MovieId;
use protocol::api::catalog::{GenreView, LikeView, MovieDetail, MoviePage};
use protocol::error::{ErrorCode, Problem};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::sqlite::likes;
use crate::sqlite::movies::{self, MovieQuery, MovieSort, PAGE_MOVIES, PAGE_MOVIES_MAX, PageError};

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Title,
    Newest,
    /// What most like first.
    Likes,
    /// What most ask for first.
    Requests,
}

/// Which films.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Part of any title; spaces and case do not matter.
    query: Option<String>,
    /// A genre, or a parent of several.
    genre: Option<String>,
    #[serde(default)]
    #[param(inline)]
    sort: Sort,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    limit: Option<u32>,
}

/// Films, page by page
#[utoipa::path(get, operation_id = "list_movies",
    path = "/api/movies", tag = "movies", params(ListQuery),
    responses((status = 200, body = MoviePage), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
    speaks: Speaks,
) -> Result<Json<MoviePage>, ApiError> {
    let query = MovieQuery {
        query: query.query,
        genre: query.genre,
        sort: match query.sort {
            Sort::Title => MovieSort::Title,
            Sort::Newest => MovieSort::Newest,
            Sort::Likes => MovieSort::Likes,
            Sort::Requests => MovieSort::Requests,
        },
        cursor: query.cursor,
        limit: query.limit.unwrap_or(PAGE_MOVIES).clamp(1, PAGE_MOVIES_MAX),
    };
    let page = app.shop.db.read(move |db| movies::page(db, &query)).await;
    page.map(Json).map_err(|error| match error {
        PageError::Refused(wrong) => {
            let error = ApiError::new(ErrorCode::InvalidRequest).speaking(speaks);
            error.detail(wrong.to_string())
        }
        PageError::Store(fault) => fault.into(),
    })
}

/// One film with its screenings
#[utoipa::path(get, operation_id = "show_movie",
    path = "/api/movies/{movie}", tag = "movies",
    responses((status = 200, body = MovieDetail), (status = 404, body = Problem)))]
pub(super) async fn one(
    State(app): State<App>,
    Path(id): Path<MovieId>,
    Device(device): Device,
    speaks: Speaks,
) -> Result<Json<MovieDetail>, ApiError> {
    let shop = app.shop.clone();
    let detail = app.shop.db.read(move |db| {
        let not_found = || ApiError::new(ErrorCode::NotFound);
        let film = movies::detail(db, id)?.ok_or_else(not_found)?;
        let query = ProgrammeQuery {
            movie: Some(id),
            ..ProgrammeQuery::default()
        };
        let on = shop.programme.list(&shop, db, &query)?;
        Ok(MovieDetail {
            summary: film.summary,
            people: film.people,
            synopsis: film.synopsis,
            like: LikeView {
                liked: device.map_or(Ok(false), |device| likes::is_liked(db, (id, device)))?,
                likes: likes::count(db, id)?.unwrap_or(0),
            },
            screenings: on.screenings,
        })
    });
    let detail = detail
        .await
        .map_err(|error: ApiError| error.speaking(speaks));
    detail.map(Json)
}

/// Genres, the largest first
#[utoipa::path(get, operation_id = "list_genres",
    path = "/api/genres", tag = "movies",
    responses((status = 200, body = [GenreView])))]
pub(super) async fn genres(State(app): State<App>) -> Result<Json<Vec<GenreView>>, ApiError> {
    Ok(Json(app.shop.db.read(movies::genres).await?))
}
