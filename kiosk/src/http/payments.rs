//! Paying at the card terminal, and looking after orders whose outcome is open.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::bookings::booking_view;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::id::{BookingId, HoldId, OrderId, SeatId, TicketId};
use domain::money::Won;
use domain::order::{NotCharged, Order, OrderState};
use domain::seating::HOLD_SEATS_MAX;
use protocol::api::kiosk::{PaymentStatus, PaymentView};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use serde::Deserialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::app::{App, Asked};
use crate::checkout::{self, Begun, Charge, NewBooking, Outcome};
use crate::devices::card_terminal::{Approval, AuthorizeError, AuthorizeRequest};
use crate::devices::simulated_terminal::SimulatedCard;
use crate::sqlite;

/// Orders that are looked after in one go.
const OPEN_ORDERS_MAX: u32 = 64;

/// A simulated card is held to the simulated terminal.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PresentCard {
    order: OrderId,
    outcome: SimulatedCard,
}

/// Begin to pay for a hold
#[utoipa::path(post, operation_id = "pay_hold",
    path = "/api/holds/{hold}/payment", tag = "payments",
    responses((status = 202, body = PaymentView), (status = 410, body = Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Path(hold): Path<HoldId>,
    speaks: Speaks,
) -> Result<(StatusCode, Json<PaymentView>), ApiError> {
    if !app.terminal.ready() {
        return Err(ApiError::new(ErrorCode::TerminalUnavailable).speaking(speaks));
    }
    let order = OrderId(app.shop.ids.uuid(app.shop.now()));
    // From before the order is stored, so that nobody else asks the terminal about it.
    let asked = app.asking.begin(order);
    let shop = app.shop.clone();
    let begun = app.shop.db.write(move |tx| {
        checkout::begin(tx, shop.here(), (order, hold), |hold| {
            let prices = prices_of(&shop, tx, hold.screening, &hold.seats)?;
            Ok(prices.iter().map(|(_, price)| *price).sum())
        })
    });
    let begun = begun
        .await
        .map_err(|error| ApiError::from(error).speaking(speaks))?;
    let order = match begun {
        Begun::Already(order) => order,
        Begun::New(order) => {
            tokio::spawn(charge(app.clone(), order.clone(), asked));
            order
        }
    };
    Ok((StatusCode::ACCEPTED, Json(view(&app, order).await?)))
}

/// How far the payment has come
#[utoipa::path(get, operation_id = "show_order",
    path = "/api/orders/{order}", tag = "payments",
    responses((status = 200, body = PaymentView), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
) -> Result<Json<PaymentView>, ApiError> {
    let found = app
        .shop
        .db
        .read(move |db| sqlite::orders::find(db, order))
        .await?;
    let order = found.ok_or_else(|| ApiError::new(ErrorCode::NotFound).speaking(speaks))?;
    Ok(Json(view(&app, order).await?))
}

/// Stop waiting for a card; a card that was faster wins
#[utoipa::path(post, operation_id = "cancel_order",
    path = "/api/orders/{order}/cancellation", tag = "payments",
    responses((status = 200, body = PaymentView), (status = 404, body = Problem)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
) -> Result<Json<PaymentView>, ApiError> {
    app.terminal.cancel_waiting(order).await;
    show(State(app), Path(order), speaks).await
}

/// Hold a simulated card to the simulated terminal
#[utoipa::path(post, operation_id = "present_simulated_card",
    path = "/api/simulated-card", tag = "payments",
    request_body = PresentCard,
    responses((status = 204), (status = 404, body = Problem)))]
