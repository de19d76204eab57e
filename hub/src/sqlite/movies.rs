//! The tables `movies`, `movie_genres` and `movie_people`.

mod page;
mod record;

use std::collections::{BTreeMap, BTreeSet};

use domain::id::MovieId;
use domain::movie::{Rating, parent_genre, parent_genres};
use domain::ranking::MovieWishes;
use domain::time::Timestamp;
use protocol::api::catalog::{GenreView, MovieSummary, PersonView, Role};
use protocol::row;
use rusqlite::{Connection, OptionalExtension as _, Row};
use store::StoreError;

pub use page::{
    CursorInvalid, MovieQuery, MovieSort, PAGE_MOVIES, PAGE_MOVIES_MAX, PageError, page,
};
pub use record::{add, change, known};

use super::theaters::{revision_of, version};

/// A film with all that is known of it.
#[derive(Clone, Debug)]
pub struct Detail {
    pub summary: MovieSummary,
    pub people: Vec<PersonView>,
    pub synopsis: Option<String>,
}

/// What a kiosk needs to know of the film.
///
/// # Errors
///
/// Fails when the store does.
pub fn facts(db: &Connection, id: MovieId) -> Result<Option<row::MovieFacts>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT movie_id, title, original_title, title_en, year, rating, runtime_min
           FROM movies WHERE movie_id = ?1",
    )?;
    let mut rows = statement.query([id.0])?;
    let Some(facts) = rows.next()?.map(facts_from).transpose()? else {
        return Ok(None);
    };
    let genres = genres_of(db, &[id])?.remove(&id);
    Ok(Some(row::MovieFacts {
        genres: genres.unwrap_or_default(),
        people: record::names_of(db, id)?,
        ..facts
    }))
}

/// Up to `max` films after `after`, by id.
///
/// # Errors
///
/// Fails when the store does.
pub fn after(
    db: &Connection,
    after: MovieId,
    max: u32,
) -> Result<Vec<row::MovieFacts>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT movie_id FROM movies WHERE movie_id > ?1 ORDER BY movie_id LIMIT ?2",
    )?;
    let ids = statement.query_map([after.0, i64::from(max)], |row| {
        row.get("movie_id").map(MovieId)
    })?;
    let mut films = Vec::new();
    for id in ids {
        films.extend(facts(db, id?)?);
    }
    Ok(films)
}

/// How many people wish to see each film again.
///
/// # Errors
///
/// Fails when the store does.
pub fn wishes(db: &Connection) -> Result<BTreeMap<MovieId, u32>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT movie_id, count(*) AS wishes FROM requests WHERE ended_at IS NULL
          GROUP BY movie_id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((MovieId(row.get("movie_id")?), row.get("wishes")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Films that can be funded now, and films that are on sale at `now`.
///
/// # Errors
///
/// Fails when the store does.
pub fn offered(
    db: &Connection,
    now: Timestamp,
) -> Result<(BTreeSet<MovieId>, BTreeSet<MovieId>), StoreError> {
    let mut statement =
        db.prepare_cached("SELECT DISTINCT movie_id FROM campaigns WHERE phase = 'open'")?;
    let rows = statement.query_map([], |row| row.get("movie_id").map(MovieId))?;
    let funded = rows.collect::<Result<_, _>>()?;
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT movie_id FROM screenings
          WHERE starts_at > ?1 AND sale_from <= ?1 AND sale_until > ?1",
    )?;
    let rows = statement.query_map([now.0], |row| row.get("movie_id").map(MovieId))?;
    Ok((funded, rows.collect::<Result<_, _>>()?))
}

/// The film as it is told to the nodes.
///
/// # Errors
///
/// Fails when the store does.
pub fn row(db: &Connection, id: MovieId) -> Result<Option<row::Row>, StoreError> {
    let revision = revision_of(db, "SELECT revision FROM movies WHERE movie_id = ?1", id.0)?;
    Ok(facts(db, id)?.map(|facts| row::Row::Movie(facts, version(revision))))
}

/// The film of this folded title, if there is only one.
///
/// # Errors
///
/// Fails when the store does.
pub fn only_with_title(db: &Connection, folded: &str) -> Result<Option<MovieId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT max(movie_id) AS movie_id FROM movies WHERE title_fold = ?1 HAVING count(*) = 1",
    )?;
    let found = statement.query_row([folded], |row| row.get("movie_id").map(MovieId));
    Ok(found.optional()?)
}

