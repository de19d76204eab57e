//! Finding films by what somebody types.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::catalog::MovieSummary;

/// Whether the search can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchState {
    Ready,
    /// The index is being built for the first time; it takes seconds. Nothing is found meanwhile.
    Building,
}

/// In which way a film fits what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchKind {
    /// A title is what was typed.
    Whole,
    Beginning,
    /// A later word of a title.
    Word,
    /// Several words in any order.
    Words,
    /// Initial consonants.
    Initials,
    /// Somebody who made it, or its year.
    Beside,
    /// Somewhere within a title.
    Inside,
    /// A slip of the finger or a few away.
    Slip,
    /// Only alike.
    Alike,
}

/// What a text of a film is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchedField {
    Title,
    OriginalTitle,
    TitleEn,
    Person,
    Year,
}

/// From the UTF-16 code unit `start` up to, without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextRange {
    pub start: u32,
    pub end: u32,
}

/// A text of a film in which something matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MatchedText {
    pub field: MatchedField,
    pub text: String,
    /// In order, none touching the next.
    pub ranges: Vec<TextRange>,
}

/// A film that was found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MovieHit {
    #[serde(flatten)]
    pub summary: MovieSummary,
    pub fits: MatchKind,
    pub matched: Vec<MatchedText>,
}

/// What was found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MovieSearch {
    /// What was asked for.
    pub query: String,
    pub state: SearchState,
    /// The best first.
    pub movies: Vec<MovieHit>,
    /// Films that may have been meant, when none was found.
    pub guesses: Vec<MovieHit>,
    /// What was looked for, when the keyboard seems to have been set to the other language.
    pub read_as: Option<String>,
}
