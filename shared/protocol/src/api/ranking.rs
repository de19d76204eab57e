//! Committed searches, and what they and other figures rank.

use domain::id::{MovieId, NodeId};
use domain::ranking::{Committed, Mark};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::campaign::CampaignView;
use super::catalog::MovieSummary;

/// Somebody searched: with the search key, by choosing a suggestion, or by opening a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommitSearch {
    /// As it was typed.
    #[schema(example = "기생충")]
    pub term: String,
    /// The film that was meant, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub movie: Option<MovieId>,
    pub from: Committed,
}

/// One place of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BoardLine {
    pub place: u32,
    /// The film; none for a text.
    pub movie: Option<MovieId>,
    pub title: String,
    pub title_en: Option<String>,
    #[serde(flatten)]
    pub mark: Mark,
}

/// 실시간 검색 순위: the data of a `ranking` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BoardView {
    /// The hour that it is of (HH시 기준): of the 24 hours before it.
    pub as_of: Timestamp,
    pub algorithm: String,
    /// Whose searches up to this hour were all known.
    pub nodes: Vec<NodeId>,
    /// Ten at most.
    pub lines: Vec<BoardLine>,
    pub now: Timestamp,
}

/// 지금 인기 있는 펀딩, the hottest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PopularCampaigns {
    pub campaigns: Vec<PopularCampaign>,
    pub now: Timestamp,
}

/// An open campaign with what was paid lately.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PopularCampaign {
    /// Tickets paid in the last day.
    pub paid_lately: u32,
    pub campaign: CampaignView,
}

/// 요청 많은 영화, what most ask for first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WantedMovies {
    pub movies: Vec<WantedMovie>,
    pub now: Timestamp,
}

/// A film with how many ask for it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WantedMovie {
    pub requesters: u32,
    pub movie: MovieSummary,
}

/// A term that is never shown on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExcludedTerm {
    /// `movie:1`, or `text:` and the text, folded.
    #[schema(example = "text:광고")]
    pub term: String,
    /// What the film is called.
    pub title: Option<String>,
    pub since: Timestamp,
    pub by: String,
    pub note: String,
}

/// Which term is to be shown no more, or again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeExcluded {
    /// A film by its number.
    #[serde(default)]
    pub movie: Option<MovieId>,
    /// Or a text, as anybody may type it.
    #[serde(default)]
    pub text: Option<String>,
    /// The operator's name.
    pub by: String,
    #[serde(default)]
    pub note: String,
}
