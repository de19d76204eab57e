//! The table `orders` of the payment database.

use domain::id::{CampaignId, OrderId, ScreeningId, TheaterId};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

use super::uuid;
use crate::payments::api::{OpenOrder, Purpose};

/// An order that is paid through the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub order: OrderId,
    pub asked: OpenOrder,
    pub closed_at: Option<Timestamp>,
}

/// Adds an order.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(
    tx: &Transaction<'_>,
    order: OrderId,
    asked: &OpenOrder,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (screening, campaign, theater) = purpose_columns(&asked.purpose);
    let mut statement = tx.prepare_cached(
        "INSERT INTO orders (order_id, amount, name, screening_id, campaign_id, theater_id,
                             opened_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    statement.execute(params![
        order.0.as_bytes(),
        asked.amount.0,
        asked.name,
        screening,
        campaign,
        theater,
        now.0,
        asked.expires_at.0,
    ])?;
    Ok(())
}

/// The order, if it is known.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<Order>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, amount, name, screening_id, campaign_id, theater_id, expires_at,
                closed_at
           FROM orders WHERE order_id = ?1",
    )?;
    let found = statement.query_row([order.0.as_bytes()], read);
    Ok(found.optional()?)
}

/// No new attempt begins. Closing again changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn close(tx: &Transaction<'_>, order: OrderId, now: Timestamp) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE orders SET closed_at = ?2 WHERE order_id = ?1 AND closed_at IS NULL",
    )?;
    statement.execute(params![order.0.as_bytes(), now.0])?;
    Ok(())
}

/// The columns `screening_id`, `campaign_id` and `theater_id`.
pub(super) fn purpose_columns(purpose: &Purpose) -> (Option<i64>, Option<i64>, i64) {
    match purpose {
        Purpose::Seats { screening, theater } => (Some(screening.0), None, theater.0),
        Purpose::Pledge { campaign, theater } => (None, Some(campaign.0), theater.0),
    }
}

/// The purpose in those columns.
pub(super) fn purpose(row: &Row<'_>) -> Result<Purpose, rusqlite::Error> {
    let theater = TheaterId(row.get("theater_id")?);
    let screening: Option<i64> = row.get("screening_id")?;
    if let Some(screening) = screening {
        let screening = ScreeningId(screening);
        return Ok(Purpose::Seats { screening, theater });
    }
    let campaign = CampaignId(row.get("campaign_id")?);
    Ok(Purpose::Pledge { campaign, theater })
}

fn read(row: &Row<'_>) -> Result<Order, rusqlite::Error> {
    Ok(Order {
        order: OrderId(uuid(row, "order_id")?),
        asked: OpenOrder {
            amount: Won(row.get("amount")?),
            name: row.get("name")?,
            purpose: purpose(row)?,
            expires_at: Timestamp(row.get("expires_at")?),
        },
        closed_at: row.get::<_, Option<i64>>("closed_at")?.map(Timestamp),
    })
}
