//! From a hold to a booking, with or without a payment between, and back.

use domain::booking::{Booking, BookingNumber, BookingState, CancelRefused, Tender, Ticket};
use domain::daily_close::DailyClose;
use domain::id::{BookingId, HoldId, OrderId, ScreeningId, SeatId, TicketId};
use domain::money::Won;
use domain::mutant::{Mutant, is};
use domain::seating::{BookRefused, HOLD_MS, Hold, HoldState, SeatState, Seats};
use domain::tender::KioskTender;
use domain::time::{MINUTE_MS, Timestamp};
use domain::version::Version;
use protocol::row::TenderFact;
use rusqlite::Transaction;
use store::StoreError;

use crate::error::{BookError, CancelError};
use crate::feed::{Changes, HUB_ONLY};
use crate::given_up::give_up;
use crate::hold::{kept_seats, open_scope, put, put_seats};
use crate::sqlite::bookings::Writer;
use crate::{Here, sqlite};

/// After a payment that failed the buyer has at least this long to try another card.
const RETRY_MS: i64 = 2 * MINUTE_MS;

/// What a hold becomes. Prices are the server's (M1).
#[derive(Clone, Debug)]
pub struct BookHold {
    pub hold: HoldId,
    pub booking: BookingId,
    pub number: BookingNumber,
    pub tender: Tender,
    pub order: Option<OrderId>,
    /// A new ticket id and the price for every seat of the hold.
    pub tickets: Vec<(SeatId, TicketId, Won)>,
}

/// Keeps the seats without an end while a payment is under way (S5).
///
/// # Errors
///
/// Refuses when the hold is unknown, has run out or is being paid already.
pub fn begin_payment(
    tx: &Transaction<'_>,
    here: Here<'_>,
    hold: HoldId,
) -> Result<Hold, BookError> {
    let hold = sqlite::holds::find(tx, hold)?.ok_or(BookRefused::UnknownHold)?;
    let scope = open_scope::<BookError>(tx, hold.screening)?;
    let seats = bookable(tx, here, &hold)?;
    let paying = Hold {
        state: HoldState::Paying,
        ..hold
    };
    sqlite::holds::record(tx, &paying)?;
    let kept = SeatState::Kept { hold: paying.hold };
    put(tx, here, (&paying, &seats), kept, scope)?;
    Ok(paying)
}

/// The payment is known to have failed: the buyer may try again for a while.
///
/// # Errors
///
/// Refuses while this node is recovering. A hold that is not being paid stays as it is.
pub fn fail_payment(tx: &Transaction<'_>, here: Here<'_>, hold: HoldId) -> Result<(), BookError> {
    let Some(hold) = sqlite::holds::find(tx, hold)? else {
        return Ok(());
    };
    if hold.state != HoldState::Paying {
        return Ok(());
    }
    let scope = open_scope::<BookError>(tx, hold.screening)?;
    let Some(seats) = kept_seats(tx, &hold)? else {
        // Its seats went with a database that was lost.
        let state = HoldState::Released;
        return Ok(sqlite::holds::record(tx, &Hold { state, ..hold })?);
    };
    let until = retry_until(&hold, here.now);
    let open = Hold {
        state: HoldState::Open { until },
        ..hold
    };
    sqlite::holds::record(tx, &open)?;
    let held = SeatState::Held {
        hold: open.hold,
        until,
    };
    put(tx, here, (&open, &seats), held, scope)?;
    Ok(())
}

fn retry_until(hold: &Hold, now: Timestamp) -> Timestamp {
    let capped = now.plus_ms(HOLD_MS).min(hold.until_max());
    capped.max(now.plus_ms(RETRY_MS))
}

/// Makes the hold a booking. Booking it again returns the same booking (M3).
///
/// # Errors
///
/// Refuses when the hold is unknown, has run out, or is being paid by another order.
pub fn book(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &BookHold,
) -> Result<Booking, BookError> {
    let hold = sqlite::holds::find(tx, request.hold)?.ok_or(BookRefused::UnknownHold)?;
    if let HoldState::Booked { booking } = hold.state {
        let booked = sqlite::bookings::find(tx, booking)?;
        return Ok(booked.ok_or(BookRefused::UnknownHold)?);
    }
    let scope = open_scope::<BookError>(tx, hold.screening)?;
    let kept = match (hold.state, request.order) {
        (HoldState::Paying, Some(_)) => kept_seats(tx, &hold)?,
        (HoldState::Paying, None) => return Err(BookRefused::BeingPaid.into()),
        (HoldState::Open { .. } | HoldState::Booked { .. } | HoldState::Released, _) => {
            match bookable(tx, here, &hold) {
                Err(BookError::Refused(BookRefused::Expired)) => None,
                kept => Some(kept?),
            }
        }
    };
    let Some(seats) = kept else {
        return Ok(booked_before(tx, &hold)?.ok_or(BookRefused::Expired)?);
    };
    let booking = booking_of(&hold, here, request);
    let booked = Hold {
        state: HoldState::Booked {
            booking: booking.booking,
        },
        ..hold
    };
    sqlite::holds::record(tx, &booked)?;
    sqlite::bookings::record(tx, &booking, Writer::Ourselves)?;
    let mut changes = Changes::new(scope);
    let state = SeatState::Booked {
        booking: booking.booking,
    };
    put_seats(tx, here, &booked, &seats, (state, &mut changes))?;
    changes.booking(&booking);
    changes.record(tx, here.node)?;
    Ok(booking)
}

