//! Bank accounts for money that was paid into an account: taken from the buyer, handed on to the
//! payments module, kept nowhere here, and never logged.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::booking::{Booking, Tender};
use domain::id::OrderId;
use protocol::api::back::{BankAccount, NameAccount};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use store::StoreError;

use super::parsed;
use crate::app::App;
use crate::payments::api::RefundAccount;
use crate::payments::client::PaymentsClient;
use crate::pledging::returning;
use crate::selling::Phone;
use crate::sqlite::{awaited_accounts, orders, pledge_orders};

/// Name the bank account that an order's money goes to; it was paid into an account and waits
#[utoipa::path(put, operation_id = "name_refund_account",
    path = "/api/orders/{order}/refund-account", tag = "orders",
    request_body = NameAccount,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem),
              (status = 503, body = Problem)))]
pub(super) async fn name(
    State(app): State<App>,
    Path(order): Path<OrderId>,
    speaks: Speaks,
    Body(request): Body<NameAccount>,
) -> Result<StatusCode, ApiError> {
    let phone: Phone = parsed(&request.phone, speaks)?;
    let found = app.shop.db.read(move |db| {
        let theirs = orders::phone_of(db, order)?.is_some_and(|known| phone.is(&known));
        Ok::<_, StoreError>(theirs && awaited_accounts::is_awaited_of(db, order)?)
    });
    if !found.await? {
        return Err(ApiError::new(ErrorCode::NotFound).speaking(speaks));
    }
    let named = hand_on(&app, &[order], request.account).await;
    named.map_err(|error| error.speaking(speaks))?;
    // The payments module says so, too, a moment later; whoever looks at once is not asked again.
    let remove = move |tx: &rusqlite::Transaction<'_>| awaited_accounts::remove_of_order(tx, order);
    app.shop.db.write(remove).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The orders on the web whose money a booking is.
///
/// # Errors
///
/// Fails when the store does.
pub(super) fn orders_of(db: &Connection, booking: &Booking) -> Result<Vec<OrderId>, StoreError> {
    match booking.tender {
        Tender::Online => Ok(booking.order.into_iter().collect()),
        Tender::Pledge => match returning::pledge_of(db, booking)? {
            Some(pledge) => Ok(paid_by(&pledge_orders::parts(db, pledge.pledge)?)),
            None => Ok(Vec::new()),
        },
        Tender::Card | Tender::PayAtTheater | Tender::Cash => Ok(Vec::new()),
    }
}

/// The orders that have paid the parts of a pledge.
pub(super) fn paid_by(parts: &[domain::pledge::Part]) -> Vec<OrderId> {
    parts.iter().map(|part| part.order).collect()
}

/// Whether the money of any of them goes back to a bank account that the buyer has to name. While
/// the payments module does not answer nobody is asked: the money waits, if need be.
pub(super) async fn is_needed(app: &App, orders: &[OrderId]) -> bool {
    match &app.payments {
        Some(paying) => !needing(&paying.client, orders).await.is_empty(),
        None => false,
    }
}

async fn needing(client: &PaymentsClient, orders: &[OrderId]) -> Vec<OrderId> {
    let mut found = Vec::new();
    for &order in orders {
        let known = client.order(order).await;
        if known.is_ok_and(|known| known.needs_account) {
            found.push(order);
        }
    }
    found
}

/// Hands a buyer's account on before their money is asked back; says whether one was needed.
///
/// # Errors
///
/// Refuses when one is needed and none was named, or not one that can be.
pub(super) async fn for_refund(
    app: &App,
    orders: &[OrderId],
    named: Option<BankAccount>,
) -> Result<bool, ApiError> {
    let Some(paying) = &app.payments else {
        return Ok(false);
    };
    let needing = needing(&paying.client, orders).await;
    if needing.is_empty() {
        return Ok(false);
    }
    let named = named.ok_or_else(|| ApiError::new(ErrorCode::RefundAccountNeeded))?;
    hand_on(app, &needing, named).await?;
    Ok(true)
}

async fn hand_on(app: &App, orders: &[OrderId], named: BankAccount) -> Result<(), ApiError> {
    let digits = named.account_number.chars();
    let account = RefundAccount {
        bank: named.bank,
        account_number: digits.filter(|c| !matches!(c, '-' | ' ')).collect(),
        holder: named.holder.trim().to_owned(),
    };
    if !account.is_sound() {
        return Err(ApiError::new(ErrorCode::RefundAccountInvalid));
    }
    let none = || ApiError::new(ErrorCode::PaymentsUnavailable);
    let paying = app.payments.as_ref().ok_or_else(none)?;
    for &order in orders {
        let told = paying.client.refund_account(order, &account).await;
        told.map_err(|_| none())?;
    }
    Ok(())
}
