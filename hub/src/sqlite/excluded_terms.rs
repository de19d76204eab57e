//! The table `excluded_terms`: what no board shows.

use std::collections::BTreeSet;

use domain::ranking::Term;
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction, params};
use store::StoreError;

/// A term, and who has excluded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    pub term: Term,
    pub since: Timestamp,
    pub who: String,
    pub note: String,
}

/// All of them, the latest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn all(db: &Connection) -> Result<Vec<Excluded>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT term, since, who, note FROM excluded_terms ORDER BY since DESC, term",
    )?;
    let rows = statement.query_and_then([], |row| {
        let term: String = row.get("term")?;
        Ok(Excluded {
            term: term.parse().map_err(|_| StoreError::Inconsistent {
                table: "excluded_terms",
                reason: format!("{term} is no term"),
            })?,
            since: Timestamp(row.get("since")?),
            who: row.get("who")?,
            note: row.get("note")?,
        })
    })?;
    rows.collect()
}

/// The terms alone.
///
/// # Errors
///
/// Fails when the store does.
pub fn terms(db: &Connection) -> Result<BTreeSet<Term>, StoreError> {
    Ok(all(db)?.into_iter().map(|excluded| excluded.term).collect())
}

/// Excludes a term; says whether it was not yet.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, excluded: &Excluded) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO excluded_terms (term, since, who, note) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (term) DO NOTHING",
    )?;
    let Excluded {
        term,
        since,
        who,
        note,
    } = excluded;
    Ok(statement.execute(params![term.to_string(), since.0, who, note])? == 1)
}

/// Shows a term again; says whether it was excluded.
///
/// # Errors
///
/// Fails when the store does.
pub fn remove(tx: &Transaction<'_>, term: &Term) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached("DELETE FROM excluded_terms WHERE term = ?1")?;
    Ok(statement.execute([term.to_string()])? == 1)
}
