//! The table `refunds`.

use domain::id::{BookingId, OrderId, PledgeId, RefundId};
use domain::money::Won;
use domain::tender::PaidFor;
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;
use uuid::Uuid;

use super::{id_or_none, inconsistent, kind_name, kind_named};
use crate::refunds::{Refund, RefundState};

/// The refund with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, refund: RefundId) -> Result<Option<Refund>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT refund_id, order_id, booking_id, pledge_id, kind, amount_won, asked_at, state
           FROM refunds WHERE refund_id = ?1",
    )?;
    let mut rows = statement.query([refund.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// The sum of what was asked to go back of the money that paid `order`, done or not.
///
/// # Errors
///
/// Fails when the store does.
pub fn asked_of(db: &Connection, order: OrderId) -> Result<Won, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT coalesce(sum(amount_won), 0) FROM refunds WHERE order_id = ?1")?;
    Ok(statement.query_row([order.0.as_bytes()], |row| row.get(0).map(Won))?)
}

/// Whether money was asked back for a booking with or after its end at `cancelled_at`: the buyer
/// returned it, or has been at the counter since.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_returned(
    db: &Connection,
    (booking, cancelled_at): (BookingId, Timestamp),
) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM refunds WHERE booking_id = ?1 AND asked_at >= ?2)",
    )?;
    let asked = params![booking.0.as_bytes(), cancelled_at.0];
    Ok(statement.query_row(asked, |row| row.get(0))?)
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
        "SELECT refund_id, order_id, booking_id, pledge_id, kind, amount_won, asked_at, state
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
        "INSERT INTO refunds (refund_id, order_id, booking_id, pledge_id, kind, amount_won,
                              asked_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (refund_id) DO UPDATE SET kind = ?5, state = ?8",
    )?;
    let (booking, pledge) = match refund.paid_for {
        PaidFor::Booking(booking) => (Some(*booking.0.as_bytes()), None),
        PaidFor::Pledge(pledge) => (None, Some(*pledge.0.as_bytes())),
    };
    statement.execute(params![
        refund.refund.0.as_bytes(),
        refund.order.0.as_bytes(),
        booking,
        pledge,
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
        paid_for: paid_for(row)?,
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

fn paid_for(row: &Row<'_>) -> Result<PaidFor, StoreError> {
    let booking = id_or_none(row, "booking_id")?.map(|id| PaidFor::Booking(BookingId(id)));
    let pledge = id_or_none(row, "pledge_id")?.map(|id| PaidFor::Pledge(PledgeId(id)));
    let paid_for = booking.or(pledge);
    paid_for.ok_or_else(|| inconsistent("refunds", "for nothing".to_owned()))
}
