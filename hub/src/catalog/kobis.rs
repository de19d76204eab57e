//! Rows of KOBIS answers. Fields that we do not use are passed over: the service may add
//! some at any time, and it leaves out or empties what it does not know.

use domain::movie::{Movie, MovieSource, Rating, canonical_genres};
use serde::Deserialize;

use super::form;
use super::plain::{date, people, present};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    movie_cd: String,
    movie_nm: String,
    movie_nm_en: Option<String>,
    prdt_year: Option<String>,
    open_dt: Option<String>,
    genre_alt: Option<String>,
    directors: Option<Vec<Named>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    movie_cd: String,
    movie_nm: String,
    movie_nm_en: Option<String>,
    movie_nm_og: Option<String>,
    show_tm: Option<String>,
    prdt_year: Option<String>,
    open_dt: Option<String>,
    genres: Option<Vec<Genre>>,
    directors: Option<Vec<Named>>,
    actors: Option<Vec<Named>>,
    audits: Option<Vec<Audit>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    people_nm: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Genre {
    genre_nm: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Audit {
    watch_grade_nm: String,
}

pub(super) fn read_listed(json: &str) -> Result<(MovieSource, Movie), String> {
    let row: Listed = serde_json::from_str(json).map_err(|error| form::reason(&error))?;
    let movie = Movie {
        title: row.movie_nm.trim().to_owned(),
        original_title: None,
        title_en: present(row.movie_nm_en),
        year: number(row.prdt_year)?,
        released: date(row.open_dt.as_deref().unwrap_or_default())?,
        runtime_min: None,
        rating: Rating::Unrated,
        genres: canonical_genres(row.genre_alt.unwrap_or_default().split(',')),
        people: people(names(row.directors), Vec::new()),
        synopsis: None,
    };
    Ok((source(row.movie_cd), movie))
}

pub(super) fn read_info(json: &str) -> Result<(MovieSource, Movie), String> {
    let row: Info = serde_json::from_str(json).map_err(|error| form::reason(&error))?;
    let genres = row.genres.unwrap_or_default();
    let audits = row.audits.unwrap_or_default();
    let mut graded = audits
        .iter()
        .filter_map(|audit| Rating::from_korean(&audit.watch_grade_nm));
    let movie = Movie {
        title: row.movie_nm.trim().to_owned(),
        original_title: present(row.movie_nm_og),
        title_en: present(row.movie_nm_en),
        year: number(row.prdt_year)?,
        released: date(row.open_dt.as_deref().unwrap_or_default())?,
        runtime_min: number(row.show_tm)?,
        // The last grading is the one that counts.
        rating: graded.next_back().unwrap_or(Rating::Unrated),
        genres: canonical_genres(genres.iter().map(|genre| genre.genre_nm.as_str())),
        people: people(names(row.directors), names(row.actors)),
        synopsis: None,
    };
    Ok((source(row.movie_cd), movie))
}

fn names(people: Option<Vec<Named>>) -> Vec<String> {
    people
        .into_iter()
        .flatten()
        .map(|person| person.people_nm)
        .collect()
}

fn number(text: Option<String>) -> Result<Option<i32>, String> {
    let Some(text) = present(text) else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| format!("`{text}` is no number"))
}

fn source(code: String) -> MovieSource {
    MovieSource {
        source: "kobis".to_owned(),
        id: code,
    }
}
