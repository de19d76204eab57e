//! Joining a campaign: what there is, the pledge, and its payment by card or at the desk.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::Shop;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::booking::BookingNumber;
use domain::campaign::Campaign;
use domain::id::{CampaignId, HoldId, NodeId, OrderId, PledgeId};
use domain::link::LinkState;
use domain::order::{Order, TenderKind};
use domain::pledge::{Pledge, PledgeRefused, PledgeState};
use protocol::api::booking::PickUpBooking;
use protocol::api::join::{CampaignHere, JoinCampaign, KioskPledge, KioskPledgeState, PledgeBack};
use protocol::api::kiosk::PaymentView;
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use store::StoreError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::payments::{Charging, card_ready, charge_soon, moving_money, view};
use crate::app::App;
use crate::pledging::{self, Join, PledgeError, Room};
use crate::refunds::{self, RefundError};

/// Joining a campaign.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(join))
        .routes(routes!(look_up))
}

/// The campaigns of this theater that people can join
#[utoipa::path(get, operation_id = "list_campaigns",
    path = "/api/campaigns", tag = "campaigns",
    responses((status = 200, body = Vec<CampaignHere>)))]
async fn list(State(app): State<App>) -> Result<Json<Vec<CampaignHere>>, ApiError> {
    let shop = app.shop.clone();
    let campaigns = app.shop.db.read(move |db| {
        let mut here = Vec::new();
        for campaign in pledging::campaigns(db)? {
            if campaign.state.takes_pledges(shop.now()) {
                here.extend(campaign_here(&shop, db, &campaign)?);
            }
        }
        here.sort_by_key(|campaign| (campaign.deadline, campaign.campaign));
        Ok::<_, StoreError>(here)
    });
    Ok(Json(campaigns.await?))
}

/// The campaign as a customer sees it; none when its screening has not come yet.
fn campaign_here(
    shop: &Shop,
    db: &Connection,
    campaign: &Campaign,
) -> Result<Option<CampaignHere>, StoreError> {
    let Some(offer) = campaign.state.offer() else {
        return Ok(None);
    };
    let Some((screening, map)) = pledging::room(shop, db, campaign)? else {
        return Ok(None);
    };
    let Some(showing) = shop.programme.summary(shop, db, &screening)? else {
        return Ok(None);
    };
    let room = Room {
        screening: &screening,
        map: &map,
    };
    let link = shop.links.of_node(&NodeId::hub());
    let open = pledging::surely_open(campaign, shop.now(), shop.clock.bound());
    Ok(Some(CampaignHere {
        campaign: campaign.campaign,
        showing,
        goal: offer.goal,
        capacity: offer.capacity,
        price_won: offer.price,
        deadline: offer.deadline,
        paid_tickets: campaign.paid_tickets,
        backers: campaign.backers,
        as_of: match link.state {
            LinkState::Online | LinkState::Slow => None,
            LinkState::Offline => link.last_heard_at,
        },
        left_here: pledging::left(db, shop.here(), campaign, room)?,
        takes_pledges: open.is_ok(),
        now: shop.now(),
    }))
}

/// Join a campaign: keep tickets and pay for them by card or at the desk
#[utoipa::path(post, operation_id = "join_campaign",
    path = "/api/campaigns/{campaign}/pledges", tag = "campaigns",
    request_body = JoinCampaign,
    responses((status = 202, body = PaymentView), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn join(
    State(app): State<App>,
    Path(campaign): Path<CampaignId>,
    speaks: Speaks,
    Body(wanted): Body<JoinCampaign>,
) -> Result<(StatusCode, Json<PaymentView>), ApiError> {
    let refused = |error: ApiError| error.speaking(speaks);
    let phone = wanted.phone.as_deref().map(mobile).transpose();
    let phone = phone.map_err(refused)?;
    let charging = match wanted.kind {
        TenderKind::Card => {
            card_ready(&app).map_err(refused)?;
            Some(moving_money(&app).map_err(refused)?)
        }
        TenderKind::Cash if app.staff.is_set() => None,
        TenderKind::Cash => return Err(refused(ApiError::new(ErrorCode::DeskClosed))),
    };
    let now = app.shop.now();
    let order = OrderId(app.shop.ids.uuid(now));
    let asked = app.asking.begin(order);
    let join = Join {
        campaign,
        tickets: wanted.tickets,
        kind: wanted.kind,
        phone,
        order,
        hold: HoldId(app.shop.ids.uuid(now)),
        spread: app.shop.ids.random_u64(),
    };
    let order = begin(&app, join).await.map_err(refused)?;
    if let Some(moving) = charging {
        charge_soon(&app, &order, Charging { asked, moving });
    }
    Ok((StatusCode::ACCEPTED, Json(view(&app, order).await?)))
}

async fn begin(app: &App, join: Join) -> Result<Order, ApiError> {
    let shop = app.shop.clone();
    let begun = app.shop.db.write(move |tx| {
        let found = pledging::find(tx, join.campaign)?;
        let campaign = found.ok_or(PledgeRefused::Unknown)?;
        pledging::surely_open(&campaign, shop.now(), shop.clock.bound())?;
        let found = pledging::room(&shop, tx, &campaign)?;
        let (screening, map) = found.ok_or(PledgeRefused::NotOpen)?;
        let room = Room {
            screening: &screening,
            map: &map,
        };
        pledging::begin(tx, shop.here(), (&campaign, room), &join)
    });
    begun.await.map_err(refusal)
}

/// A pledge of this theater by its number
#[utoipa::path(post, operation_id = "look_up_pledge",
    path = "/api/pledges/lookup", tag = "campaigns",
    request_body = PickUpBooking,
    responses((status = 200, body = KioskPledge), (status = 404, body = Problem)))]
