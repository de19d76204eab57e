//! The hub's side of the sync: which rows concern a node, and what it takes from it.

use domain::id::NodeId;
use protocol::batch::Batch;
use protocol::message::{Cursor, Hello, PROTOCOL, Welcome};
use rusqlite::{Connection, Transaction};
use seats::{Applied, EVERY_NODE, Here, Stretch};
use store::{StoreError, change_feed, cursor, meta};

use crate::sqlite::feed;
use crate::sqlite::nodes::KnownNode;

const INCARNATION: &str = "incarnation";

/// The incarnation of this database; a new one is given its number.
///
/// # Errors
///
/// Fails when the store does.
pub fn identify(tx: &Transaction<'_>, here: Here<'_>) -> Result<i64, StoreError> {
    if let Some(incarnation) = meta::get_i64(tx, INCARNATION)? {
        return Ok(incarnation);
    }
    // A later database has a higher number, wherever its file came from.
    meta::set_i64(tx, INCARNATION, here.now.0)?;
    Ok(here.now.0)
}

/// Why the hub will not speak with a node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwelcome {
    #[error("the node speaks protocol {theirs}, the hub {PROTOCOL}: update the older of the two")]
    Protocol { theirs: i64 },
    /// The node's database is older than one that the hub has spoken with.
    #[error("the node's database is an older copy: restore it with `moding-kiosk restore`")]
    OlderCopy,
}

/// Whether the hub speaks with the node that says `hello`.
///
/// # Errors
///
/// Fails when the store does; the inner result is the answer.
pub fn judge(db: &Connection, hello: &Hello) -> Result<Result<(), Unwelcome>, StoreError> {
    if hello.protocol != PROTOCOL {
        let theirs = hello.protocol;
        return Ok(Err(Unwelcome::Protocol { theirs }));
    }
    let known = cursor::get(db, hello.node.as_str())?;
    if hello.incarnation < known.incarnation {
        return Ok(Err(Unwelcome::OlderCopy));
    }
    Ok(Ok(()))
}

/// How far the hub has come with the node.
///
/// # Errors
///
/// Fails when the store does.
pub fn greet(
    db: &Connection,
    here: Here<'_>,
    incarnation: i64,
    hello: &Hello,
) -> Result<Welcome, StoreError> {
    let known = cursor::get(db, hello.node.as_str())?;
    Ok(Welcome {
        session: hello.session,
        incarnation,
        cursor: (known.incarnation > 0).then_some(Cursor {
            incarnation: known.incarnation,
            seq: known.applied_seq,
        }),
        head: change_feed::head(db)?,
        clock: here.now,
    })
}

/// Reads the next batch for `node`: what concerns its theater and every node, and what it did
/// not write itself.
///
/// # Errors
///
/// Fails when the store does.
pub fn read_batch(
    db: &Connection,
    node: &KnownNode,
    stretch: &Stretch<'_>,
) -> Result<Batch, StoreError> {
    let scopes = [EVERY_NODE, node.theater.0];
    let stretch = Stretch {
        scopes: Some(&scopes),
        not_origin: &node.node,
        ..*stretch
    };
    seats::read_batch(db, &stretch, feed::load_row)
}

/// Applies a batch from `node` with its cursor, in the caller's transaction. A node writes
/// seats, bookings and tenders only.
///
/// # Errors
///
/// Fails when the store does; then nothing is applied.
pub fn apply_batch(
    tx: &Transaction<'_>,
    here: Here<'_>,
    node: &NodeId,
    batch: &Batch,
) -> Result<(), StoreError> {
    seats::apply_batch(tx, here, node, batch, |_| Ok(Applied::NotOurs))
}
