//! Paying at the card terminal, and looking after orders whose outcome is open.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::bookings::booking_view;
use boxoffice::problem::{ApiError, Speaks};
use domain::id::{BookingId, HoldId, OrderId, SeatId, TicketId};
use domain::money::Won;
use domain::order::{NotCharged, Order, OrderState, Purpose, TenderKind};
use domain::seating::HOLD_SEATS_MAX;
use domain::tender::PaidFor;
use protocol::api::booking::BookingView;
use protocol::api::join::KioskPledge;
use protocol::api::kiosk::{PaymentStatus, PaymentView};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use store::StoreError;
use tokio::sync::OwnedRwLockReadGuard;

use super::pledges;
use crate::app::{App, Asked};
use crate::checkout::{self, Begun, Charge, NewBooking, NewOrder, Outcome};
use crate::devices::card_terminal::{Approval, AuthorizeError, AuthorizeRequest, Readiness};
use crate::{desk, sqlite};

/// Orders that are looked after in one go.
const OPEN_ORDERS_MAX: u32 = 64;

/// Begin to pay for a hold
#[utoipa::path(post, operation_id = "pay_hold",
    path = "/api/holds/{hold}/payment", tag = "payments",
    responses((status = 202, body = PaymentView), (status = 410, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Path(hold): Path<HoldId>,
    speaks: Speaks,
) -> Result<(StatusCode, Json<PaymentView>), ApiError> {
    card_ready(&app).map_err(|error| error.speaking(speaks))?;
    let moving = moving_money(&app).map_err(|error| error.speaking(speaks))?;
    let order = OrderId(app.shop.ids.uuid(app.shop.now()));
    // From before the order is stored, so that nobody else asks the terminal about it.
    let asked = app.asking.begin(order);
    let begun = begin(&app, (order, hold), TenderKind::Card).await;
    let order = match begun.map_err(|error| error.speaking(speaks))? {
        Begun::Already(order) => order,
        Begun::New(order) => {
            charge_soon(&app, &order, Charging { asked, moving });
            order
        }
    };
    Ok((StatusCode::ACCEPTED, Json(view(&app, order).await?)))
}

/// What is held while the terminal charges a card.
pub(super) struct Charging {
    /// Nobody else asks the terminal about the order.
    pub(super) asked: Asked,
    /// The day is not closed.
    pub(super) moving: OwnedRwLockReadGuard<()>,
}

/// Whether it makes sense to send a customer to the terminal.
pub(super) fn card_ready(app: &App) -> Result<(), ApiError> {
    match app.terminal.readiness() {
        Readiness::Ready => Ok(()),
        Readiness::LineDown => Err(ApiError::new(ErrorCode::AcquirerUnreachable)),
        Readiness::OutOfOrder => Err(ApiError::new(ErrorCode::TerminalUnavailable)),
    }
}

/// Held until the money has moved. While the day is closed nobody begins to move any.
pub(super) fn moving_money(app: &App) -> Result<OwnedRwLockReadGuard<()>, ApiError> {
    let moving = app.moving_money.clone().try_read_owned();
    moving.map_err(|_| ApiError::new(ErrorCode::Overloaded))
}

/// Asks the terminal to charge the card, whoever waits for it.
pub(super) fn charge_soon(app: &App, order: &Order, held: Charging) {
    tokio::spawn(charge(app.clone(), order.clone(), held));
}

/// Stores the order for a hold, or finds the one that is under way.
pub(super) async fn begin(
    app: &App,
    (order, hold): (OrderId, HoldId),
    kind: TenderKind,
) -> Result<Begun, ApiError> {
    let shop = app.shop.clone();
    let new = NewOrder {
        order,
        hold,
        purpose: Purpose::Seats,
        kind,
    };
    let begun = app.shop.db.write(move |tx| {
        checkout::begin(tx, shop.here(), new, |hold| {
            let prices = prices_of(&shop, tx, hold.screening, &hold.seats)?;
            Ok(prices.iter().map(|(_, price)| *price).sum())
        })
    });
    Ok(begun.await?)
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

/// Stop waiting for a card or at the desk; a card that was faster wins
#[utoipa::path(post, operation_id = "cancel_order",
    path = "/api/orders/{order}/cancellation", tag = "payments",
    responses((status = 200, body = PaymentView), (status = 404, body = Problem)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
) -> Result<Json<PaymentView>, ApiError> {
    app.terminal.cancel_waiting(order).await;
    let shop = app.shop.clone();
    let given_up = app
        .shop
        .db
        .write(move |tx| desk::give_up(tx, shop.here(), order));
    given_up.await?;
    show(State(app), Path(order), speaks).await
}

/// Asks the terminal to charge the card, and settles. Runs to its end whoever waits for it.
async fn charge(app: App, order: Order, held: Charging) {
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
    let Charging { asked, moving } = held;
    drop((asked, moving));
    app.orders_due.notify_one();
}

/// Finds out what became of every order that is open and that nobody is asking about:
/// after a crash, after a lost answer, while money is to be given back, or when nobody has
/// come to the desk.
///
/// # Errors
///
/// Fails when the store does. A terminal that gives no answer is asked again next time.
pub async fn look_after_orders(app: App) -> Result<(), StoreError> {
    let now = app.shop.now();
    let due = app
        .shop
        .db
        .read(move |db| sqlite::orders::due(db, now, OPEN_ORDERS_MAX));
    let open = due.await?;
    let _moving = app.moving_money.read().await;
    for order in open {
        if !app.asking.contains(order.order) {
            look_after(&app, &order).await?;
        }
    }
    Ok(())
}

async fn look_after(app: &App, order: &Order) -> Result<(), StoreError> {
    match order.state {
        OrderState::Reversing => return give_back(app, order).await,
        OrderState::AtDesk { .. } => return end_overdue(app, order.order).await,
        OrderState::Confirming | OrderState::Unknown => {}
        OrderState::Paid { .. } | OrderState::NotPaid { .. } | OrderState::Reversed => {
            return Ok(());
        }
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

async fn end_overdue(app: &App, order: OrderId) -> Result<(), StoreError> {
    let shop = app.shop.clone();
    let ended = app
        .shop
        .db
        .write(move |tx| desk::end_overdue(tx, shop.here(), order));
    ended.await.map(drop)
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
    let new = new_booking(app)?;
    let settled = app.shop.db.write(move |tx| {
        let prices = order_prices(&shop, tx, &order)?;
        checkout::settle(tx, shop.here(), order.order, &outcome, (new, &prices))
    });
    settled.await
}

/// Ids for the booking that a payment may become.
pub(super) fn new_booking(app: &App) -> Result<NewBooking, StoreError> {
    let (ids, now) = (&app.shop.ids, app.shop.now());
    let number = ids.digits12().parse();
    let number = number.map_err(|error| StoreError::Inconsistent {
        table: "bookings",
        reason: format!("{error}"),
    })?;
    Ok(NewBooking {
        booking: BookingId(ids.uuid(now)),
        number,
        tickets: (0..HOLD_SEATS_MAX)
            .map(|_| TicketId(ids.uuid(now)))
            .collect(),
    })
}

/// The price of every seat that an order keeps.
pub(super) fn order_prices(
    shop: &boxoffice::Shop,
    db: &Connection,
    order: &Order,
) -> Result<Vec<(SeatId, Won)>, StoreError> {
    match order.purpose {
        // Its tickets have the campaign's price, and no seats yet.
        Purpose::Pledge { .. } => return Ok(Vec::new()),
        Purpose::Seats => {}
    }
    let hold = seats::sqlite::holds::find(db, order.hold)?;
    let seats = hold.map_or_else(Vec::new, |hold| hold.seats);
    prices_of(shop, db, order.screening, &seats)
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

pub(super) async fn view(app: &App, order: Order) -> Result<PaymentView, ApiError> {
    let (state, reason) = status(&order);
    let (booking, pledge) = match order.state {
        OrderState::Paid { paid_for } => given(app, paid_for).await?,
        OrderState::Confirming
        | OrderState::AtDesk { .. }
        | OrderState::Unknown
        | OrderState::NotPaid { .. }
        | OrderState::Reversing
        | OrderState::Reversed => (None, None),
    };
    let until = match order.state {
        OrderState::AtDesk { until } => Some(until),
        OrderState::Confirming
        | OrderState::Unknown
        | OrderState::Paid { .. }
        | OrderState::NotPaid { .. }
        | OrderState::Reversing
        | OrderState::Reversed => None,
    };
    Ok(PaymentView {
        order: order.order,
        state,
        kind: order.kind,
        desk_number: until.map(|_| desk_number(order.order)),
        until,
        amount_won: order.amount,
        reason,
        hold: order.hold,
        campaign: match order.purpose {
            Purpose::Seats => None,
            Purpose::Pledge { campaign } => Some(campaign),
        },
        booking,
        pledge,
    })
}

/// What the buyer has got.
async fn given(
    app: &App,
    paid_for: PaidFor,
) -> Result<(Option<BookingView>, Option<KioskPledge>), ApiError> {
    let shop = app.shop.clone();
    let found = app.shop.db.read(move |db| match paid_for {
        PaidFor::Booking(booking) => {
            let booking = seats::sqlite::bookings::find(db, booking)?;
            let booking = booking.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
            booking_view(&shop, db, &booking).map(|view| (Some(view), None))
        }
        PaidFor::Pledge(pledge) => {
            pledges::find_pledge(&shop, db, pledge).map(|view| (None, Some(view)))
        }
    });
    found.await
}

/// Three digits that are easily read out. The staff see the seats beside them.
pub(super) fn desk_number(order: OrderId) -> String {
    format!("{:03}", order.0.as_u128() % 1000)
}

fn status(order: &Order) -> (PaymentStatus, Option<NotCharged>) {
    match &order.state {
        OrderState::Confirming => (PaymentStatus::WaitingForCard, None),
        OrderState::AtDesk { .. } => (PaymentStatus::WaitingAtDesk, None),
        OrderState::Unknown => (PaymentStatus::Unknown, None),
        OrderState::Paid { .. } => (PaymentStatus::Approved, None),
        OrderState::NotPaid { why } => (not_paid(*why), Some(*why)),
        // Money is on its way back: for the buyer not known to be back yet.
        OrderState::Reversing => (PaymentStatus::Unknown, None),
        OrderState::Reversed => (PaymentStatus::Reversed, None),
    }
}

fn not_paid(why: NotCharged) -> PaymentStatus {
    match why {
        NotCharged::Declined => PaymentStatus::Declined,
        NotCharged::TimedOut => PaymentStatus::TimedOut,
        NotCharged::Cancelled => PaymentStatus::Cancelled,
        NotCharged::TerminalUnavailable | NotCharged::AcquirerUnreachable => {
            PaymentStatus::Unavailable
        }
        NotCharged::RefusedAtDesk => PaymentStatus::RefusedAtDesk,
    }
}
