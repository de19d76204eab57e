//! Claims (좌석 선택권): backers of a screening that will be choose their seats first (C6). No
//! money moves: the pledge has paid.

pub mod by_itself;

use domain::booking::{Booking, Tender};
use domain::campaign::Campaign;
use domain::claim::{ClaimRefused, may_place};
use domain::id::{BookingId, HoldId, SeatId, TicketId};
use domain::pledge::{Pledge, PledgeState};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::seating::BookRefused;
use domain::time::MINUTE_MS;
use rusqlite::{Connection, Transaction};
use seats::{BookError, BookHold, Here, HoldError, HoldSeats};
use store::StoreError;
use uuid::Uuid;

use crate::pledging::giving_back;
use crate::sqlite::{backers, campaigns as table, guests};

/// A backer's choice.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    pub pledge: &'a Pledge,
    pub screening: &'a Screening,
    pub map: &'a SeatMap,
    pub seats: &'a [SeatId],
}

/// Why a claim has no seats.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error(transparent)]
    Refused(#[from] ClaimRefused),
    /// Some of the seats cannot be had.
    #[error(transparent)]
    Seats(HoldError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for PlaceError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// The campaign that a pledge belongs to, if the backer may choose `seats` seats now.
///
/// # Errors
///
/// Refuses outside of the backers' time, and what is no claim.
pub fn claimed(
    db: &Connection,
    here: Here<'_>,
    (pledge, seats): (&Pledge, usize),
) -> Result<Campaign, PlaceError> {
    let campaign = table::find(db, pledge.campaign)?.ok_or(ClaimRefused::Unknown)?;
    may_place(pledge, &campaign.state, (seats, here.now))?;
    Ok(campaign)
}

/// Puts a claim on chosen seats: they are booked at once. `mint` makes new ids. Placing it
/// again returns the same booking.
///
/// # Errors
///
/// Refuses outside of the backers' time, and seats that cannot be had; then nothing changes.
pub fn place(
    tx: &Transaction<'_>,
    here: Here<'_>,
    choice: &Choice<'_>,
    mint: &mut dyn FnMut() -> Uuid,
) -> Result<Booking, PlaceError> {
    if let PledgeState::Placed { booking } = choice.pledge.state {
        let booked = seats::sqlite::bookings::find(tx, booking)?;
        return Ok(booked.ok_or(ClaimRefused::NoClaim)?);
    }
    claimed(tx, here, (choice.pledge, choice.seats.len()))?;
    book(tx, here, choice, (Judge::Strictly, mint))
}

/// Whether a single seat may be left alone (S8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judge {
    Strictly,
    Mildly,
}

/// Books the seats for the pledge, whoever has chosen them. When they cannot be had, what was
/// kept for it is kept on.
pub(crate) fn book(
    tx: &Transaction<'_>,
    here: Here<'_>,
    choice: &Choice<'_>,
    (judge, mint): (Judge, &mut dyn FnMut() -> Uuid),
) -> Result<Booking, PlaceError> {
    let pledge = choice.pledge;
    // From here on the seats are its own, and not any that are kept for it.
    seats::let_go(tx, pledge.pledge.0)?;
    let hold = HoldId(mint());
    let screening = on_sale(choice.screening, here);
    let wanted = HoldSeats {
        hold,
        screening: &screening,
        map: choice.map,
        wanted: choice.seats,
    };
    let held = match judge {
        Judge::Strictly => seats::hold(tx, here, wanted),
        Judge::Mildly => seats::hold_anywhere(tx, here, wanted),
    };
    let held = match held {
        Ok(held) => held,
        Err(refused) => {
            let kept = (pledge.pledge.0, pledge.tickets);
            seats::keep_anyway(tx, pledge.screening, kept)?;
            return Err(PlaceError::Seats(refused));
        }
    };
    let booking = BookingId(mint());
    let tickets = held.seats.iter();
    let tickets = tickets.map(|&seat| (seat, TicketId(mint()), pledge.price));
    let request = BookHold {
        hold,
        booking,
        number: pledge.number.clone(),
        tender: Tender::Pledge,
        order: None,
        tickets: tickets.collect(),
    };
    let booking = seats::book(tx, here, &request).map_err(|error| match error {
        BookError::Refused(refused) => just_held(refused),
        BookError::Store(fault) => fault,
    })?;
    if let Some(phone) = backers::phone_of(tx, pledge.pledge)? {
        guests::record(tx, booking.booking, &phone)?;
    }
    let placed = PledgeState::Placed {
        booking: booking.booking,
    };
    giving_back::record(tx, here, &pledge.changed_to(placed))?;
    Ok(booking)
}

/// The screening as it is for a backer: on sale.
pub(crate) fn on_sale(screening: &Screening, here: Here<'_>) -> Screening {
    Screening {
        sale_from: here.now,
        sale_until: here.now.plus_ms(MINUTE_MS),
        ..screening.clone()
    }
}

fn just_held(refused: BookRefused) -> StoreError {
    StoreError::Inconsistent {
        table: "holds",
        reason: format!("seats that were held in the same transaction: {refused}"),
    }
}
