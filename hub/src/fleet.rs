//! The nodes that may speak with the hub, and how they are known.

use domain::id::{NodeId, TheaterId};
use domain::time::Timestamp;
use protocol::api::operator::WhichCopy;
use rusqlite::Transaction;
use seats::Here;
use seats::sqlite::recovery;
use sha2::{Digest as _, Sha256};
use store::{StoreError, cursor};

use crate::sqlite::nodes::{self, KnownNode, RecoveryOrder, Standing};
use crate::sqlite::{theaters, tokens};

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

/// Why a node was not fenced or let in.
#[derive(Debug, thiserror::Error)]
pub enum FenceError {
    #[error("there is no node {0}")]
    Unknown(NodeId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for FenceError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// The operator's word that a device is off for good: the hub takes its seats back. What it
/// may still send is looked at, booking by booking. Says how many seats came back.
///
/// A restored hub that waits for other nodes takes the seats back when it has heard them, and
/// says 0 now: the node may have given some of them away after the copy was made, and only
/// they know.
///
/// # Errors
///
/// Refuses an unknown node.
pub fn fence(tx: &Transaction<'_>, here: Here<'_>, node: &NodeId) -> Result<usize, FenceError> {
    let Some(known) = nodes::find(tx, node)? else {
        return Err(FenceError::Unknown(node.clone()));
    };
    let waited = !recovery::waited_for(tx, known.theater)?.is_empty();
    nodes::set_fenced(tx, node, Some(here.now))?;
    seats::node_given_up(tx, here, node)?;
    if waited {
        // It may be the last one that was waited for, after others that were fenced meanwhile.
        return Ok(take_back_fenced(tx, here, known.theater)?);
    }
    Ok(seats::take_back(tx, here, node)?)
}

/// Takes back what fenced nodes of the theater own, unless a restored hub still waits for the
/// word of others. Says how many seats came back; nothing more the second time.
///
/// # Errors
///
/// Fails when the store does.
pub fn take_back_fenced(
    tx: &Transaction<'_>,
    here: Here<'_>,
    theater: TheaterId,
) -> Result<usize, StoreError> {
    if !recovery::waited_for(tx, theater)?.is_empty() {
        return Ok(0);
    }
    let mut seats = 0;
    for (known, standing) in nodes::all(tx)? {
        if known.theater == theater && standing != Standing::InService {
            seats += seats::take_back(tx, here, &known.node)?;
        }
    }
    Ok(seats)
}

/// The operator's word that a restored hub goes on in a theater although not every node has
/// told what it knows.
///
/// # Errors
///
/// Fails when the store does.
pub fn go(tx: &Transaction<'_>, here: Here<'_>, theater: TheaterId) -> Result<(), StoreError> {
    seats::go(tx, here, theater)?;
    take_back_fenced(tx, here, theater).map(drop)
}

/// Lets a fenced node be given seats again.
///
/// # Errors
///
/// Refuses an unknown node.
pub fn let_in(tx: &Transaction<'_>, node: &NodeId) -> Result<(), FenceError> {
    if nodes::standing(tx, node)?.is_none() {
        return Err(FenceError::Unknown(node.clone()));
    }
    Ok(nodes::set_fenced(tx, node, None)?)
}

/// Why no recovery was ordered.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    #[error("there is no node {0}")]
    Unknown(NodeId),
    #[error("{0} is fenced; let it in first")]
    Fenced(NodeId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for OrderError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// The operator's word that this copy of the node's database has to recover: it does when it
/// introduces itself the next time. The copy in service is an older one of itself and nobody
/// said so; or the one that was put aside is the right one, and then the other is put aside.
///
/// # Errors
///
/// Refuses an unknown node and one that is fenced.
pub fn order_recovery(
    tx: &Transaction<'_>,
    node: &NodeId,
    copy: WhichCopy,
) -> Result<(), OrderError> {
    match nodes::standing(tx, node)? {
        None => return Err(OrderError::Unknown(node.clone())),
        Some(Standing::Fenced(_)) => return Err(OrderError::Fenced(node.clone())),
        Some(Standing::InService) => {}
    }
    // It may have been welcome and told nothing yet.
    let welcome = tokens::find(tx, node)?.map_or(0, |handed| handed.incarnation);
    let above = cursor::get(tx, node.as_str())?.incarnation.max(welcome);
    let order = RecoveryOrder { copy, above };
    Ok(nodes::set_recovery_order(tx, node, Some(order))?)
}

/// What is kept of a credential. It is 256 random bits, so that a plain digest is enough.
#[must_use]
pub fn digest(credential: &str) -> [u8; 32] {
    Sha256::digest(credential.as_bytes()).into()
}
