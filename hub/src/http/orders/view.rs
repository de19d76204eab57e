//! Orders as buyers see them.

use boxoffice::bookings::booking_view;
use boxoffice::find_screening;
use boxoffice::problem::{ApiError, Speaks};
use domain::seating::HoldState;
use domain::time::Timestamp;
use domain::web_order::{OrderFor, SeatsGiven, WebOrder, WebOrderState};
use protocol::api::order::{DepositAccount, OrderStatus, OrderView, PledgeTickets};
use protocol::error::ErrorCode;
use rusqlite::Connection;

use crate::app::App;
use crate::payments::api::PaymentState;
use crate::sqlite::{awaited_accounts, refunds};

/// The order with its screening and its seats.
pub(super) async fn render(
    app: &App,
    order: WebOrder,
    speaks: Speaks,
) -> Result<OrderView, ApiError> {
    let account = account(app, &order).await;
    let asked = app.clone();
    let view = app
        .shop
        .db
        .read(move |db| view(&asked, db, &order, account));
    view.await.map_err(|error| error.speaking(speaks))
}

/// Where to pay into. The hub's database does not have it: the payments module is asked.
async fn account(app: &App, order: &WebOrder) -> Option<DepositAccount> {
    let WebOrderState::WaitingForDeposit { .. } = order.state else {
        return None;
    };
    let known = app.payments.as_ref()?.client.order(order.order).await;
    match known.ok()?.payment {
        PaymentState::WaitingForDeposit(deposit) => Some(DepositAccount {
            bank: deposit.bank,
            account_number: deposit.account_number,
        }),
        PaymentState::Open
        | PaymentState::Confirming
        | PaymentState::Unknown
        | PaymentState::Paid { .. }
        | PaymentState::NotPaid { .. }
        | PaymentState::Closed => None,
    }
}

fn view(
    app: &App,
    db: &Connection,
    order: &WebOrder,
    account: Option<DepositAccount>,
) -> Result<OrderView, ApiError> {
    let (screening, lines, given, pledge) = match &order.what {
        OrderFor::Seats {
            screening,
            lines,
            given,
            ..
        } => (*screening, lines.as_slice(), *given, None),
        &OrderFor::Pledge {
            campaign,
            screening,
            tickets,
            price,
        } => {
            let pledge = PledgeTickets {
                campaign,
                tickets,
                price_won: price,
            };
            (screening, &[][..], SeatsGiven::AsChosen, Some(pledge))
        }
    };
    let shop = &app.shop;
    let screening = find_screening(shop, db, screening)?;
    let map = shop.seat_map(db, &screening)?;
    let summary = shop.programme.summary(shop, db, &screening)?;
    let lines = lines.iter();
    let seats =
        lines.filter_map(|line| boxoffice::bookings::priced_seat(&map, line.seat, line.price));
    Ok(OrderView {
        order: order.order,
        screening: summary.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?,
        seats: seats.collect(),
        pledge,
        given,
        amount_won: order.amount(),
        if_gone: order.if_gone,
        status: status(app, db, order, account)?,
        kept_until: kept_until(db, order, shop.now())?,
        expires_at: order.expires_at,
        now: shop.now(),
    })
}

fn status(
    app: &App,
    db: &Connection,
    order: &WebOrder,
    account: Option<DepositAccount>,
) -> Result<OrderStatus, ApiError> {
    let amount_won = order.amount();
    Ok(match &order.state {
        WebOrderState::Open => OrderStatus::Open,
        WebOrderState::NotPaid { code } => OrderStatus::NotPaid { code: code.clone() },
        WebOrderState::Confirming { since, .. } => OrderStatus::Confirming { since: *since },
        WebOrderState::WaitingForDeposit { until, .. } => OrderStatus::WaitingForDeposit {
            account,
            until: *until,
        },
        WebOrderState::Paid { booking, paid_at } => {
            let booking = seats::sqlite::bookings::find(db, *booking)?;
            let booking = booking.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
            OrderStatus::Paid {
                paid_at: *paid_at,
                booking: Box::new(booking_view(&app.shop, db, &booking)?),
            }
        }
        WebOrderState::Pledged { pledge, paid_at } => {
            let known = seats::sqlite::pledges::find(db, *pledge)?;
            let known = known.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
            OrderStatus::Pledged {
                paid_at: *paid_at,
                number: known.number.to_string(),
            }
        }
        WebOrderState::Over { why } => OrderStatus::Over { why: *why },
        WebOrderState::PledgeReturned { .. } | WebOrderState::Refunding { .. } => {
            OrderStatus::Refunding {
                amount_won,
                awaiting_account: awaited_accounts::is_awaited_of(db, order.order)?,
            }
        }
        WebOrderState::Refunded {
            refunded_at,
            refund,
        } => OrderStatus::Refunded {
            amount_won: refunds::find(db, *refund)?.map_or(amount_won, |refund| refund.amount),
            refunded_at: *refunded_at,
        },
        WebOrderState::RefundRefused { .. } => OrderStatus::RefundRefused { amount_won },
    })
}

/// Until when the seats are kept for an order that can be paid.
fn kept_until(
    db: &Connection,
    order: &WebOrder,
    now: Timestamp,
) -> Result<Option<Timestamp>, ApiError> {
    let payable = order.state.is_payable();
    let hold = match &order.what {
        OrderFor::Seats { hold, .. } => hold,
        OrderFor::Pledge { .. } => {
            return Ok((payable && now < order.expires_at).then_some(order.expires_at));
        }
    };
    let hold = seats::sqlite::holds::find(db, *hold)?.filter(|_| payable);
    Ok(hold.and_then(|hold| match hold.state {
        HoldState::Open { until } if now < until => Some(until),
        HoldState::Open { .. }
        | HoldState::Paying
        | HoldState::Booked { .. }
        | HoldState::Released => None,
    }))
}
