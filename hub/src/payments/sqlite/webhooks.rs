//! The table `webhooks`.

use domain::time::Timestamp;
use rusqlite::{Connection, Transaction, params};
use store::StoreError;

use crate::payments::webhooks::Hint;

/// Notes a webhook, which attempt it was about, and what it was taken as.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(
    tx: &Transaction<'_>,
    hint: &Hint,
    (gateway_order, taken_as): (Option<&str>, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO webhooks (received_at, transmission_id, event, gateway_order, taken_as)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute(params![
        now.0,
        hint.transmission_id,
        hint.event,
        gateway_order,
        taken_as
    ])?;
    Ok(())
}

/// Forgets all but the last `kept`. Says how many.
///
/// # Errors
///
/// Fails when the store does.
pub fn prune(tx: &Transaction<'_>, kept: i64) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached(
        "DELETE FROM webhooks WHERE webhook_id <= (SELECT max(webhook_id) FROM webhooks) - ?1",
    )?;
    Ok(statement.execute([kept])?)
}

/// Webhooks by what they were taken as, for the metrics.
///
/// # Errors
///
/// Fails when the store does.
pub fn counts(db: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT taken_as, count(*) FROM webhooks GROUP BY taken_as ORDER BY taken_as",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
