//! The table `search_facts`.

use domain::id::NodeId;
use domain::ranking::{Fact, Facts, Hashed, Hour, Place, Term};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

/// What became of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    New,
    /// It was known at this place, which is behind the one that is told now.
    Moved {
        from: Place,
    },
    /// Nothing new.
    Known,
}

/// Adds a fact to the set (`domain::ranking::merge`).
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, fact: &Fact) -> Result<Recorded, StoreError> {
    let key = params![fact.hour.0, fact.term.to_string(), fact.actor.0];
    let mut statement = tx.prepare_cached(
        "SELECT place FROM search_facts WHERE hour = ?1 AND term = ?2 AND actor = ?3",
    )?;
    let known: Option<String> = statement
        .query_row(key, |row| row.get("place"))
        .optional()?;
    let known = known.as_deref().map(read_place).transpose()?;
    if known.as_ref().is_some_and(|known| *known <= fact.place) {
        return Ok(Recorded::Known);
    }
    let mut statement = tx.prepare_cached(
        "INSERT INTO search_facts (hour, term, actor, place) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (hour, term, actor) DO UPDATE SET place = ?4",
    )?;
    let term = fact.term.to_string();
    statement.execute(params![
        fact.hour.0,
        term,
        fact.actor.0,
        fact.place.to_string()
    ])?;
    Ok(match known {
        None => Recorded::New,
        Some(from) => Recorded::Moved { from },
    })
}

/// One fact.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(
    db: &Connection,
    (hour, term, actor): (Hour, &Term, Hashed),
) -> Result<Option<Fact>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hour, term, actor, place FROM search_facts
          WHERE hour = ?1 AND term = ?2 AND actor = ?3",
    )?;
    let mut rows = statement.query(params![hour.0, term.to_string(), actor.0])?;
    rows.next()?.map(from_row).transpose()
}

/// The facts of the hours from `first` up to (not including) `end`.
///
/// # Errors
///
/// Fails when the store does.
pub fn between(db: &Connection, (first, end): (Hour, Hour)) -> Result<Facts, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hour, term, actor, place FROM search_facts WHERE hour >= ?1 AND hour < ?2",
    )?;
    let rows = statement.query_and_then(params![first.0, end.0], from_row)?;
    let mut facts = Facts::new();
    for fact in rows {
        let fact: Fact = fact?;
        facts.insert((fact.hour, fact.term, fact.actor), fact.place);
    }
    Ok(facts)
}

/// Takes up to `limit` facts of hours before `hour` away, and says which they were.
///
/// # Errors
///
/// Fails when the store does.
pub fn take_before(tx: &Transaction<'_>, hour: Hour, limit: u32) -> Result<Vec<Fact>, StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT hour, term, actor, place FROM search_facts WHERE hour < ?1
          ORDER BY hour, term, actor LIMIT ?2",
    )?;
    let facts = statement.query_and_then(params![hour.0, limit], from_row)?;
    let facts: Vec<Fact> = facts.collect::<Result<_, StoreError>>()?;
    let mut statement =
        tx.prepare_cached("DELETE FROM search_facts WHERE hour = ?1 AND term = ?2 AND actor = ?3")?;
    for fact in &facts {
        statement.execute(params![fact.hour.0, fact.term.to_string(), fact.actor.0])?;
    }
    Ok(facts)
}

/// A fact's key in the change feed.
#[must_use]
pub fn key(fact: &Fact) -> String {
    protocol::row::search_key(fact)
}

/// The fact that a key of the feed names.
///
/// # Errors
///
/// Fails when the store does, or the key cannot be read.
pub fn with_key(db: &Connection, key: &str) -> Result<Option<Fact>, StoreError> {
    let parts = key
        .split_once('/')
        .and_then(|(hour, rest)| Some((hour, rest.rsplit_once('/')?)));
    let unreadable = || inconsistent(format!("{key} is no key"));
    let (hour, (term, actor)) = parts.ok_or_else(unreadable)?;
    let hour = Hour(hour.parse().map_err(|_| unreadable())?);
    let term: Term = term.parse().map_err(|_| unreadable())?;
    let actor = actor.parse().map_err(|_| unreadable())?;
    find(db, (hour, &term, actor))
}

/// Whether `place` is one that `node` may tell of: a kiosk tells of itself.
#[must_use]
pub fn is_of(place: &Place, node: &NodeId) -> bool {
    match place {
        Place::Kiosk(kiosk) => kiosk == node,
        Place::Address(_) | Place::Member => node.is_hub(),
    }
}

fn from_row(row: &Row<'_>) -> Result<Fact, StoreError> {
    let term = row.get_ref("term")?.as_str().unwrap_or("");
    let place = row.get_ref("place")?.as_str().unwrap_or("");
    Ok(Fact {
        hour: Hour(row.get("hour")?),
        term: term
            .parse()
            .map_err(|_| inconsistent(format!("{term} is no term")))?,
        actor: Hashed(row.get("actor")?),
        place: read_place(place)?,
    })
}

fn read_place(text: &str) -> Result<Place, StoreError> {
    text.parse()
        .map_err(|_| inconsistent(format!("{text} is no place")))
}

fn inconsistent(reason: String) -> StoreError {
    StoreError::Inconsistent {
        table: "search_facts",
        reason,
    }
}