/// Cancels a booking that this node made and frees its seats.
///
/// # Errors
///
/// Refuses when the booking is unknown, another node's, paid by card, or the screening
/// (which begins at `starts_at`) has begun.
pub fn cancel(
    tx: &Transaction<'_>,
    here: Here<'_>,
    booking: BookingId,
    starts_at: Timestamp,
) -> Result<Booking, CancelError> {
    let booking = sqlite::bookings::find(tx, booking)?.ok_or(CancelRefused::Unknown)?;
    if !booking.is_written_by(here.node) {
        return Err(CancelRefused::Elsewhere.into());
    }
    if !booking.is_live() {
        return Ok(booking);
    }
    if booking.is_paid() {
        return Err(CancelRefused::Paid.into());
    }
    if here.now >= starts_at {
        return Err(CancelRefused::Begun.into());
    }
    let scope = open_scope::<CancelError>(tx, booking.screening)?;
    Ok(end_booking(tx, here, booking, scope)?)
}

/// Ends a booking and frees those of its seats that are still its own and ours.
pub(crate) fn end_booking(
    tx: &Transaction<'_>,
    here: Here<'_>,
    booking: Booking,
    scope: i64,
) -> Result<Booking, StoreError> {
    let cancelled = Booking {
        version: booking.version.next(),
        state: BookingState::Cancelled {
            cancelled_at: here.now,
        },
        ..booking
    };
    sqlite::bookings::record(tx, &cancelled, Writer::Ourselves)?;
    let mut changes = Changes::new(scope);
    if !is(Mutant::ForgetToTell) {
        changes.booking(&cancelled);
    }
    for ticket in &cancelled.tickets {
        let place = (cancelled.screening, ticket.seat);
        give_up(tx, here, place, cancelled.booking, &mut changes)?;
    }
    changes.record(tx, here.node)?;
    Ok(cancelled)
}

/// Records how money for seats of `screening` changed hands; doing it again changes nothing
/// (M3).
///
/// # Errors
///
/// Fails when the store does.
pub fn record_tender(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: ScreeningId,
    tender: KioskTender,
) -> Result<(), StoreError> {
    let fact = TenderFact {
        node: here.node.clone(),
        tender,
    };
    if sqlite::tenders::record(tx, &fact)? {
        let scope = sqlite::recovery::seating(tx, screening)?.scope;
        let mut changes = Changes::new(scope);
        changes.tender(&fact);
        changes.record(tx, here.node)?;
    }
    Ok(())
}

/// Records a daily close of this node; doing it again changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn record_close(
    tx: &Transaction<'_>,
    here: Here<'_>,
    close: &DailyClose,
) -> Result<(), StoreError> {
    if sqlite::closes::record(tx, close)? {
        // No other kiosk needs it, and the hub reads everything.
        let mut changes = Changes::new(HUB_ONLY);
        changes.close(close);
        changes.record(tx, here.node)?;
    }
    Ok(())
}

/// The booking that this hold became in a life of the database that was lost since: the hub
/// has given it back, and only the hold does not know.
fn booked_before(tx: &Transaction<'_>, hold: &Hold) -> Result<Option<Booking>, StoreError> {
    let Some(&first) = hold.seats.first() else {
        return Ok(None);
    };
    let Some(seat) = sqlite::seats::find(tx, hold.screening, first)? else {
        return Ok(None);
    };
    let SeatState::Booked { booking } = seat.state else {
        return Ok(None);
    };
    let booking = sqlite::bookings::find(tx, booking)?;
    Ok(booking.filter(|booking| booking.hold == hold.hold))
}

fn bookable(tx: &Transaction<'_>, here: Here<'_>, hold: &Hold) -> Result<Seats, BookError> {
    match hold.state {
        HoldState::Open { until } if here.now < until => {
            Ok(kept_seats(tx, hold)?.ok_or(BookRefused::Expired)?)
        }
        HoldState::Open { .. } | HoldState::Released => Err(BookRefused::Expired.into()),
        HoldState::Paying | HoldState::Booked { .. } => Err(BookRefused::BeingPaid.into()),
    }
}

fn booking_of(hold: &Hold, here: Here<'_>, request: &BookHold) -> Booking {
    let wanted: Vec<SeatId> = request.tickets.iter().map(|(seat, ..)| *seat).collect();
    assert_eq!(wanted, hold.seats, "every held seat gets its one ticket");
    let tickets = request.tickets.iter();
    Booking {
        booking: request.booking,
        number: request.number.clone(),
        screening: hold.screening,
        node: here.node.clone(),
        version: Version::FIRST,
        hold: hold.hold,
        tender: request.tender,
        order: request.order,
        booked_at: here.now,
        state: BookingState::Confirmed,
        tickets: tickets
            .map(|&(seat, ticket, price)| Ticket {
                ticket,
                seat,
                price,
            })
            .collect(),
    }
}
