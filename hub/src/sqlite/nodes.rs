//! The table `nodes`.

use domain::id::{NodeId, TheaterId};
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

/// A node that may speak with the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownNode {
    pub node: NodeId,
    pub theater: TheaterId,
}

/// Adds a node, or gives a known one a new credential.
///
/// # Errors
///
/// Fails when the store does, or the theater is not there.
pub fn record(
    tx: &Transaction<'_>,
    node: &KnownNode,
    credential_sha256: &[u8; 32],
    added_at: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO nodes (node, theater_id, credential_sha256, added_at)
         VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (node) DO UPDATE SET credential_sha256 = ?3",
    )?;
    let (name, theater) = (node.node.as_str(), node.theater.0);
    statement.execute(params![name, theater, credential_sha256, added_at.0])?;
    Ok(())
}

/// The node called so.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, node: &NodeId) -> Result<Option<KnownNode>, StoreError> {
    let mut statement = db.prepare_cached("SELECT theater_id FROM nodes WHERE node = ?1")?;
    let theater = statement
        .query_row([node.as_str()], |row| row.get("theater_id").map(TheaterId))
        .optional()?;
    Ok(theater.map(|theater| KnownNode {
        node: node.clone(),
        theater,
    }))
}

/// Every node of a theater, by name.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_theater(db: &Connection, theater: TheaterId) -> Result<Vec<NodeId>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT node FROM nodes WHERE theater_id = ?1 ORDER BY node")?;
    let names = statement.query_map([theater.0], |row| row.get::<_, String>("node"))?;
    let mut nodes = Vec::new();
    for name in names {
        nodes.push(name?.parse().map_err(|error| StoreError::Inconsistent {
            table: "nodes",
            reason: format!("{error}"),
        })?);
    }
    Ok(nodes)
}

/// The digests of every node's credential.
///
/// # Errors
///
/// Fails when the store does.
pub fn credentials(db: &Connection) -> Result<Vec<(String, [u8; 32])>, StoreError> {
    let mut statement = db.prepare_cached("SELECT node, credential_sha256 FROM nodes")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get("node")?, row.get("credential_sha256")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
