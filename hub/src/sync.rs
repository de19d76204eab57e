//! The hub's side of the sync: which rows concern a node, and what it takes from it.

use std::collections::BTreeSet;

use domain::conflict::Conflict;
use domain::id::{NodeId, TheaterId};
use domain::mutant::{Mutant, is};
use protocol::api::operator::WhichCopy;
use protocol::batch::Batch;
use protocol::message::{Command, Cursor, Hello, PROTOCOL, Token, Welcome};
use rusqlite::{Connection, Transaction};
use seats::sqlite::recovery;
use seats::{Applied, Awaited, EVERY_NODE, Here, Stretch};
use store::{StoreError, change_feed, cursor, meta};
use uuid::Uuid;

use crate::fleet;
use crate::sqlite::nodes::{self, KnownNode, Standing};
use crate::sqlite::tokens::{self, Handed};
use crate::sqlite::{feed, restored as programme};

const INCARNATION: &str = "incarnation";

/// Set when this database is known to be an older copy: it recovers at the next start.
const RESTORED: &str = "restored";

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

/// Why the hub will not speak with a node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwelcome {
    #[error(
        "the kiosk's program speaks protocol {theirs}, the hub {PROTOCOL}: update the older of \
         the two; the kiosk keeps selling its own seats meanwhile"
    )]
    Protocol { theirs: i64 },
    /// The node's database is an older copy of the one that the hub spoke with.
    #[error("the kiosk's database is an older copy of itself ({found}); it has to recover")]
    OlderCopy { found: Found, known: i64 },
    /// Another copy of the node was recovered since.
    #[error(
        "another copy of this kiosk has gone on; decide which of the two it is and run \
         `moding-kiosk recover` there"
    )]
    Superseded { known: i64 },
    /// The node has seen a later state of the hub: it is the hub's database that is old.
    #[error("the hub's database is older than what it has told; the hub has to recover")]
    HubBehind { seen: i64 },
}

/// How an older copy was found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It showed a token from before the last but one session, or from before one in which it
    /// has told rows.
    Token,
    /// Its feed was shorter than what it had told already.
    ShortFeed,
    /// It is recovering with an incarnation below one that the hub knows.
    Incarnation,
    /// An operator said so.
    Operator,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Token => "it showed an old token",
            Self::ShortFeed => "it has forgotten what it told",
            Self::Incarnation => "it has not heard of a later life of its own",
            Self::Operator => "an operator said so",
        })
    }
}

impl Unwelcome {
    /// What the node is told.
    #[must_use]
    pub fn command(&self, session: i64) -> Command {
        let reason = self.to_string();
        match self {
            Self::OlderCopy { known, .. } => Command::Recover {
                session,
                reason,
                above: *known,
            },
            Self::Superseded { known } => Command::PutAside {
                session,
                reason,
                above: *known,
            },
            Self::Protocol { .. } | Self::HubBehind { .. } => Command::Refused { session, reason },
        }
    }
}

/// Whether the hub, in its `incarnation`, speaks with the node that says `hello`. An older
/// copy is put on the operator's list.
///
/// # Errors
///
/// Fails when the store does; the inner result is the answer.
pub fn judge(
    tx: &Transaction<'_>,
    here: Here<'_>,
    incarnation: i64,
    hello: &Hello,
) -> Result<Result<(), Unwelcome>, StoreError> {
    let verdict = ordered(tx, hello, verdict(tx, incarnation, hello)?)?;
    let by_operator = matches!(
        verdict,
        Err(Unwelcome::OlderCopy {
            found: Found::Operator,
            ..
        })
    );
    if by_operator {
        return Ok(verdict);
    }
    if let Err(unwelcome @ (Unwelcome::OlderCopy { .. } | Unwelcome::Superseded { .. })) = &verdict
    {
        let conflict = Conflict::CopyFound {
            node: hello.node.clone(),
            incarnation: hello.incarnation,
            reason: unwelcome.to_string(),
        };
        seats::sqlite::conflicts::record(tx, &conflict, here.now)?;
    }
    Ok(verdict)
}

