//! Keeping seats while a buyer decides and pays.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::id::{HoldId, ScreeningId, SeatId};
use domain::screening::{ClockUnsure, Screening};
use domain::seat_map::SeatMap;
use domain::seating::{Hold, HoldState};
use domain::time::Timestamp;
use protocol::api::screening::{HoldSeats, HoldView};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use seats::HoldError;

use crate::Shop;
use crate::bookings::priced_seat;
use crate::gather::gather;
use crate::problem::{ApiError, Body, Speaks};
use crate::screenings::find;

/// Keep seats for a while, all or nothing
#[utoipa::path(post, operation_id = "hold_seats",
    path = "/api/screenings/{screening}/holds", tag = "holds",
    request_body = HoldSeats,
    responses((status = 201, body = HoldView), (status = 409, body = Problem)))]
pub(crate) async fn create(
    State(shop): State<Shop>,
    Path(id): Path<ScreeningId>,
    speaks: Speaks,
    Body(request): Body<HoldSeats>,
) -> Result<(StatusCode, Json<HoldView>), ApiError> {
    let view = match try_hold(&shop, id, request.seats.clone()).await {
        Err(error) if error.is_elsewhere() => {
            // What cannot be had is refused with what was found here at first.
            match bring(&shop, id, request.seats.clone()).await {
                Ok(()) => try_hold(&shop, id, request.seats).await,
                Err(reason) => Err(reason.unwrap_or(error)),
            }
        }
        held => held,
    };
    let view = view.map_err(|error| error.speaking(speaks))?;
    Ok((StatusCode::CREATED, Json(view)))
}

async fn try_hold(shop: &Shop, id: ScreeningId, wanted: Vec<SeatId>) -> Result<HoldView, ApiError> {
    let asked = shop.clone();
    let held = shop.db.write(move |tx| {
        let screening = find(&asked, tx, id)?;
        let here = asked.here();
        sure_of_sale(&asked, &screening, here.now)?;
        let map = asked.seat_map(tx, &screening)?;
        let wanted = seats::HoldSeats {
            hold: HoldId(asked.ids.uuid(here.now)),
            screening: &screening,
            map: &map,
            wanted: &wanted,
        };
        let hold = seats::hold(tx, here, wanted).map_err(|error| refused(error, &map))?;
        Ok::<_, ApiError>(view(&hold, &screening, &map, here.now))
    });
    held.await
}

/// Has the wanted seats granted to this node by their owners; the error is none when the
/// owners cannot be reached or say no.
async fn bring(shop: &Shop, id: ScreeningId, wanted: Vec<SeatId>) -> Result<(), Option<ApiError>> {
    let asked = shop.clone();
    let missing = shop.db.read(move |db| {
        let screening = find(&asked, db, id)?;
        let here = asked.here();
        sure_of_sale(&asked, &screening, here.now)?;
        let map = asked.seat_map(db, &screening)?;
        let wanted = seats::HoldSeats {
            hold: HoldId(asked.ids.uuid(here.now)),
            screening: &screening,
            map: &map,
            wanted: &wanted,
        };
        seats::find_missing(db, here, &wanted).map_err(|error| refused(error, &map))
    });
    let missing = missing.await.map_err(Some)?;
    let gathered = gather(shop, id, &missing, &shop.node).await;
    gathered.map_err(|failed| {
        tracing::debug!(screening = id.0, %failed, "seats were not granted");
        None
    })
}

/// Refuses when the clock may be off by so much that nobody can say whether the screening is
/// on sale. Whether it is, the engine decides.
fn sure_of_sale(shop: &Shop, screening: &Screening, now: Timestamp) -> Result<(), ApiError> {
    let sale = screening.sale_at(now, shop.clock.bound());
    sale.map(drop)
        .map_err(|ClockUnsure| ApiError::new(ErrorCode::ClockUnsure))
}

fn refused(error: HoldError, map: &SeatMap) -> ApiError {
    match error {
        HoldError::Refused(refused) => ApiError::of_hold(refused, map),
        HoldError::Store(fault) => fault.into(),
    }
}

/// The hold, as long as it lasts
#[utoipa::path(get, operation_id = "show_hold",
    path = "/api/holds/{hold}", tag = "holds",
    responses((status = 200, body = HoldView), (status = 410, body = Problem)))]
pub(crate) async fn show(
    State(shop): State<Shop>,
    Path(id): Path<HoldId>,
    speaks: Speaks,
) -> Result<Json<HoldView>, ApiError> {
    let asked = shop.clone();
    let view = shop.db.read(move |db| {
        let hold = seats::sqlite::holds::find(db, id)?;
        let hold = hold.ok_or_else(|| ApiError::new(ErrorCode::HoldNotFound))?;
        view_of(&asked, db, &hold)
    });
    Ok(Json(view.await.map_err(|error| error.speaking(speaks))?))
}

/// A little more time
#[utoipa::path(post, operation_id = "refresh_hold",
    path = "/api/holds/{hold}/refresh", tag = "holds",
    responses((status = 200, body = HoldView), (status = 410, body = Problem)))]
pub(crate) async fn refresh(
    State(shop): State<Shop>,
    Path(id): Path<HoldId>,
    speaks: Speaks,
) -> Result<Json<HoldView>, ApiError> {
    let asked = shop.clone();
    let view = shop.db.write(move |tx| {
        let hold = seats::refresh(tx, asked.here(), id)?;
        view_of(&asked, tx, &hold)
    });
    Ok(Json(view.await.map_err(|error| error.speaking(speaks))?))
}

/// Give the seats back
#[utoipa::path(delete, operation_id = "release_hold",
    path = "/api/holds/{hold}", tag = "holds",
    responses((status = 204), (status = 409, body = Problem)))]
pub(crate) async fn release(
    State(shop): State<Shop>,
    Path(id): Path<HoldId>,
    speaks: Speaks,
) -> Result<StatusCode, ApiError> {
    let asked = shop.clone();
    let released = shop
        .db
        .write(move |tx| seats::release(tx, asked.here(), id));
    let refused = |error| ApiError::from(error).speaking(speaks);
    released.await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn view_of(shop: &Shop, db: &Connection, hold: &Hold) -> Result<HoldView, ApiError> {
    let now = shop.now();
    match hold.state {
        HoldState::Open { until } if until <= now => {
            return Err(ApiError::new(ErrorCode::HoldExpired));
        }
        HoldState::Released => return Err(ApiError::new(ErrorCode::HoldExpired)),
        HoldState::Open { .. } | HoldState::Paying | HoldState::Booked { .. } => {}
    }
    let screening = find(shop, db, hold.screening)?;
    let map = shop.seat_map(db, &screening)?;
    Ok(view(hold, &screening, &map, now))
}

fn view(hold: &Hold, screening: &Screening, map: &SeatMap, now: Timestamp) -> HoldView {
    let seats: Vec<_> = hold
        .seats
        .iter()
        .filter_map(|&seat| priced_seat(map, seat, screening.price(&map.seat(seat)?.zone)?))
        .collect();
    HoldView {
        hold: hold.hold,
        screening: hold.screening,
        amount_won: seats.iter().map(|seat| seat.price_won).sum(),
        seats,
        until: match hold.state {
            HoldState::Open { until } => until,
            HoldState::Paying | HoldState::Booked { .. } | HoldState::Released => hold.until_max(),
        },
        until_max: hold.until_max(),
        now,
    }
}
