//! Finding films: what was found for what somebody typed, and what to suggest while they type.

use axum::Json;
use axum::extract::{Query, State};
use protocol::api::search::{
    MatchKind, MatchedField, MatchedText, MovieHit, MovieSearch, SearchState, TextRange,
};
use protocol::error::ErrorCode;
use search::{Found, Hit, How, Kind, Marked};
use serde::Deserialize;
use tokio::task::spawn_blocking;
use utoipa::IntoParams;

use crate::Shop;
use crate::finding::summary;
use crate::problem::ApiError;

/// How many films are found when nobody says.
const FOUND: u32 = 20;
/// The most films that are found.
const FOUND_MAX: u32 = 50;
/// How many films are suggested while somebody types.
const SUGGESTED: u32 = 7;

/// What somebody looks for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// As it was typed: half-composed syllables and initial consonants, too.
    #[serde(default)]
    q: String,
    /// At most 50.
    limit: Option<u32>,
}

/// What stands in the search field now.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuggestQuery {
    /// As it stands there, also while a syllable is being composed.
    #[serde(default)]
    q: String,
}

/// Films that fit what somebody typed, the best first
#[utoipa::path(get, operation_id = "search_movies",
    path = "/api/movies/search", tag = "movies", params(SearchQuery),
    responses((status = 200, body = MovieSearch)))]
pub(crate) async fn search(
    State(shop): State<Shop>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<MovieSearch>, ApiError> {
    let limit = query.limit.unwrap_or(FOUND).clamp(1, FOUND_MAX);
    found(&shop, query.q, limit).await.map(Json)
}

/// The first films that fit what has been typed so far
#[utoipa::path(get, operation_id = "suggest_movies",
    path = "/api/movies/suggest", tag = "movies", params(SuggestQuery),
    responses((status = 200, body = MovieSearch)))]
pub(crate) async fn suggest(
    State(shop): State<Shop>,
    Query(query): Query<SuggestQuery>,
) -> Result<Json<MovieSearch>, ApiError> {
    found(&shop, query.q, SUGGESTED).await.map(Json)
}

async fn found(shop: &Shop, query: String, limit: u32) -> Result<MovieSearch, ApiError> {
    let Some(index) = shop.finder.index() else {
        return Ok(MovieSearch {
            query,
            state: SearchState::Building,
            movies: Vec::new(),
            guesses: Vec::new(),
            read_as: None,
        });
    };
    let asked = query.clone();
    let found = spawn_blocking(move || index.search(&asked, limit as usize));
    let found = found.await.map_err(|error| broken(&error))?;
    let found = found.map_err(|error| broken(&error))?;
    let Found {
        hits,
        guesses,
        read_as,
    } = found;
    let programme = shop.programme.clone();
    let shown = shop.db.read(move |db| {
        let show = |hits: Vec<Hit>| {
            let mut shown = Vec::with_capacity(hits.len());
            for hit in hits {
                // A film that is gone since is not shown.
                if let Some(summary) = summary(programme.as_ref(), db, hit.movie)? {
                    shown.push(MovieHit {
                        summary,
                        fits: kind(hit.how),
                        matched: hit.marks.into_iter().map(matched).collect(),
                    });
                }
            }
            Ok::<_, ApiError>(shown)
        };
        Ok::<_, ApiError>((show(hits)?, show(guesses)?))
    });
    let (movies, guesses) = shown.await?;
    Ok(MovieSearch {
        query,
        state: SearchState::Ready,
        movies,
        guesses,
        read_as,
    })
}

fn broken(error: &(dyn std::error::Error + 'static)) -> ApiError {
    tracing::error!(error = process::telemetry::chain(error), "search.failed");
    ApiError::new(ErrorCode::Internal)
}

fn kind(how: How) -> MatchKind {
    match how {
        How::Whole => MatchKind::Whole,
        How::Beginning => MatchKind::Beginning,
        How::Word => MatchKind::Word,
        How::Words => MatchKind::Words,
        How::Initials => MatchKind::Initials,
        How::Beside => MatchKind::Beside,
        How::Inside => MatchKind::Inside,
        How::Slip => MatchKind::Slip,
        How::Alike => MatchKind::Alike,
    }
}

fn matched(marked: Marked) -> MatchedText {
    let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let ranges = marked.ranges.into_iter();
    MatchedText {
        field: match marked.kind {
            Kind::Title => MatchedField::Title,
            Kind::OriginalTitle => MatchedField::OriginalTitle,
            Kind::EnglishTitle => MatchedField::TitleEn,
            Kind::Person => MatchedField::Person,
            Kind::Year => MatchedField::Year,
        },
        text: marked.text,
        ranges: ranges
            .map(|range| TextRange {
                start: number(range.start),
                end: number(range.end),
            })
            .collect(),
    }
}
