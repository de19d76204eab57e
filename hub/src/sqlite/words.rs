//! The table `words`: how far each node's words go, and which rows its program understands.

use domain::campaign::Word;
use domain::id::{NodeId, TheaterId};
use domain::time::Timestamp;
use protocol::row::RowKind;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

/// Notes what a node said it understands.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_kinds(tx: &Transaction<'_>, node: &NodeId, kinds: &[String]) -> Result<(), StoreError> {
    let kinds = serde_json::to_string(kinds).map_err(|error| unreadable(&error))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO words (node, kinds) VALUES (?1, ?2)
         ON CONFLICT (node) DO UPDATE SET kinds = ?2 WHERE kinds <> ?2",
    )?;
    statement.execute(params![node.as_str(), kinds])?;
    Ok(())
}

/// The kinds of rows from after the first version that a node's program understands.
///
/// # Errors
///
/// Fails when the store does.
pub fn kinds(db: &Connection, node: &NodeId) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare_cached("SELECT kinds FROM words WHERE node = ?1")?;
    let kinds: Option<String> = statement
        .query_row([node.as_str()], |row| row.get("kinds"))
        .optional()?;
    let kinds = kinds.map(|kinds| serde_json::from_str(&kinds));
    let kinds = kinds.transpose().map_err(|error| unreadable(&error))?;
    Ok(kinds.unwrap_or_default())
}

/// Notes that everything a node did up to `watermark` is known here.
///
/// # Errors
///
/// Fails when the store does.
pub fn heard_up_to(
    tx: &Transaction<'_>,
    node: &NodeId,
    watermark: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO words (node, watermark) VALUES (?1, ?2)
         ON CONFLICT (node) DO UPDATE SET watermark = ?2
          WHERE watermark IS NULL OR watermark < ?2",
    )?;
    statement.execute(params![node.as_str(), watermark.0])?;
    Ok(())
}

/// What is known of the theater's nodes that could sell pledges: those in service that have
/// told us that they understand them.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_sellers(db: &Connection, theater: TheaterId) -> Result<Vec<Word>, StoreError> {
    of_those_who_know(db, theater, RowKind::Pledge)
}

/// What is known of the theater's nodes that could print tickets or let people in: those in
/// service that tell of it.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_printers(db: &Connection, theater: TheaterId) -> Result<Vec<Word>, StoreError> {
    of_those_who_know(db, theater, RowKind::TicketFact)
}

fn of_those_who_know(
    db: &Connection,
    theater: TheaterId,
    kind: RowKind,
) -> Result<Vec<Word>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT node, watermark FROM words JOIN nodes USING (node)
          WHERE theater_id = ?1 AND fenced_at IS NULL
            AND EXISTS (SELECT 1 FROM json_each(words.kinds) WHERE value = ?2)
          ORDER BY node",
    )?;
    let mut rows = statement.query(params![theater.0, kind.name()])?;
    let mut words = Vec::new();
    while let Some(row) = rows.next()? {
        let node = row.get_ref("node")?.as_str().unwrap_or("");
        let node = node.parse().map_err(|error| unreadable(&error))?;
        let watermark: Option<i64> = row.get("watermark")?;
        words.push(Word {
            node,
            watermark: watermark.map(Timestamp),
        });
    }
    Ok(words)
}

/// The nodes in service of which everything up to `since` is known.
///
/// # Errors
///
/// Fails when the store does.
pub fn heard_since(db: &Connection, since: Timestamp) -> Result<Vec<NodeId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT node FROM words JOIN nodes USING (node)
          WHERE watermark >= ?1 AND fenced_at IS NULL ORDER BY node",
    )?;
    let rows = statement.query_and_then([since.0], |row| {
        let node = row.get_ref("node")?.as_str().unwrap_or("");
        node.parse().map_err(|error| unreadable(&error))
    })?;
    rows.collect()
}

fn unreadable(error: &dyn std::error::Error) -> StoreError {
    StoreError::Inconsistent {
        table: "words",
        reason: error.to_string(),
    }
}
