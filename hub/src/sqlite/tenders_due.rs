//! The table `tenders_due`: what kiosks have taken and the payments module does not know yet.

use domain::id::OrderId;
use rusqlite::{Connection, Transaction};
use store::StoreError;
use uuid::Uuid;

/// Notes a tender. Noting it again changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, order: OrderId) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("INSERT INTO tenders_due (order_id) VALUES (?1) ON CONFLICT DO NOTHING")?;
    statement.execute([order.0.as_bytes()])?;
    Ok(())
}

/// Up to `limit` of them after `after`, in the order of their ids.
///
/// # Errors
///
/// Fails when the store does.
pub fn page(
    db: &Connection,
    after: Option<OrderId>,
    limit: u32,
) -> Result<Vec<OrderId>, StoreError> {
    let after = after.map_or([0; 16], |order| *order.0.as_bytes());
    let mut statement = db.prepare_cached(
        "SELECT order_id FROM tenders_due WHERE order_id > ?1 ORDER BY order_id LIMIT ?2",
    )?;
    let rows = statement.query_map(rusqlite::params![after, limit], |row| {
        row.get("order_id").map(Uuid::from_bytes).map(OrderId)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The payments module has been told.
///
/// # Errors
///
/// Fails when the store does.
pub fn done(tx: &Transaction<'_>, orders: &[OrderId]) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("DELETE FROM tenders_due WHERE order_id = ?1")?;
    for order in orders {
        statement.execute([order.0.as_bytes()])?;
    }
    Ok(())
}
