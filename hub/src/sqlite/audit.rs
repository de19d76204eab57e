//! The table `audit`: what operators have done.

use domain::campaign::{Phase, Tally};
use domain::conflict::remedy::Move;
use domain::conflict::{Decision, Remedy};
use domain::id::{BookingId, CampaignId, MovieId, NodeId, ScreeningId, SeatId, TheaterId};
use domain::time::Timestamp;
use protocol::api::books::BooksDecision;
use protocol::api::operator::WhichCopy;
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use store::StoreError;

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// A node is asked to carry a decision out. What came of it is another entry.
    Asked {
        conflict: String,
        remedy: Remedy,
        node: NodeId,
    },
    Decided {
        conflict: String,
        #[serde(flatten)]
        decision: Decision,
    },
    Fenced {
        node: NodeId,
        seats: usize,
        note: String,
    },
    LetIn {
        node: NodeId,
        note: String,
    },
    /// A copy of the node's database has to recover.
    RecoveryOrdered {
        node: NodeId,
        copy: WhichCopy,
        note: String,
    },
    /// The restored hub sells although not every node has reported.
    Went {
        theater: TheaterId,
        note: String,
    },
    /// A booking was moved because its seats go out of the map.
    Moved {
        screening: ScreeningId,
        booking: BookingId,
        moves: Vec<Move>,
        note: String,
    },
    /// A node is asked to move one. What came of it is another entry.
    MoveAsked {
        screening: ScreeningId,
        booking: BookingId,
        moves: Vec<Move>,
        node: NodeId,
    },
    /// A screening has another version of its seat map.
    SeatMapChanged {
        screening: ScreeningId,
        from: i64,
        to: i64,
        added: Vec<SeatId>,
        removed: Vec<SeatId>,
        note: String,
    },
    /// A theater is asked for an auditorium.
    CampaignRequested {
        campaign: CampaignId,
        movie: MovieId,
        theater: TheaterId,
        note: String,
    },
    /// A campaign has gone on to another state.
    CampaignMoved {
        campaign: CampaignId,
        from: Phase,
        to: Phase,
        paid_tickets: u32,
        /// The numbers on which it was decided, when it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<Tally>,
        note: String,
    },
    /// Somebody has decided about a difference between the gateway's list and the books.
    DifferenceDecided {
        comparison: i64,
        subject: String,
        decision: BooksDecision,
        note: String,
    },
    /// A term is shown on no board of popular searches, or again.
    TermExcluded {
        term: String,
        note: String,
    },
    TermAllowed {
        term: String,
        note: String,
    },
    /// The hub's database is an older copy.
    Restored,
}

/// Adds an entry.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, at: Timestamp, who: &str, act: &Act) -> Result<(), StoreError> {
    let act = serde_json::to_string(act).map_err(|error| StoreError::Inconsistent {
        table: "audit",
        reason: error.to_string(),
    })?;
    let mut statement =
        tx.prepare_cached("INSERT INTO audit (at, who, act) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![at.0, who, act])?;
    Ok(())
}

/// Adds an entry unless there is the same one already.
///
/// # Errors
///
/// Fails when the store does.
pub fn record_once(
    tx: &Transaction<'_>,
    at: Timestamp,
    who: &str,
    act: &Act,
) -> Result<(), StoreError> {
    let written = serde_json::to_string(act).map_err(|error| StoreError::Inconsistent {
        table: "audit",
        reason: error.to_string(),
    })?;
    let mut statement =
        tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE who = ?1 AND act = ?2)")?;
    let known: bool = statement.query_row(params![who, written], |row| row.get(0))?;
    if known {
        return Ok(());
    }
    record(tx, at, who, act)
}

/// An entry of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Timestamp,
    pub who: String,
    /// As it was written.
    pub act: String,
}

/// Everything that was done to a campaign, the oldest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_campaign(db: &Connection, campaign: CampaignId) -> Result<Vec<Entry>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, who, act FROM audit
          WHERE json_extract(act, '$.campaign') = ?1 ORDER BY entry",
    )?;
    let rows = statement.query_map([campaign.0], |row| {
        Ok(Entry {
            at: Timestamp(row.get("at")?),
            who: row.get("who")?,
            act: row.get("act")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