async fn look_up(
    State(app): State<App>,
    speaks: Speaks,
    Body(asked): Body<PickUpBooking>,
) -> Result<Json<KioskPledge>, ApiError> {
    let number: BookingNumber = asked.number.parse().map_err(|wrong| {
        let error = ApiError::new(ErrorCode::InvalidRequest).speaking(speaks);
        error.detail(format!("{wrong}"))
    })?;
    let shop = app.shop.clone();
    let found = app.shop.db.read(move |db| {
        let pledge = seats::sqlite::pledges::find_by_number(db, &number)?;
        let pledge = pledge.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
        pledge_view(&shop, db, &pledge)
    });
    Ok(Json(found.await.map_err(|error| error.speaking(speaks))?))
}

/// The pledge with its campaign.
pub(super) fn find_pledge(
    shop: &Shop,
    db: &Connection,
    pledge: PledgeId,
) -> Result<KioskPledge, ApiError> {
    let pledge = seats::sqlite::pledges::find(db, pledge)?;
    let pledge = pledge.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
    pledge_view(shop, db, &pledge)
}

fn pledge_view(shop: &Shop, db: &Connection, pledge: &Pledge) -> Result<KioskPledge, ApiError> {
    let not_found = || ApiError::new(ErrorCode::NotFound);
    let campaign = pledging::find(db, pledge.campaign)?.ok_or_else(not_found)?;
    let campaign = campaign_here(shop, db, &campaign)?.ok_or_else(not_found)?;
    Ok(KioskPledge {
        pledge: pledge.pledge,
        number: pledge.number.to_string(),
        campaign,
        tickets: pledge.tickets,
        amount_won: pledge.amount(),
        state: match pledge.state {
            PledgeState::Live => KioskPledgeState::Live,
            PledgeState::Placed { .. } => KioskPledgeState::Placed,
            PledgeState::Returning { .. } => KioskPledgeState::Returning,
            PledgeState::Returned { .. } => KioskPledgeState::Returned,
        },
        made_at: pledge.made_at,
        back: back(shop, db, pledge.pledge)?,
    })
}

fn back(shop: &Shop, db: &Connection, pledge: PledgeId) -> Result<Option<PledgeBack>, ApiError> {
    match refunds::quote_pledge(db, shop.here(), pledge) {
        Ok(quote) => Ok(Some(PledgeBack {
            kind: quote.kind,
            amount_won: quote.amount,
        })),
        Err(RefundError::Store(fault)) => Err(fault.into()),
        Err(
            RefundError::Unknown
            | RefundError::Elsewhere
            | RefundError::NotPaidHere
            | RefundError::Over
            | RefundError::NothingBack
            | RefundError::Recovering,
        ) => Ok(None),
    }
}

/// The digits of a Korean mobile number.
fn mobile(text: &str) -> Result<String, ApiError> {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let numeric = digits.bytes().all(|byte| byte.is_ascii_digit());
    if numeric && digits.starts_with("01") && matches!(digits.len(), 10 | 11) {
        return Ok(digits);
    }
    let wrong = "휴대전화 번호를 010-1234-5678처럼 적어 주세요 (a Korean mobile number)";
    Err(ApiError::new(ErrorCode::InvalidRequest).detail(wrong))
}

fn refusal(error: PledgeError) -> ApiError {
    ApiError::new(match error {
        PledgeError::Refused(refused) => match refused {
            PledgeRefused::Unknown => ErrorCode::NotFound,
            PledgeRefused::NotOpen => ErrorCode::CampaignNotOpen,
            PledgeRefused::Tickets => ErrorCode::PledgeTickets,
            PledgeRefused::PledgedAlready => ErrorCode::PledgedAlready,
            PledgeRefused::SoldOut { .. } => ErrorCode::PledgeSoldOut,
            PledgeRefused::Over => ErrorCode::PledgeOver,
        },
        PledgeError::ClockUnsure => ErrorCode::ClockUnsure,
        PledgeError::Recovering => ErrorCode::Recovering,
        PledgeError::Store(fault) => return fault.into(),
    })
}