pub(super) async fn present_card(
    State(app): State<App>,
    speaks: Speaks,
    Body(card): Body<PresentCard>,
) -> Result<StatusCode, ApiError> {
    let not_found = || ApiError::new(ErrorCode::NotFound).speaking(speaks);
    let simulator = app.simulator.as_ref().ok_or_else(not_found)?;
    let presented = simulator.present_card(card.order, card.outcome);
    presented.map_err(|_| not_found())?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks the terminal to charge the card, and settles. Runs to its end whoever waits for it.
async fn charge(app: App, order: Order, asked: Asked) {
    let request = AuthorizeRequest {
        order: order.order,
        amount: order.amount,
    };
    let outcome = match app.terminal.authorize(request).await {
        Ok(approval) => charged(approval),
        Err(AuthorizeError::Rejected(rejection)) => {
            Outcome::NotCharged(NotCharged::from(rejection))
        }
        Err(AuthorizeError::AnswerLost) => Outcome::Unknown,
    };
    if let Err(fault) = settle(&app, &order, outcome).await {
        let error = &fault as &dyn std::error::Error;
        tracing::error!(error, order = %order.order, "an order is not settled yet");
    }
    drop(asked);
    app.orders_due.notify_one();
}

/// Finds out what became of every order that is open and that nobody is asking about:
/// after a crash, after a lost answer, or while money is to be given back.
///
/// # Errors
///
/// Fails when the store does. A terminal that gives no answer is asked again next time.
pub async fn look_after_orders(app: App) -> Result<(), StoreError> {
    let open = app
        .shop
        .db
        .read(|db| sqlite::orders::under_way(db, OPEN_ORDERS_MAX))
        .await?;
    for order in open {
        if !app.asking.contains(order.order) {
            look_after(&app, &order).await?;
        }
    }
    Ok(())
}

async fn look_after(app: &App, order: &Order) -> Result<(), StoreError> {
    let reverse = match order.state {
        OrderState::Reversing => true,
        OrderState::Confirming | OrderState::Unknown => false,
        OrderState::Paid { .. } | OrderState::NotPaid { .. } | OrderState::Reversed => {
            return Ok(());
        }
    };
    if reverse {
        return give_back(app, order).await;
    }
    match app.terminal.query(order.order).await {
        Ok(Some(approval)) => {
            let settled = settle(app, order, charged(approval)).await?;
            if settled.is_some_and(|order| order.state == OrderState::Reversing) {
                give_back(app, order).await?;
            }
        }
        Ok(None) => {
            // Nothing was charged, and after this nothing can be any more (망취소).
            if app.terminal.reverse(order.order).await.is_ok() {
                let outcome = Outcome::NotCharged(NotCharged::TerminalUnavailable);
                settle(app, order, outcome).await?;
            }
        }
        Err(_) => tracing::warn!(order = %order.order, "the terminal gives no answer"),
    }
    Ok(())
}

async fn give_back(app: &App, order: &Order) -> Result<(), StoreError> {
    let order = order.order;
    if app.terminal.reverse(order).await.is_err() {
        tracing::warn!(%order, "the money is not given back yet");
        return Ok(());
    }
    let shop = app.shop.clone();
    let done = app
        .shop
        .db
        .write(move |tx| checkout::reversed(tx, shop.here(), order));
    done.await
}

fn charged(approval: Approval) -> Outcome {
    Outcome::Charged(Charge {
        approval_no: approval.approval_no,
        approved_at: approval.approved_at,
        amount: approval.amount,
    })
}

async fn settle(app: &App, order: &Order, outcome: Outcome) -> Result<Option<Order>, StoreError> {
    let (shop, order) = (app.shop.clone(), order.clone());
    let (ids, now) = (app.shop.ids.clone(), app.shop.now());
    let digits = ids.digits12();
    let number = digits.parse().map_err(|error| StoreError::Inconsistent {
        table: "bookings",
        reason: format!("{error}"),
    })?;
    let new = NewBooking {
        booking: BookingId(ids.uuid(now)),
        number,
        tickets: (0..HOLD_SEATS_MAX)
            .map(|_| TicketId(ids.uuid(now)))
            .collect(),
    };
    let settled = app.shop.db.write(move |tx| {
        let hold = seats::sqlite::holds::find(tx, order.hold)?;
        let seats = hold.map_or_else(Vec::new, |hold| hold.seats);
        let prices = prices_of(&shop, tx, order.screening, &seats)?;
        checkout::settle(tx, shop.here(), order.order, &outcome, (new, &prices))
    });
    settled.await
}

fn prices_of(
    shop: &boxoffice::Shop,
    db: &Connection,
    screening: domain::id::ScreeningId,
    seats: &[SeatId],
) -> Result<Vec<(SeatId, Won)>, StoreError> {
    let found = shop.programme.screening(db, screening)?;
    let screening = found.ok_or_else(|| StoreError::Inconsistent {
        table: "screenings",
        reason: format!("a held screening {screening} is not there"),
    })?;
    checkout::prices(&screening, &*shop.seat_map(db, &screening)?, seats)
}

async fn view(app: &App, order: Order) -> Result<PaymentView, ApiError> {
    let (state, reason) = match &order.state {
        OrderState::Confirming => (PaymentStatus::WaitingForCard, None),
        OrderState::Unknown => (PaymentStatus::Unknown, None),
        OrderState::Paid { .. } => (PaymentStatus::Approved, None),
        OrderState::NotPaid { why } => (not_paid(*why), Some(*why)),
        // Money is on its way back: for the buyer not known to be back yet.
        OrderState::Reversing => (PaymentStatus::Unknown, None),
        OrderState::Reversed => (PaymentStatus::Reversed, None),
    };
    let booking = match order.state {
        OrderState::Paid { booking } => {
            let shop = app.shop.clone();
            let found = app.shop.db.read(move |db| {
                let booking = seats::sqlite::bookings::find(db, booking)?;
                let booking = booking.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
                booking_view(&shop, db, &booking)
            });
            Some(found.await?)
        }
        OrderState::Confirming
        | OrderState::Unknown
        | OrderState::NotPaid { .. }
        | OrderState::Reversing
        | OrderState::Reversed => None,
    };
    Ok(PaymentView {
        order: order.order,
        state,
        amount_won: order.amount,
        reason,
        hold: order.hold,
        booking,
    })
}

fn not_paid(why: NotCharged) -> PaymentStatus {
    match why {
        NotCharged::Declined => PaymentStatus::Declined,
        NotCharged::TimedOut => PaymentStatus::TimedOut,
        NotCharged::Cancelled => PaymentStatus::Cancelled,
        NotCharged::TerminalUnavailable => PaymentStatus::Unavailable,
    }
}
