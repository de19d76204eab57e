//! Writing a film and reading back all that was written of it.

use domain::id::MovieId;
use domain::movie::{Movie, MovieSource, Person, Role, fold};
use jiff::civil::Date;
use rusqlite::{Connection, Row, Transaction, named_params, params};
use store::StoreError;

use super::{genres_of, inconsistent, rating_from};

/// Everything known of the film that its source calls so.
///
/// # Errors
///
/// Fails when the store does.
pub fn known(
    db: &Connection,
    source: &MovieSource,
) -> Result<Option<(MovieId, Movie)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT movie_id, title, original_title, title_en, year, released, runtime_min, rating,
                synopsis
           FROM movies WHERE source = ?1 AND source_id = ?2",
    )?;
    let mut rows = statement.query([&source.source, &source.id])?;
    let Some((id, movie)) = rows.next()?.map(movie_from).transpose()? else {
        return Ok(None);
    };
    let genres = genres_of(db, &[id])?.remove(&id);
    let movie = Movie {
        genres: genres.unwrap_or_default(),
        people: people_of(db, id)?,
        ..movie
    };
    Ok(Some((id, movie)))
}

/// Adds a film.
///
/// # Errors
///
/// Fails when the store does, or the source's film is there already.
pub fn add(
    tx: &Transaction<'_>,
    source: &MovieSource,
    movie: &Movie,
) -> Result<MovieId, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO movies (source, source_id, title, title_fold, original_title, title_en,
                search_fold, year, released, sort_date, runtime_min, rating, synopsis, revision)
         VALUES (:source, :source_id, :title, :title_fold, :original_title, :title_en,
                :search_fold, :year, :released, :sort_date, :runtime_min, :rating, :synopsis, 0)
         RETURNING movie_id",
    )?;
    let row = named_params! {
        ":source": source.source,
        ":source_id": source.id,
        ":title": movie.title,
        ":title_fold": fold(&movie.title),
        ":original_title": movie.original_title,
        ":title_en": movie.title_en,
        ":search_fold": search_fold(movie),
        ":year": movie.year,
        ":released": movie.released.map(|date| date.to_string()),
        ":sort_date": sort_date(movie),
        ":runtime_min": movie.runtime_min,
        ":rating": movie.rating.code(),
        ":synopsis": movie.synopsis,
    };
    let id = statement.query_row(row, |row| row.get("movie_id").map(MovieId))?;
    add_genres_and_people(tx, id, movie)?;
    Ok(id)
}

/// Replaces everything known of a film.
///
/// # Errors
///
/// Fails when the store does.
pub fn change(tx: &Transaction<'_>, id: MovieId, movie: &Movie) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE movies
            SET title = :title, title_fold = :title_fold, original_title = :original_title,
                title_en = :title_en, search_fold = :search_fold, year = :year,
                released = :released, sort_date = :sort_date, runtime_min = :runtime_min,
                rating = :rating, synopsis = :synopsis, revision = revision + 1
          WHERE movie_id = :movie_id",
    )?;
    statement.execute(named_params! {
        ":movie_id": id.0,
        ":title": movie.title,
        ":title_fold": fold(&movie.title),
        ":original_title": movie.original_title,
        ":title_en": movie.title_en,
        ":search_fold": search_fold(movie),
        ":year": movie.year,
        ":released": movie.released.map(|date| date.to_string()),
        ":sort_date": sort_date(movie),
        ":runtime_min": movie.runtime_min,
        ":rating": movie.rating.code(),
        ":synopsis": movie.synopsis,
    })?;
    tx.prepare_cached("DELETE FROM movie_genres WHERE movie_id = ?1")?
        .execute([id.0])?;
    tx.prepare_cached("DELETE FROM movie_people WHERE movie_id = ?1")?
        .execute([id.0])?;
    add_genres_and_people(tx, id, movie)
}

fn add_genres_and_people(
    tx: &Transaction<'_>,
    id: MovieId,
    movie: &Movie,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO movie_genres (movie_id, position, genre) VALUES (?1, ?2, ?3)",
    )?;
    for (position, genre) in (0_i64..).zip(&movie.genres) {
        statement.execute(params![id.0, position, genre])?;
    }
    let mut statement = tx.prepare_cached(
        "INSERT INTO movie_people (movie_id, position, name, role) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (position, person) in (0_i64..).zip(&movie.people) {
        statement.execute(params![id.0, position, person.name, role_code(person.role)])?;
    }
    Ok(())
}

/// The names of the people who made a film, as they are listed.
pub(super) fn names_of(db: &Connection, id: MovieId) -> Result<Vec<String>, StoreError> {
    Ok(people_of(db, id)?
        .into_iter()
        .map(|person| person.name)
        .collect())
}

fn people_of(db: &Connection, id: MovieId) -> Result<Vec<Person>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT name, role FROM movie_people WHERE movie_id = ?1 ORDER BY position",
    )?;
    let people = statement.query_and_then([id.0], |row| {
        Ok(Person {
            name: row.get("name")?,
            role: role_from(row)?,
        })
    })?;
    people.collect()
}

fn movie_from(row: &Row<'_>) -> Result<(MovieId, Movie), StoreError> {
    let released: Option<String> = row.get("released")?;
    let released = released.map(|text| text.parse::<Date>()).transpose();
    let movie = Movie {
        title: row.get("title")?,
        original_title: row.get("original_title")?,
        title_en: row.get("title_en")?,
        year: row.get("year")?,
        released: released.map_err(|error| inconsistent(error.to_string()))?,
        runtime_min: row.get("runtime_min")?,
        rating: rating_from(row)?,
        genres: Vec::new(),
        people: Vec::new(),
        synopsis: row.get("synopsis")?,
    };
    Ok((MovieId(row.get("movie_id")?), movie))
}

fn role_code(role: Role) -> &'static str {
    match role {
        Role::Director => "director",
        Role::Actor => "actor",
    }
}

pub(super) fn role_from(row: &Row<'_>) -> Result<Role, StoreError> {
    let code: String = row.get("role")?;
    match code.as_str() {
        "director" => Ok(Role::Director),
        "actor" => Ok(Role::Actor),
        _ => Err(inconsistent(format!("{code} is no role"))),
    }
}

/// All titles, one a line: what is looked for must stand within one of them.
fn search_fold(movie: &Movie) -> String {
    let others = [&movie.original_title, &movie.title_en]
        .into_iter()
        .flatten();
    let titles: Vec<String> = std::iter::once(&movie.title)
        .chain(others)
        .map(|it| fold(it))
        .collect();
    titles.join("\n")
}

/// The release, or at least the year. A year alone comes before every day of it.
fn sort_date(movie: &Movie) -> String {
    let released = movie.released.map(|date| date.to_string());
    let year = || movie.year.map(|year| format!("{year:04}"));
    released.or_else(year).unwrap_or_default()
}
