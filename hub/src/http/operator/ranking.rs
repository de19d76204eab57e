//! What the board of popular searches never shows.

use axum::Json;
use axum::extract::State;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::movie::fold;
use domain::ranking::Term;
use protocol::api::ranking::{ChangeExcluded, ExcludedTerm};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use store::StoreError;

use super::signed;
use crate::app::App;
use crate::ranking::{self, Word};
use crate::sqlite::excluded_terms;

/// Terms that no board shows
#[utoipa::path(get, operation_id = "list_excluded_terms",
    path = "/api/operator/ranking/excluded", tag = "operator",
    responses((status = 200, body = [ExcludedTerm])))]
pub(super) async fn list(State(app): State<App>) -> Result<Json<Vec<ExcludedTerm>>, ApiError> {
    Ok(Json(app.shop.db.read(all).await?))
}

/// Show a term no more, from the next board on
#[utoipa::path(post, operation_id = "exclude_term",
    path = "/api/operator/ranking/excluded", tag = "operator", request_body = ChangeExcluded,
    responses((status = 200, body = [ExcludedTerm]), (status = 422, body = Problem)))]
pub(super) async fn exclude(
    State(app): State<App>,
    speaks: Speaks,
    Body(change): Body<ChangeExcluded>,
) -> Result<Json<Vec<ExcludedTerm>>, ApiError> {
    let word = word(&change).map_err(|error| error.speaking(speaks))?;
    let shop = app.shop.clone();
    let done = app.shop.db.write(move |tx| {
        ranking::exclude(tx, shop.here(), &word)?;
        all(tx)
    });
    Ok(Json(done.await?))
}

/// Show a term again
#[utoipa::path(post, operation_id = "allow_term",
    path = "/api/operator/ranking/allowed", tag = "operator", request_body = ChangeExcluded,
    responses((status = 200, body = [ExcludedTerm]), (status = 422, body = Problem)))]
pub(super) async fn allow(
    State(app): State<App>,
    speaks: Speaks,
    Body(change): Body<ChangeExcluded>,
) -> Result<Json<Vec<ExcludedTerm>>, ApiError> {
    let word = word(&change).map_err(|error| error.speaking(speaks))?;
    let shop = app.shop.clone();
    let done = app.shop.db.write(move |tx| {
        ranking::allow(tx, shop.here(), &word)?;
        all(tx)
    });
    Ok(Json(done.await?))
}

fn word(change: &ChangeExcluded) -> Result<Word, ApiError> {
    let (by, note) = signed(&change.by, &change.note)?;
    let term = match (change.movie, change.text.as_deref()) {
        (Some(movie), None) => Some(Term::Movie(movie)),
        (None, Some(text)) => Term::text(&fold(text)),
        (Some(_), Some(_)) | (None, None) => None,
    };
    let wrong = || {
        let error = ApiError::new(ErrorCode::InvalidRequest);
        error.detail("name a film (`movie`) or a text of two letters or more (`text`)")
    };
    Ok(Word {
        term: term.ok_or_else(wrong)?,
        by,
        note,
    })
}

fn all(db: &Connection) -> Result<Vec<ExcludedTerm>, StoreError> {
    let mut views = Vec::new();
    for excluded in excluded_terms::all(db)? {
        let title = match &excluded.term {
            Term::Movie(movie) => ranking::titles(db, *movie)?.map(|titles| titles.title),
            Term::Text(_) => None,
        };
        views.push(ExcludedTerm {
            term: excluded.term.to_string(),
            title,
            since: excluded.since,
            by: excluded.who,
            note: excluded.note,
        });
    }
    Ok(views)
}
