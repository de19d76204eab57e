//! Whether the hub speaks with a node that introduces itself, and what it is told if not.

use domain::conflict::Conflict;
use domain::mutant::{Mutant, is};
use protocol::api::operator::WhichCopy;
use protocol::message::{Command, Hello, PROTOCOL};
use rusqlite::{Connection, Transaction};
use seats::Here;
use store::{StoreError, change_feed, cursor};

use crate::sqlite::nodes;
use crate::sqlite::tokens::{self, Handed};

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
    /// An earlier life of it was here since this hub was restored.
    EarlierLife,
    /// An operator said so.
    Operator,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Token => "it showed an old token",
            Self::ShortFeed => "it has forgotten what it told",
            Self::Incarnation => "it has not heard of a later life of its own",
            Self::EarlierLife => "it does not know what another copy has told this hub",
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
    let cursor = cursor::get(db, hello.node.as_str())?;
    // A later life may have been welcome and told nothing yet.
    let welcome = handed.as_ref().map_or(0, |handed| handed.incarnation);
    let known = cursor.incarnation.max(welcome);
    let older_copy = |found| Unwelcome::OlderCopy { found, known };
    if hello.incarnation < known {
        return Ok(Err(if hello.recovering {
            // It says so itself; only its clock was behind when it chose its incarnation.
            older_copy(Found::Incarnation)
        } else {
            Unwelcome::Superseded { known }
        }));
    }
    let here_before = handed.as_ref().filter(|handed| handed.hub == incarnation);
    if here_before.is_some_and(|it| it.incarnation < hello.incarnation) && !hello.recovering {
        // It recovered before this hub was restored, and the hub has heard an earlier life of
        // it since. Or its database is new, and what it owned is known here alone.
        return Ok(Err(older_copy(Found::EarlierLife)));
    }
    let same = hello.incarnation == cursor.incarnation;
    let short = same && hello.resumed.is_some_and(|head| head < cursor.applied_seq);
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
    handed.fits(shown.map(|token| token.value))
}
