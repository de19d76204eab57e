//! Theaters, and whether they can be reached.

use axum::Json;
use axum::extract::{Path, State};
use boxoffice::Shop;
use boxoffice::problem::{ApiError, Speaks};
use domain::id::TheaterId;
use domain::theater::Theater;
use protocol::api::catalog::{AuditoriumView, TheaterView};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use store::StoreError;

use crate::app::App;
use crate::sqlite::theaters;

/// Every theater
#[utoipa::path(get, operation_id = "list_theaters",
    path = "/api/theaters", tag = "theaters",
    responses((status = 200, body = [TheaterView])))]
pub(super) async fn list(State(app): State<App>) -> Result<Json<Vec<TheaterView>>, ApiError> {
    let shop = app.shop.clone();
    let views = app.shop.db.read(move |db| {
        let theaters = theaters::all(db)?.into_iter();
        theaters
            .map(|theater| view(&shop, db, theater))
            .collect::<Result<_, StoreError>>()
    });
    Ok(Json(views.await?))
}

/// One theater
#[utoipa::path(get, operation_id = "show_theater",
    path = "/api/theaters/{theater}", tag = "theaters",
    responses((status = 200, body = TheaterView), (status = 404, body = Problem)))]
pub(super) async fn one(
    State(app): State<App>,
    Path(id): Path<TheaterId>,
    speaks: Speaks,
) -> Result<Json<TheaterView>, ApiError> {
    let shop = app.shop.clone();
    let found = app.shop.db.read(move |db| {
        let theater = theaters::find(db, id)?;
        theater.map(|theater| view(&shop, db, theater)).transpose()
    });
    let found: Option<TheaterView> = found
        .await
        .map_err(|fault: StoreError| ApiError::from(fault))?;
    let not_found = || ApiError::new(ErrorCode::NotFound).speaking(speaks);
    Ok(Json(found.ok_or_else(not_found)?))
}

fn view(shop: &Shop, db: &Connection, theater: Theater) -> Result<TheaterView, StoreError> {
    let rooms = theaters::auditoriums_of(db, theater.theater)?;
    let rooms = rooms.into_iter().map(|(room, seats)| AuditoriumView {
        auditorium: room.auditorium,
        name: room.name,
        seats,
    });
    Ok(TheaterView {
        theater: theater.theater,
        name: theater.name,
        name_en: theater.name_en,
        region: theater.region,
        area: theater.area,
        auditoriums: rooms.collect(),
        link: shop.links.of(theater.theater),
    })
}
