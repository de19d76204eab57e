//! What is on, and where one can sit.

use axum::Json;
use axum::extract::{Path, Query, State};
use domain::id::{MovieId, ScreeningId, TheaterId};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::theater::{Auditorium, Theater};
use protocol::api::catalog::MovieSummary;
use protocol::api::screening::{
    AuditoriumName, ScreeningList, ScreeningSummary, SeatMapView, SeatsView, TheaterName,
    ZonePriceView,
};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use serde::Deserialize;
use store::StoreError;
use utoipa::IntoParams;

use crate::problem::{ApiError, Speaks};
use crate::{ProgrammeQuery, Shop, seats_view};

/// Which screenings to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// The cinema's date, such as `2026-11-22`; without it, everything from now on.
    date: Option<String>,
    theater: Option<TheaterId>,
    movie: Option<MovieId>,
}

/// Screenings from now on, by time
#[utoipa::path(get, operation_id = "list_screenings",
    path = "/api/screenings", tag = "screenings", params(ListQuery),
    responses((status = 200, body = ScreeningList)))]
pub(crate) async fn list(
    State(shop): State<Shop>,
    Query(query): Query<ListQuery>,
) -> Result<Json<ScreeningList>, ApiError> {
    let query = ProgrammeQuery {
        date: query.date,
        theater: query.theater,
        movie: query.movie,
    };
    let asked = shop.clone();
    let list = shop
        .db
        .read(move |db| asked.programme.list(&asked, db, &query));
    Ok(Json(list.await?))
}

/// One screening
#[utoipa::path(get, operation_id = "show_screening",
    path = "/api/screenings/{screening}", tag = "screenings",
    responses((status = 200, body = ScreeningSummary), (status = 404, body = Problem)))]
pub(crate) async fn one(
    State(shop): State<Shop>,
    Path(id): Path<ScreeningId>,
    speaks: Speaks,
) -> Result<Json<ScreeningSummary>, ApiError> {
    let asked = shop.clone();
    let summary = shop.db.read(move |db| {
        let screening = find(&asked, db, id)?;
        let summary = asked.programme.summary(&asked, db, &screening)?;
        summary.ok_or_else(|| ApiError::new(ErrorCode::NotFound))
    });
    Ok(Json(summary.await.map_err(|error| error.speaking(speaks))?))
}

/// The places of the room; a version never changes
#[utoipa::path(get, operation_id = "show_seat_map",
    path = "/api/screenings/{screening}/seat-map", tag = "screenings",
    responses((status = 200, body = SeatMapView), (status = 404, body = Problem)))]
pub(crate) async fn seat_map(
    State(shop): State<Shop>,
    Path(id): Path<ScreeningId>,
    speaks: Speaks,
) -> Result<Json<SeatMapView>, ApiError> {
    let asked = shop.clone();
    let map = shop.db.read(move |db| {
        let screening = find(&asked, db, id)?;
        Ok::<_, ApiError>(asked.seat_map(db, &screening)?)
    });
    let map = map.await.map_err(|error| error.speaking(speaks))?;
    Ok(Json(SeatMapView::from(map.as_ref())))
}

/// Who has which seat, as seen from here and as of when
#[utoipa::path(get, operation_id = "show_seats",
    path = "/api/screenings/{screening}/seats", tag = "screenings",
    responses((status = 200, body = SeatsView), (status = 404, body = Problem)))]
pub(crate) async fn seats(
    State(shop): State<Shop>,
    Path(id): Path<ScreeningId>,
    speaks: Speaks,
) -> Result<Json<SeatsView>, ApiError> {
    let asked = shop.clone();
    let view = shop.db.read(move |db| {
        let screening = find(&asked, db, id)?;
        Ok::<_, ApiError>(seats_view(&asked, db, &screening)?)
    });
    Ok(Json(view.await.map_err(|error| error.speaking(speaks))?))
}

/// What each zone of a screening costs, in the order of the room's zones.
fn zone_prices(screening: &Screening, map: &SeatMap) -> Vec<ZonePriceView> {
    let zones = map.zones.iter().filter_map(|zone| {
        Some(ZonePriceView {
            zone: zone.zone.clone(),
            name_ko: zone.name_ko.clone(),
            name_en: zone.name_en.clone(),
            price_won: screening.price(&zone.zone)?,
        })
    });
    zones.collect()
}

/// What a screening shows, and where: looked up by the program that knows the programme.
pub struct Placed {
    pub movie: MovieSummary,
    pub theater: Theater,
    pub room: Auditorium,
}

/// The screening as a buyer sees it from here.
///
/// # Errors
///
/// Fails when the store does.
pub fn screening_summary(
    shop: &Shop,
    db: &Connection,
    screening: &Screening,
    placed: Placed,
) -> Result<ScreeningSummary, StoreError> {
    let Placed {
        movie,
        theater,
        room,
    } = placed;
    let map = shop.seat_map(db, screening)?;
    let (id, now, starts_at) = (screening.screening, shop.now(), screening.starts_at);
    Ok(ScreeningSummary {
        screening: id,
        movie,
        auditorium: AuditoriumName {
            auditorium: room.auditorium,
            name: room.name,
        },
        starts_at,
        ends_at: screening.ends_at,
        business_date: theater.utc_offset.business_date(starts_at).to_string(),
        time_label: theater.utc_offset.time_label(starts_at),
        prices: zone_prices(screening, &map),
        capacity: i64::try_from(map.seats().len()).unwrap_or(i64::MAX),
        free_here: seats::sqlite::seats::count_free(db, id, &shop.node, now)?,
        sale: screening.sale(now),
        link: shop.links.of(theater.theater),
        theater: TheaterName::from(theater),
    })
}

/// The screening, or the problem that it is not there.
pub fn find(shop: &Shop, db: &Connection, id: ScreeningId) -> Result<Screening, ApiError> {
    let screening = shop.programme.screening(db, id)?;
    screening.ok_or_else(|| ApiError::new(ErrorCode::NotFound))
}
