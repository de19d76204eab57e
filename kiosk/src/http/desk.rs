//! Paying in cash: the customer is sent to the desk, and the staff take the money there.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::bookings::priced_seat;
use boxoffice::problem::{ApiError, Body, Speaks};
use boxoffice::{Shop, find_screening};
use domain::id::{HoldId, OrderId};
use domain::order::{Order, OrderState, Purpose, TenderKind};
use protocol::api::kiosk::PaymentView;
use protocol::api::till::{CashTaken, DeskOrder, DeskView, TakeCash};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use store::StoreError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::payments::{begin, desk_number, new_booking, order_prices, view};
use crate::app::App;
use crate::checkout::Begun;
use crate::desk::{self, Given, TakeCashError};
use crate::sqlite;

/// The staff's side of the desk.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(take))
        .routes(routes!(refuse))
}

/// Keep the seats while the customer goes to the staff with cash
#[utoipa::path(post, operation_id = "pay_at_desk",
    path = "/api/holds/{hold}/desk", tag = "payments",
    responses((status = 202, body = PaymentView), (status = 410, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Path(hold): Path<HoldId>,
    speaks: Speaks,
) -> Result<(StatusCode, Json<PaymentView>), ApiError> {
    if !app.staff.is_set() {
        return Err(ApiError::new(ErrorCode::DeskClosed).speaking(speaks));
    }
    let order = OrderId(app.shop.ids.uuid(app.shop.now()));
    let begun = begin(&app, (order, hold), TenderKind::Cash).await;
    let order = match begun.map_err(|error| error.speaking(speaks))? {
        Begun::Already(order) | Begun::New(order) => order,
    };
    Ok((StatusCode::ACCEPTED, Json(view(&app, order).await?)))
}

/// The orders that wait for cash
#[utoipa::path(get, operation_id = "list_desk_orders",
    path = "/api/staff/desk", tag = "staff",
    responses((status = 200, body = DeskView), (status = 401, body = Problem)))]
async fn list(State(app): State<App>) -> Result<Json<DeskView>, ApiError> {
    let shop = app.shop.clone();
    let orders = app.shop.db.read(move |db| {
        let waiting = sqlite::orders::at_desk(db)?.into_iter();
        let orders = waiting.map(|order| desk_order(&shop, db, &order));
        let orders: Result<Vec<_>, ApiError> = orders.collect();
        orders.map(|orders| orders.into_iter().flatten().collect())
    });
    Ok(Json(DeskView {
        orders: orders.await?,
        now: app.shop.now(),
    }))
}

fn desk_order(shop: &Shop, db: &Connection, order: &Order) -> Result<Option<DeskOrder>, ApiError> {
    let OrderState::AtDesk { until } = order.state else {
        return Ok(None);
    };
    let screening = find_screening(shop, db, order.screening)?;
    let map = shop.seat_map(db, &screening)?;
    let Some(showing) = shop.programme.summary(shop, db, &screening)? else {
        return Ok(None);
    };
    let prices = order_prices(shop, db, order)?.into_iter();
    Ok(Some(DeskOrder {
        order: order.order,
        desk_number: desk_number(order.order),
        showing,
        pledge_tickets: pledge_tickets(db, order)?,
        seats: prices
            .filter_map(|(seat, price)| priced_seat(&map, seat, price))
            .collect(),
        amount_won: order.amount,
        waits_since: order.made_at,
        until,
    }))
}

fn pledge_tickets(db: &Connection, order: &Order) -> Result<Option<u32>, StoreError> {
    match order.purpose {
        Purpose::Seats => Ok(None),
        Purpose::Pledge { .. } => {
            let hold = seats::sqlite::holds::find(db, order.hold)?;
            Ok(hold.and_then(|hold| u32::try_from(hold.seats.len()).ok()))
        }
    }
}

/// Take the customer's cash and give the seats
#[utoipa::path(post, operation_id = "take_cash",
    path = "/api/staff/desk/{order}/cash", tag = "staff",
    request_body = TakeCash,
    responses((status = 200, body = CashTaken), (status = 401, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn take(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
    Body(cash): Body<TakeCash>,
) -> Result<Json<CashTaken>, ApiError> {
    let (shop, new) = (app.shop.clone(), new_booking(&app)?);
    let taken = app.shop.db.write(move |tx| {
        let known = sqlite::orders::find(tx, order)?.ok_or(TakeCashError::Unknown)?;
        let prices = order_prices(&shop, tx, &known)?;
        let given = Given {
            order,
            amount: cash.given_won,
            bound: shop.clock.bound(),
        };
        desk::take_cash(tx, shop.here(), given, (new, &prices))
    });
    let taken = taken.await.map_err(|error| refusal(error).speaking(speaks));
    let paid = taken?;
    // Asked again, it is what was given the first time.
    let given_won = paid.given.unwrap_or(paid.amount);
    Ok(Json(CashTaken {
        given_won,
        change_won: given_won - paid.amount,
        payment: view(&app, paid).await?,
    }))
}

fn refusal(error: TakeCashError) -> ApiError {
    match error {
        TakeCashError::Unknown => ApiError::new(ErrorCode::NotFound),
        TakeCashError::NotWaiting => ApiError::new(ErrorCode::NotWaiting),
        TakeCashError::TooLittle(amount) => ApiError::new(ErrorCode::TooLittleCash)
            .detail(TakeCashError::TooLittle(amount).to_string()),
        TakeCashError::CampaignOver => ApiError::new(ErrorCode::CampaignNotOpen),
        TakeCashError::ClockUnsure => ApiError::new(ErrorCode::ClockUnsure),
        TakeCashError::SeatsGone => ApiError::new(ErrorCode::HoldExpired),
        TakeCashError::Recovering => ApiError::new(ErrorCode::Recovering),
        TakeCashError::Store(fault) => fault.into(),
    }
}

/// Take no money: the seats are free again
#[utoipa::path(post, operation_id = "refuse_at_desk",
    path = "/api/staff/desk/{order}/refusal", tag = "staff",
    responses((status = 200, body = PaymentView), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn refuse(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
) -> Result<Json<PaymentView>, ApiError> {
    let shop = app.shop.clone();
    let refused = app
        .shop
        .db
        .write(move |tx| desk::refuse(tx, shop.here(), order));
    let order = refused.await?;
    let order = order.ok_or_else(|| ApiError::new(ErrorCode::NotFound).speaking(speaks))?;
    Ok(Json(view(&app, order).await?))
}
