//! Campaigns: what is being funded, and how far it has come.

use axum::Json;
use axum::extract::{Path, Query, State};
use boxoffice::problem::{ApiError, Speaks};
use domain::campaign::{Campaign, Phase};
use domain::id::{CampaignId, MovieId, TheaterId};
use protocol::api::campaign::{CampaignPage, CampaignView};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::campaigns::view;
use crate::sqlite::campaigns::{self as table, CampaignQuery, CampaignSort, PAGE_CAMPAIGNS_MAX};

/// Campaigns on one page, unless more or less are asked for.
const PAGE_CAMPAIGNS: u32 = 24;

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    /// The nearest to its goal first.
    #[default]
    Popular,
    /// What closes first.
    Deadline,
    Newest,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    /// 오픈 예정, 무딩중 and 집계중: what can still be funded, or soon.
    #[default]
    Current,
    /// 무딩중 alone.
    Open,
    /// 예매 예정 and 예매 진행: what will be screened.
    Succeeded,
    /// Everything that is over, in whatever way.
    Over,
    All,
}

impl Which {
    fn phases(self) -> Vec<Phase> {
        match self {
            Self::Current => vec![Phase::Scheduled, Phase::Open, Phase::Tallying],
            Self::Open => vec![Phase::Open],
            Self::Succeeded => vec![Phase::Succeeded, Phase::Booking],
            Self::Over => vec![
                Phase::Screened,
                Phase::Settled,
                Phase::Failed,
                Phase::Cancelled,
                Phase::Refunded,
            ],
            Self::All => {
                let all = Phase::ALL.iter().copied();
                all.filter(|phase| phase.is_public()).collect()
            }
        }
    }
}

/// Which campaigns.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    #[serde(default)]
    #[param(inline)]
    which: Which,
    movie: Option<MovieId>,
    theater: Option<TheaterId>,
    #[serde(default)]
    #[param(inline)]
    sort: Sort,
    /// `next_offset` of the page before.
    #[serde(default)]
    offset: u32,
    limit: Option<u32>,
}

/// Campaigns, page by page; the nearest to their goal first
#[utoipa::path(get, operation_id = "list_campaigns",
    path = "/api/campaigns", tag = "campaigns", params(ListQuery),
    responses((status = 200, body = CampaignPage), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<CampaignPage>, ApiError> {
    let wanted = CampaignQuery {
        phases: query.which.phases(),
        movie: query.movie,
        theater: query.theater,
        sort: match query.sort {
            Sort::Popular => CampaignSort::Popular,
            Sort::Deadline => CampaignSort::Deadline,
            Sort::Newest => CampaignSort::Newest,
        },
        offset: query.offset,
        limit: query
            .limit
            .unwrap_or(PAGE_CAMPAIGNS)
            .clamp(1, PAGE_CAMPAIGNS_MAX),
    };
    let shop = app.shop.clone();
    let page = app.shop.db.read(move |db| {
        let (campaigns, total) = table::page(db, &wanted)?;
        let seen = wanted.offset + u32::try_from(campaigns.len()).unwrap_or(0);
        let mut views = Vec::new();
        for campaign in campaigns
            .iter()
            .filter(|campaign| view::is_public(campaign))
        {
            views.extend(view::view(db, shop.here(), campaign)?);
        }
        Ok::<_, ApiError>(CampaignPage {
            campaigns: views,
            total,
            next_offset: (seen < total).then_some(seen),
        })
    });
    Ok(Json(page.await?))
}

/// One campaign
#[utoipa::path(get, operation_id = "show_campaign",
    path = "/api/campaigns/{campaign}", tag = "campaigns",
    responses((status = 200, body = CampaignView), (status = 404, body = Problem)))]
pub(super) async fn one(
    State(app): State<App>,
    Path(id): Path<CampaignId>,
    speaks: Speaks,
) -> Result<Json<CampaignView>, ApiError> {
    let shop = app.shop.clone();
    let found = app.shop.db.read(move |db| {
        let campaign = public(db, id)?;
        let shown = view::view(db, shop.here(), &campaign)?;
        shown.ok_or_else(|| ApiError::new(ErrorCode::NotFound))
    });
    Ok(Json(found.await.map_err(|error| error.speaking(speaks))?))
}

/// The campaign, or the problem that it is not there for everybody.
fn public(db: &Connection, id: CampaignId) -> Result<Campaign, ApiError> {
    let campaign = table::find(db, id)?.filter(view::is_public);
    campaign.ok_or_else(|| ApiError::new(ErrorCode::NotFound))
}
