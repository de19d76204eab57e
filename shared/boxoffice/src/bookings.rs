//! Bookings as buyers see them.

use domain::booking::{Booking, BookingState};
use domain::id::SeatId;
use domain::money::Won;
use domain::seat_map::SeatMap;
use protocol::api::booking::{BookingStatus, BookingView, TicketView};
use protocol::api::screening::PricedSeat;
use protocol::error::ErrorCode;
use rusqlite::Connection;

use crate::Shop;
use crate::problem::ApiError;
use crate::screenings::find;

/// The booking with its screening and the places of its tickets.
///
/// # Errors
///
/// A booking whose screening this node does not know (yet) is not found.
pub fn booking_view(
    shop: &Shop,
    db: &Connection,
    booking: &Booking,
) -> Result<BookingView, ApiError> {
    let screening = find(shop, db, booking.screening)?;
    let map = shop.seat_map(db, &screening)?;
    let summary = shop.programme.summary(shop, db, &screening)?;
    let tickets = booking.tickets.iter().filter_map(|ticket| {
        Some(TicketView {
            ticket: ticket.ticket,
            seat: priced_seat(&map, ticket.seat, ticket.price)?,
        })
    });
    Ok(BookingView {
        booking: booking.booking,
        number: booking.number.to_string(),
        state: match booking.state {
            BookingState::Confirmed => BookingStatus::Confirmed,
            BookingState::Cancelled { .. } => BookingStatus::Cancelled,
        },
        screening: summary.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?,
        tickets: tickets.collect(),
        amount_won: booking.amount(),
        tender: booking.tender,
        paid: booking.is_paid(),
        booked_at: booking.booked_at,
    })
}

/// A seat with where it stands and what it costs; none when the map does not have it.
#[must_use]
pub fn priced_seat(map: &SeatMap, seat: SeatId, price: Won) -> Option<PricedSeat> {
    let place = map.seat(seat)?;
    Some(PricedSeat {
        seat,
        row: place.row.clone(),
        number: place.number,
        zone: place.zone.clone(),
        kind: place.kind,
        price_won: price,
    })
}
