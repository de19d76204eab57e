//! The tables `close_ends` and `closed_tenders`: where each daily close of this kiosk ended.

use std::collections::BTreeSet;

use domain::id::{NodeId, OrderId};
use domain::tender::KioskTender;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;
use uuid::Uuid;

use super::inconsistent;
use crate::devices::card_terminal::Line;

/// Where a close ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub closed_at: Timestamp,
    /// How far the terminal's account was read.
    pub terminal_last: u64,
    /// The terminal's lines that the next close has to explain.
    pub carried: Vec<Line>,
}

/// The end of the last close; none before the first one.
///
/// # Errors
///
/// Fails when the store does.
pub fn last(db: &Connection) -> Result<Option<End>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT closed_at, terminal_last, carried FROM close_ends
          ORDER BY closed_at DESC LIMIT 1",
    )?;
    let found: Option<(i64, i64, String)> = statement
        .query_row([], |row| {
            Ok((
                row.get("closed_at")?,
                row.get("terminal_last")?,
                row.get("carried")?,
            ))
        })
        .optional()?;
    let Some((closed_at, terminal_last, carried)) = found else {
        return Ok(None);
    };
    let carried = serde_json::from_str(&carried);
    Ok(Some(End {
        closed_at: Timestamp(closed_at),
        terminal_last: u64::try_from(terminal_last).unwrap_or(0),
        carried: carried.map_err(|error| inconsistent("close_ends", error.to_string()))?,
    }))
}

/// The tenders of `node` that stand in no close yet.
///
/// # Errors
///
/// Fails when the store does.
pub fn tenders_not_closed(db: &Connection, node: &NodeId) -> Result<Vec<KioskTender>, StoreError> {
    let mut statement = db.prepare_cached("SELECT order_id FROM closed_tenders")?;
    let closed = statement.query_map([], id)?;
    let closed: BTreeSet<OrderId> = closed.collect::<Result<_, _>>()?;
    let mut tenders = seats::sqlite::tenders::of_node(db, node)?;
    tenders.retain(|tender| !closed.contains(&tender.order));
    Ok(tenders)
}

/// The orders and refunds that the terminal may have carried out, or not.
///
/// # Errors
///
/// Fails when the store does.
pub fn open(db: &Connection) -> Result<BTreeSet<OrderId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id FROM orders
          WHERE state IN ('confirming', 'at_desk', 'unknown', 'reversing') AND kind = 'card'
          UNION ALL
         SELECT refund_id FROM refunds WHERE state IN ('asked', 'refused') AND kind = 'card'",
    )?;
    let ids = statement.query_map([], id)?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Stores where a close ended, and what stands in it.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, end: &End, tenders: &[KioskTender]) -> Result<(), StoreError> {
    let carried = serde_json::to_string(&end.carried);
    let carried = carried.map_err(|error| inconsistent("close_ends", error.to_string()))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO close_ends (closed_at, terminal_last, carried) VALUES (?1, ?2, ?3)",
    )?;
    let last = i64::try_from(end.terminal_last).unwrap_or(i64::MAX);
    statement.execute(params![end.closed_at.0, last, carried])?;
    let mut statement =
        tx.prepare_cached("INSERT INTO closed_tenders (order_id, closed_at) VALUES (?1, ?2)")?;
    for tender in tenders {
        statement.execute(params![tender.order.0.as_bytes(), end.closed_at.0])?;
    }
    Ok(())
}

fn id(row: &rusqlite::Row<'_>) -> rusqlite::Result<OrderId> {
    let bytes: [u8; 16] = row.get(0)?;
    Ok(OrderId(Uuid::from_bytes(bytes)))
}
