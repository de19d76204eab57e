//! The hub's side of the sync: which rows concern a node, and what it takes from it.

mod judging;

use std::collections::BTreeSet;

use domain::id::{NodeId, TheaterId};
use domain::mutant::{Mutant, is};
use protocol::batch::Batch;
use protocol::message::{Cursor, Hello, Token, Welcome};
use protocol::row::{Envelope, Row, RowKind};
use rusqlite::{Connection, Transaction};
use seats::sqlite::recovery;
use seats::{Applied, Awaited, EVERY_NODE, Here, Stretch};
use store::{StoreError, change_feed, cursor, meta};
use uuid::Uuid;

use crate::fleet;
use crate::hand_offs;
use crate::pledging::arriving;
use crate::ranking;
use crate::sqlite::nodes::{self, KnownNode, Standing};
use crate::sqlite::tokens::{self, Handed};
use crate::sqlite::{feed, restored as programme, words};
pub use judging::{Found, Unwelcome, judge};

const INCARNATION: &str = "incarnation";

/// Set when this database is known to be an older copy: it recovers at the next start.
const RESTORED: &str = "restored";

/// The incarnation that began when this database had been restored, if any did.
const RECOVERED_IN: &str = "recovered_in";

/// The incarnation of this database. A new or restored one is given its number; a restored
/// one waits for the word of every node before it sells (see [`seats::wait_for_nodes`]).
///
/// # Errors
///
/// Fails when the store does.
pub fn identify(tx: &Transaction<'_>, here: Here<'_>) -> Result<i64, StoreError> {
    seats::shift_holds(tx, here, 0)?;
    tokens::resume(tx, change_feed::head(tx)?)?;
    let known = meta::get_i64(tx, INCARNATION)?;
    let restored = meta::get_i64(tx, RESTORED)?.unwrap_or(0) > 0;
    if let (Some(incarnation), false) = (known, restored) {
        return Ok(incarnation);
    }
    // A later database has a higher number, wherever its file came from.
    let incarnation = here.now.0.max(known.unwrap_or(0) + 1);
    meta::set_i64(tx, INCARNATION, incarnation)?;
    if restored {
        let nodes = nodes::all(tx)?.into_iter();
        let awaited = nodes.map(|(known, standing)| Awaited {
            node: known.node,
            theater: known.theater,
            fenced: standing != Standing::InService,
        });
        let awaited: Vec<Awaited> = awaited.collect();
        seats::wait_for_nodes(tx, here, &awaited)?;
        let theaters: BTreeSet<TheaterId> = awaited.iter().map(|node| node.theater).collect();
        for theater in theaters {
            fleet::take_back_fenced(tx, here, theater)?;
        }
        meta::set_i64(tx, RESTORED, 0)?;
        meta::set_i64(tx, RECOVERED_IN, incarnation)?;
    }
    Ok(incarnation)
}

/// Notes that this database is an older copy of itself: it recovers when the hub is started
/// the next time, with an incarnation above its own and `above`.
///
/// # Errors
///
/// Fails when the store does.
pub fn mark_restored(tx: &Transaction<'_>, above: i64) -> Result<(), StoreError> {
    meta::raise_i64(tx, INCARNATION, above)?;
    meta::set_i64(tx, RESTORED, 1)
}

/// How far the hub has come with the node, and the `fresh` token for it. The same session is
/// handed the same token again.
///
/// # Errors
///
/// Fails when the store does.
pub fn greet(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (incarnation, fresh): (i64, Uuid),
    hello: &Hello,
) -> Result<Welcome, StoreError> {
    let known = cursor::get(tx, hello.node.as_str())?;
    words::set_kinds(tx, &hello.node, &hello.kinds)?;
    let handed = tokens::find(tx, &hello.node)?;
    listen_again(tx, incarnation, (hello, handed.as_ref()))?;
    let again = handed.filter(|handed| {
        handed.hub == incarnation
            && (handed.incarnation, handed.session) == (hello.incarnation, hello.session)
    });
    let handed = match again {
        Some(handed) => handed,
        None => {
            let shown = hello.token.filter(|token| token.hub == incarnation);
            let handed = Handed {
                incarnation: hello.incarnation,
                session: hello.session,
                hub: incarnation,
                value: fresh,
                shown: shown.map(|token| token.value),
                resumed: None,
            };
            tokens::record(tx, &hello.node, &handed)?;
            handed
        }
    };
    Ok(Welcome {
        session: hello.session,
        incarnation,
        cursor: (known.incarnation > 0).then_some(Cursor {
            incarnation: known.incarnation,
            seq: known.applied_seq,
        }),
        head: change_feed::head(tx)?,
        clock: here.now,
        token: Some(Token {
            hub: incarnation,
            value: handed.value,
        }),
        recovering: recovery::unheard(tx, &hello.node)?.is_some(),
        // Whoever has the settings knows.
        pays_at: None,
        kinds: RowKind::newer_names(),
    })
}

