//! A page of the catalogue: looked for, narrowed down, sorted.

use domain::id::MovieId;
use domain::movie::{fold, genres_within};
use protocol::api::catalog::{MoviePage, MovieSummary};
use protocol::row::MovieFacts;
use rusqlite::{Connection, named_params};
use store::StoreError;

use super::{facts_from, genres_of};

/// How many films a page has when nobody says.
pub const PAGE_MOVIES: u32 = 24;

/// The most films of a page.
pub const PAGE_MOVIES_MAX: u32 = 100;

/// In which order films are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MovieSort {
    /// By title, 가 to 하.
    #[default]
    Title,
    /// The latest release first.
    Newest,
    /// What most like first.
    Likes,
    /// What most ask for first.
    Requests,
}

/// Which films, and which page of them.
#[derive(Clone, Debug, Default)]
pub struct MovieQuery {
    /// Part of a title in any of its languages; spaces and case do not matter.
    pub query: Option<String>,
    /// A genre, or a parent of several.
    pub genre: Option<String>,
    pub sort: MovieSort,
    /// What the page before gave as `next_cursor`.
    pub cursor: Option<String>,
    /// At most [`PAGE_MOVIES_MAX`].
    pub limit: u32,
}

/// The text was given by no page in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor belongs to no page in this order: begin again without it")]
pub struct CursorInvalid;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    #[error(transparent)]
    Refused(#[from] CursorInvalid),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for PageError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The last film of a page. The next one begins behind it, whatever was added meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// What the list is sorted by.
    key: String,
    movie: i64,
}

/// What to look for, as the tables write it.
struct Filter {
    query: Option<String>,
    /// JSON: any of these.
    genres: Option<String>,
}

/// A page of films.
///
/// # Errors
///
/// Refuses a cursor that no page in this order gave.
pub fn page(db: &Connection, query: &MovieQuery) -> Result<MoviePage, PageError> {
    let after = match &query.cursor {
        Some(cursor) => place_from(query.sort, cursor)?,
        None => beginning(query.sort),
    };
    let asked = query
        .query
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let filter = Filter {
        query: asked.map(fold),
        genres: query.genre.as_deref().map(chosen),
    };
    if filter.query.as_ref().is_some_and(String::is_empty) {
        // Nothing but punctuation: no title has that.
        return Ok(MoviePage {
            movies: Vec::new(),
            next_cursor: None,
            total: 0,
        });
    }
    let limit = query.limit.clamp(1, PAGE_MOVIES_MAX) as usize;
    // One more than asked for tells whether there is a next page.
    let mut found = films(db, query.sort, &filter, (&after, limit + 1))?;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    let next_cursor = last.map(|(facts, key)| cursor(query.sort, facts.movie, key));
    let ids: Vec<MovieId> = found.iter().map(|(facts, _)| facts.movie).collect();
    let mut genres = genres_of(db, &ids)?;
    let movies = found.into_iter().map(|(facts, _)| MovieSummary {
        genres: genres.remove(&facts.movie).unwrap_or_default(),
        ..MovieSummary::from(facts)
    });
    Ok(MoviePage {
        movies: movies.collect(),
        next_cursor,
        total: count(db, &filter)?,
    })
}

/// The genres that a name stands for: one of them, or all of a parent's.
fn chosen(genre: &str) -> String {
    serde_json::to_string(&genres_within(genre)).unwrap_or_else(|_| "[]".to_owned())
}

fn films(
    db: &Connection,
    sort: MovieSort,
    filter: &Filter,
    (after, max): (&Place, usize),
) -> Result<Vec<(MovieFacts, String)>, StoreError> {
    let mut statement = db.prepare_cached(statement(sort))?;
    let bounds = named_params! {
        ":key": after.key,
        ":movie": after.movie,
        ":query": filter.query,
        ":genres": filter.genres,
        ":max": i64::try_from(max).unwrap_or(i64::MAX),
    };
    let rows =
        statement.query_and_then(bounds, |row| Ok((facts_from(row)?, row.get("sort_key")?)))?;
    rows.collect()
}

