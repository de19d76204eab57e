//! Booking on the web as a guest.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use boxoffice::bookings::{booking_view, priced_seat};
use boxoffice::problem::{ApiError, Body, Speaks};
use boxoffice::{Shop, find_screening};
use domain::booking::{Booking, BookingNumber, Tender};
use domain::id::{BookingId, HoldId, NodeId, OrderId, RefundId, TicketId};
use domain::link::LinkState;
use domain::refund::Share;
use domain::screening::Screening;
use domain::seating::HOLD_SEATS_MAX;
use domain::time::Timestamp;
use protocol::api::booking::{BookHold, BookingView, CancelBooking, LookUpBooking};
use protocol::api::order::{GuestBookingView, RefundOffer, RefundStatus, RefundView, TicketOffer};
use protocol::error::{ErrorCode, Problem};
use rusqlite::Connection;
use seats::CancelError;

use super::{accounts, parsed};
use crate::app::App;
use crate::pledging::returning;
use crate::refunds::{self, Return};
use crate::selling::{self, GuestBooking, Phone};
use crate::sqlite::awaited_accounts;
use crate::sqlite::refunds as refund_rows;
use crate::sqlite::refunds::{Refund, RefundState};
use crate::used_tickets;

/// Book a hold, to be paid at the theater; repeating it returns the same booking
#[utoipa::path(post, operation_id = "book_hold",
    path = "/api/holds/{hold}/booking", tag = "bookings",
    request_body = BookHold,
    responses((status = 201, body = BookingView), (status = 409, body = Problem),
              (status = 410, body = Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Path(hold): Path<HoldId>,
    speaks: Speaks,
    Body(request): Body<BookHold>,
) -> Result<(StatusCode, Json<BookingView>), ApiError> {
    if !app.selling.pay_at_theater {
        return Err(ApiError::new(ErrorCode::PayAtTheaterOff).speaking(speaks));
    }
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
    responses((status = 200, body = GuestBookingView), (status = 404, body = Problem)))]
pub(super) async fn look_up(
    State(app): State<App>,
    speaks: Speaks,
    Body(request): Body<LookUpBooking>,
) -> Result<Json<GuestBookingView>, ApiError> {
    let number: BookingNumber = parsed(&request.number, speaks)?;
    let phone: Phone = parsed(&request.phone, speaks)?;
    let asked = app.clone();
    let found = app.shop.db.read(move |db| {
        let not_found = || ApiError::new(ErrorCode::NotFound);
        let booking = seats::sqlite::bookings::find_by_number(db, &number)?;
        let booking = booking.ok_or_else(not_found)?;
        if !selling::is_guest(db, &booking, &phone)? {
            return Err(not_found());
        }
        let orders = accounts::orders_of(db, &booking)?;
        Ok((guest_view(&asked, db, &booking)?, orders))
    });
    let (view, orders) = found.await.map_err(|error| error.speaking(speaks))?;
    Ok(Json(GuestBookingView {
        refund_to_account: view.refund_offer.is_some() && accounts::is_needed(&app, &orders).await,
        ..view
    }))
}

/// Cancel a guest's booking; what was paid on the web comes back by the rules of its day
#[utoipa::path(post, operation_id = "cancel_booking",
    path = "/api/bookings/{booking}/cancellation", tag = "bookings",
    request_body = CancelBooking,
    responses((status = 200, body = GuestBookingView), (status = 409, body = Problem),
              (status = 422, body = Problem)))]
pub(super) async fn cancel(
    State(app): State<App>,
    Path(booking): Path<BookingId>,
    speaks: Speaks,
    Body(request): Body<CancelBooking>,
) -> Result<Json<GuestBookingView>, ApiError> {
    if request.tickets.len() > HOLD_SEATS_MAX {
        return Err(ApiError::new(ErrorCode::InvalidRequest).speaking(speaks));
    }
    let phone: Phone = parsed(&request.phone, speaks)?;
    let (asked, theirs) = (app.clone(), phone.clone());
    let orders = app
        .shop
        .db
        .read(move |db| to_return(&asked, db, (booking, &theirs), asked.shop.now()));
    let orders = orders.await.map_err(|error| error.speaking(speaks))?;
    let into_account = accounts::for_refund(&app, &orders, request.account).await;
    let into_account = into_account.map_err(|error| error.speaking(speaks))?;
    let asked = app.clone();
    let view = app.shop.db.write(move |tx| {
        let shop = &asked.shop;
        let booking = seats::sqlite::bookings::find(tx, booking)?;
        let booking = booking.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
        let screening = find_screening(shop, tx, booking.screening)?;
        not_used(shop, tx, (&booking, &screening), &request.tickets)?;
        let cancelled = if booking.tender == Tender::Online {
            let returned = Return {
                phone,
                tickets: request.tickets,
                refund: RefundId(shop.ids.uuid(shop.now())),
            };
            let (here, rules) = (shop.here(), &asked.selling.refund_rules);
            refunds::return_tickets(tx, here, (&booking, &screening), &returned, rules)?
        } else if booking.tender == Tender::Pledge && is_whole(&booking, &request.tickets) {
            let (here, rules) = (shop.here(), &asked.selling.refund_rules);
            returning::return_claim(tx, here, (&booking, &screening), (&phone, rules))?
        } else if request.tickets.is_empty() {
            selling::cancel_for_guest(tx, shop.here(), (&booking, &phone), &screening)?
        } else {
            let error = ApiError::new(ErrorCode::CannotCancel);
            return Err(
                error.detail("only a booking that was paid on the web can be cancelled in part")
            );
        };
        guest_view(&asked, tx, &cancelled)
    });
    let view = view.await.map_err(|error| error.speaking(speaks))?;
    let refund_to_account = into_account && view.refund_offer.is_some();
    if let Some(paying) = &app.payments {
        paying.due.notify_one();
    }
    Ok(Json(GuestBookingView {
        refund_to_account,
        ..view
    }))
}

