//! Picking up a booking at the screen.

use axum::Json;
use axum::extract::State;
use boxoffice::bookings::booking_view;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::booking::BookingNumber;
use protocol::api::booking::{BookingView, PickUpBooking};
use protocol::error::{ErrorCode, Problem};

use crate::app::App;

/// A booking of this theater by its number
#[utoipa::path(post, operation_id = "pick_up_booking",
    path = "/api/bookings/lookup", tag = "bookings",
    request_body = PickUpBooking,
    responses((status = 200, body = BookingView), (status = 404, body = Problem)))]
pub(super) async fn look_up(
    State(app): State<App>,
    speaks: Speaks,
    Body(request): Body<PickUpBooking>,
) -> Result<Json<BookingView>, ApiError> {
    let number: BookingNumber = request.number.parse().map_err(|wrong| {
        let error = ApiError::new(ErrorCode::InvalidRequest).speaking(speaks);
        error.detail(format!("{wrong}"))
    })?;
    let shop = app.shop.clone();
    let view = app.shop.db.read(move |db| {
        let booking = seats::sqlite::bookings::find_by_number(db, &number)?;
        let booking = booking.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
        booking_view(&shop, db, &booking)
    });
    Ok(Json(view.await.map_err(|error| error.speaking(speaks))?))
}
