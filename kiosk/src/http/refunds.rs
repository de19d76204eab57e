//! Money back at the counter, and looking after refunds that the terminal has not confirmed.

use axum::Json;
use axum::extract::{Path, State};
use boxoffice::bookings::booking_view;
use boxoffice::problem::{ApiError, Body, Speaks};
use boxoffice::{Shop, find_screening};
use domain::booking::BookingNumber;
use domain::id::{BookingId, RefundId};
use domain::order::TenderKind;
use domain::tender::PaidFor;
use domain::time::Timestamp;
use protocol::api::till::{
    AskRefundQuote, BringBack, CounterRefund, CounterRefundState, GivePledgeBack, RefundQuote,
    TicketBack,
};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use store::StoreError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::payments::moving_money;
use crate::app::App;
use crate::devices::card_terminal::{self, Readiness, RefundRequest};
use crate::refunds::{self, AskRefund, Outcome, Quote, Refund, RefundError, RefundState};
use crate::sqlite;

/// Refunds that are looked after or listed in one go.
const REFUNDS_MAX: u32 = 64;

/// The staff's side of refunds.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(quote))
        .routes(routes!(bring_back, show))
        .routes(routes!(give_pledge_back))
        .routes(routes!(list))
        .routes(routes!(pay_in_cash))
}

/// What comes back for a booking now
#[utoipa::path(post, operation_id = "quote_refund",
    path = "/api/staff/refund-quotes", tag = "staff",
    request_body = AskRefundQuote,
    responses((status = 200, body = RefundQuote), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn quote(
    State(app): State<App>,
    speaks: Speaks,
    Body(asked): Body<AskRefundQuote>,
) -> Result<Json<RefundQuote>, ApiError> {
    let number: BookingNumber = asked.number.parse().map_err(|wrong| {
        let error = ApiError::new(ErrorCode::InvalidRequest).speaking(speaks);
        error.detail(format!("{wrong}"))
    })?;
    let shop = app.shop.clone();
    let quoted = app.shop.db.read(move |db| {
        let booking = seats::sqlite::bookings::find_by_number(db, &number)?;
        let booking = booking.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
        let screening = find_screening(&shop, db, booking.screening)?;
        let quote = refunds::quote(db, shop.here(), booking.booking, screening.starts_at);
        quote_view(&shop, db, quote.map_err(refusal)?)
    });
    Ok(Json(quoted.await.map_err(|error| error.speaking(speaks))?))
}

fn quote_view(shop: &Shop, db: &Connection, quote: Quote) -> Result<RefundQuote, ApiError> {
    let booking = booking_view(shop, db, &quote.booking)?;
    let back_of = |id| {
        let ticket = quote.tickets.iter().find(|(ticket, _)| ticket.ticket == id);
        ticket.map(|(_, back)| *back)
    };
    let tickets = booking.tickets.iter().filter_map(|ticket| {
        Some(TicketBack {
            ticket: ticket.clone(),
            back_won: back_of(ticket.ticket)?,
        })
    });
    Ok(RefundQuote {
        kind: quote.kind,
        percent: quote.share.percent,
        until: quote.share.until,
        tickets: tickets.collect(),
        booking,
    })
}

/// Take tickets back and give the money back; the same refund again is the same refund
#[utoipa::path(put, operation_id = "refund_at_counter",
    path = "/api/staff/refunds/{refund}", tag = "staff",
    request_body = BringBack,
    responses((status = 200, body = CounterRefund), (status = 401, body = Problem),
        (status = 409, body = Problem), (status = 503, body = Problem)))]
async fn bring_back(
    State(app): State<App>,
    Path(refund): Path<RefundId>,
    speaks: Speaks,
    Body(back): Body<BringBack>,
) -> Result<Json<CounterRefund>, ApiError> {
    let _moving = moving_money(&app).map_err(|error| error.speaking(speaks))?;
    let (shop, readiness) = (app.shop.clone(), app.terminal.readiness());
    let begun = app.shop.db.write(move |tx| {
        let starts_at = starts_at(&shop, tx, back.booking)?;
        let quoted = refunds::quote(tx, shop.here(), back.booking, starts_at);
        let by_card = quoted.is_ok_and(|quote| quote.kind == TenderKind::Card);
        // No seat is given up for money that cannot go back now.
        if by_card && readiness != Readiness::Ready {
            return Err(ApiError::new(ErrorCode::AcquirerUnreachable));
        }
        let asked = AskRefund {
            refund,
            booking: back.booking,
            tickets: &back.tickets,
            starts_at,
        };
        refunds::begin(tx, shop.here(), asked).map_err(refusal)
    });
    let begun = begun.await.map_err(|error| error.speaking(speaks))?;
    let settled = ask_terminal(&app, begun).await?;
    Ok(Json(view(&settled)))
}

/// Give the money of a pledge back; the same refund again is the same refund
#[utoipa::path(put, operation_id = "refund_pledge_at_counter",
    path = "/api/staff/pledge-refunds/{refund}", tag = "staff",
    request_body = GivePledgeBack,
    responses((status = 200, body = CounterRefund), (status = 401, body = Problem),
        (status = 409, body = Problem), (status = 503, body = Problem)))]
async fn give_pledge_back(
    State(app): State<App>,
    Path(refund): Path<RefundId>,
    speaks: Speaks,
    Body(back): Body<GivePledgeBack>,
) -> Result<Json<CounterRefund>, ApiError> {
    let _moving = moving_money(&app).map_err(|error| error.speaking(speaks))?;
    let (shop, pledge) = (app.shop.clone(), back.pledge);
    let begun = app
        .shop
        .db
        .write(move |tx| refunds::begin_pledge(tx, shop.here(), (refund, pledge)));
    let begun = begun
        .await
        .map_err(|error| refusal(error).speaking(speaks))?;
    let settled = ask_terminal(&app, begun).await?;
    Ok(Json(view(&settled)))
}

