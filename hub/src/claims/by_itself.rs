//! Claims that nobody has placed three hours before the show are placed by themselves, groups
//! together (C6).

use std::collections::BTreeSet;

use domain::campaign::Campaign;
use domain::claim::{Claim, in_order};
use domain::id::SeatId;
use domain::pledge::{Pledge, ReturnReason};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::seating::{BestRequest, Needs, Party, Seats, best_available};
use rusqlite::Transaction;
use seats::{Here, HoldError};
use store::StoreError;
use uuid::Uuid;

use super::{Choice, Judge, PlaceError, book, on_sale};
use crate::pledging::giving_back;
use crate::sqlite::backers::{self, Told};
use crate::sqlite::{screenings, theaters};

/// Claims that one transaction places: buyers wait for the same writer.
const CLAIMS_IN_ONE_GO_MAX: usize = 25;

/// Claims that one look sorts: more than any room has seats.
const CLAIMS_MAX: u32 = 2_000;

/// What came of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// Some claims have seats or go back; look again.
    Some,
    NoneLeft,
    /// This hub is recovering.
    NotNow,
}

/// Places some of the claims that have no seats: large groups first. One for which there is no
/// seat goes back; S6 sees to it that there is none. `mint` makes new ids.
///
/// # Errors
///
/// Fails when the store does.
pub fn place_page(
    tx: &Transaction<'_>,
    here: Here<'_>,
    campaign: &Campaign,
    mint: &mut dyn FnMut() -> Uuid,
) -> Result<Placed, StoreError> {
    let pledges = seats::sqlite::pledges::unplaced(tx, campaign.campaign, CLAIMS_MAX)?;
    let mut claims: Vec<Claim> = pledges
        .iter()
        .filter_map(|pledge| Claim::of(pledge, &campaign.state))
        .collect();
    let Some(screening) = campaign.state.screening().filter(|_| !claims.is_empty()) else {
        return Ok(Placed::NoneLeft);
    };
    if seats::sqlite::recovery::is_closed(tx, screening)? {
        return Ok(Placed::NotNow);
    }
    let screening = screenings::find(tx, screening)?.ok_or_else(|| gone(campaign))?;
    let map = theaters::seat_map(tx, screening.seat_map, screening.seat_map_version)?;
    let map = map.ok_or_else(|| gone(campaign))?;
    in_order(&mut claims);
    claims.truncate(CLAIMS_IN_ONE_GO_MAX);
    for claim in claims {
        let pledge = pledges.iter().find(|it| it.pledge == claim.pledge);
        if let Some(pledge) = pledge {
            place(tx, here, (pledge, &screening, &map), mint)?;
        }
    }
    Ok(Placed::Some)
}

fn place(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (pledge, screening, map): (&Pledge, &Screening, &SeatMap),
    mint: &mut dyn FnMut() -> Uuid,
) -> Result<(), StoreError> {
    let seats = seats::sqlite::seats::of_screening(tx, screening.screening)?;
    let open = on_sale(screening, here);
    for chosen in choices(here, (pledge, &open, map), &seats) {
        let choice = Choice {
            pledge,
            screening,
            map,
            seats: &chosen,
        };
        match book(tx, here, &choice, (Judge::Mildly, &mut *mint)) {
            Ok(booking) => {
                let booking = booking.booking;
                let told = Told::PlacedByItself { booking };
                return backers::tell(tx, pledge.pledge, (told, here.now));
            }
            Err(PlaceError::Store(fault) | PlaceError::Seats(HoldError::Store(fault))) => {
                return Err(fault);
            }
            // The next choice.
            Err(PlaceError::Refused(_) | PlaceError::Seats(HoldError::Refused(_))) => {}
        }
    }
    giving_back::return_pledge(tx, here, pledge, ReturnReason::NoSeat)?;
    giving_back::discount(tx, here, pledge)
}

/// Seats for the party, the best first; at last any that are free.
fn choices(
    here: Here<'_>,
    (pledge, screening, map): (&Pledge, &Screening, &SeatMap),
    seats: &Seats,
) -> Vec<Vec<SeatId>> {
    let size = usize::try_from(pledge.tickets).unwrap_or(usize::MAX);
    let Ok(party) = Party::new(size, Needs::Seats) else {
        return Vec::new();
    };
    let nobody_else = BTreeSet::new();
    let mut found = best_available(&BestRequest {
        screening,
        map,
        seats,
        now: here.now,
        node: here.node,
        reachable: &nobody_else,
        party,
        zone: None,
        spread: 0,
    });
    let without = crate::campaigns::without_claims(map);
    let free = seats.values().filter(|seat| {
        let ours = &seat.owner == here.node && seat.state.is_free(here.now);
        ours && map.seat(seat.seat).is_some() && !without.contains(&seat.seat)
    });
    let rest: Vec<SeatId> = free.map(|seat| seat.seat).take(size).collect();
    if rest.len() == size {
        found.push(rest);
    }
    found
}

fn gone(campaign: &Campaign) -> StoreError {
    StoreError::Inconsistent {
        table: "screenings",
        reason: format!("the screening of campaign {} is gone", campaign.campaign),
    }
}
