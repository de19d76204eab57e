//! Selling on the web: a guest's hold becomes a booking.

use domain::booking::{Booking, BookingNumber, CancelRefused, Tender};
use domain::id::{BookingId, HoldId, SeatId, TicketId};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::seating::{BookRefused, Hold};
use domain::web_order::Line;
use rusqlite::Transaction;
use seats::{BookError, CancelError, Here};
use store::StoreError;

use crate::sqlite::guests;

/// A Korean mobile number, digits only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// The digits alone. They never leave the hub.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Whether it is this one; takes as long for every wrong one.
    #[must_use]
    pub fn is(&self, known: &str) -> bool {
        subtle::ConstantTimeEq::ct_eq(known.as_bytes(), self.0.as_bytes()).into()
    }
}

/// Why a text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("휴대전화 번호를 010-1234-5678처럼 적어 주세요 (a Korean mobile number)")]
pub struct PhoneInvalid;

impl std::str::FromStr for Phone {
    type Err = PhoneInvalid;

    /// Reads a number with or without hyphens, spaces and the country's code.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let kept = text.chars().filter(|c| !matches!(c, '-' | ' ' | '.'));
        let digits: String = kept.collect();
        let digits = match digits.strip_prefix("+82") {
            Some(rest) => format!("0{}", rest.trim_start_matches('0')),
            None => digits,
        };
        let numeric = digits.bytes().all(|byte| byte.is_ascii_digit());
        let mobile = digits.starts_with("01") && matches!(digits.len(), 10 | 11);
        if numeric && mobile {
            return Ok(Self(digits));
        }
        Err(PhoneInvalid)
    }
}

/// What a hold on the web becomes.
#[derive(Clone, Debug)]
pub struct GuestBooking {
    pub hold: HoldId,
    pub phone: Phone,
    pub booking: BookingId,
    pub number: BookingNumber,
    /// One for every seat of the hold, and maybe more.
    pub tickets: Vec<TicketId>,
}

/// Books a guest's hold, to be paid at the theater. Booking it again with the same phone
/// number returns the same booking.
///
/// # Errors
///
/// Refuses when the hold is unknown or has run out.
pub fn book_for_guest(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &GuestBooking,
    (hold, screening, map): (&Hold, &Screening, &SeatMap),
) -> Result<Booking, BookError> {
    let lines = lines(screening, map, &hold.seats)?;
    let tickets = lines.iter().zip(&request.tickets);
    let tickets = tickets.map(|(line, &ticket)| (line.seat, ticket, line.price));
    let booking = seats::book(
        tx,
        here,
        &seats::BookHold {
            hold: hold.hold,
            booking: request.booking,
            number: request.number.clone(),
            tender: Tender::PayAtTheater,
            order: None,
            tickets: tickets.collect(),
        },
    )?;
    guests::record(tx, booking.booking, &request.phone.0)?;
    if !is_guest(tx, &booking, &request.phone)? {
        // Somebody else's hold id, already booked with another phone number.
        return Err(BookRefused::UnknownHold.into());
    }
    Ok(booking)
}

/// The price of every seat of a hold, as the server says (M1).
///
/// # Errors
///
/// Fails when a held seat has no price, which holding it would have refused.
pub fn lines(
    screening: &Screening,
    map: &SeatMap,
    seats: &[SeatId],
) -> Result<Vec<Line>, StoreError> {
    let lines = seats.iter().map(|&seat| {
        let zone = &map.seat(seat)?.zone;
        let price = screening.price(zone)?;
        Some(Line { seat, price })
    });
    let lines: Option<Vec<_>> = lines.collect();
    lines.ok_or_else(|| StoreError::Inconsistent {
        table: "screenings",
        reason: format!(
            "a held seat of screening {} has no price",
            screening.screening
        ),
    })
}

/// Whether the booking was made with this phone number.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_guest(
    db: &rusqlite::Connection,
    booking: &Booking,
    phone: &Phone,
) -> Result<bool, StoreError> {
    let known = guests::phone_of(db, booking.booking)?;
    Ok(known.is_some_and(|known| phone.is(&known)))
}

/// Cancels a guest's booking.
///
/// # Errors
///
/// Refuses when the booking is not this guest's or can no longer be cancelled.
pub fn cancel_for_guest(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (booking, phone): (&Booking, &Phone),
    screening: &Screening,
) -> Result<Booking, CancelError> {
    if !is_guest(tx, booking, phone)? {
        return Err(CancelRefused::Unknown.into());
    }
    seats::cancel(tx, here, booking.booking, screening.starts_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_read_as_people_write_it() {
        let expected = Ok(Phone("01012345678".to_owned()));
        for text in [
            "010-1234-5678",
            "01012345678",
            "+82 10 1234 5678",
            "010.1234.5678",
        ] {
            assert_eq!(text.parse(), expected, "{text}");
        }
        for text in ["", "02-123-4567", "010-12", "010-1234-567a", "112"] {
            assert_eq!(text.parse::<Phone>(), Err(PhoneInvalid), "{text}");
        }
    }
}
