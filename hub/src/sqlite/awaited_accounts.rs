//! The table `awaited_accounts`: refunds that wait until the buyer has said where the money goes.

use domain::id::{CampaignId, OrderId, PledgeId, RefundId};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction, params};
use store::StoreError;

use super::pledge_orders::uuid_at;

/// A refund that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
    pub refund: RefundId,
    pub order: OrderId,
    pub amount: Won,
    pub since: Timestamp,
}

/// Notes that a refund waits; noted again it changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, awaited: &Awaited) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO awaited_accounts (refund_id, order_id, amount_won, since)
         VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    statement.execute(params![
        awaited.refund.0.as_bytes(),
        awaited.order.0.as_bytes(),
        awaited.amount.0,
        awaited.since.0,
    ])?;
    Ok(())
}

/// A refund waits no more.
///
/// # Errors
///
/// Fails when the store does.
pub fn remove(tx: &Transaction<'_>, refund: RefundId) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("DELETE FROM awaited_accounts WHERE refund_id = ?1")?;
    statement.execute([refund.0.as_bytes()])?;
    Ok(())
}

/// The buyer has said where all of an order's money goes.
///
/// # Errors
///
/// Fails when the store does.
pub fn remove_of_order(tx: &Transaction<'_>, order: OrderId) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("DELETE FROM awaited_accounts WHERE order_id = ?1")?;
    statement.execute([order.0.as_bytes()])?;
    Ok(())
}

/// Whether this refund waits.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_awaited(db: &Connection, refund: RefundId) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM awaited_accounts WHERE refund_id = ?1)")?;
    Ok(statement.query_row([refund.0.as_bytes()], |row| row.get(0))?)
}

/// Whether money of this order waits.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_awaited_of(db: &Connection, order: OrderId) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM awaited_accounts WHERE order_id = ?1)")?;
    Ok(statement.query_row([order.0.as_bytes()], |row| row.get(0))?)
}

/// The orders of a pledge whose money waits.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_pledge(db: &Connection, pledge: PledgeId) -> Result<Vec<OrderId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT order_id FROM awaited_accounts JOIN pledge_orders USING (order_id)
          WHERE pledge_id = ?1 ORDER BY order_id",
    )?;
    let rows = statement.query_map([pledge.0.as_bytes()], |row| Ok(OrderId(uuid_at(row, 0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many refunds of a campaign's backers wait.
///
/// # Errors
///
/// Fails when the store does.
pub fn count_of_campaign(db: &Connection, campaign: CampaignId) -> Result<u32, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM awaited_accounts JOIN pledge_refunds USING (refund_id)
          WHERE campaign_id = ?1",
    )?;
    Ok(statement.query_row([campaign.0], |row| row.get(0))?)
}

/// Those that wait, the longest first; at most so many.
///
/// # Errors
///
/// Fails when the store does.
pub fn list(db: &Connection, limit: u32) -> Result<Vec<Awaited>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT refund_id, order_id, amount_won, since FROM awaited_accounts
          ORDER BY since, refund_id LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok(Awaited {
            refund: RefundId(uuid_at(row, "refund_id")?),
            order: OrderId(uuid_at(row, "order_id")?),
            amount: Won(row.get("amount_won")?),
            since: Timestamp(row.get("since")?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
