//! The table `tenders` of the payment database.

use domain::id::{NodeId, OrderId};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

use super::orders::{purpose, purpose_columns};
use super::{parsed, tender_kind, tender_kind_text};
use crate::payments::api::TakenAtKiosk;
use crate::payments::api::books::DayTotal;

/// Adds what a kiosk has taken on a business date, and where it stands in the ledger.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(
    tx: &Transaction<'_>,
    order: OrderId,
    taken: &TakenAtKiosk,
    (date, transfer): (&str, i64),
) -> Result<(), StoreError> {
    let (screening, campaign, theater) = purpose_columns(&taken.purpose);
    let mut statement = tx.prepare_cached(
        "INSERT INTO tenders (order_id, node, kind, amount, screening_id, campaign_id,
                              theater_id, taken_at, business_date, transfer_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    statement.execute(params![
        order.0.as_bytes(),
        taken.node.as_str(),
        tender_kind_text(taken.kind),
        taken.amount.0,
        screening,
        campaign,
        theater,
        taken.taken_at.0,
        date,
        transfer,
    ])?;
    Ok(())
}

/// The order's tender, if it is known.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<TakenAtKiosk>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT node, kind, amount, screening_id, campaign_id, theater_id, taken_at
           FROM tenders WHERE order_id = ?1",
    )?;
    let found = statement.query_row([order.0.as_bytes()], |row| {
        Ok(TakenAtKiosk {
            node: parsed(row, "node", |text| text.parse().ok())?,
            kind: parsed(row, "kind", tender_kind)?,
            amount: Won(row.get("amount")?),
            purpose: purpose(row)?,
            taken_at: Timestamp(row.get("taken_at")?),
        })
    });
    Ok(found.optional()?)
}

/// What was given back of the order's tender.
///
/// # Errors
///
/// Fails when the store does, or there is no tender.
pub fn given_back(db: &Connection, order: OrderId) -> Result<Won, StoreError> {
    let mut statement = db.prepare_cached("SELECT given_back FROM tenders WHERE order_id = ?1")?;
    Ok(statement.query_row([order.0.as_bytes()], |row| row.get(0).map(Won))?)
}

/// More of the order's tender was given back.
///
/// # Errors
///
/// Fails when the store does, or it is more than the tender.
pub fn give_back(tx: &Transaction<'_>, order: OrderId, amount: Won) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("UPDATE tenders SET given_back = given_back + ?2 WHERE order_id = ?1")?;
    statement.execute(params![order.0.as_bytes(), amount.0])?;
    Ok(())
}

/// What a node took on each business date and in each way.
///
/// # Errors
///
/// Fails when the store does.
pub fn totals(
    db: &Connection,
    node: &NodeId,
    (from, to): (&str, &str),
) -> Result<Vec<DayTotal>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT business_date, kind, count(*) AS tenders, sum(amount) AS amount FROM tenders
          WHERE node = ?1 AND business_date BETWEEN ?2 AND ?3
          GROUP BY business_date, kind ORDER BY business_date, kind",
    )?;
    let rows = statement.query_map(params![node.as_str(), from, to], |row| {
        Ok(DayTotal {
            business_date: row.get("business_date")?,
            kind: parsed(row, "kind", tender_kind)?,
            tenders: row.get("tenders")?,
            amount: Won(row.get("amount")?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
