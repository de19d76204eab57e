//! Giving and taking batches: the change feed on one side, rows on the other.

use domain::conflict::Conflict;
use domain::id::NodeId;
use domain::mutant::{Mutant, is};
use domain::time::Timestamp;
use protocol::batch::{BATCH_JSON_BYTES_MAX, BATCH_ROWS_MAX, Batch};
use protocol::row::{Envelope, Row, RowKind};
use rusqlite::{Connection, Transaction};
use store::change_feed::{self, Entry, FeedQuery};
use store::{StoreError, cursor};

use crate::{Applied, ApplyError, Here, apply_row, examine_suspects, sqlite};

/// Which stretch of our feed, for whom.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    pub session: i64,
    /// Our own incarnation.
    pub incarnation: i64,
    pub after: i64,
    /// Only rows that concern these scopes; all without it.
    pub scopes: Option<&'a [i64]>,
    /// Not the rows that this node wrote itself; all for one that was restored.
    pub not_origin: Option<&'a NodeId>,
    /// The corrected time before the read began.
    pub now: Timestamp,
}

/// Reads the next batch of our feed. `load` finds the present row of a kind that is not the
/// engine's.
///
/// # Errors
///
/// Fails when the store does, or a row cannot be written as JSON.
pub fn read_batch(
    db: &Connection,
    stretch: &Stretch<'_>,
    load: impl Fn(&Connection, RowKind, &str) -> Result<Option<Row>, StoreError>,
) -> Result<Batch, StoreError> {
    let page = change_feed::read(
        db,
        &FeedQuery {
            after: stretch.after,
            limit: BATCH_ROWS_MAX,
            scopes: stretch.scopes,
            not_origin: stretch.not_origin.map(NodeId::as_str),
        },
    )?;
    let mut rows = Vec::with_capacity(page.entries.len());
    let mut bytes = 0;
    let (mut last, mut watermark) = (page.last, page.reached_head.then_some(stretch.now));
    for (at, entry) in page.entries.iter().enumerate() {
        let Some(envelope) = envelope_of(db, entry, &load)? else {
            continue;
        };
        bytes += envelope.key.len() + envelope.body.get().len();
        if bytes > BATCH_JSON_BYTES_MAX && !rows.is_empty() {
            // The rest goes into the next batch.
            last = page.entries[at - 1].seq;
            watermark = None;
            break;
        }
        rows.push(envelope);
    }
    Ok(Batch {
        session: stretch.session,
        incarnation: stretch.incarnation,
        base: stretch.after,
        last,
        watermark,
        rows,
    })
}

fn envelope_of(
    db: &Connection,
    entry: &Entry,
    load: impl Fn(&Connection, RowKind, &str) -> Result<Option<Row>, StoreError>,
) -> Result<Option<Envelope>, StoreError> {
    let inconsistent = |reason: String| StoreError::Inconsistent {
        table: "changes",
        reason,
    };
    let kind = RowKind::from_code(entry.kind)
        .ok_or_else(|| inconsistent(format!("change {} has kind {}", entry.seq, entry.kind)))?;
    let row = match crate::load_row(db, kind, &entry.key)? {
        Some(row) => Some(row),
        None => load(db, kind, &entry.key)?,
    };
    let envelope = row.map(|row| row.to_envelope()).transpose();
    envelope.map_err(|error| inconsistent(format!("change {}: {error}", entry.seq)))
}

/// Applies a batch in the caller's transaction, together with the new cursor for its sender.
/// `apply_other` takes rows that are not the engine's; it answers `NotOurs` for a kind it
/// does not take from this sender.
///
/// A row that can never be taken becomes a conflict and the rest goes on (P3).
///
/// # Errors
///
/// Fails when the store does; then the batch is not applied at all.
pub fn apply_batch(
    tx: &Transaction<'_>,
    here: Here<'_>,
    sender: &NodeId,
    batch: &Batch,
    mut apply_other: impl FnMut(&Row) -> Result<Applied, StoreError>,
) -> Result<(), StoreError> {
    for envelope in &batch.rows {
        tx.prepare_cached("SAVEPOINT row")?.execute([])?;
        let taken = take(tx, here, sender, (envelope, &mut apply_other));
        let back = match &taken {
            Ok(()) => "RELEASE row",
            Err(_) => "ROLLBACK TO row",
        };
        tx.prepare_cached(back)?.execute([])?;
        match taken {
            Ok(()) => continue,
            Err(ApplyError::Refused(_)) if is(Mutant::StopAtPoison) => return Ok(()),
            Err(ApplyError::Refused(conflict)) => {
                sqlite::conflicts::record(tx, &conflict, here.now)?;
            }
            Err(ApplyError::Store(fault)) if is_constraint(&fault) => {
                let conflict = refused(sender, envelope, fault.to_string());
                sqlite::conflicts::record(tx, &conflict, here.now)?;
            }
            Err(ApplyError::Store(fault)) => return Err(fault),
        }
        tx.prepare_cached("RELEASE row")?.execute([])?;
    }
    if batch.watermark.is_some() {
        examine_suspects(tx, here, sender)?;
    }
    cursor::set_applied(tx, sender.as_str(), batch.incarnation, batch.last)
}

fn take(
    tx: &Transaction<'_>,
    here: Here<'_>,
    sender: &NodeId,
    (envelope, apply_other): (
        &Envelope,
        &mut impl FnMut(&Row) -> Result<Applied, StoreError>,
    ),
) -> Result<(), ApplyError> {
    let row = Row::from_envelope(envelope)
        .map_err(|error| ApplyError::Refused(refused(sender, envelope, error.to_string())))?;
    let applied = match apply_row(tx, here, sender, &row)? {
        Applied::NotOurs => apply_other(&row)?,
        applied @ (Applied::Changed | Applied::Known) => applied,
    };
    match applied {
        Applied::Changed | Applied::Known => Ok(()),
        Applied::NotOurs => {
            let reason = "rows of this kind are not this node's to write".to_owned();
            Err(ApplyError::Refused(refused(sender, envelope, reason)))
        }
    }
}

fn refused(sender: &NodeId, envelope: &Envelope, reason: String) -> Conflict {
    Conflict::RowRefused {
        sender: sender.clone(),
        row: envelope.kind.clone(),
        key: envelope.key.clone(),
        reason,
    }
}

/// A row that the tables themselves refuse will be refused for ever.
fn is_constraint(fault: &StoreError) -> bool {
    let StoreError::Sqlite(fault) = fault else {
        return false;
    };
    fault.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}