fn starts_at(shop: &Shop, db: &Connection, booking: BookingId) -> Result<Timestamp, ApiError> {
    let booking = seats::sqlite::bookings::find(db, booking)?;
    let booking = booking.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
    Ok(find_screening(shop, db, booking.screening)?.starts_at)
}

/// How far a refund has come
#[utoipa::path(get, operation_id = "show_counter_refund",
    path = "/api/staff/refunds/{refund}", tag = "staff",
    responses((status = 200, body = CounterRefund), (status = 404, body = Problem)))]
async fn show(
    State(app): State<App>,
    Path(refund): Path<RefundId>,
    speaks: Speaks,
) -> Result<Json<CounterRefund>, ApiError> {
    let found = app
        .shop
        .db
        .read(move |db| sqlite::refunds::find(db, refund));
    let found = found.await?;
    let found = found.ok_or_else(|| ApiError::new(ErrorCode::NotFound).speaking(speaks))?;
    Ok(Json(view(&found)))
}

/// The refunds that are not done
#[utoipa::path(get, operation_id = "list_open_refunds",
    path = "/api/staff/refunds", tag = "staff",
    responses((status = 200, body = Vec<CounterRefund>), (status = 401, body = Problem)))]
async fn list(State(app): State<App>) -> Result<Json<Vec<CounterRefund>>, ApiError> {
    let open = app.shop.db.read(|db| {
        let mut open = sqlite::refunds::that_are(db, RefundState::Refused, REFUNDS_MAX)?;
        open.extend(sqlite::refunds::that_are(
            db,
            RefundState::Asked,
            REFUNDS_MAX,
        )?);
        Ok::<_, StoreError>(open)
    });
    Ok(Json(open.await?.iter().map(view).collect()))
}

/// Pay from the drawer what the terminal refuses to give back
#[utoipa::path(post, operation_id = "pay_refund_in_cash",
    path = "/api/staff/refunds/{refund}/cash", tag = "staff",
    responses((status = 200, body = CounterRefund), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn pay_in_cash(
    State(app): State<App>,
    Path(refund): Path<RefundId>,
    speaks: Speaks,
) -> Result<Json<CounterRefund>, ApiError> {
    let shop = app.shop.clone();
    let paid = app
        .shop
        .db
        .write(move |tx| refunds::pay_in_cash(tx, shop.here(), refund));
    let paid = paid.await?;
    let paid = paid.ok_or_else(|| ApiError::new(ErrorCode::NotFound).speaking(speaks))?;
    Ok(Json(view(&paid)))
}

/// Asks the terminal about every refund that it has not confirmed, until it does.
///
/// # Errors
///
/// Fails when the store does. A terminal that gives no answer is asked again next time.
pub async fn look_after_refunds(app: App) -> Result<(), StoreError> {
    let asked = app
        .shop
        .db
        .read(|db| sqlite::refunds::that_are(db, RefundState::Asked, REFUNDS_MAX));
    let asked = asked.await?;
    let _moving = app.moving_money.read().await;
    for refund in asked {
        ask_terminal(&app, refund).await?;
    }
    Ok(())
}

/// Has the terminal give the money back, and settles. A repeat gets the terminal's first answer.
async fn ask_terminal(app: &App, refund: Refund) -> Result<Refund, StoreError> {
    if refund.state != RefundState::Asked {
        return Ok(refund);
    }
    let request = RefundRequest {
        refund: refund.refund,
        order: refund.order,
        amount: refund.amount,
    };
    let outcome = match app.terminal.refund(request).await {
        Ok(approval) => Outcome::Given {
            approval_no: approval.approval_no,
            at: approval.approved_at,
        },
        Err(card_terminal::RefundError::Refused) => Outcome::Refused,
        Err(card_terminal::RefundError::Unreachable(_)) => {
            tracing::warn!(refund = %refund.refund, "the terminal gives no answer");
            return Ok(refund);
        }
    };
    let (shop, id) = (app.shop.clone(), refund.refund);
    let settled = app
        .shop
        .db
        .write(move |tx| refunds::settle(tx, shop.here(), id, &outcome));
    Ok(settled.await?.unwrap_or(refund))
}

fn view(refund: &Refund) -> CounterRefund {
    CounterRefund {
        refund: refund.refund,
        booking: match refund.paid_for {
            PaidFor::Booking(booking) => Some(booking),
            PaidFor::Pledge(_) => None,
        },
        kind: refund.kind,
        amount_won: refund.amount,
        state: match refund.state {
            RefundState::Asked => CounterRefundState::Asked,
            RefundState::Done => CounterRefundState::Done,
            RefundState::Refused => CounterRefundState::Refused,
        },
        asked_at: refund.asked_at,
    }
}

fn refusal(error: RefundError) -> ApiError {
    ApiError::new(match error {
        RefundError::Unknown => ErrorCode::NotFound,
        RefundError::Elsewhere | RefundError::NotPaidHere => ErrorCode::NotPaidHere,
        RefundError::Over => ErrorCode::CannotCancel,
        RefundError::NothingBack => ErrorCode::NothingBack,
        RefundError::Recovering => ErrorCode::Recovering,
        RefundError::Store(fault) => return fault.into(),
    })
}