/// Carries out what an operator has ordered for the node.
fn ordered(
    tx: &Transaction<'_>,
    hello: &Hello,
    verdict: Result<(), Unwelcome>,
) -> Result<Result<(), Unwelcome>, StoreError> {
    let Some(order) = nodes::recovery_order(tx, &hello.node)? else {
        return Ok(verdict);
    };
    if hello.incarnation > order.above || (hello.recovering && verdict.is_ok()) {
        nodes::set_recovery_order(tx, &hello.node, None)?;
        return Ok(verdict);
    }
    let meant = match order.copy {
        WhichCopy::InService => verdict.is_ok(),
        WhichCopy::PutAside => matches!(verdict, Err(Unwelcome::Superseded { .. })),
    };
    if !meant {
        return Ok(verdict);
    }
    Ok(Err(Unwelcome::OlderCopy {
        found: Found::Operator,
        known: order.above,
    }))
}

fn verdict(
    db: &Connection,
    incarnation: i64,
    hello: &Hello,
) -> Result<Result<(), Unwelcome>, StoreError> {
    if hello.protocol != PROTOCOL {
        let theirs = hello.protocol;
        return Ok(Err(Unwelcome::Protocol { theirs }));
    }
    let handed = tokens::find(db, &hello.node)?;
    if let Some(seen) = seen_ahead(db, incarnation, (hello, handed.as_ref()))? {
        return Ok(Err(Unwelcome::HubBehind { seen }));
    }
    let known = cursor::get(db, hello.node.as_str())?;
    let older_copy = |found| Unwelcome::OlderCopy {
        found,
        known: known.incarnation,
    };
    if hello.incarnation < known.incarnation {
        return Ok(Err(if hello.recovering {
            // It says so itself; only its clock was behind when it chose its incarnation.
            older_copy(Found::Incarnation)
        } else {
            Unwelcome::Superseded {
                known: known.incarnation,
            }
        }));
    }
    let same = hello.incarnation == known.incarnation;
    let short = same && hello.resumed.is_some_and(|head| head < known.applied_seq);
    if short && !is(Mutant::IgnoreShortFeed) {
        return Ok(Err(older_copy(Found::ShortFeed)));
    }
    if handed.is_some_and(|handed| !fits(&handed, incarnation, hello)) {
        return Ok(Err(older_copy(Found::Token)));
    }
    Ok(Ok(()))
}

/// The hub's incarnation that the node has seen, if it has read more of this hub's feed than
/// there is, or than there was when the hub was started after it was met the last time.
fn seen_ahead(
    db: &Connection,
    incarnation: i64,
    (hello, handed): (&Hello, Option<&Handed>),
) -> Result<Option<i64>, StoreError> {
    let Some(cursor) = hello.cursor else {
        return Ok(None);
    };
    let resumed = handed.and_then(|handed| handed.resumed);
    let head = change_feed::head(db)?.min(resumed.unwrap_or(i64::MAX));
    let longer = cursor.incarnation == incarnation && cursor.seq > head;
    let ahead = longer || cursor.incarnation > incarnation;
    Ok(ahead.then_some(cursor.incarnation))
}

/// Whether the node shows what it was handed at its last session or, as long as a crash may
/// have fallen between, at the one before. A program from before the ratchet shows nothing at
/// all. The hello of the last session itself may come twice.
fn fits(handed: &Handed, incarnation: i64, hello: &Hello) -> bool {
    let told_by_us = handed.hub == incarnation && handed.incarnation == hello.incarnation;
    if !told_by_us || hello.resumed.is_none() || is(Mutant::AcceptOldToken) {
        return true;
    }
    if hello.session == handed.session {
        return true;
    }
    let shown = hello.token.filter(|token| token.hub == incarnation);
    let shown = shown.map(|token| token.value);
    shown == Some(handed.value) || shown == handed.shown
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
    let handed = tokens::find(tx, &hello.node)?;
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
    })
}

/// Reads the next batch for `node`: what concerns its theater and every node, and what it did
/// not write itself. A node that is recovering gets its own rows, too.
///
/// A hub that does not know everything itself yet promises nothing: its batches then carry no
/// watermark.
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
    let mut batch = seats::read_batch(db, &stretch, feed::load_row)?;
    if !recovery::waited_for(db, node.theater)?.is_empty() {
        batch.watermark = None;
    }
    Ok(batch)
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
        if restored {
            return programme::take_back(tx, row);
        }
        Ok(Applied::NotOurs)
    })?;
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
