//! The table `refunds`.

use domain::booking::Ticket;
use domain::id::{BookingId, OrderId, RefundId};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;
use uuid::Uuid;

use crate::payments::api::RefundReason;

/// Money that goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub refund: RefundId,
    pub order: OrderId,
    /// None when the money had no seats at all.
    pub booking: Option<BookingId>,
    pub amount: Won,
    pub reason: RefundReason,
    /// What was returned for it.
    pub tickets: Vec<Ticket>,
    pub asked_at: Timestamp,
    /// How often the gateway was or is to be asked.
    pub times: u32,
    pub state: RefundState,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// The payments module has not been asked yet.
    Due,
    /// It was refused, and somebody has decided that it is asked for again.
    DueAgain,
    HandedOver,
    Done {
        refunded_at: Timestamp,
    },
    Refused {
        code: String,
    },
}

const COLUMNS: &str = "SELECT refund_id, order_id, booking_id, amount_won, reason, tickets,
    asked_at, times, state, refunded_at, code FROM refunds";

/// The refund with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, refund: RefundId) -> Result<Option<Refund>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE refund_id = ?1"))?;
    let mut rows = statement.query([refund.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// The refunds for tickets of a booking, the first first.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_booking(db: &Connection, booking: BookingId) -> Result<Vec<Refund>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE booking_id = ?1 ORDER BY asked_at, refund_id"
    ))?;
    let rows = statement.query_and_then([booking.0.as_bytes()], from_row)?;
    rows.collect()
}

/// Refunds that the payments module has not been asked for, the oldest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn due(db: &Connection, limit: u32) -> Result<Vec<Refund>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE state IN ('due', 'due_again') ORDER BY asked_at LIMIT ?1"
    ))?;
    let rows = statement.query_and_then([limit], from_row)?;
    rows.collect()
}

/// Adds a refund, or puts its new state over the old one.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, refund: &Refund) -> Result<(), StoreError> {
    let (state, refunded_at, code) = match &refund.state {
        RefundState::Due => ("due", None, None),
        RefundState::DueAgain => ("due_again", None, None),
        RefundState::HandedOver => ("handed_over", None, None),
        RefundState::Done { refunded_at } => ("done", Some(refunded_at.0), None),
        RefundState::Refused { code } => ("refused", None, Some(code)),
    };
    let json = |error: serde_json::Error| inconsistent(error.to_string());
    let mut statement = tx.prepare_cached(
        "INSERT INTO refunds (refund_id, order_id, booking_id, amount_won, reason, tickets,
                              asked_at, state, refunded_at, code, times)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (refund_id) DO UPDATE
            SET state = ?8, refunded_at = ?9, code = ?10, times = ?11",
    )?;
    statement.execute(params![
        refund.refund.0.as_bytes(),
        refund.order.0.as_bytes(),
        refund.booking.map(|booking| *booking.0.as_bytes()),
        refund.amount.0,
        serde_json::to_string(&refund.reason).map_err(json)?,
        serde_json::to_string(&refund.tickets).map_err(json)?,
        refund.asked_at.0,
        state,
        refunded_at,
        code,
        refund.times,
    ])?;
    Ok(())
}

fn inconsistent(reason: String) -> StoreError {
    StoreError::Inconsistent {
        table: "refunds",
        reason,
    }
}

fn from_row(row: &Row<'_>) -> Result<Refund, StoreError> {
    let uuid = |column: &str| row.get(column).map(Uuid::from_bytes);
    let text = |column: &str| Ok::<_, StoreError>(row.get_ref(column)?.as_str().unwrap_or(""));
    let booking: Option<[u8; 16]> = row.get("booking_id")?;
    let refunded_at: Option<i64> = row.get("refunded_at")?;
    let code: Option<String> = row.get("code")?;
    let state = match (text("state")?, refunded_at, code) {
        ("due", None, None) => RefundState::Due,
        ("due_again", None, None) => RefundState::DueAgain,
        ("handed_over", None, None) => RefundState::HandedOver,
        ("done", Some(at), None) => RefundState::Done {
            refunded_at: Timestamp(at),
        },
        ("refused", None, Some(code)) => RefundState::Refused { code },
        (state, ..) => return Err(inconsistent(format!("a refund is {state}"))),
    };
    let json = |error: serde_json::Error| inconsistent(error.to_string());
    Ok(Refund {
        refund: RefundId(uuid("refund_id")?),
        order: OrderId(uuid("order_id")?),
        booking: booking.map(Uuid::from_bytes).map(BookingId),
        amount: Won(row.get("amount_won")?),
        reason: serde_json::from_str(text("reason")?).map_err(json)?,
        tickets: serde_json::from_str(text("tickets")?).map_err(json)?,
        asked_at: Timestamp(row.get("asked_at")?),
        times: row.get("times")?,
        state,
    })
}
