//! Joining a campaign on the web: an order for tickets, whose seats are chosen later.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::booking::BookingNumber;
use domain::id::{CampaignId, OrderId, PledgeId};
use protocol::api::order::{MakePledge, OrderView};
use protocol::error::Problem;

use super::super::parsed;
use super::super::pledges::pledge_problem;
use super::{paying, view};
use crate::app::App;
use crate::orders;
use crate::pledging::BeginPledge;
use crate::selling::Phone;

/// Join a campaign, or raise a pledge: an order that is to be paid on the web
#[utoipa::path(post, operation_id = "order_pledge",
    path = "/api/campaigns/{campaign}/order", tag = "orders",
    request_body = MakePledge,
    responses((status = 201, body = OrderView), (status = 409, body = Problem),
              (status = 503, body = Problem)))]
pub(crate) async fn create_pledge(
    State(app): State<App>,
    Path(campaign): Path<CampaignId>,
    speaks: Speaks,
    Body(request): Body<MakePledge>,
) -> Result<(StatusCode, Json<OrderView>), ApiError> {
    paying(&app, speaks)?;
    let shop = app.shop.clone();
    let (ids, now) = (shop.ids.clone(), shop.now());
    let raises = request.raises.as_deref();
    let new = BeginPledge {
        order: OrderId(ids.uuid(now)),
        campaign,
        tickets: request.tickets,
        phone: parsed::<Phone>(&request.phone, speaks)?,
        pledge: PledgeId(ids.uuid(now)),
        number: parsed::<BookingNumber>(&ids.digits12(), speaks)?,
        raises: raises.map(|text| parsed(text, speaks)).transpose()?,
    };
    let opened = app
        .shop
        .db
        .write(move |tx| orders::open_pledge(tx, shop.here(), &new));
    let order = opened
        .await
        .map_err(|error| pledge_problem(error).speaking(speaks))?;
    Ok((
        StatusCode::CREATED,
        Json(view::render(&app, order, speaks).await?),
    ))
}
