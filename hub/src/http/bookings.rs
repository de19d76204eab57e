//! Booking on the web as a guest.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::bookings::booking_view;
use boxoffice::find_screening;
use boxoffice::problem::{ApiError, Body, Speaks};
use domain::booking::BookingNumber;
use domain::id::{BookingId, HoldId, TicketId};
use domain::seating::HOLD_SEATS_MAX;
use protocol::api::booking::{BookHold, BookingView, CancelBooking, LookUpBooking};
use protocol::error::{ErrorCode, Problem};

use crate::app::App;
use crate::selling::{self, GuestBooking, Phone};

/// Book a hold, to be paid at the theater; repeating it returns the same booking
#[utoipa::path(post, operation_id = "book_hold",
    path = "/api/holds/{hold}/booking", tag = "bookings",
    request_body = BookHold,
    responses((status = 201, body = BookingView), (status = 410, body = Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Path(hold): Path<HoldId>,
    speaks: Speaks,
    Body(request): Body<BookHold>,
) -> Result<(StatusCode, Json<BookingView>), ApiError> {
    let phone = parsed::<Phone>(&request.phone, speaks)?;
    let (shop, ids) = (app.shop.clone(), app.shop.ids.clone());
    let now = shop.now();
    let request = GuestBooking {
        hold,
        phone,
        booking: BookingId(ids.uuid(now)),
        number: parsed(&ids.digits12(), speaks)?,
        tickets: (0..HOLD_SEATS_MAX)
            .map(|_| TicketId(ids.uuid(now)))
            .collect(),
    };
    let view = app.shop.db.write(move |tx| {
        let hold = seats::sqlite::holds::find(tx, request.hold)?;
        let hold = hold.ok_or_else(|| ApiError::new(ErrorCode::HoldNotFound))?;
        let screening = find_screening(&shop, tx, hold.screening)?;
        let map = shop.seat_map(tx, &screening)?;
        let facts = (&hold, &screening, map.as_ref());
        let booking = selling::book_for_guest(tx, shop.here(), &request, facts)?;
        booking_view(&shop, tx, &booking)
    });
    let view = view.await.map_err(|error| error.speaking(speaks))?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// A guest's booking by its number and the phone number
#[utoipa::path(post, operation_id = "look_up_booking",
    path = "/api/bookings/lookup", tag = "bookings",
    request_body = LookUpBooking,
    responses((status = 200, body = BookingView), (status = 404, body = Problem)))]
pub(super) async fn look_up(
    State(app): State<App>,
    speaks: Speaks,
    Body(request): Body<LookUpBooking>,
) -> Result<Json<BookingView>, ApiError> {
    let number: BookingNumber = parsed(&request.number, speaks)?;
    let phone: Phone = parsed(&request.phone, speaks)?;
    let shop = app.shop.clone();
    let view = app.shop.db.read(move |db| {
        let not_found = || ApiError::new(ErrorCode::NotFound);
        let booking = seats::sqlite::bookings::find_by_number(db, &number)?;
        let booking = booking.ok_or_else(not_found)?;
        if !selling::is_guest(db, &booking, &phone)? {
            return Err(not_found());
        }
        booking_view(&shop, db, &booking)
    });
    Ok(Json(view.await.map_err(|error| error.speaking(speaks))?))
}

/// Cancel a guest's booking
#[utoipa::path(post, operation_id = "cancel_booking",
    path = "/api/bookings/{booking}/cancellation", tag = "bookings",
    request_body = CancelBooking,
    responses((status = 200, body = BookingView), (status = 409, body = Problem)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Path(booking): Path<BookingId>,
    speaks: Speaks,
    Body(request): Body<CancelBooking>,
) -> Result<Json<BookingView>, ApiError> {
    let phone: Phone = parsed(&request.phone, speaks)?;
    let shop = app.shop.clone();
    let view = app.shop.db.write(move |tx| {
        let booking = seats::sqlite::bookings::find(tx, booking)?;
        let booking = booking.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
        let screening = find_screening(&shop, tx, booking.screening)?;
        let guest = (&booking, &phone);
        let cancelled = selling::cancel_for_guest(tx, shop.here(), guest, &screening)?;
        booking_view(&shop, tx, &cancelled)
    });
    Ok(Json(view.await.map_err(|error| error.speaking(speaks))?))
}

/// Reads a text as what it should be.
pub(super) fn parsed<T: std::str::FromStr>(text: &str, speaks: Speaks) -> Result<T, ApiError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|wrong: T::Err| {
        let error = ApiError::new(ErrorCode::InvalidRequest).speaking(speaks);
        error.detail(wrong.to_string())
    })
}
