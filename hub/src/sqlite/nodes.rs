//! The table `nodes`.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{NodeId, TheaterId};
use domain::link::LinkState;
use domain::time::Timestamp;
use protocol::api::operator::WhichCopy;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

const IN_SERVICE: &str = "in_service";
const PUT_ASIDE: &str = "put_aside";

/// A node that may speak with the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownNode {
    pub node: NodeId,
    pub theater: TheaterId,
}

/// Whether a node may be given seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    InService,
    /// Since when it is fenced.
    Fenced(Timestamp),
}

/// An operator's word that a copy has to recover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryOrder {
    pub copy: WhichCopy,
    /// The node's incarnation when it was ordered. A later one has recovered.
    pub above: i64,
}

/// How a node stands; none if it is not known.
///
/// # Errors
///
/// Fails when the store does.
pub fn standing(db: &Connection, node: &NodeId) -> Result<Option<Standing>, StoreError> {
    let mut statement = db.prepare_cached("SELECT fenced_at FROM nodes WHERE node = ?1")?;
    let fenced = statement
        .query_row([node.as_str()], |row| row.get::<_, Option<i64>>(0))
        .optional()?;
    Ok(fenced.map(|at| at.map_or(Standing::InService, |at| Standing::Fenced(Timestamp(at)))))
}

/// How many seats each node owns of the screenings that begin at `now` or later.
///
/// # Errors
///
/// Fails when the store does.
pub fn seats_owned(db: &Connection, now: Timestamp) -> Result<BTreeMap<NodeId, i64>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT owner, count(*) AS seats FROM seats JOIN screenings USING (screening_id)
          WHERE starts_at >= ?1 GROUP BY owner",
    )?;
    let mut rows = statement.query([now.0])?;
    let mut owned = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let owner = node_from(row.get_ref("owner")?.as_str().unwrap_or(""))?;
        owned.insert(owner, row.get("seats")?);
    }
    Ok(owned)
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

/// Every node of a theater that is not fenced, by name.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_theater(db: &Connection, theater: TheaterId) -> Result<Vec<NodeId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT node FROM nodes WHERE theater_id = ?1 AND fenced_at IS NULL ORDER BY node",
    )?;
    let names = statement.query_map([theater.0], |row| row.get::<_, String>("node"))?;
    let mut nodes = Vec::new();
    for name in names {
        nodes.push(node_from(&name?)?);
    }
    Ok(nodes)
}

/// The nodes of a theater that may be given seats, each with whether the hub can ask it now.
///
/// # Errors
///
/// Fails when the store does.
pub fn links_of_theater(
    db: &Connection,
    theater: TheaterId,
) -> Result<Vec<(NodeId, LinkState)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT node, reachable_since IS NOT NULL FROM nodes
          WHERE theater_id = ?1 AND fenced_at IS NULL ORDER BY node",
    )?;
    let mut rows = statement.query([theater.0])?;
    let mut links = Vec::new();
    while let Some(row) = rows.next()? {
        let link = if row.get(1)? {
            LinkState::Online
        } else {
            LinkState::Offline
        };
        links.push((node_from(row.get_ref(0)?.as_str().unwrap_or(""))?, link));
    }
    Ok(links)
}

/// Notes which nodes can be asked at `now`, and all others as dark; says in which theaters
/// that is new.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_reachable(
    tx: &Transaction<'_>,
    reachable: &BTreeSet<NodeId>,
    now: Timestamp,
) -> Result<BTreeSet<TheaterId>, StoreError> {
    let names: Vec<&str> = reachable.iter().map(NodeId::as_str).collect();
    let names = serde_json::to_string(&names).map_err(|error| StoreError::Inconsistent {
        table: "nodes",
        reason: error.to_string(),
    })?;
    let mut statement = tx.prepare_cached(
        "UPDATE nodes
            SET reachable_since = CASE WHEN reachable_since IS NULL THEN ?2 END
          WHERE (reachable_since IS NOT NULL) <> (node IN (SELECT value FROM json_each(?1)))
        RETURNING theater_id",
    )?;
    let theaters = statement.query_map(params![names, now.0], |row| row.get(0).map(TheaterId))?;
    Ok(theaters.collect::<Result<_, _>>()?)
}

/// Every node, with its theater and whether it is fenced, by name.
///
/// # Errors
///
/// Fails when the store does.
pub fn all(db: &Connection) -> Result<Vec<(KnownNode, Standing)>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT node, theater_id, fenced_at FROM nodes ORDER BY node")?;
    let rows = statement.query_map([], |row| {
        let (name, theater): (String, i64) = (row.get(0)?, row.get(1)?);
        Ok((name, theater, row.get::<_, Option<i64>>(2)?))
    })?;
    let mut nodes = Vec::new();
    for row in rows {
        let (name, theater, fenced_at) = row?;
        let standing = fenced_at.map_or(Standing::InService, |at| Standing::Fenced(Timestamp(at)));
        let known = KnownNode {
            node: node_from(&name)?,
            theater: TheaterId(theater),
        };
        nodes.push((known, standing));
    }
    Ok(nodes)
}

/// Notes since when a node is fenced; none lets it in again.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_fenced(
    tx: &Transaction<'_>,
    node: &NodeId,
    fenced_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("UPDATE nodes SET fenced_at = ?2 WHERE node = ?1")?;
    statement.execute(params![node.as_str(), fenced_at.map(|at| at.0)])?;
    Ok(())
}

/// What is ordered for a node; none when nothing is.
///
/// # Errors
///
/// Fails when the store does.
pub fn recovery_order(db: &Connection, node: &NodeId) -> Result<Option<RecoveryOrder>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT recover_copy, recover_above FROM nodes
          WHERE node = ?1 AND recover_copy IS NOT NULL",
    )?;
    let found = statement.query_row([node.as_str()], |row| {
        let copy: String = row.get("recover_copy")?;
        Ok((copy, row.get("recover_above")?))
    });
    let Some((copy, above)) = found.optional()? else {
        return Ok(None);
    };
    let copy = match copy.as_str() {
        IN_SERVICE => WhichCopy::InService,
        PUT_ASIDE => WhichCopy::PutAside,
        other => {
            return Err(StoreError::Inconsistent {
                table: "nodes",
                reason: format!("recover_copy is {other}"),
            });
        }
    };
    Ok(Some(RecoveryOrder { copy, above }))
}

/// Notes what is ordered for a node; none when it has been carried out.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_recovery_order(
    tx: &Transaction<'_>,
    node: &NodeId,
    order: Option<RecoveryOrder>,
) -> Result<(), StoreError> {
    let copy = order.map(|order| match order.copy {
        WhichCopy::InService => IN_SERVICE,
        WhichCopy::PutAside => PUT_ASIDE,
    });
    let mut statement = tx
        .prepare_cached("UPDATE nodes SET recover_copy = ?2, recover_above = ?3 WHERE node = ?1")?;
    statement.execute(params![node.as_str(), copy, order.map(|order| order.above)])?;
    Ok(())
}

fn node_from(name: &str) -> Result<NodeId, StoreError> {
    name.parse().map_err(|error| StoreError::Inconsistent {
        table: "nodes",
        reason: format!("{error}"),
    })
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
