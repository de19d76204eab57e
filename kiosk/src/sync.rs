//! The kiosk's side of the sync: which of its rows go to the hub, and what it takes from it.

use domain::id::NodeId;
use protocol::batch::Batch;
use protocol::message::Cursor;
use protocol::row::{Row, RowKind};
use rusqlite::{Connection, Transaction};
use seats::{Applied, EVERY_NODE, Here, Stretch};
use store::change_feed::{self, Change};
use store::{StoreError, cursor, meta};

use crate::sqlite::documents;

/// Who this database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Grows when the database is made anew or restored.
    pub incarnation: i64,
}

const INCARNATION: &str = "incarnation";
const SESSION: &str = "session";

/// The identity of this database; a new one is given its incarnation.
///
/// # Errors
///
/// Fails when the store does.
pub fn identify(tx: &Transaction<'_>, here: Here<'_>) -> Result<Identity, StoreError> {
    let incarnation = match meta::get_i64(tx, INCARNATION)? {
        Some(incarnation) => incarnation,
        None => {
            // A later database has a higher number, wherever its file came from.
            meta::set_i64(tx, INCARNATION, here.now.0)?;
            here.now.0
        }
    };
    Ok(Identity { incarnation })
}

/// What a hello has to say of this database, with a new and higher session number.
///
/// # Errors
///
/// Fails when the store does.
pub fn open_session(tx: &Transaction<'_>, here: Here<'_>) -> Result<Opening, StoreError> {
    let last = meta::get_i64(tx, SESSION)?.unwrap_or(0);
    let session = (last + 1).max(here.now.0);
    meta::set_i64(tx, SESSION, session)?;
    let known = cursor::get(tx, NodeId::hub().as_str())?;
    Ok(Opening {
        session,
        head: change_feed::head(tx)?,
        cursor: (known.incarnation > 0).then_some(Cursor {
            incarnation: known.incarnation,
            seq: known.applied_seq,
        }),
    })
}

/// Where this node stands when a session opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    pub session: i64,
    pub head: i64,
    pub cursor: Option<Cursor>,
}

/// Reads the next batch for the hub: everything that the hub did not write itself.
///
/// # Errors
///
/// Fails when the store does.
pub fn read_batch(db: &Connection, stretch: &Stretch<'_>) -> Result<Batch, StoreError> {
    seats::read_batch(db, stretch, |_, _, _| Ok(None))
}

/// Applies a batch from the hub with its cursor, in the caller's transaction.
///
/// # Errors
///
/// Fails when the store does; then nothing is applied.
pub fn apply_batch(tx: &Transaction<'_>, here: Here<'_>, batch: &Batch) -> Result<(), StoreError> {
    let hub = NodeId::hub();
    seats::apply_batch(tx, here, &hub, batch, |row| apply_document(tx, &hub, row))
}

fn apply_document(tx: &Transaction<'_>, hub: &NodeId, row: &Row) -> Result<Applied, StoreError> {
    let (kind, key) = (row.kind(), row.key());
    let newer = match row {
        Row::Theater(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::Auditorium(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::SeatMap(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::Movie(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::Screening(body, version) => {
            let newer = documents::record_screening(tx, body, *version)?;
            seats::sqlite::seats::record_seating(tx, body.screening, body.theater)?;
            newer
        }
        Row::Seat(_) | Row::Booking(_) | Row::Tender(_) => return Ok(Applied::NotOurs),
    };
    if !newer {
        return Ok(Applied::Known);
    }
    let (code, scope) = (RowKind::code(kind), EVERY_NODE);
    let change = Change {
        kind: code,
        key: &key,
        scope,
    };
    change_feed::record(tx, hub.as_str(), &[change])?;
    Ok(Applied::Changed)
}
