//! The table `orders`.

use domain::id::{BookingId, HoldId, OrderId, ScreeningId};
use domain::money::Won;
use domain::order::{NotCharged, Order, OrderState};
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;
use uuid::Uuid;

/// The order with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<Order>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, hold_id, screening_id, amount_won, made_at, state, booking_id, why
           FROM orders WHERE order_id = ?1",
    )?;
    let mut rows = statement.query([order.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// The order that is paying for `hold` now.
///
/// # Errors
///
/// Fails when the store does.
pub fn under_way_for(db: &Connection, hold: HoldId) -> Result<Option<Order>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, hold_id, screening_id, amount_won, made_at, state, booking_id, why
           FROM orders WHERE hold_id = ?1 AND state IN ('confirming', 'unknown')",
    )?;
    let mut rows = statement.query([hold.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// Every order whose outcome is open, up to `limit` of them.
///
/// # Errors
///
/// Fails when the store does.
pub fn under_way(db: &Connection, limit: u32) -> Result<Vec<Order>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, hold_id, screening_id, amount_won, made_at, state, booking_id, why
           FROM orders WHERE state IN ('confirming', 'unknown', 'reversing') LIMIT ?1",
    )?;
    let rows = statement.query_and_then([limit], from_row)?;
    rows.collect()
}

/// Inserts the order, or puts its new state over the old one.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, order: &Order) -> Result<(), StoreError> {
    let (state, booking, why) = match &order.state {
        OrderState::Confirming => ("confirming", None, None),
        OrderState::Unknown => ("unknown", None, None),
        OrderState::Paid { booking } => ("paid", Some(*booking.0.as_bytes()), None),
        OrderState::NotPaid { why } => ("not_paid", None, Some(why_name(*why))),
        OrderState::Reversing => ("reversing", None, None),
        OrderState::Reversed => ("reversed", None, None),
    };
    let mut statement = tx.prepare_cached(
        "INSERT INTO orders (order_id, hold_id, screening_id, amount_won, made_at, state,
                             booking_id, why)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (order_id) DO UPDATE SET state = ?6, booking_id = ?7, why = ?8",
    )?;
    statement.execute(params![
        order.order.0.as_bytes(),
        order.hold.0.as_bytes(),
        order.screening.0,
        order.amount.0,
        order.made_at.0,
        state,
        booking,
        why,
    ])?;
    Ok(())
}

const WHYS: [(NotCharged, &str); 4] = [
    (NotCharged::Declined, "declined"),
    (NotCharged::TimedOut, "timed_out"),
    (NotCharged::Cancelled, "cancelled"),
    (NotCharged::TerminalUnavailable, "terminal_unavailable"),
];

fn why_name(why: NotCharged) -> &'static str {
    let name = WHYS.iter().find(|(it, _)| *it == why);
    name.expect("every reason has its name").1
}

fn from_row(row: &Row<'_>) -> Result<Order, StoreError> {
    let uuid = |column: &str| row.get(column).map(Uuid::from_bytes);
    let booking: Option<[u8; 16]> = row.get("booking_id")?;
    let why: Option<String> = row.get("why")?;
    let why = why.and_then(|why| WHYS.iter().find(|(_, name)| *name == why));
    let state = match (row.get_ref("state")?.as_str().unwrap_or(""), booking, why) {
        ("confirming", None, None) => OrderState::Confirming,
        ("unknown", None, None) => OrderState::Unknown,
        ("reversing", None, None) => OrderState::Reversing,
        ("reversed", None, None) => OrderState::Reversed,
        ("not_paid", None, Some((why, _))) => OrderState::NotPaid { why: *why },
        ("paid", Some(booking), None) => OrderState::Paid {
            booking: BookingId(Uuid::from_bytes(booking)),
        },
        (state, ..) => {
            return Err(StoreError::Inconsistent {
                table: "orders",
                reason: format!("an order is {state}"),
            });
        }
    };
    Ok(Order {
        order: OrderId(uuid("order_id")?),
        hold: HoldId(uuid("hold_id")?),
        screening: ScreeningId(row.get("screening_id")?),
        amount: Won(row.get("amount_won")?),
        made_at: Timestamp(row.get("made_at")?),
        state,
    })
}
