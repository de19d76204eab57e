//! The table `refund_accounts`: kept no longer than it takes.

use domain::id::OrderId;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

use crate::payments::api::RefundAccount;

/// Notes where an order's money goes back to; a later word counts.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(
    tx: &Transaction<'_>,
    (order, account): (OrderId, &RefundAccount),
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO refund_accounts (order_id, bank, account_number, holder, given_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (order_id) DO UPDATE
            SET bank = ?2, account_number = ?3, holder = ?4, given_at = ?5",
    )?;
    statement.execute(params![
        order.0.as_bytes(),
        account.bank,
        account.account_number,
        account.holder,
        now.0,
    ])?;
    Ok(())
}

/// Where the order's money goes back to, if the buyer has said so.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<RefundAccount>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT bank, account_number, holder FROM refund_accounts WHERE order_id = ?1",
    )?;
    let found = statement.query_row([order.0.as_bytes()], |row| {
        Ok(RefundAccount {
            bank: row.get("bank")?,
            account_number: row.get("account_number")?,
            holder: row.get("holder")?,
        })
    });
    Ok(found.optional()?)
}

/// Forgets it.
///
/// # Errors
///
/// Fails when the store does.
pub fn forget(tx: &Transaction<'_>, order: OrderId) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("DELETE FROM refund_accounts WHERE order_id = ?1")?;
    statement.execute([order.0.as_bytes()])?;
    Ok(())
}

/// Forgets it, unless money of the order still waits to go back.
///
/// # Errors
///
/// Fails when the store does.
pub fn forget_unneeded(tx: &Transaction<'_>, order: OrderId) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "DELETE FROM refund_accounts WHERE order_id = ?1
            AND NOT EXISTS (SELECT 1 FROM refunds
                             WHERE refunds.order_id = ?1 AND state <> 'done')",
    )?;
    statement.execute([order.0.as_bytes()])?;
    Ok(())
}

/// Forgets those that were given before `before` and that nothing waits for; says how many.
///
/// # Errors
///
/// Fails when the store does.
pub fn prune(tx: &Transaction<'_>, before: Timestamp) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached(
        "DELETE FROM refund_accounts WHERE given_at < ?1
            AND NOT EXISTS (SELECT 1 FROM refunds
                             WHERE refunds.order_id = refund_accounts.order_id
                               AND state <> 'done')",
    )?;
    Ok(statement.execute([before.0])?)
}
