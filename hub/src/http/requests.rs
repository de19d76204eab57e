//! Wishes to see a film again.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::id::MovieId;
use domain::request::RequestRefused;
use protocol::api::campaign::{
    AreaRequests, MakeRequest, MovieRequests, SlotRequests, WithdrawRequest,
};
use protocol::error::{ErrorCode, Problem};

use super::parsed;
use crate::app::App;
use crate::requests::{self, Noted, RequestError, Wish};
use crate::selling::Phone;
use crate::sqlite::requests::{self as table, Wishes};

/// Areas and slots of one film, at most.
const WISHES_MAX: u32 = 1_000;

/// How many wish to see the film again, by area and time
#[utoipa::path(get, operation_id = "count_requests",
    path = "/api/movies/{movie}/requests", tag = "requests",
    responses((status = 200, body = MovieRequests)))]
pub(super) async fn count(
    State(app): State<App>,
    Path(movie): Path<MovieId>,
) -> Result<Json<MovieRequests>, ApiError> {
    let db = &app.shop.db;
    let counted = db.read(move |db| table::count(db, Some(movie), WISHES_MAX));
    Ok(Json(of_movie(movie, counted.await?)))
}

/// Wish to see the film again; one open wish per person and film
#[utoipa::path(post, operation_id = "make_request",
    path = "/api/movies/{movie}/requests", tag = "requests",
    request_body = MakeRequest,
    responses((status = 201, body = MovieRequests), (status = 200, body = MovieRequests),
              (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn make(
    State(app): State<App>,
    Path(movie): Path<MovieId>,
    speaks: Speaks,
    Body(request): Body<MakeRequest>,
) -> Result<(StatusCode, Json<MovieRequests>), ApiError> {
    let wish = Wish {
        movie,
        area: request.area.trim().to_owned(),
        slot: request.slot,
        phone: parsed::<Phone>(&request.phone, speaks)?,
    };
    let shop = app.shop.clone();
    let noted = app.shop.db.write(move |tx| {
        let noted = requests::note(tx, shop.here(), &wish).map_err(problem)?;
        let counted = table::count(tx, Some(movie), WISHES_MAX)?;
        Ok::<_, ApiError>((noted, counted))
    });
    let (noted, counted) = noted.await.map_err(|error| error.speaking(speaks))?;
    let status = match noted {
        Noted::New => StatusCode::CREATED,
        Noted::Moved => StatusCode::OK,
    };
    Ok((status, Json(of_movie(movie, counted))))
}

/// Take a wish back
#[utoipa::path(post, operation_id = "withdraw_request",
    path = "/api/movies/{movie}/requests/withdrawal", tag = "requests",
    request_body = WithdrawRequest,
    responses((status = 204), (status = 404, body = Problem)))]
pub(super) async fn withdraw(
    State(app): State<App>,
    Path(movie): Path<MovieId>,
    speaks: Speaks,
    Body(request): Body<WithdrawRequest>,
) -> Result<StatusCode, ApiError> {
    let phone: Phone = parsed(&request.phone, speaks)?;
    let shop = app.shop.clone();
    let withdrawn = app
        .shop
        .db
        .write(move |tx| requests::withdraw(tx, shop.here(), (movie, &phone)).map_err(problem));
    withdrawn.await.map_err(|error| error.speaking(speaks))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The wishes for one film, area by area.
pub(super) fn of_movie(movie: MovieId, wishes: Vec<Wishes>) -> MovieRequests {
    let mut areas: BTreeMap<String, Vec<SlotRequests>> = BTreeMap::new();
    for wish in wishes.into_iter().filter(|wish| wish.movie == movie) {
        areas.entry(wish.area).or_default().push(SlotRequests {
            slot: wish.slot,
            count: wish.count,
        });
    }
    let areas: Vec<AreaRequests> = areas
        .into_iter()
        .map(|(area, slots)| AreaRequests {
            area,
            count: slots.iter().map(|slot| slot.count).sum(),
            slots,
        })
        .collect();
    MovieRequests {
        movie,
        count: areas.iter().map(|area| area.count).sum(),
        areas,
    }
}

fn problem(error: RequestError) -> ApiError {
    match error {
        RequestError::Refused(refused) => match refused {
            RequestRefused::UnknownMovie | RequestRefused::Unknown => {
                ApiError::new(ErrorCode::NotFound)
            }
            RequestRefused::UnknownArea => {
                ApiError::new(ErrorCode::InvalidRequest).detail(refused.to_string())
            }
        },
        RequestError::Store(fault) => fault.into(),
    }
}
