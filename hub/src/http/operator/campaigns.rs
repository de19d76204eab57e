//! Planning campaigns: what is wished for, a theater's offer, the approval, calling one off.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::campaign::{Campaign, Phase};
use domain::id::{CampaignId, MovieId};
use protocol::api::campaign::{
    CampaignFile, CampaignPage, DecideCampaign, OfferCampaign, RequestCampaign, WishedFilm,
};
use protocol::api::catalog::MovieSummary;
use protocol::error::{ErrorCode, Problem};
use rusqlite::Transaction;
use seats::Here;
use serde::Deserialize;
use store::StoreError;
use utoipa::IntoParams;

use super::signed;
use crate::app::App;
use crate::campaigns::{self, CampaignError, Signed, view};
use crate::http::requests::of_movie;
use crate::sqlite::campaigns::{self as table, CampaignQuery, CampaignSort, PAGE_CAMPAIGNS_MAX};
use crate::sqlite::{movies, requests};

/// Wishes that one look adds up.
const WISHES_MAX: u32 = 1_000;

/// Which campaigns.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct ListQuery {
    /// Only in this state; any without it.
    phase: Option<Phase>,
    #[serde(default)]
    offset: u32,
}

/// Films that are wished for, those with most wishes first
#[utoipa::path(get, operation_id = "list_wishes",
    path = "/api/operator/requests", tag = "operator",
    responses((status = 200, body = [WishedFilm])))]
pub(super) async fn wishes(State(app): State<App>) -> Result<Json<Vec<WishedFilm>>, ApiError> {
    let wished = app.shop.db.read(move |db| {
        let counted = requests::count(db, None, WISHES_MAX)?;
        let mut films: Vec<MovieId> = counted.iter().map(|wish| wish.movie).collect();
        films.dedup();
        let mut wished = Vec::new();
        for movie in films {
            if let Some(facts) = movies::facts(db, movie)? {
                wished.push(WishedFilm {
                    film: MovieSummary::from(facts),
                    requests: of_movie(movie, counted.clone()),
                });
            }
        }
        Ok::<_, StoreError>(wished)
    });
    Ok(Json(wished.await?))
}

/// Every campaign, the newest first
#[utoipa::path(get, operation_id = "list_all_campaigns",
    path = "/api/operator/campaigns", tag = "operator", params(ListQuery),
    responses((status = 200, body = CampaignPage)))]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<CampaignPage>, ApiError> {
    let wanted = CampaignQuery {
        phases: query.phase.map_or(Phase::ALL.to_vec(), |phase| vec![phase]),
        sort: CampaignSort::Newest,
        offset: query.offset,
        limit: PAGE_CAMPAIGNS_MAX,
        ..CampaignQuery::default()
    };
    let shop = app.shop.clone();
    let page = app.shop.db.read(move |db| {
        let (found, total) = table::page(db, &wanted)?;
        let seen = wanted.offset + u32::try_from(found.len()).unwrap_or(0);
        let mut views = Vec::new();
        for campaign in &found {
            views.extend(view::view(db, shop.here(), campaign)?);
        }
        Ok::<_, StoreError>(CampaignPage {
            campaigns: views,
            total,
            next_offset: (seen < total).then_some(seen),
        })
    });
    Ok(Json(page.await?))
}

/// A campaign with every step: who, when, why
#[utoipa::path(get, operation_id = "show_campaign_file",
    path = "/api/operator/campaigns/{campaign}", tag = "operator",
    responses((status = 200, body = CampaignFile), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<CampaignId>,
    speaks: Speaks,
) -> Result<Json<CampaignFile>, ApiError> {
    let shop = app.shop.clone();
    let file = app.shop.db.read(move |db| view::file(db, shop.here(), id));
    let file = file.await?;
    let file = file.ok_or_else(|| ApiError::new(ErrorCode::NotFound).speaking(speaks))?;
    Ok(Json(file))
}

/// Ask a theater for an auditorium for a film
#[utoipa::path(post, operation_id = "request_campaign",
    path = "/api/operator/campaigns", tag = "operator",
    request_body = RequestCampaign,
    responses((status = 201, body = CampaignFile), (status = 404, body = Problem)))]
pub(super) async fn request(
    State(app): State<App>,
    speaks: Speaks,
    Body(wanted): Body<RequestCampaign>,
) -> Result<(StatusCode, Json<CampaignFile>), ApiError> {
    let (by, note) = (wanted.by.clone(), wanted.note.clone());
    let done = step(&app, (by, note), move |tx, here, signed| {
        campaigns::request(tx, here, (wanted.movie, wanted.theater), signed)
    });
    let file = done.await.map_err(|error| error.speaking(speaks))?;
    Ok((StatusCode::CREATED, Json(file)))
}

