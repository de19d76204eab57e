//! Paying on the web. An order's address is its id, most of which is random: whoever knows it
//! may use it, as with a hold, and nothing personal is shown there.

mod pledge;
mod view;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::id::{HoldId, OrderId};
use domain::seating::Hold;
use domain::web_order::{BeginRefused, CODE_LENGTH_MAX, is_code};
use protocol::api::order::{AttemptView, ConfirmOrder, FailOrder, OpenOrder, OrderView};
use protocol::error::{ErrorCode, Problem};
use store::StoreError;

use super::parsed;
use crate::app::App;
use crate::orders::paying::{PayError, Paying};
use crate::orders::{self, NewOrder, OrderError, OrderRefused};
use crate::payments::api::Confirm;
use crate::payments::client::ClientError;
use crate::selling::{self, Phone};

/// The gateway's keys are not longer.
const PAYMENT_KEY_LENGTH_MAX: usize = 200;

/// Order a hold's seats, to be paid on the web; repeating it returns the same order
#[utoipa::path(post, operation_id = "order_hold",
    path = "/api/holds/{hold}/order", tag = "orders",
    request_body = OpenOrder,
    responses((status = 201, body = OrderView), (status = 410, body = Problem),
              (status = 503, body = Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Path(hold): Path<HoldId>,
    speaks: Speaks,
    Body(request): Body<OpenOrder>,
) -> Result<(StatusCode, Json<OrderView>), ApiError> {
    paying(&app, speaks)?;
    let phone = parsed::<Phone>(&request.phone, speaks)?;
    let shop = app.shop.clone();
    let new = NewOrder {
        order: OrderId(shop.ids.uuid(shop.now())),
        hold,
        phone,
        if_gone: request.if_gone,
    };
    let opened = app.shop.db.write(move |tx| {
        orders::open(tx, shop.here(), &new, |hold| {
            let screening = shop.programme.screening(tx, hold.screening)?;
            let screening = screening.ok_or_else(|| no_screening(hold))?;
            let map = shop.seat_map(tx, &screening)?;
            selling::lines(&screening, &map, &hold.seats)
        })
    });
    let order = opened
        .await
        .map_err(|error| ApiError::from(PayError::from(error)).speaking(speaks))?;
    Ok((
        StatusCode::CREATED,
        Json(view::render(&app, order, speaks).await?),
    ))
}

fn no_screening(hold: &Hold) -> StoreError {
    StoreError::Inconsistent {
        table: "holds",
        reason: format!("hold {} is of no screening", hold.hold),
    }
}

/// How far an order has come
#[utoipa::path(get, operation_id = "show_order",
    path = "/api/orders/{order}", tag = "orders",
    responses((status = 200, body = OrderView), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
) -> Result<Json<OrderView>, ApiError> {
    let found = app
        .shop
        .db
        .read(move |db| crate::sqlite::orders::find(db, order))
        .await?;
    let order = found.ok_or_else(|| ApiError::new(ErrorCode::NotFound).speaking(speaks))?;
    Ok(Json(view::render(&app, order, speaks).await?))
}

/// Begin another attempt to pay: what the payment window needs
#[utoipa::path(post, operation_id = "begin_attempt",
    path = "/api/orders/{order}/attempts", tag = "orders",
    responses((status = 201, body = AttemptView), (status = 409, body = Problem),
              (status = 410, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn attempt(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
) -> Result<(StatusCode, Json<AttemptView>), ApiError> {
    let begun = paying(&app, speaks)?.attempt(&app.shop, order).await;
    let how = begun.map_err(|error| ApiError::from(error).speaking(speaks))?;
    Ok((
        StatusCode::CREATED,
        Json(AttemptView {
            gateway_order: how.gateway_order,
            client_key: how.client_key,
            script: how.script,
            customer_key: how.customer_key,
            amount_won: how.amount,
            name: how.name,
        }),
    ))
}

/// The success page: have the payment confirmed; repeating it is answered alike
#[utoipa::path(post, operation_id = "confirm_order",
    path = "/api/orders/{order}/confirmation", tag = "orders",
    request_body = ConfirmOrder,
    responses((status = 200, body = OrderView), (status = 409, body = Problem),
              (status = 410, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn confirm(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
    Body(request): Body<ConfirmOrder>,
) -> Result<Json<OrderView>, ApiError> {
    let lengths = [
        (request.payment_key.len(), PAYMENT_KEY_LENGTH_MAX),
        (request.gateway_order.len(), CODE_LENGTH_MAX),
    ];
    if lengths
        .iter()
        .any(|&(length, most)| length == 0 || length > most)
    {
        return Err(ApiError::new(ErrorCode::InvalidRequest).speaking(speaks));
    }
    let confirm = Confirm {
        payment_key: request.payment_key,
        gateway_order: request.gateway_order,
        amount: request.amount,
    };
    let done = paying(&app, speaks)?
        .confirm(&app.shop, order, confirm)
        .await;
    let order = done.map_err(|error| ApiError::from(error).speaking(speaks))?;
    Ok(Json(view::render(&app, order, speaks).await?))
}

/// The fail page: nothing was charged, and another attempt may begin
#[utoipa::path(post, operation_id = "fail_order",
    path = "/api/orders/{order}/failure", tag = "orders",
    request_body = FailOrder,
    responses((status = 200, body = OrderView), (status = 422, body = Problem)))]
pub(super) async fn fail(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
    Body(request): Body<FailOrder>,
) -> Result<Json<OrderView>, ApiError> {
    if !is_code(&request.code) {
        let error = ApiError::new(ErrorCode::InvalidRequest).speaking(speaks);
        return Err(error.detail("the code has capital letters, digits and underscores"));
    }
    let failed = app
        .shop
        .db
        .write(move |tx| orders::failed(tx, order, &request.code));
    let order = failed
        .await
        .map_err(|error| ApiError::from(PayError::from(error)).speaking(speaks))?;
    Ok(Json(view::render(&app, order, speaks).await?))
}

/// Give an order up; the seats are free unless money may be moving
#[utoipa::path(post, operation_id = "cancel_order",
    path = "/api/orders/{order}/cancellation", tag = "orders",
    responses((status = 200, body = OrderView), (status = 404, body = Problem),
              (status = 503, body = Problem)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
) -> Result<Json<OrderView>, ApiError> {
    let done = paying(&app, speaks)?.cancel(&app.shop, order).await;
    let order = done.map_err(|error| ApiError::from(error).speaking(speaks))?;
    Ok(Json(view::render(&app, order, speaks).await?))
}

pub(super) use pledge::{__path_create_pledge, create_pledge};

fn paying(app: &App, speaks: Speaks) -> Result<&Paying, ApiError> {
    let none = || ApiError::new(ErrorCode::PaymentsUnavailable).speaking(speaks);
    app.payments.as_ref().ok_or_else(none)
}

impl From<PayError> for ApiError {
    fn from(error: PayError) -> Self {
        let refused = match error {
            PayError::Order(OrderError::Store(fault)) => return fault.into(),
            PayError::Order(OrderError::Refused(refused)) => refused,
            PayError::Payments(error) => {
                let code = match &error {
                    ClientError::Refused { .. } => ErrorCode::OrderOver,
                    ClientError::NoAnswer(_) | ClientError::Fault(_) => {
                        ErrorCode::PaymentsUnavailable
                    }
                };
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the payments module did not do what it was asked to");
                return Self::new(code);
            }
        };
        Self::new(match refused {
            OrderRefused::Unknown => ErrorCode::NotFound,
            OrderRefused::UnknownHold => ErrorCode::HoldNotFound,
            OrderRefused::HoldExpired => ErrorCode::HoldExpired,
            OrderRefused::BeingPaid | OrderRefused::Begin(BeginRefused::AnotherUnderWay) => {
                ErrorCode::PaymentInProgress
            }
            OrderRefused::AmountDiffers => ErrorCode::AmountDiffers,
            OrderRefused::Recovering => ErrorCode::Recovering,
            OrderRefused::Begin(BeginRefused::Over) => ErrorCode::OrderOver,
        })
    }
}
