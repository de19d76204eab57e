//! Why a term stands where it does: its counts hour by hour, and what each of them weighs.

use std::collections::BTreeMap;

use domain::ranking::{DAY_HOURS, Hour, MOVIE_ACTORS_MIN, TEXT_ACTORS_MIN, Term, WEIGHTS, digest};
use rusqlite::Connection;
use serde::Serialize;
use store::StoreError;

use crate::sqlite::boards::{self, Published};
use crate::sqlite::{excluded_terms, movies, search_counts};

/// An hour's board, and what is known today of the counts that it was made from.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    pub hour: Hour,
    /// When it was published; none when it never was.
    pub published_at: Option<domain::time::Timestamp>,
    pub algorithm: String,
    pub nodes: Vec<String>,
    /// What it was published with.
    pub digest: Option<String>,
    /// What the counts of its hours are today; another one says that facts came later.
    pub digest_now: String,
    pub terms: Vec<Why>,
}

/// One term.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    pub term: Term,
    pub title: Option<String>,
    /// Its place on the published board.
    pub place: Option<usize>,
    /// The score on the published board.
    pub published_score: Option<i64>,
    /// The score that today's counts give.
    pub score: i64,
    /// Actors of all hours.
    pub actors: u32,
    /// So many are needed to be shown.
    pub needed: u32,
    pub excluded: bool,
    /// Hours before, actors, weight.
    pub hours: Vec<(i64, u32, i64)>,
}

/// Explains the board of `hour`, or the last one; one term, or all that were searched for.
///
/// # Errors
///
/// Fails when the store does.
pub fn explain(
    db: &Connection,
    hour: Option<Hour>,
    term: Option<&Term>,
) -> Result<Option<Explained>, StoreError> {
    let published = match hour {
        Some(hour) => boards::find(db, hour)?,
        None => boards::last(db)?,
    };
    let known = published.as_ref().map(|it| it.board.hour);
    let Some(hour) = hour.or(known) else {
        return Ok(None);
    };
    let counts = search_counts::between(db, (hour.plus(-DAY_HOURS), hour))?;
    let excluded = excluded_terms::terms(db)?;
    let mut terms: BTreeMap<&Term, Vec<(i64, u32, i64)>> = BTreeMap::new();
    for ((at, of), &actors) in &counts {
        if term.is_none_or(|term| term == of) {
            let before = hour.0 - at.0;
            let weight = usize::try_from(before - 1)
                .ok()
                .and_then(|at| WEIGHTS.get(at));
            let hours = terms.entry(of).or_default();
            hours.push((before, actors, weight.copied().unwrap_or(0)));
        }
    }
    let mut whys = Vec::with_capacity(terms.len());
    for (term, mut hours) in terms {
        hours.sort_unstable();
        whys.push(Why {
            title: title(db, term)?,
            place: place(published.as_ref(), term).map(|(place, _)| place),
            published_score: place(published.as_ref(), term).map(|(_, score)| score),
            score: hours
                .iter()
                .map(|(_, actors, weight)| i64::from(*actors) * weight)
                .sum(),
            actors: hours.iter().map(|(_, actors, _)| actors).sum(),
            needed: match term {
                Term::Movie(_) => MOVIE_ACTORS_MIN,
                Term::Text(_) => TEXT_ACTORS_MIN,
            },
            excluded: excluded.contains(term),
            term: term.clone(),
            hours,
        });
    }
    whys.sort_by_key(|why| {
        (
            why.place.unwrap_or(usize::MAX),
            -why.score,
            why.term.clone(),
        )
    });
    let board = published.as_ref().map(|it| &it.board);
    let nodes = board.map(|board| board.nodes.iter().map(ToString::to_string).collect());
    Ok(Some(Explained {
        hour,
        published_at: published.as_ref().map(|it| it.published_at),
        algorithm: domain::ranking::ALGORITHM.to_owned(),
        nodes: nodes.unwrap_or_default(),
        digest: board.map(|board| board.digest.clone()),
        digest_now: digest(hour, &counts),
        terms: whys,
    }))
}

fn place(published: Option<&Published>, term: &Term) -> Option<(usize, i64)> {
    let lines = published?.board.lines.iter().enumerate();
    let mut found = lines.filter(|(_, line)| line.term == *term);
    found.next().map(|(at, line)| (at + 1, line.score))
}

fn title(db: &Connection, term: &Term) -> Result<Option<String>, StoreError> {
    match term {
        Term::Movie(movie) => Ok(movies::facts(db, *movie)?.map(|facts| facts.title)),
        Term::Text(_) => Ok(None),
    }
}
