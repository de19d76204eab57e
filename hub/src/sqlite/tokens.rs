//! The table `tokens`.

use domain::id::NodeId;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;
use uuid::Uuid;

/// What a node was handed at its last session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The node's incarnation and session in which it was handed out.
    pub incarnation: i64,
    pub session: i64,
    /// The hub's incarnation that handed it out.
    pub hub: i64,
    pub value: Uuid,
    /// What the node showed then: a crash may have kept it from storing `value`. That itself as
    /// soon as it is known to have stored it.
    pub shown: Option<Uuid>,
    /// The head of the hub's feed at its first start since; none before that.
    pub resumed: Option<i64>,
}

impl Handed {
    /// Whether a token that a node shows now, or none, is that of whoever was here last.
    #[must_use]
    pub fn fits(&self, shown: Option<Uuid>) -> bool {
        shown == Some(self.value) || shown == self.shown
    }
}

/// What `node` was handed last.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, node: &NodeId) -> Result<Option<Handed>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT incarnation, session, hub, value, shown, resumed FROM tokens WHERE node = ?1",
    )?;
    let found = statement.query_row([node.as_str()], |row| {
        let value: [u8; 16] = row.get("value")?;
        let shown: Option<[u8; 16]> = row.get("shown")?;
        Ok(Handed {
            incarnation: row.get("incarnation")?,
            session: row.get("session")?,
            hub: row.get("hub")?,
            value: Uuid::from_bytes(value),
            shown: shown.map(Uuid::from_bytes),
            resumed: row.get("resumed")?,
        })
    });
    Ok(found.optional()?)
}

/// Notes what `node` is handed.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, node: &NodeId, handed: &Handed) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO tokens (node, incarnation, session, hub, value, shown)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (node) DO UPDATE
            SET incarnation = ?2, session = ?3, hub = ?4, value = ?5, shown = ?6,
                resumed = NULL",
    )?;
    statement.execute(params![
        node.as_str(),
        handed.incarnation,
        handed.session,
        handed.hub,
        handed.value.as_bytes(),
        handed.shown.map(|shown| *shown.as_bytes()),
    ])?;
    Ok(())
}

/// Notes that `node` has stored what it was handed in this incarnation and session.
///
/// # Errors
///
/// Fails when the store does.
pub fn confirm(
    tx: &Transaction<'_>,
    node: &NodeId,
    (incarnation, session): (i64, i64),
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE tokens SET shown = value
          WHERE node = ?1 AND incarnation = ?2 AND session = ?3 AND shown IS NOT value",
    )?;
    statement.execute(params![node.as_str(), incarnation, session])?;
    Ok(())
}

/// Notes the head of the feed at a start of the hub, for every node that was not met since
/// an earlier one.
///
/// # Errors
///
/// Fails when the store does.
pub fn resume(tx: &Transaction<'_>, head: i64) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("UPDATE tokens SET resumed = ?1 WHERE resumed IS NULL")?;
    statement.execute([head])?;
    Ok(())
}