/// The films that most people ask for, up to `limit`.
///
/// # Errors
///
/// Fails when the store does.
pub fn most_requested(db: &Connection, limit: u32) -> Result<Vec<MovieWishes>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT movie_id, requesters FROM movies WHERE requesters > 0
          ORDER BY requesters DESC, movie_id DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok(MovieWishes {
            movie: MovieId(row.get("movie_id")?),
            requesters: row.get("requesters")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Films whose length is known, with it: those of our own catalogue first.
///
/// # Errors
///
/// Fails when the store does.
pub fn showable(db: &Connection, max: u32) -> Result<Vec<(MovieId, i64)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT movie_id, runtime_min FROM movies WHERE runtime_min IS NOT NULL
          ORDER BY source <> 'moding', movie_id LIMIT ?1",
    )?;
    let rows = statement.query_map([max], |row| {
        Ok((MovieId(row.get("movie_id")?), row.get("runtime_min")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The film with its people and its synopsis.
///
/// # Errors
///
/// Fails when the store does.
pub fn detail(db: &Connection, id: MovieId) -> Result<Option<Detail>, StoreError> {
    let Some(facts) = facts(db, id)? else {
        return Ok(None);
    };
    let mut statement = db.prepare_cached("SELECT synopsis FROM movies WHERE movie_id = ?1")?;
    let synopsis = statement
        .query_row([id.0], |row| row.get("synopsis"))
        .optional()?;
    let mut statement = db.prepare_cached(
        "SELECT name, role FROM movie_people WHERE movie_id = ?1 ORDER BY position",
    )?;
    let people = statement.query_and_then([id.0], |row| {
        let role = match record::role_from(row)? {
            domain::movie::Role::Director => Role::Director,
            domain::movie::Role::Actor => Role::Actor,
        };
        Ok(PersonView {
            name: row.get("name")?,
            role,
        })
    })?;
    let people = people.collect::<Result<_, StoreError>>()?;
    Ok(Some(Detail {
        summary: MovieSummary::from(facts),
        people,
        synopsis: synopsis.flatten(),
    }))
}

/// Every genre and how many films it has, the largest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn genres(db: &Connection) -> Result<Vec<GenreView>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT genre, count(DISTINCT movie_id) AS movies FROM movie_genres
          GROUP BY genre ORDER BY movies DESC, genre",
    )?;
    let rows = statement.query_map([], |row| {
        let genre: String = row.get("genre")?;
        let parent = parent_genre(&genre);
        let english = parent_genres()
            .into_iter()
            .find(|(korean, _)| *korean == parent);
        Ok(GenreView {
            genre,
            parent: parent.to_owned(),
            parent_en: english.map_or(parent, |(_, english)| english).to_owned(),
            movies: row.get("movies")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The genres of several films, read at once.
fn genres_of(
    db: &Connection,
    movies: &[MovieId],
) -> Result<BTreeMap<MovieId, Vec<String>>, StoreError> {
    let ids: Vec<String> = movies.iter().map(ToString::to_string).collect();
    let mut statement = db.prepare_cached(
        "SELECT movie_id, genre FROM movie_genres
          WHERE movie_id IN (SELECT value FROM json_each(?1)) ORDER BY movie_id, position",
    )?;
    let mut rows = statement.query([format!("[{}]", ids.join(","))])?;
    let mut genres: BTreeMap<MovieId, Vec<String>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let of_movie = genres.entry(MovieId(row.get("movie_id")?)).or_default();
        of_movie.push(row.get("genre")?);
    }
    Ok(genres)
}

/// The facts without the genres, which are read for all films of a page at once.
fn facts_from(row: &Row<'_>) -> Result<row::MovieFacts, StoreError> {
    Ok(row::MovieFacts {
        movie: MovieId(row.get("movie_id")?),
        title: row.get("title")?,
        original_title: row.get("original_title")?,
        title_en: row.get("title_en")?,
        year: row.get("year")?,
        rating: rating_from(row)?,
        runtime_min: row.get("runtime_min")?,
        genres: Vec::new(),
        people: Vec::new(),
    })
}

fn rating_from(row: &Row<'_>) -> Result<Rating, StoreError> {
    let code: String = row.get("rating")?;
    Rating::from_code(&code).ok_or_else(|| inconsistent(format!("{code} is no rating")))
}

fn inconsistent(reason: String) -> StoreError {
    StoreError::Inconsistent {
        table: "movies",
        reason,
    }
}
