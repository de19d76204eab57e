//! Committed searches, and what they and other figures rank.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use boxoffice::board_view::board_view;
use boxoffice::device::{self, Device, Readable};
use boxoffice::limits::AskedFrom;
use boxoffice::problem::{ApiError, Body};
use protocol::api::catalog::MovieSummary;
use protocol::api::ranking::{
    BoardView, CommitSearch, PopularCampaign, PopularCampaigns, WantedMovie, WantedMovies,
};
use protocol::error::Problem;
use serde::Deserialize;
use store::StoreError;
use utoipa::IntoParams;

use crate::app::App;
use crate::campaigns::view;
use crate::ranking::{self, WebSearch};
use crate::sqlite::{boards, campaigns, movies};

/// Lines of a ranking unless more or fewer are asked for, and at most.
const LINES: usize = 10;
const LINES_MAX: usize = 50;

/// The longest text that is looked at.
const TERM_CHARS_MAX: usize = 200;

/// How many.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HowMany {
    limit: Option<usize>,
}

impl HowMany {
    fn limit(&self) -> usize {
        self.limit.unwrap_or(LINES).clamp(1, LINES_MAX)
    }
}

/// Say that somebody searched
///
/// With the search key, by choosing a suggestion or by opening a result; not at a keystroke, and
/// not for a click on the board itself. What is said again within the hour counts once.
#[utoipa::path(post, operation_id = "commit_search",
    path = "/api/searches", tag = "rankings", request_body = CommitSearch,
    responses((status = 204), (status = 422, body = Problem)))]
pub(super) async fn commit(
    State(app): State<App>,
    Device(known): Device,
    AskedFrom(peer): AskedFrom,
    headers: HeaderMap,
    Body(search): Body<CommitSearch>,
) -> Result<(StatusCode, HeaderMap), ApiError> {
    if search.term.chars().count() > TERM_CHARS_MAX {
        return Ok((StatusCode::NO_CONTENT, HeaderMap::new()));
    }
    let shop = app.shop.clone();
    let mut fresh = [0; 32];
    shop.ids.fill(&mut fresh);
    let device = known.unwrap_or_else(|| shop.ids.uuid(shop.now()));
    let web = WebSearch {
        search,
        device: device.to_string(),
        client: shop.limits.client(peer, &headers),
    };
    let noted = app
        .shop
        .db
        .write(move |tx| ranking::note(tx, shop.here(), fresh, &web));
    noted.await?;
    let cookie = match known {
        Some(_) => HeaderMap::new(),
        None => device::set(device, Readable::No),
    };
    Ok((StatusCode::NO_CONTENT, cookie))
}

/// 실시간 검색 순위: the board that was published last; nothing before the first one
#[utoipa::path(get, operation_id = "show_search_ranking",
    path = "/api/rankings/searches", tag = "rankings",
    responses((status = 200, body = Option<BoardView>)))]
pub(super) async fn searches(State(app): State<App>) -> Result<Json<Option<BoardView>>, ApiError> {
    let shop = app.shop.clone();
    let read = app.shop.db.read(move |db| {
        let last = boards::last(db)?;
        last.map(|last| board_view(&last.board, shop.now(), |id| ranking::titles(db, id)))
            .transpose()
    });
    let view: Result<_, StoreError> = read.await;
    Ok(Json(view?))
}

/// 지금 인기 있는 펀딩: open campaigns by progress and speed
#[utoipa::path(get, operation_id = "list_popular_campaigns",
    path = "/api/rankings/campaigns", tag = "rankings", params(HowMany),
    responses((status = 200, body = PopularCampaigns)))]
pub(super) async fn popular(
    State(app): State<App>,
    Query(many): Query<HowMany>,
) -> Result<Json<PopularCampaigns>, ApiError> {
    let shop = app.shop.clone();
    let read = app.shop.db.read(move |db| {
        let here = shop.here();
        let mut popular = Vec::new();
        for figures in ranking::popular(db, here, many.limit())? {
            let campaign = campaigns::find(db, figures.campaign)?.filter(view::is_public);
            let Some(campaign) = campaign else { continue };
            popular.extend(
                view::view(db, here, &campaign)?.map(|campaign| PopularCampaign {
                    paid_lately: figures.paid_lately,
                    campaign,
                }),
            );
        }
        Ok::<_, StoreError>(PopularCampaigns {
            campaigns: popular,
            now: here.now,
        })
    });
    Ok(Json(read.await?))
}

/// 요청 많은 영화: films by how many ask for them
#[utoipa::path(get, operation_id = "list_wanted_movies",
    path = "/api/rankings/requests", tag = "rankings", params(HowMany),
    responses((status = 200, body = WantedMovies)))]
pub(super) async fn wanted(
    State(app): State<App>,
    Query(many): Query<HowMany>,
) -> Result<Json<WantedMovies>, ApiError> {
    let shop = app.shop.clone();
    let read = app.shop.db.read(move |db| {
        let mut wanted = Vec::new();
        for wishes in ranking::wanted(db, many.limit())? {
            let facts = movies::facts(db, wishes.movie)?;
            wanted.extend(facts.map(|facts| WantedMovie {
                requesters: wishes.requesters,
                movie: MovieSummary::from(facts),
            }));
        }
        Ok::<_, StoreError>(WantedMovies {
            movies: wanted,
            now: shop.now(),
        })
    });
    Ok(Json(read.await?))
}
