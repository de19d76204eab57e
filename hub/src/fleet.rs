//! The nodes that may speak with the hub, and how they are known.

use domain::id::{NodeId, TheaterId};
use domain::time::Timestamp;
use rusqlite::Transaction;
use sha2::{Digest as _, Sha256};
use store::StoreError;

use crate::sqlite::nodes::{self, KnownNode};
use crate::sqlite::theaters;

/// Why a node was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddNodeError {
    #[error("`hub` is the hub's own name; choose another")]
    Hub,
    #[error("there is no theater {0}; `moding-hub catalogue seed` or an import adds theaters")]
    NoTheater(TheaterId),
    #[error("node {node} is already in theater {theater}; a node does not move")]
    OtherTheater { node: NodeId, theater: TheaterId },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a node with its credential; a known one gets the new credential.
///
/// # Errors
///
/// Refuses the hub's name, an unknown theater, and moving a node to another theater: its
/// seats would go with it.
pub fn add_node(
    tx: &Transaction<'_>,
    node: &KnownNode,
    credential: &str,
    now: Timestamp,
) -> Result<(), AddNodeError> {
    if node.node.is_hub() {
        return Err(AddNodeError::Hub);
    }
    if theaters::find(tx, node.theater)?.is_none() {
        return Err(AddNodeError::NoTheater(node.theater));
    }
    let known = nodes::find(tx, &node.node)?;
    if let Some(known) = known.filter(|known| known.theater != node.theater) {
        let KnownNode { node, theater } = known;
        return Err(AddNodeError::OtherTheater { node, theater });
    }
    nodes::record(tx, node, &digest(credential), now)?;
    Ok(())
}

/// What is kept of a credential. It is 256 random bits, so that a plain digest is enough.
#[must_use]
pub fn digest(credential: &str) -> [u8; 32] {
    Sha256::digest(credential.as_bytes()).into()
}
