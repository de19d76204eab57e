//! The table `pledge_phones`, and what this kiosk's own pledges are in numbers.

use domain::id::{CampaignId, NodeId, OrderId};
use domain::version::Version;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

/// Tickets that `node` has pledged and the hub has not counted yet: its answer would be a later
/// version.
///
/// # Errors
///
/// Fails when the store does.
pub fn tickets_not_counted(
    db: &Connection,
    campaign: CampaignId,
    node: &NodeId,
) -> Result<u32, StoreError> {
    let given = Version::FIRST.granted();
    let mut statement = db.prepare_cached(
        "SELECT coalesce(sum(tickets), 0) FROM pledges
          WHERE campaign_id = ?1 AND node = ?2 AND (epoch, revision) <= (?3, ?4)",
    )?;
    let bounds = params![campaign.0, node.as_str(), given.epoch, given.revision];
    Ok(statement.query_row(bounds, |row| row.get(0))?)
}

/// Keeps the phone number that the pledge of this order will carry to the hub.
///
/// # Errors
///
/// Fails when the store does.
pub fn keep_phone(tx: &Transaction<'_>, order: OrderId, phone: &str) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("INSERT INTO pledge_phones (order_id, phone) VALUES (?1, ?2)")?;
    statement.execute(params![order.0.as_bytes(), phone])?;
    Ok(())
}

/// Forgets the phone number of an order, and says what it was.
///
/// # Errors
///
/// Fails when the store does.
pub fn take_phone(tx: &Transaction<'_>, order: OrderId) -> Result<Option<String>, StoreError> {
    let mut statement =
        tx.prepare_cached("DELETE FROM pledge_phones WHERE order_id = ?1 RETURNING phone")?;
    let phone = statement.query_row([order.0.as_bytes()], |row| row.get(0));
    Ok(phone.optional()?)
}
