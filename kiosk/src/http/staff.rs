//! What only staff may do at the screen: see to money, work offline, and look at the seats in
//! doubt after a loss.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use boxoffice::problem::{ApiError, Body, Speaks};
use boxoffice::{Shop, find_screening};
use domain::id::{ScreeningId, SeatId};
use protocol::api::kiosk::{DoubtedSeat, Doubts, DoubtsSettled, SettleDoubts};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use seats::sqlite::recovery;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{closing, desk, offline, refunds};
use crate::app::App;
use crate::sync::{self, Standing};

/// What somebody has to set up before anybody is let in.
const SETTING: &str = "staff.pin_file in the kiosk's settings (or systemd's `staff-pin` \
     credential)";

/// The staff's routes, without their guard.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(doubts))
        .routes(routes!(settle))
        .merge(offline::routes())
        .merge(desk::routes())
        .merge(refunds::routes())
        .merge(closing::routes())
}

/// The staff's routes; none of them answers without the PIN.
pub(super) fn guarded(app: App) -> Router {
    let staff: Router = routes().with_state(app.clone()).into();
    staff.route_layer(middleware::from_fn_with_state(app, guard))
}

async fn guard(State(app): State<App>, speaks: Speaks, request: Request, next: Next) -> Response {
    let shown = request.headers().get(header::AUTHORIZATION);
    let shown = shown.and_then(|header| header.to_str().ok());
    let shown = shown.and_then(|text| text.strip_prefix("Bearer "));
    if let Err(stopped) = app.staff.check(shown, app.shop.clock.monotonic_ms()) {
        tracing::warn!(?stopped, "somebody was not let onto the staff's page");
        return stopped.problem(SETTING).speaking(speaks).into_response();
    }
    next.run(request).await
}

/// The seats that were maybe sold before a loss, by screening
#[utoipa::path(get, operation_id = "list_doubts",
    path = "/api/staff/doubts", tag = "staff",
    responses((status = 200, body = Vec<Doubts>), (status = 401, body = Problem)))]
async fn doubts(State(app): State<App>) -> Result<Json<Vec<Doubts>>, ApiError> {
    let shop = app.shop.clone();
    let doubts = app.shop.db.read(move |db| {
        let mut by_screening: BTreeMap<ScreeningId, Vec<SeatId>> = BTreeMap::new();
        for (screening, seat) in recovery::doubts(db)? {
            by_screening.entry(screening).or_default().push(seat);
        }
        let mut all = Vec::new();
        for (screening, seats) in by_screening {
            all.extend(doubts_of(&shop, db, screening, &seats)?);
        }
        all.sort_by_key(|doubts| (doubts.showing.starts_at, doubts.showing.screening));
        Ok::<_, ApiError>(all)
    });
    Ok(Json(doubts.await?))
}

fn doubts_of(
    shop: &Shop,
    db: &Connection,
    screening: ScreeningId,
    seats: &[SeatId],
) -> Result<Option<Doubts>, ApiError> {
    let Some(screening) = shop.programme.screening(db, screening)? else {
        return Ok(None);
    };
    let Some(showing) = shop.programme.summary(shop, db, &screening)? else {
        return Ok(None);
    };
    let map = shop.seat_map(db, &screening)?;
    let seats = seats.iter().filter_map(|&seat| {
        let place = map.seat(seat)?;
        Some(DoubtedSeat {
            seat,
            row: place.row.clone(),
            number: place.number,
        })
    });
    Ok(Some(Doubts {
        showing,
        seats: seats.collect(),
    }))
}

/// Say which of the seats in doubt were sold; the others are put on sale
#[utoipa::path(post, operation_id = "settle_doubts",
    path = "/api/staff/doubts/{screening}", tag = "staff",
    request_body = SettleDoubts,
    responses((status = 200, body = DoubtsSettled), (status = 422, body = Problem)))]
async fn settle(
    State(app): State<App>,
    Path(screening): Path<ScreeningId>,
    speaks: Speaks,
    Body(looked): Body<SettleDoubts>,
) -> Result<Json<DoubtsSettled>, ApiError> {
    let shop = app.shop.clone();
    let settled = app.shop.db.write(move |tx| {
        find_screening(&shop, tx, screening)?;
        if sync::standing(tx)? != Standing::Selling {
            return Err(ApiError::new(ErrorCode::Recovering));
        }
        let doubts = recovery::doubts(tx)?.into_iter();
        let here = doubts.filter(|(id, _)| *id == screening);
        let doubted: BTreeSet<SeatId> = here.map(|(_, seat)| seat).collect();
        if let Some(other) = looked.sold.iter().find(|seat| !doubted.contains(seat)) {
            let wrong = format!("seat {other} is not in doubt; look at the list again");
            return Err(ApiError::new(ErrorCode::InvalidRequest).detail(wrong));
        }
        let free = seats::settle_doubts(tx, shop.here(), screening, &looked.sold)?;
        tracing::info!(
            screening = screening.0,
            free,
            "staff have looked at seats in doubt"
        );
        Ok(free)
    });
    let free = settled.await.map_err(|error| error.speaking(speaks))?;
    Ok(Json(DoubtsSettled {
        free: i64::try_from(free).unwrap_or(i64::MAX),
    }))
}
