//! The decisions about holds: may these seats be kept for this buyer?

use super::{HOLD_MS, HOLD_SEATS_MAX, Hold, HoldState, SeatState, Seats};
use crate::id::{HoldId, NodeId, ScreeningId, SeatId};
use crate::mutant::{Mutant, is};
use crate::screening::{Sale, Screening};
use crate::seat_map::SeatMap;
use crate::time::Timestamp;

/// Who asks for which seats.
#[derive(Clone, Debug)]
pub struct HoldRequest<'a> {
    pub hold: HoldId,
    /// The node that is asked.
    pub node: &'a NodeId,
    pub screening: &'a Screening,
    pub map: &'a SeatMap,
    pub wanted: &'a [SeatId],
    pub now: Timestamp,
}

/// Why one seat cannot be had here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeatRefusal {
    /// The room has no such seat.
    Unknown,
    /// Another node sells it.
    Elsewhere,
    Taken,
    Blocked,
}

/// Why seats cannot be held. Every variant is something the buyer can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoldRefused {
    #[error("choose at least one seat")]
    NoSeats,
    #[error("at most {HOLD_SEATS_MAX} seats can be held at once")]
    TooManySeats,
    #[error("a seat is named twice")]
    SeatTwice,
    #[error("screening {0} is not on sale yet")]
    SaleNotOpen(ScreeningId),
    #[error("screening {0} is no longer on sale")]
    SaleClosed(ScreeningId),
    /// Every seat that was not free, and why (S4).
    #[error("{} of the seats cannot be had here", .0.len())]
    Seats(Vec<(SeatId, SeatRefusal)>),
    /// This node may not sell the screening now: it is not sure what is sold.
    #[error("this node is recovering and sells nothing of screening {0} until it is done")]
    Recovering(ScreeningId),
    /// Backers of the screening have a claim to what is left here (S6).
    #[error("the seats of screening {0} that are left here are kept for backers")]
    KeptForBackers(ScreeningId),
    /// A seat that nobody could use would be left alone (S8).
    #[error("seat {0} would be left alone between taken seats")]
    StrandsSingle(SeatId),
}

/// Why a hold's end cannot be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefreshRefused {
    #[error("the hold has run out")]
    Expired,
    #[error("the hold is being paid")]
    BeingPaid,
    #[error("the hold is booked")]
    Booked,
    #[error("this node is recovering")]
    Recovering,
}

/// Why a hold cannot be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookRefused {
    #[error("there is no such hold")]
    UnknownHold,
    #[error("the hold has run out")]
    Expired,
    #[error("a payment for the hold is under way")]
    BeingPaid,
    /// Try again when the node has recovered: the seats stay as they are.
    #[error("this node is recovering")]
    Recovering,
}

/// Decides whether the wanted seats can be held. All or nothing (S4). Changes nothing.
///
/// `seats` holds the rows of at least the wanted seats.
///
/// # Errors
///
/// Refuses with every seat that is in the way; S8 is judged apart, because it needs to know
/// how full the house is ([`super::stranded_seat`]).
pub fn decide_hold(request: &HoldRequest<'_>, seats: &Seats) -> Result<Hold, HoldRefused> {
    let HoldRequest { wanted, now, .. } = *request;
    if wanted.is_empty() {
        return Err(HoldRefused::NoSeats);
    }
    if wanted.len() > HOLD_SEATS_MAX {
        return Err(HoldRefused::TooManySeats);
    }
    let mut chosen = wanted.to_vec();
    chosen.sort_unstable();
    if chosen.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(HoldRefused::SeatTwice);
    }
    match request.screening.sale(now) {
        Sale::NotYet => return Err(HoldRefused::SaleNotOpen(request.screening.screening)),
        Sale::Closed => return Err(HoldRefused::SaleClosed(request.screening.screening)),
        Sale::Open => {}
    }
    let refused: Vec<_> = chosen
        .iter()
        .filter_map(|&seat| Some((seat, refusal(request, seats, seat)?)))
        .collect();
    if !refused.is_empty() {
        return Err(HoldRefused::Seats(refused));
    }
    Ok(Hold {
        hold: request.hold,
        screening: request.screening.screening,
        seats: chosen,
        made_at: now,
        state: HoldState::Open {
            until: now.plus_ms(HOLD_MS),
        },
    })
}

fn refusal(request: &HoldRequest<'_>, seats: &Seats, seat: SeatId) -> Option<SeatRefusal> {
    let priced = request
        .map
        .seat(seat)
        .and_then(|place| request.screening.price(&place.zone));
    let (Some(row), Some(_)) = (seats.get(&seat), priced) else {
        return Some(SeatRefusal::Unknown);
    };
    if row.state == SeatState::Blocked {
        return Some(SeatRefusal::Blocked);
    }
    if !row.state.is_free(request.now) && !is(Mutant::SellTaken) {
        return Some(SeatRefusal::Taken);
    }
    (&row.owner != request.node && !is(Mutant::SellElsewhere)).then_some(SeatRefusal::Elsewhere)
}
