//! What a film is, and what makes its facts believable.

mod genre;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use genre::{
    canonical_genre, canonical_genres, genre_in_english, genres_within, parent_genre, parent_genres,
};

/// Who may see a film, as the Korean rating board says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Rating {
    #[serde(rename = "all")]
    All,
    #[serde(rename = "12")]
    From12,
    #[serde(rename = "15")]
    From15,
    #[serde(rename = "19")]
    From19,
    #[serde(rename = "unrated")]
    Unrated,
}

/// What somebody did in a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    Director,
    Actor,
}

/// Somebody who made a film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub role: Role,
}

/// By what a film is known where it comes from, so that importing it again finds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MovieSource {
    pub source: String,
    pub id: String,
}

/// The facts of a film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movie {
    pub title: String,
    pub original_title: Option<String>,
    pub title_en: Option<String>,
    pub year: Option<i32>,
    /// When it opened in Korea.
    pub released: Option<Date>,
    pub runtime_min: Option<i32>,
    pub rating: Rating,
    pub genres: Vec<String>,
    pub people: Vec<Person>,
    pub synopsis: Option<String>,
}

/// The longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;
/// The longest synopsis, in characters.
pub const SYNOPSIS_CHARS_MAX: usize = 4_000;
/// The longest film, in minutes.
pub const RUNTIME_MIN_MAX: i32 = 1_000;
/// The most people of one film.
pub const PEOPLE_MAX: usize = 200;
/// The most genres of one film.
pub const GENRES_MAX: usize = 20;
/// The years in which films were and will be made, as far as we believe it.
const YEARS: std::ops::RangeInclusive<i32> = 1890..=2100;

/// Why facts are not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MovieInvalid {
    #[error("the title is empty")]
    NoTitle,
    #[error("{0} is longer than it may be")]
    TooLong(&'static str),
    #[error("{0} has control characters")]
    ControlCharacters(&'static str),
    #[error("a runtime of {0} minutes is not between 1 and {RUNTIME_MIN_MAX}")]
    Runtime(i32),
    #[error("the year {0} is not between 1890 and 2100")]
    Year(i32),
    #[error("{0} people are more than {PEOPLE_MAX}")]
    TooManyPeople(usize),
    #[error("{0} genres are more than {GENRES_MAX}")]
    TooManyGenres(usize),
}

impl Movie {
    /// Whether the facts can be believed.
    ///
    /// # Errors
    ///
    /// Names the first that cannot.
    pub fn check(&self) -> Result<(), MovieInvalid> {
        if self.title.trim().is_empty() {
            return Err(MovieInvalid::NoTitle);
        }
        let titles = [
            ("the title", Some(&self.title)),
            ("the original title", self.original_title.as_ref()),
            ("the English title", self.title_en.as_ref()),
        ];
        for (what, text) in titles {
            check_line(what, text)?;
        }
        check_synopsis(self.synopsis.as_ref())?;
        for person in &self.people {
            check_line("a name", Some(&person.name))?;
        }
        for genre in &self.genres {
            check_line("a genre", Some(genre))?;
        }
        if self.people.len() > PEOPLE_MAX {
            return Err(MovieInvalid::TooManyPeople(self.people.len()));
        }
        if self.genres.len() > GENRES_MAX {
            return Err(MovieInvalid::TooManyGenres(self.genres.len()));
        }
        if let Some(minutes) = self.runtime_min
            && !(1..=RUNTIME_MIN_MAX).contains(&minutes)
        {
            return Err(MovieInvalid::Runtime(minutes));
        }
        let released = self.released.map(|date| i32::from(date.year()));
        for year in [self.year, released].into_iter().flatten() {
            if !YEARS.contains(&year) {
                return Err(MovieInvalid::Year(year));
            }
        }
        Ok(())
    }

    /// The film with what it does not say taken from `known`.
    #[must_use]
    pub fn completed_by(self, known: &Self) -> Self {
        Self {
            title: self.title,
            original_title: self.original_title.or_else(|| known.original_title.clone()),
            title_en: self.title_en.or_else(|| known.title_en.clone()),
            year: self.year.or(known.year),
            released: self.released.or(known.released),
            runtime_min: self.runtime_min.or(known.runtime_min),
            rating: match self.rating {
                Rating::Unrated => known.rating,
                rated @ (Rating::All | Rating::From12 | Rating::From15 | Rating::From19) => rated,
            },
            genres: if self.genres.is_empty() {
                known.genres.clone()
            } else {
                self.genres
            },
            people: completed_people(&self.people, &known.people),
            synopsis: self.synopsis.or_else(|| known.synopsis.clone()),
        }
    }
}

/// The people of both roles; a role of which nobody is said keeps those who are known.
fn completed_people(said: &[Person], known: &[Person]) -> Vec<Person> {
    let of = |people: &[Person], role: Role| -> Vec<Person> {
        people
            .iter()
            .filter(|person| person.role == role)
            .cloned()
            .collect()
    };
    let mut people = Vec::new();
    for role in [Role::Director, Role::Actor] {
        let named = of(said, role);
        people.extend(if named.is_empty() {
            of(known, role)
        } else {
            named
        });
    }
    people
}

fn check_line(what: &'static str, text: Option<&String>) -> Result<(), MovieInvalid> {
    let Some(text) = text else { return Ok(()) };
    if text.chars().count() > TITLE_CHARS_MAX {
        return Err(MovieInvalid::TooLong(what));
    }
    if text.chars().any(char::is_control) {
        return Err(MovieInvalid::ControlCharacters(what));
    }
    Ok(())
}

/// A synopsis may have paragraphs.
fn check_synopsis(text: Option<&String>) -> Result<(), MovieInvalid> {
    let Some(text) = text else { return Ok(()) };
    if text.chars().count() > SYNOPSIS_CHARS_MAX {
        return Err(MovieInvalid::TooLong("the synopsis"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(MovieInvalid::ControlCharacters("the synopsis"));
    }
    Ok(())
}

impl Rating {
    /// Reads a rating as the board writes it now or wrote it before; none for a text that is
    /// no rating.
    #[must_use]
    pub fn from_korean(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        match text.as_str() {
            "" | "미정" | "등급미정" | "미분류" | "기타" => Some(Self::Unrated),
            "all" | "전체" | "전체관람가" | "연소자관람가" | "모든관람객이관람할수있는등급" => {
                Some(Self::All)
            }
            "12" | "12세관람가" | "12세이상관람가" | "국민학생관람불가" | "중학생가" => {
                Some(Self::From12)
            }
            "15"
            | "15세관람가"
            | "15세이상관람가"
            | "고등학생가"
            | "고등학생이상관람가"
            | "중학생관람불가" => Some(Self::From15),
            "18"
            | "19"
            | "18세관람가"
            | "청소년관람불가"
            | "청소년관람불가등급"
            | "연소자관람불가"
            | "미성년자관람불가"
            | "제한상영가" => Some(Self::From19),
            "unrated" => Some(Self::Unrated),
            _ => None,
        }
    }

    /// The rating with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [
            Self::All,
            Self::From12,
            Self::From15,
            Self::From19,
            Self::Unrated,
        ];
        all.into_iter().find(|rating| rating.code() == code)
    }

    /// The code in tables and on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::From12 => "12",
            Self::From15 => "15",
            Self::From19 => "19",
            Self::Unrated => "unrated",
        }
    }
}

