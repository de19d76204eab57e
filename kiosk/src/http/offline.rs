//! The staff's switch: work offline.

use axum::Json;
use axum::extract::State;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::link::{ByHand, NotPossible, WorkOffline};
use protocol::api::kiosk::TakeOffline;
use protocol::error::{ErrorCode, Problem};
use store::StoreError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::work_offline;

/// The switch, which only staff may touch.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(begin, end))
}

/// Sell only this kiosk's own seats and ask nobody, for a time or until the link is good
#[utoipa::path(post, operation_id = "work_offline",
    path = "/api/staff/offline", tag = "staff",
    request_body = TakeOffline,
    responses((status = 200, body = ByHand), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
async fn begin(
    State(app): State<App>,
    speaks: Speaks,
    Body(asked): Body<TakeOffline>,
) -> Result<Json<ByHand>, ApiError> {
    let offline = WorkOffline::begin(app.shop.now(), asked.minutes, &asked.reason);
    let offline = offline.map_err(|refused| not_possible(refused).speaking(speaks))?;
    let links = app.shop.links.clone();
    let begun = app.shop.db.write(move |tx| {
        let by_hand = work_offline::begin(tx, offline)?;
        links.set_by_hand(by_hand.since());
        Ok::<_, StoreError>(by_hand)
    });
    Ok(Json(begun.await?))
}

/// Ask the hub again; or that it ended by itself has been seen
#[utoipa::path(delete, operation_id = "work_online",
    path = "/api/staff/offline", tag = "staff",
    responses((status = 200, body = ByHand), (status = 401, body = Problem)))]
async fn end(State(app): State<App>) -> Result<Json<ByHand>, ApiError> {
    let links = app.shop.links.clone();
    let ended = app.shop.db.write(move |tx| {
        let by_hand = work_offline::end(tx)?;
        links.set_by_hand(by_hand.since());
        Ok::<_, StoreError>(by_hand)
    });
    Ok(Json(ended.await?))
}

fn not_possible(refused: NotPossible) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest).detail(refused.to_string())
}
