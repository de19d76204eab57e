//! The table `refunds`.

use domain::id::{BookingId, OrderId, RefundId};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;
use uuid::Uuid;

use super::{inconsistent, kind_name, kind_named};
use crate::refunds::{Refund, RefundState};

/// The refund with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, refund: RefundId) -> Result<Option<Refund>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT refund_id, order_id, booking_id, kind, amount_won, asked_at, state
           FROM refunds WHERE refund_id = ?1",
    )?;
    let mut rows = statement.query([refund.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// The refunds of a booking, in the order in which they were asked for.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_booking(db: &Connection, booking: BookingId) -> Result<Vec<Refund>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT refund_id, order_id, booking_id, kind, amount_won, asked_at, state
           FROM refunds WHERE booking_id = ?1 ORDER BY asked_at, refund_id",
    )?;
    let rows = statement.query_and_then([booking.0.as_bytes()], from_row)?;
    rows.collect()
}

/// The refunds that are in `state`, up to `limit` of them.
///
/// # Errors
///
/// Fails when the store does.
pub fn that_are(
    db: &Connection,
    state: RefundState,
    limit: u32,
) -> Result<Vec<Refund>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT refund_id, order_id, booking_id, kind, amount_won, asked_at, state
           FROM refunds WHERE state = ?1 ORDER BY asked_at LIMIT ?2",
    )?;
    let rows = statement.query_and_then(params![state_name(state), limit], from_row)?;
    rows.collect()
}

/// Inserts the refund, or puts its new state over the old one.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, refund: &Refund) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO refunds (refund_id, order_id, booking_id, kind, amount_won, asked_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (refund_id) DO UPDATE SET kind = ?4, state = ?7",
    )?;
    statement.execute(params![
        refund.refund.0.as_bytes(),
        refund.order.0.as_bytes(),
        refund.booking.0.as_bytes(),
        kind_name(refund.kind),
        refund.amount.0,
        refund.asked_at.0,
        state_name(refund.state),
    ])?;
    Ok(())
}

fn state_name(state: RefundState) -> &'static str {
    match state {
        RefundState::Asked => "asked",
        RefundState::Done => "done",
        RefundState::Refused => "refused",
    }
}

fn from_row(row: &Row<'_>) -> Result<Refund, StoreError> {
    let uuid = |column: &str| row.get(column).map(Uuid::from_bytes);
    Ok(Refund {
        refund: RefundId(uuid("refund_id")?),
        order: OrderId(uuid("order_id")?),
        booking: BookingId(uuid("booking_id")?),
        kind: kind_named("refunds", row.get_ref("kind")?.as_str().unwrap_or(""))?,
        amount: Won(row.get("amount_won")?),
        asked_at: Timestamp(row.get("asked_at")?),
        state: match row.get_ref("state")?.as_str().unwrap_or("") {
            "asked" => RefundState::Asked,
            "done" => RefundState::Done,
            "refused" => RefundState::Refused,
            other => return Err(inconsistent("refunds", format!("a refund is {other}"))),
        },
    })
}