/// A title as it is compared: small letters, no spaces, no punctuation.
#[must_use]
pub fn fold(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_of_every_age_are_understood() {
        for (text, rating) in [
            ("전체 관람가", Rating::All),
            ("12세이상관람가", Rating::From12),
            ("고등학생이상관람가", Rating::From15),
            ("연소자관람불가", Rating::From19),
            ("청소년관람불가", Rating::From19),
            ("", Rating::Unrated),
        ] {
            assert_eq!(Rating::from_korean(text), Some(rating), "{text}");
        }
        assert_eq!(Rating::from_korean("별 다섯 개"), None);
    }

    fn film() -> Movie {
        Movie {
            title: "기생충".to_owned(),
            original_title: None,
            title_en: Some("Parasite".to_owned()),
            year: Some(2019),
            released: Some(jiff::civil::date(2019, 5, 30)),
            runtime_min: Some(131),
            rating: Rating::From15,
            genres: vec!["드라마".to_owned()],
            people: vec![Person {
                name: "송강호".to_owned(),
                role: Role::Actor,
            }],
            synopsis: None,
        }
    }

    #[test]
    fn what_cannot_be_believed_is_named() {
        type Spoil = fn(&mut Movie);
        let cases: [(Spoil, MovieInvalid); 8] = [
            (|it| it.title = " ".to_owned(), MovieInvalid::NoTitle),
            (
                |it| it.title = "가".repeat(TITLE_CHARS_MAX + 1),
                MovieInvalid::TooLong("the title"),
            ),
            (
                |it| it.title = "기생\n충".to_owned(),
                MovieInvalid::ControlCharacters("the title"),
            ),
            (|it| it.runtime_min = Some(0), MovieInvalid::Runtime(0)),
            (
                |it| it.runtime_min = Some(1_001),
                MovieInvalid::Runtime(1_001),
            ),
            (|it| it.year = Some(1889), MovieInvalid::Year(1889)),
            (
                |it| it.released = Some(jiff::civil::date(2101, 1, 1)),
                MovieInvalid::Year(2101),
            ),
            (
                |it| it.people = vec![it.people[0].clone(); PEOPLE_MAX + 1],
                MovieInvalid::TooManyPeople(PEOPLE_MAX + 1),
            ),
        ];
        assert_eq!(film().check(), Ok(()));
        for (spoil, expected) in cases {
            let mut film = film();
            spoil(&mut film);
            assert_eq!(film.check(), Err(expected));
        }
    }

    #[test]
    fn what_a_short_answer_leaves_out_stays_known() {
        let short = Movie {
            title_en: None,
            runtime_min: None,
            rating: Rating::Unrated,
            genres: Vec::new(),
            people: vec![Person {
                name: "봉준호".to_owned(),
                role: Role::Director,
            }],
            ..film()
        };
        let completed = short.completed_by(&film());
        assert_eq!(
            completed.people.len(),
            2,
            "the director said, the actor known"
        );
        assert_eq!(
            Movie {
                people: film().people,
                ..completed
            },
            film()
        );
    }

    #[test]
    fn titles_are_compared_without_spaces_and_case() {
        assert_eq!(fold("어벤져스: 엔드게임"), "어벤져스엔드게임");
        assert_eq!(fold("Love Letter"), "loveletter");
    }
}