/// The films behind a place, in one order each: the place is looked up in an index, and so films
/// that are added meanwhile move nobody.
fn statement(sort: MovieSort) -> &'static str {
    match sort {
        MovieSort::Title => {
            "SELECT movie_id, title, original_title, title_en, year, rating, runtime_min,
                    title_fold AS sort_key
               FROM movies AS m
              WHERE (title_fold, movie_id) > (:key, :movie)
                AND (:query IS NULL OR instr(search_fold, :query) > 0)
                AND (:genres IS NULL OR EXISTS (SELECT 1 FROM movie_genres AS g
                      WHERE g.movie_id = m.movie_id
                        AND g.genre IN (SELECT value FROM json_each(:genres))))
              ORDER BY title_fold, movie_id LIMIT :max"
        }
        MovieSort::Newest => {
            "SELECT movie_id, title, original_title, title_en, year, rating, runtime_min,
                    sort_date AS sort_key
               FROM movies AS m
              WHERE (sort_date, movie_id) < (:key, :movie)
                AND (:query IS NULL OR instr(search_fold, :query) > 0)
                AND (:genres IS NULL OR EXISTS (SELECT 1 FROM movie_genres AS g
                      WHERE g.movie_id = m.movie_id
                        AND g.genre IN (SELECT value FROM json_each(:genres))))
              ORDER BY sort_date DESC, movie_id DESC LIMIT :max"
        }
        MovieSort::Likes => {
            "SELECT movie_id, title, original_title, title_en, year, rating, runtime_min,
                    CAST(likes AS TEXT) AS sort_key
               FROM movies AS m
              WHERE (likes, movie_id) < (CAST(:key AS INTEGER), :movie)
                AND (:query IS NULL OR instr(search_fold, :query) > 0)
                AND (:genres IS NULL OR EXISTS (SELECT 1 FROM movie_genres AS g
                      WHERE g.movie_id = m.movie_id
                        AND g.genre IN (SELECT value FROM json_each(:genres))))
              ORDER BY likes DESC, movie_id DESC LIMIT :max"
        }
        MovieSort::Requests => {
            "SELECT movie_id, title, original_title, title_en, year, rating, runtime_min,
                    CAST(requesters AS TEXT) AS sort_key
               FROM movies AS m
              WHERE (requesters, movie_id) < (CAST(:key AS INTEGER), :movie)
                AND (:query IS NULL OR instr(search_fold, :query) > 0)
                AND (:genres IS NULL OR EXISTS (SELECT 1 FROM movie_genres AS g
                      WHERE g.movie_id = m.movie_id
                        AND g.genre IN (SELECT value FROM json_each(:genres))))
              ORDER BY requesters DESC, movie_id DESC LIMIT :max"
        }
    }
}

fn count(db: &Connection, filter: &Filter) -> Result<i64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) AS movies FROM movies AS m
          WHERE (:query IS NULL OR instr(search_fold, :query) > 0)
            AND (:genres IS NULL OR EXISTS (SELECT 1 FROM movie_genres AS g
                  WHERE g.movie_id = m.movie_id
                    AND g.genre IN (SELECT value FROM json_each(:genres))))",
    )?;
    let bounds = named_params! { ":query": filter.query, ":genres": filter.genres };
    Ok(statement.query_row(bounds, |row| row.get("movies"))?)
}

/// Before every film.
fn beginning(sort: MovieSort) -> Place {
    match sort {
        MovieSort::Title => Place {
            key: String::new(),
            movie: i64::MIN,
        },
        MovieSort::Newest => Place {
            // Above every date.
            key: "~".to_owned(),
            movie: i64::MAX,
        },
        MovieSort::Likes | MovieSort::Requests => Place {
            key: i64::MAX.to_string(),
            movie: i64::MAX,
        },
    }
}

/// In hexadecimal digits, so that nobody thinks it is to be read or made up.
fn cursor(sort: MovieSort, MovieId(movie): MovieId, key: &str) -> String {
    let text = format!("{}:{movie}:{key}", letter(sort));
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn place_from(sort: MovieSort, cursor: &str) -> Result<Place, CursorInvalid> {
    let digits = cursor.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair)
            .ok()
            .filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Vec<u8> = digits.collect::<Option<_>>().ok_or(CursorInvalid)?;
    let text = String::from_utf8(bytes).map_err(|_| CursorInvalid)?;
    let rest = text
        .strip_prefix(letter(sort))
        .and_then(|rest| rest.strip_prefix(':'));
    let (movie, key) = rest
        .and_then(|rest| rest.split_once(':'))
        .ok_or(CursorInvalid)?;
    Ok(Place {
        key: key.to_owned(),
        movie: movie.parse().map_err(|_| CursorInvalid)?,
    })
}

fn letter(sort: MovieSort) -> &'static str {
    match sort {
        MovieSort::Title => "t",
        MovieSort::Newest => "n",
        MovieSort::Likes => "l",
        MovieSort::Requests => "r",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let text = cursor(MovieSort::Title, MovieId(7), "기생충:2");
        let place = Place {
            key: "기생충:2".to_owned(),
            movie: 7,
        };
        assert_eq!(place_from(MovieSort::Title, &text), Ok(place));
    }

    #[test]
    fn a_cursor_that_no_page_gave_is_refused() {
        let newest = cursor(MovieSort::Newest, MovieId(7), "2019-05-30");
        for text in ["", "7", "zz", "+1", "가", "743a37", "ff", newest.as_str()] {
            assert_eq!(
                place_from(MovieSort::Title, text),
                Err(CursorInvalid),
                "{text}"
            );
        }
    }
}
