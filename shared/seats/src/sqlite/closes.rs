//! The table `closes`.

use domain::daily_close::DailyClose;
use domain::id::NodeId;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

use super::inconsistent;

/// The close that `node` made at this moment.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(
    db: &Connection,
    node: &NodeId,
    closed_at: Timestamp,
) -> Result<Option<DailyClose>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT body FROM closes WHERE node = ?1 AND closed_at = ?2")?;
    let found: Option<String> = statement
        .query_row(params![node.as_str(), closed_at.0], |row| row.get("body"))
        .optional()?;
    found.map(|body| read(&body)).transpose()
}

/// The latest closes of `node`, the newest first, up to `limit` of them.
///
/// # Errors
///
/// Fails when the store does.
pub fn latest(db: &Connection, node: &NodeId, limit: u32) -> Result<Vec<DailyClose>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT body FROM closes WHERE node = ?1 ORDER BY closed_at DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![node.as_str(), limit])?;
    let mut closes = Vec::new();
    while let Some(row) = rows.next()? {
        closes.push(read(row.get_ref("body")?.as_str().unwrap_or(""))?);
    }
    Ok(closes)
}

/// Records the close, if it is not known yet; says whether it was new.
pub(crate) fn record(tx: &Transaction<'_>, close: &DailyClose) -> Result<bool, StoreError> {
    let body = serde_json::to_string(close);
    let body = body.map_err(|error| inconsistent("closes", error.to_string()))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO closes (node, closed_at, business_date, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (node, closed_at) DO NOTHING",
    )?;
    let added = statement.execute(params![
        close.node.as_str(),
        close.closed_at.0,
        close.business_date,
        body,
    ])?;
    Ok(added == 1)
}

fn read(body: &str) -> Result<DailyClose, StoreError> {
    serde_json::from_str(body).map_err(|error| inconsistent("closes", error.to_string()))
}