/// Offer auditorium and date, goal, capacity, price, opening and deadline
#[utoipa::path(post, operation_id = "offer_campaign",
    path = "/api/operator/campaigns/{campaign}/offer", tag = "operator",
    request_body = OfferCampaign,
    responses((status = 200, body = CampaignFile), (status = 409, body = Problem),
              (status = 422, body = Problem)))]
pub(super) async fn offer(
    State(app): State<App>,
    Path(id): Path<CampaignId>,
    speaks: Speaks,
    Body(wanted): Body<OfferCampaign>,
) -> Result<Json<CampaignFile>, ApiError> {
    let (by, note, terms) = (wanted.by.clone(), wanted.note.clone(), wanted.offer());
    let done = step(&app, (by, note), move |tx, here, signed| {
        campaigns::offer(tx, here, (id, &terms), signed)
    });
    Ok(Json(done.await.map_err(|error| error.speaking(speaks))?))
}

/// Approve an offer: the campaign opens by itself
#[utoipa::path(post, operation_id = "approve_campaign",
    path = "/api/operator/campaigns/{campaign}/approval", tag = "operator",
    request_body = DecideCampaign,
    responses((status = 200, body = CampaignFile), (status = 409, body = Problem)))]
pub(super) async fn approve(
    State(app): State<App>,
    Path(id): Path<CampaignId>,
    speaks: Speaks,
    Body(wanted): Body<DecideCampaign>,
) -> Result<Json<CampaignFile>, ApiError> {
    let done = step(&app, (wanted.by, wanted.note), move |tx, here, signed| {
        campaigns::approve(tx, here, id, signed)
    });
    Ok(Json(done.await.map_err(|error| error.speaking(speaks))?))
}

/// Call a campaign off, before it was screened: everybody is paid back
#[utoipa::path(post, operation_id = "cancel_campaign",
    path = "/api/operator/campaigns/{campaign}/cancellation", tag = "operator",
    request_body = DecideCampaign,
    responses((status = 200, body = CampaignFile), (status = 409, body = Problem)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Path(id): Path<CampaignId>,
    speaks: Speaks,
    Body(wanted): Body<DecideCampaign>,
) -> Result<Json<CampaignFile>, ApiError> {
    let done = step(&app, (wanted.by, wanted.note), move |tx, here, signed| {
        campaigns::cancel(tx, here, id, signed)
    });
    Ok(Json(done.await.map_err(|error| error.speaking(speaks))?))
}

/// Makes a step that somebody has signed, and shows the campaign after it.
async fn step(
    app: &App,
    (by, note): (String, String),
    make: impl FnOnce(&Transaction<'_>, Here<'_>, Signed<'_>) -> Result<Campaign, CampaignError>
    + Send
    + 'static,
) -> Result<CampaignFile, ApiError> {
    let (by, note) = signed(&by, &note)?;
    let shop = app.shop.clone();
    let done = app.shop.db.write(move |tx| {
        let (here, signed) = (
            shop.here(),
            Signed {
                by: &by,
                note: &note,
            },
        );
        let campaign = make(tx, here, signed).map_err(problem)?;
        let file = view::file(tx, here, campaign.campaign)?;
        file.ok_or_else(|| ApiError::new(ErrorCode::NotFound))
    });
    done.await
}

fn problem(error: CampaignError) -> ApiError {
    let detail = error.to_string();
    let code = match error {
        CampaignError::Unknown | CampaignError::UnknownSubject => ErrorCode::NotFound,
        CampaignError::UnknownRoom | CampaignError::TooFewSeats { .. } => ErrorCode::InvalidRequest,
        CampaignError::RoomTaken(_) | CampaignError::RoomPromised(_) => ErrorCode::CampaignStep,
        CampaignError::Refused(refused) => match refused {
            domain::campaign::CampaignRefused::Offer(_) => ErrorCode::InvalidRequest,
            domain::campaign::CampaignRefused::Phase { .. }
            | domain::campaign::CampaignRefused::TooEarly { .. }
            | domain::campaign::CampaignRefused::Waiting(_) => ErrorCode::CampaignStep,
        },
        CampaignError::Store(fault) => return fault.into(),
    };
    ApiError::new(code).detail(detail)
}
