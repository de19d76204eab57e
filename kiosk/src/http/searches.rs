//! Committed searches, and the board that the hub has made of all of them.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use boxoffice::board_view::{Titles, board_view};
use boxoffice::device::{self, Device, Readable};
use boxoffice::problem::{ApiError, Body};
use domain::id::MovieId;
use protocol::api::ranking::{BoardView, CommitSearch};
use protocol::error::Problem;
use protocol::row::{MovieFacts, RowKind};
use rusqlite::Connection;
use store::StoreError;

use crate::app::App;
use crate::searching;
use crate::sqlite::documents;

/// Say that somebody searched
///
/// The screen throws the cookie that is set here away when a visit ends: the next person is
/// another one.
#[utoipa::path(post, operation_id = "commit_search",
    path = "/api/searches", tag = "rankings", request_body = CommitSearch,
    responses((status = 204), (status = 422, body = Problem)))]
pub(super) async fn commit(
    State(app): State<App>,
    Device(known): Device,
    Body(search): Body<CommitSearch>,
) -> Result<(StatusCode, HeaderMap), ApiError> {
    let shop = app.shop.clone();
    let mut fresh = [0; 32];
    shop.ids.fill(&mut fresh);
    let visit = known.unwrap_or_else(|| shop.ids.uuid(shop.now()));
    let noted = app.shop.db.write(move |tx| {
        let visit = visit.to_string();
        searching::note(tx, shop.here(), (fresh, &visit), &search)
    });
    noted.await?;
    let cookie = match known {
        Some(_) => HeaderMap::new(),
        None => device::set(visit, Readable::ByThePage),
    };
    Ok((StatusCode::NO_CONTENT, cookie))
}

/// 실시간 검색 순위: the last board that the hub has told, with its hour; nothing before the first
#[utoipa::path(get, operation_id = "show_search_ranking",
    path = "/api/rankings/searches", tag = "rankings",
    responses((status = 200, body = Option<BoardView>)))]
pub(super) async fn searches(State(app): State<App>) -> Result<Json<Option<BoardView>>, ApiError> {
    let shop = app.shop.clone();
    let read = app.shop.db.read(move |db| {
        let board = searching::board(db)?;
        let view = board.map(|board| board_view(&board, shop.now(), |movie| titles(db, movie)));
        view.transpose()
    });
    let view: Result<_, StoreError> = read.await;
    Ok(Json(view?))
}

/// What the mirror calls a film.
pub(crate) fn titles(db: &Connection, movie: MovieId) -> Result<Option<Titles>, StoreError> {
    let facts: Option<MovieFacts> = documents::find(db, RowKind::Movie, &movie.to_string())?;
    Ok(facts.map(|facts| Titles {
        title: facts.title,
        title_en: facts.title_en,
    }))
}