/// A node stores its token before it tells rows. So one that was welcome last before this hub
/// was restored has told it nothing, even if a copy of that node has: each of the two may have
/// rows of the hub's own that nobody else has.
///
/// One that was welcome since may have told nothing either, before a copy of it came. Then it shows
/// a token that counts no more, and recovers.
fn listen_again(
    tx: &Transaction<'_>,
    incarnation: i64,
    (hello, handed): (&Hello, Option<&Handed>),
) -> Result<(), StoreError> {
    let last = handed.filter(|it| it.hub == incarnation && it.session != hello.session);
    let (Some(token), Some(last)) = (hello.token, last) else {
        return Ok(());
    };
    let is_before = token.hub < incarnation;
    let is_overtaken = token.hub == incarnation
        && hello.recovering
        && !last.fits(Some(token.value))
        && meta::get_i64(tx, RECOVERED_IN)? == Some(incarnation);
    if !(is_before || is_overtaken) || is(Mutant::HearOneCopy) {
        return Ok(());
    }
    let Some(KnownNode { node, theater }) = nodes::find(tx, &hello.node)? else {
        return Ok(());
    };
    if recovery::unheard(tx, &node)?.is_some() {
        return Ok(());
    }
    let fenced = nodes::standing(tx, &node)? != Some(Standing::InService);
    let late = Awaited {
        node,
        theater,
        fenced,
    };
    seats::listen_again(tx, &late)
}

/// Reads the next batch for `node`: what concerns its theater and every node, and what it did
/// not write itself. A node that is recovering gets its own rows, too.
///
/// A hub that does not know everything itself yet promises nothing: its batches then carry no
/// watermark, and give no seat away. It may have given the same seat to another node in the time
/// that it has forgotten. Such rows are told when all have been heard (see
/// [`seats::node_reported`]).
///
/// # Errors
///
/// Fails when the store does.
pub fn read_batch(
    db: &Connection,
    (node, recovering): (&KnownNode, bool),
    stretch: &Stretch<'_>,
) -> Result<Batch, StoreError> {
    let scopes = [EVERY_NODE, node.theater.0];
    let everything = recovering && !is(Mutant::KeepOwnRowsBack);
    let stretch = Stretch {
        scopes: Some(&scopes),
        not_origin: (!everything).then_some(&node.node),
        ..*stretch
    };
    let kinds = words::kinds(db, &node.node)?;
    let mut batch = seats::read_batch(db, &stretch, feed::load_row)?;
    // A newer program of the node reads everything once more.
    batch.rows.retain(|row| row.is_known_with(&kinds));
    if !recovery::waited_for(db, node.theater)?.is_empty() {
        batch.watermark = None;
        let withheld = |row: &Envelope| !is(Mutant::TellUnprovenGrants) && gives(row, &node.node);
        batch.rows.retain(|row| !withheld(row));
    }
    Ok(batch)
}

/// Whether the row says that `node` owns a seat.
fn gives(row: &Envelope, node: &NodeId) -> bool {
    row.kind == RowKind::Seat.name()
        && matches!(Row::from_envelope(row), Ok(Row::Seat(seat)) if &seat.owner == node)
}

/// Applies a batch from `node` with its cursor, in the caller's transaction. A node writes
/// seats, bookings and tenders only; a hub that was restored takes what else it finds as
/// well as it can: its own catalogue is not written by anybody else.
///
/// A node that tells rows has stored the token of that session: the one before counts no more.
///
/// Says whether this was the node's whole word to a restored hub.
///
/// # Errors
///
/// Fails when the store does; then nothing is applied.
pub fn apply_batch(
    tx: &Transaction<'_>,
    here: Here<'_>,
    node: &NodeId,
    batch: &Batch,
) -> Result<Heard, StoreError> {
    if !is(Mutant::KeepTokenBefore) {
        tokens::confirm(tx, node, (batch.incarnation, batch.session))?;
    }
    let unheard = recovery::unheard(tx, node)?;
    let restored = unheard.is_some();
    seats::apply_batch(tx, here, node, batch, |row| {
        if let Row::HandOff(hand_off) = row {
            return hand_offs::take(tx, here, (node, hand_off));
        }
        if let Row::Pledge(pledge) = row {
            return arriving::take(tx, here, (node, pledge));
        }
        if let Row::SearchFact(fact) = row {
            return ranking::take(tx, here, (node, fact));
        }
        if restored {
            return programme::take_back(tx, row);
        }
        Ok(Applied::NotOurs)
    })?;
    if let Some(watermark) = batch.watermark {
        words::heard_up_to(tx, node, watermark)?;
    }
    if let Some(theater) = unheard.filter(|_| batch.watermark.is_some()) {
        seats::node_reported(tx, here, node)?;
        fleet::take_back_fenced(tx, here, theater)?;
        return Ok(Heard::Everything);
    }
    Ok(Heard::Rows)
}

/// What was heard with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Rows,
    /// The hub was restored, and the node has now told all it knows.
    Everything,
}
