//! The tables `search_counts`, `search_places` and `search_actors`: what the facts count, kept as
//! they come. Each step costs the same, however many facts there are.

use domain::ranking::{ACTOR_TERMS_MAX, Counts, Fact, Hashed, Hour, Place, Term};
use rusqlite::{Connection, Transaction, params};
use store::StoreError;

/// Counts a fact that is new.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, fact: &Fact) -> Result<(), StoreError> {
    let terms = one_more_term(tx, fact.hour, fact.actor)?;
    if terms <= ACTOR_TERMS_MAX {
        return moved(tx, (fact.hour, &fact.term), (None, Some(&fact.place)));
    }
    if terms > ACTOR_TERMS_MAX + 1 {
        return Ok(());
    }
    // It is a program: what it has searched for before does not count any more, either.
    let mut statement = tx.prepare_cached(
        "SELECT term, place FROM search_facts WHERE hour = ?1 AND actor = ?2 AND term <> ?3",
    )?;
    let key = params![fact.hour.0, fact.actor.0, fact.term.to_string()];
    let known = statement.query_and_then(key, |row| {
        let term: String = row.get("term")?;
        let place: String = row.get("place")?;
        Ok::<_, StoreError>((read_term(&term)?, read_place(&place)?))
    })?;
    let known: Vec<(Term, Place)> = known.collect::<Result<_, _>>()?;
    for (term, place) in &known {
        moved(tx, (fact.hour, term), (Some(place), None))?;
    }
    Ok(())
}

/// A fact that is known comes from another place than was thought.
///
/// # Errors
///
/// Fails when the store does.
pub fn shift(tx: &Transaction<'_>, fact: &Fact, from: &Place) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "SELECT coalesce(max(terms), 0) FROM search_actors WHERE hour = ?1 AND actor = ?2",
    )?;
    let terms: u32 = statement.query_row(params![fact.hour.0, fact.actor.0], |row| row.get(0))?;
    if terms > ACTOR_TERMS_MAX {
        return Ok(());
    }
    moved(tx, (fact.hour, &fact.term), (Some(from), Some(&fact.place)))
}

/// The counts of the hours from `first` up to (not including) `end`.
///
/// # Errors
///
/// Fails when the store does.
pub fn between(db: &Connection, (first, end): (Hour, Hour)) -> Result<Counts, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hour, term, actors FROM search_counts
          WHERE hour >= ?1 AND hour < ?2 AND actors > 0",
    )?;
    let rows = statement.query_and_then(params![first.0, end.0], |row| {
        let term = row.get_ref("term")?.as_str().unwrap_or("");
        let key = (Hour(row.get("hour")?), read_term(term)?);
        Ok((key, row.get("actors")?))
    })?;
    rows.collect()
}

/// Takes away what was needed to count hours before `hour`. The totals stay.
///
/// # Errors
///
/// Fails when the store does.
pub fn close_before(tx: &Transaction<'_>, hour: Hour) -> Result<(), StoreError> {
    for query in [
        "DELETE FROM search_actors WHERE hour < ?1",
        "DELETE FROM search_places WHERE hour < ?1",
    ] {
        tx.prepare_cached(query)?.execute([hour.0])?;
    }
    Ok(())
}

/// Takes the totals of hours before `hour` away.
///
/// # Errors
///
/// Fails when the store does.
pub fn forget_before(tx: &Transaction<'_>, hour: Hour) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached("DELETE FROM search_counts WHERE hour < ?1")?;
    Ok(statement.execute([hour.0])?)
}

fn one_more_term(tx: &Transaction<'_>, hour: Hour, actor: Hashed) -> Result<u32, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO search_actors (hour, actor, terms) VALUES (?1, ?2, 1)
         ON CONFLICT (hour, actor) DO UPDATE SET terms = terms + 1 RETURNING terms",
    )?;
    Ok(statement.query_row(params![hour.0, actor.0], |row| row.get(0))?)
}

/// One actor less of one place, one more of another.
fn moved(
    tx: &Transaction<'_>,
    (hour, term): (Hour, &Term),
    (from, to): (Option<&Place>, Option<&Place>),
) -> Result<(), StoreError> {
    let term = term.to_string();
    let mut delta = 0;
    if let Some(place) = from {
        let mut statement = tx.prepare_cached(
            "UPDATE search_places SET actors = actors - 1
              WHERE hour = ?1 AND term = ?2 AND place = ?3 RETURNING actors",
        )?;
        let key = params![hour.0, term, place.to_string()];
        let left: u32 = statement.query_row(key, |row| row.get(0))?;
        delta -= i64::from(left < place.actors_max());
    }
    if let Some(place) = to {
        let mut statement = tx.prepare_cached(
            "INSERT INTO search_places (hour, term, place, actors) VALUES (?1, ?2, ?3, 1)
             ON CONFLICT (hour, term, place) DO UPDATE SET actors = actors + 1
             RETURNING actors",
        )?;
        let key = params![hour.0, term, place.to_string()];
        let now: u32 = statement.query_row(key, |row| row.get(0))?;
        delta += i64::from(now <= place.actors_max());
    }
    if delta != 0 {
        let mut statement = tx.prepare_cached(
            "INSERT INTO search_counts (hour, term, actors) VALUES (?1, ?2, max(?3, 0))
             ON CONFLICT (hour, term) DO UPDATE SET actors = actors + ?3",
        )?;
        statement.execute(params![hour.0, term, delta])?;
    }
    Ok(())
}

fn read_term(text: &str) -> Result<Term, StoreError> {
    text.parse()
        .map_err(|_| inconsistent(format!("{text} is no term")))
}

fn read_place(text: &str) -> Result<Place, StoreError> {
    text.parse()
        .map_err(|_| inconsistent(format!("{text} is no place")))
}

fn inconsistent(reason: String) -> StoreError {
    StoreError::Inconsistent {
        table: "search_counts",
        reason,
    }
}
