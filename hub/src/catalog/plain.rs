//! Rows of a plain list: title, actors, rating, release date with dots, running minutes.

use domain::movie::{Movie, MovieSource, Person, Rating, Role, canonical_genres};
use jiff::civil::Date;
use serde::Deserialize;

use super::form;

#[derive(Deserialize)]
struct Row {
    id: i64,
    title: String,
    #[serde(default)]
    actors: Vec<String>,
    #[serde(default)]
    rating: String,
    #[serde(default)]
    released: String,
    running_minutes: Option<i32>,
    #[serde(default)]
    genres: Vec<String>,
}

pub(super) fn read(json: &str) -> Result<(MovieSource, Movie), String> {
    let row: Row = serde_json::from_str(json).map_err(|error| form::reason(&error))?;
    let rating = Rating::from_korean(&row.rating)
        .ok_or_else(|| format!("`{}` is no rating that is known", row.rating))?;
    let released = date(&row.released)?;
    let source = MovieSource {
        source: "list".to_owned(),
        id: row.id.to_string(),
    };
    let movie = Movie {
        title: row.title.trim().to_owned(),
        original_title: None,
        title_en: None,
        year: released.map(|date| i32::from(date.year())),
        released,
        runtime_min: row.running_minutes,
        rating,
        genres: canonical_genres(row.genres.iter().map(String::as_str)),
        people: people(Vec::new(), row.actors),
        synopsis: None,
    };
    Ok((source, movie))
}

/// A date written `2000.01.01`, `20000101` or `2000-01-01`; none for an empty text.
pub(super) fn date(text: &str) -> Result<Option<Date>, String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || format!("`{text}` is no date such as 2000.01.01");
    if digits.len() != 8 {
        return Err(wrong());
    }
    let parts = (
        digits[..4].parse(),
        digits[4..6].parse(),
        digits[6..].parse(),
    );
    let (Ok(year), Ok(month), Ok(day)) = parts else {
        return Err(wrong());
    };
    Date::new(year, month, day).map(Some).map_err(|_| wrong())
}

/// Directors first, then actors; empty names are passed over.
pub(super) fn people(directors: Vec<String>, actors: Vec<String>) -> Vec<Person> {
    let named = |names: Vec<String>, role: Role| {
        let named = names.into_iter().map(move |name| Person {
            name: name.trim().to_owned(),
            role,
        });
        named.filter(|person| !person.name.is_empty())
    };
    named(directors, Role::Director)
        .chain(named(actors, Role::Actor))
        .collect()
}

/// A text, unless it is empty.
pub(super) fn present(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}
