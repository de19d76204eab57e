//! Rows of our own format: exact, so that a misspelt key does not lose a fact.

use domain::movie::{Movie, MovieSource, Rating, canonical_genres};
use jiff::civil::Date;
use serde::Deserialize;

use super::form;
use super::plain::{people, present};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    title: String,
    original_title: Option<String>,
    title_en: Option<String>,
    released: Option<String>,
    year: Option<i32>,
    runtime_min: Option<i32>,
    rating: Option<Rating>,
    #[serde(default)]
    genres: Vec<String>,
    #[serde(default)]
    directors: Vec<String>,
    #[serde(default)]
    actors: Vec<String>,
    synopsis: Option<String>,
}

pub(super) fn read(json: &str) -> Result<(MovieSource, Movie), String> {
    let row: Row = serde_json::from_str(json).map_err(|error| form::reason(&error))?;
    let released = row.released.map(|text| {
        let date: Result<Date, _> = text.parse();
        date.map_err(|_| format!("`{text}` is no date such as 2019-05-30"))
    });
    let source = MovieSource {
        source: "moding".to_owned(),
        id: row.id,
    };
    let movie = Movie {
        title: row.title.trim().to_owned(),
        original_title: present(row.original_title),
        title_en: present(row.title_en),
        year: row.year,
        released: released.transpose()?,
        runtime_min: row.runtime_min,
        rating: row.rating.unwrap_or(Rating::Unrated),
        genres: canonical_genres(row.genres.iter().map(String::as_str)),
        people: people(row.directors, row.actors),
        synopsis: present(row.synopsis),
    };
    Ok((source, movie))
}