/// The orders whose money comes back if the booking is cancelled now; none when it is not theirs,
/// which whoever cancels it refuses.
fn to_return(
    app: &App,
    db: &Connection,
    (booking, phone): (BookingId, &Phone),
    now: Timestamp,
) -> Result<Vec<OrderId>, ApiError> {
    let Some(booking) = seats::sqlite::bookings::find(db, booking)? else {
        return Ok(Vec::new());
    };
    if !selling::is_guest(db, &booking, phone)? {
        return Ok(Vec::new());
    }
    let screening = find_screening(&app.shop, db, booking.screening)?;
    let rules = &app.selling.refund_rules;
    let share = refunds::offer(&booking, rules, screening.starts_at, now);
    if share.is_none_or(|share| share.percent == 0) {
        return Ok(Vec::new());
    }
    Ok(accounts::orders_of(db, &booking)?)
}

/// Refuses tickets that only the counter takes back.
fn not_used(
    shop: &Shop,
    db: &Connection,
    (booking, screening): (&Booking, &Screening),
    tickets: &[TicketId],
) -> Result<(), ApiError> {
    let is_away = |node: &NodeId| match shop.links.of_node(node).state {
        LinkState::Offline => true,
        LinkState::Online | LinkState::Slow => false,
    };
    let of = (booking, screening.theater);
    let may = used_tickets::may_return(db, of, tickets, is_away)?;
    may.map_err(|refused| CancelError::Refused(refused).into())
}

/// Whether all of the tickets are meant.
fn is_whole(booking: &Booking, named: &[TicketId]) -> bool {
    let mut tickets = booking.tickets.iter();
    named.is_empty() || tickets.all(|it| named.contains(&it.ticket))
}

/// The booking with the money that has gone back and could go back.
fn guest_view(app: &App, db: &Connection, booking: &Booking) -> Result<GuestBookingView, ApiError> {
    let shop = &app.shop;
    let screening = find_screening(shop, db, booking.screening)?;
    let rules = &app.selling.refund_rules;
    let claim = booking.tender == Tender::Pledge;
    let online = !claim || returning::is_back_online(db, booking)?;
    let share = refunds::offer(booking, rules, screening.starts_at, shop.now());
    let share = share.filter(|_| online);
    let map = shop.seat_map(db, &screening)?;
    let mut views = Vec::new();
    for refund in refund_rows::of_booking(db, booking.booking)? {
        let tickets = refund.tickets.iter();
        let seats = tickets.filter_map(|it| priced_seat(&map, it.seat, it.price));
        views.push(RefundView {
            refund: refund.refund,
            amount_won: refund.amount,
            asked_at: refund.asked_at,
            seats: seats.collect(),
            status: refund_status(db, &refund)?,
        });
    }
    Ok(GuestBookingView {
        booking: booking_view(shop, db, booking)?,
        order: booking.order.filter(|_| booking.tender == Tender::Online),
        // Only the payments module knows: whoever asks it says so.
        refund_to_account: false,
        awaiting_account: match booking.order {
            Some(order) => awaited_accounts::is_awaited_of(db, order)?,
            None => false,
        },
        refund_offer: share.and_then(|share| offer_view(booking, share)),
        refunds: views,
    })
}

fn offer_view(booking: &Booking, share: Share) -> Option<RefundOffer> {
    let tickets = booking.tickets.iter().map(|ticket| TicketOffer {
        ticket: ticket.ticket,
        amount_won: share.of(ticket.price),
    });
    let tickets: Vec<TicketOffer> = tickets.collect();
    Some(RefundOffer {
        percent: share.percent,
        amount_won: tickets.iter().map(|ticket| ticket.amount_won).sum(),
        tickets,
        until: share.until?,
    })
}

fn refund_status(db: &Connection, refund: &Refund) -> Result<RefundStatus, ApiError> {
    Ok(match &refund.state {
        RefundState::HandedOver if awaited_accounts::is_awaited(db, refund.refund)? => {
            RefundStatus::AwaitingAccount
        }
        RefundState::Due | RefundState::DueAgain | RefundState::HandedOver => RefundStatus::Pending,
        RefundState::Done { refunded_at } => RefundStatus::Done {
            refunded_at: *refunded_at,
        },
        RefundState::Refused { .. } => RefundStatus::Refused,
    })
}
