//! The table `payments`.

use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, named_params};
use store::StoreError;

use crate::rules::payment::Payment;

use super::{read, written};

const TABLE: &str = "payments";

/// Notes a new payment.
///
/// # Errors
///
/// Fails when the store does, or the key is taken.
pub fn add(tx: &Transaction<'_>, payment: &Payment) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO payments (payment_key, shop, order_id, status, expires_at, facts)
         VALUES (:payment_key, :shop, :order_id, :status, :expires_at, :facts)",
    )?;
    statement.execute(named_params! {
        ":payment_key": payment.key,
        ":shop": payment.shop,
        ":order_id": payment.order_id,
        ":status": status(payment)?,
        ":expires_at": payment.expires_at().map(|at| at.0),
        ":facts": written(TABLE, payment)?,
    })?;
    Ok(())
}

/// Notes what has become of a payment.
///
/// # Errors
///
/// Fails when the store does.
pub fn save(tx: &Transaction<'_>, payment: &Payment) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE payments SET status = :status, expires_at = :expires_at, facts = :facts
         WHERE payment_key = :payment_key",
    )?;
    statement.execute(named_params! {
        ":payment_key": payment.key,
        ":status": status(payment)?,
        ":expires_at": payment.expires_at().map(|at| at.0),
        ":facts": written(TABLE, payment)?,
    })?;
    Ok(())
}

/// The payment with this key.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, key: &str) -> Result<Option<Payment>, StoreError> {
    let mut statement = db.prepare_cached("SELECT facts FROM payments WHERE payment_key = :key")?;
    let found = statement.query_row(named_params! {":key": key}, facts);
    found.optional()?.map(|text| read(TABLE, &text)).transpose()
}

/// The payment of an order: the one that was approved, else the latest attempt.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_order(db: &Connection, shop: &str, order: &str) -> Result<Option<Payment>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT facts FROM payments WHERE shop = :shop AND order_id = :order
         ORDER BY status IN ('DONE', 'CANCELED', 'PARTIAL_CANCELED', 'WAITING_FOR_DEPOSIT') DESC,
                  seq DESC
         LIMIT 1",
    )?;
    let found = statement.query_row(named_params! {":shop": shop, ":order": order}, facts);
    found.optional()?.map(|text| read(TABLE, &text)).transpose()
}

/// Payments whose time has run out, the earliest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn expired(db: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Payment>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT facts FROM payments WHERE expires_at <= :now ORDER BY expires_at LIMIT :limit",
    )?;
    let rows = statement.query_map(
        named_params! {":now": now.0, ":limit": i64::try_from(limit).unwrap_or(i64::MAX)},
        facts,
    )?;
    rows.map(|text| read(TABLE, &text?)).collect()
}

/// The latest payments, the newest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn latest(db: &Connection, limit: usize) -> Result<Vec<Payment>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT facts FROM payments ORDER BY seq DESC LIMIT :limit")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(named_params! {":limit": limit}, facts)?;
    rows.map(|text| read(TABLE, &text?)).collect()
}

/// How many payments have each status.
///
/// # Errors
///
/// Fails when the store does.
pub fn counts(db: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT status, count(*) AS number FROM payments GROUP BY status ORDER BY status",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get("status")?, row.get("number")?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn facts(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get("facts")
}

/// The status as it stands on the wire.
fn status(payment: &Payment) -> Result<String, StoreError> {
    let quoted = written(TABLE, &payment.status())?;
    Ok(quoted.trim_matches('"').to_owned())
}
