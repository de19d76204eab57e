//! Films and theaters.

use domain::id::{AuditoriumId, MovieId, TheaterId};
use domain::link::Link;
use domain::movie::Rating;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::screening::ScreeningSummary;
use crate::row::MovieFacts;

/// A film in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MovieSummary {
    pub movie: MovieId,
    pub title: String,
    pub original_title: Option<String>,
    pub title_en: Option<String>,
    pub year: Option<i32>,
    pub rating: Rating,
    pub runtime_min: Option<i32>,
    pub genres: Vec<String>,
}

impl From<MovieFacts> for MovieSummary {
    fn from(facts: MovieFacts) -> Self {
        Self {
            movie: facts.movie,
            title: facts.title,
            original_title: facts.original_title,
            title_en: facts.title_en,
            year: facts.year,
            rating: facts.rating,
            runtime_min: facts.runtime_min,
            genres: facts.genres,
        }
    }
}

/// What somebody did in a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Director,
    Actor,
}

/// Somebody who made a film.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PersonView {
    pub name: String,
    pub role: Role,
}

/// One film with all that is known of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MovieDetail {
    #[serde(flatten)]
    pub summary: MovieSummary,
    pub people: Vec<PersonView>,
    pub synopsis: Option<String>,
    pub like: LikeView,
    pub screenings: Vec<ScreeningSummary>,
}

/// A page of films.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MoviePage {
    pub movies: Vec<MovieSummary>,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
    /// How many films match in all.
    pub total: i64,
}

/// Whether this browser likes a film, and how many do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LikeView {
    pub liked: bool,
    pub likes: u32,
}

/// A genre and how many films it has.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GenreView {
    pub genre: String,
    /// The parent genre; films of all its genres can be asked for by its name.
    pub parent: String,
    pub parent_en: String,
    pub movies: i64,
}

/// A room in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditoriumView {
    pub auditorium: AuditoriumId,
    pub name: String,
    pub seats: i64,
}

/// A cinema building, and whether it can be reached.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TheaterView {
    pub theater: TheaterId,
    pub name: String,
    pub name_en: String,
    pub region: String,
    pub area: String,
    pub auditoriums: Vec<AuditoriumView>,
    pub link: Link,
}
