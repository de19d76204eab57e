//! Paying on one's own phone: the hand-off, the code to scan, and how far it has come.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::bookings::booking_view;
use boxoffice::problem::{ApiError, Speaks};
use boxoffice::{Shop, find_screening};
use domain::hand_off::{HandOff, HandOffState};
use domain::id::{HoldId, NodeId, OrderId};
use domain::money::Won;
use domain::time::Timestamp;
use protocol::api::hand_off::{ByPhone, HandOffStatus, HandOffView};
use protocol::ask::Want;
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use store::StoreError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::{checkout, hand_off};

/// Paying on one's own phone.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(show))
        .routes(routes!(cancel))
}

/// Whether an order can be handed off at this moment, and if not, why.
pub(super) fn by_phone(shop: &Shop, db: &Connection) -> Result<ByPhone, StoreError> {
    Ok(if hand_off::address(db)?.is_none() {
        ByPhone::NotOffered
    } else if shop.reaches(&NodeId::hub()) {
        ByPhone::Ready
    } else {
        ByPhone::HubUnreachable
    })
}

/// Hand a hold's order off, to be paid on one's own phone; repeating it is the same order
#[utoipa::path(post, operation_id = "hand_off",
    path = "/api/holds/{hold}/hand-off", tag = "payments",
    responses((status = 202, body = HandOffView), (status = 410, body = Problem),
        (status = 503, body = Problem)))]
async fn create(
    State(app): State<App>,
    Path(hold): Path<HoldId>,
    speaks: Speaks,
) -> Result<(StatusCode, Json<HandOffView>), ApiError> {
    let shop = app.shop.clone();
    let begun = app.shop.db.write(move |tx| {
        match by_phone(&shop, tx)? {
            ByPhone::Ready => {}
            ByPhone::NotOffered => return Err(ApiError::new(ErrorCode::PaymentsUnavailable)),
            ByPhone::HubUnreachable => return Err(ApiError::new(ErrorCode::HubUnreachable)),
        }
        let handed_off = hand_off::begin(tx, shop.here(), hold)?;
        view(&shop, tx, &handed_off)
    });
    let view = begun.await.map_err(|error| error.speaking(speaks))?;
    Ok((StatusCode::ACCEPTED, Json(view)))
}

/// How far a handed-off order has come
#[utoipa::path(get, operation_id = "show_hand_off",
    path = "/api/hand-offs/{order}", tag = "payments",
    responses((status = 200, body = HandOffView), (status = 404, body = Problem)))]
async fn show(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
) -> Result<Json<HandOffView>, ApiError> {
    let view = look(&app, order).await;
    Ok(Json(view.map_err(|error| error.speaking(speaks))?))
}

/// Give a handed-off order up; a payment that was faster wins
#[utoipa::path(post, operation_id = "give_up_hand_off",
    path = "/api/hand-offs/{order}/cancellation", tag = "payments",
    responses((status = 200, body = HandOffView), (status = 404, body = Problem),
        (status = 503, body = Problem)))]
async fn cancel(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
) -> Result<Json<HandOffView>, ApiError> {
    let known = look(&app, order).await;
    known.map_err(|error| error.speaking(speaks))?;
    let ask = app.shop.ids.uuid(app.shop.now());
    let (hub, give_up) = (NodeId::hub(), Want::GiveUp { order });
    let asked = app.shop.asks.ask(&hub, ask, give_up).await;
    if let Err(failed) = asked {
        // The row says how it stands; without an answer it ends by time.
        tracing::info!(%order, %failed, "a hand-off was not given up");
    }
    let view = look(&app, order).await;
    Ok(Json(view.map_err(|error| error.speaking(speaks))?))
}

async fn look(app: &App, order: OrderId) -> Result<HandOffView, ApiError> {
    let shop = app.shop.clone();
    let found = app.shop.db.read(move |db| {
        let found = seats::sqlite::hand_offs::find(db, order)?;
        // Another kiosk's screen shows its own.
        let own = found.filter(|found| found.node == shop.node);
        let own = own.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
        view(&shop, db, &own)
    });
    found.await
}

fn view(shop: &Shop, db: &Connection, handed_off: &HandOff) -> Result<HandOffView, ApiError> {
    let screening = find_screening(shop, db, handed_off.screening)?;
    let map = shop.seat_map(db, &screening)?;
    let prices = checkout::prices(&screening, &map, &handed_off.seats)?;
    let now = shop.now();
    Ok(HandOffView {
        order: handed_off.order,
        screening: handed_off.screening,
        status: status(shop, db, handed_off, now)?,
        amount_won: prices.iter().map(|(_, price)| *price).sum::<Won>(),
        until: handed_off.until,
        now,
    })
}

fn status(
    shop: &Shop,
    db: &Connection,
    handed_off: &HandOff,
    now: Timestamp,
) -> Result<HandOffStatus, ApiError> {
    Ok(match handed_off.state_at(now) {
        HandOffState::Given => HandOffStatus::Given,
        HandOffState::Open => match hand_off::address(db)? {
            Some(address) => HandOffStatus::Open {
                address: format!("{address}/pay/{}", handed_off.order),
            },
            None => HandOffStatus::Given,
        },
        HandOffState::Paying => HandOffStatus::Paying,
        HandOffState::Over { why } => HandOffStatus::Over { why },
        HandOffState::Paid { booking } => {
            match seats::sqlite::bookings::find(db, booking)? {
                Some(booking) => HandOffStatus::Paid {
                    booking: Box::new(booking_view(shop, db, &booking)?),
                },
                // The booking is on its way.
                None => HandOffStatus::Paying,
            }
        }
    })
}
