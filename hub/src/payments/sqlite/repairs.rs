//! The table `repairs`.

use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

use super::parsed;
use crate::payments::api::books::{Decision, Difference, RepairView, Repaired};

/// A decision, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    pub difference: Difference,
    pub view: RepairView,
    /// How often it was decided: once, unless the gateway has refused.
    pub turn: u32,
    /// The gateway's key of the cancel that was made for it.
    pub transaction_key: Option<String>,
}

const COLUMNS: &str = "SELECT body, decision, state, turn, decided_at, done_at, code,
    transaction_key FROM repairs";

/// What was decided about a subject.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, subject: &str) -> Result<Option<Repair>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE subject = ?1"))?;
    Ok(statement.query_row([subject], read).optional()?)
}

/// Decisions that are to be carried out, the oldest first; at most so many.
///
/// # Errors
///
/// Fails when the store does.
pub fn open(db: &Connection, limit: u32) -> Result<Vec<Repair>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE state = 'decided' ORDER BY decided_at, subject LIMIT ?1"
    ))?;
    let rows = statement.query_map([limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a cancel at the gateway was made for a decision.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_ours(db: &Connection, transaction_key: &str) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM repairs WHERE transaction_key = ?1)")?;
    Ok(statement.query_row([transaction_key], |row| row.get(0))?)
}

/// Adds a decision, or puts what it has come to over the old one.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, repair: &Repair) -> Result<(), StoreError> {
    let body = serde_json::to_string(&Difference {
        decided: None,
        ..repair.difference.clone()
    });
    let body = body.map_err(|error| StoreError::Inconsistent {
        table: "repairs",
        reason: error.to_string(),
    })?;
    let decision = match repair.view.decision {
        Decision::CarryOut => "carry_out",
        Decision::SetAside => "set_aside",
    };
    let (state, done_at, code) = match &repair.view.progress {
        Repaired::Decided => ("decided", None, None),
        Repaired::Done { done_at } => ("done", Some(done_at.0), None),
        Repaired::Refused { code } => ("refused", None, Some(code)),
    };
    let mut statement = tx.prepare_cached(
        "INSERT INTO repairs (subject, body, decision, state, turn, decided_at, done_at, code,
                              transaction_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (subject) DO UPDATE
            SET decision = ?3, state = ?4, turn = ?5, decided_at = ?6, done_at = ?7, code = ?8,
                transaction_key = ?9",
    )?;
    statement.execute(params![
        repair.difference.subject(),
        body,
        decision,
        state,
        repair.turn,
        repair.view.decided_at.0,
        done_at,
        code,
        repair.transaction_key,
    ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Repair, rusqlite::Error> {
    let done_at: Option<i64> = row.get("done_at")?;
    let code: Option<String> = row.get("code")?;
    // The table's own checks see to it that the columns fit the state.
    let progress = match (done_at, code) {
        (Some(at), _) => Repaired::Done {
            done_at: Timestamp(at),
        },
        (None, Some(code)) => Repaired::Refused { code },
        (None, None) => Repaired::Decided,
    };
    Ok(Repair {
        difference: parsed(row, "body", |text| serde_json::from_str(text).ok())?,
        view: RepairView {
            decision: parsed(row, "decision", |text| match text {
                "carry_out" => Some(Decision::CarryOut),
                "set_aside" => Some(Decision::SetAside),
                _ => None,
            })?,
            decided_at: Timestamp(row.get("decided_at")?),
            progress,
        },
        turn: row.get("turn")?,
        transaction_key: row.get("transaction_key")?,
    })
}
