//! Best available: which free seats a party is offered when it names only its size.
//!
//! A suggestion holds nothing. The buyer may lose it to another, so several are given that
//! have no seat in common, and different buyers see equally good ones in a different order.

mod cost;
mod room;
mod search;
mod strand_check;
mod wheelchair;

#[cfg(test)]
mod drawn;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::{HOLD_SEATS_MAX, Seats};
use crate::id::{NodeId, SeatId};
use crate::screening::Screening;
use crate::seat_map::{SeatMap, ZoneId};
use crate::time::Timestamp;
use cost::Cost;
use room::Room;
use search::Candidate;

/// The most suggestions one answer has.
pub const SUGGESTIONS_MAX: usize = 5;

/// Choices are near-equal when they lie within this part of the way from the best place of the
/// room to its worst: a quarter. Wide enough that a herd does not meet in one spot, narrow
/// enough that nobody is sent to a corner.
const NEAR_EQUAL_PART: i64 = 4;

/// How much better a choice must be that another node has to be asked for, counted in flaws:
/// as much as a party that is not torn apart. A tidier row is not worth a wait.
const CLEARLY_FEWER_FLAWS: u32 = cost::TORN;

/// The same for the place: this many seats' widths nearer to the best one.
const CLEARLY_NEARER: i64 = 8 * room::SEAT_WIDTH;

/// How many people look for seats, and what they need. Made by [`Party::new`] only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    size: usize,
    needs: Needs,
}

/// Which places a party asks for (S7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// No wheelchair and no companion places.
    Seats,
    /// So many of the party, at least one, sit in a wheelchair.
    Wheelchairs { users: usize },
}

/// Why nobody can look for seats for such a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartyInvalid {
    #[error("a party has 1 to {HOLD_SEATS_MAX} people")]
    Size,
    #[error("at least one and at most all of the party sit in a wheelchair")]
    Wheelchairs,
}

/// What is looked for, and where.
#[derive(Clone, Copy, Debug)]
pub struct BestRequest<'a> {
    pub screening: &'a Screening,
    pub map: &'a SeatMap,
    /// Every seat of the screening, as the node that asks knows it.
    pub seats: &'a Seats,
    pub now: Timestamp,
    /// The node that asks: its own seats come first.
    pub node: &'a NodeId,
    /// Other nodes that could be asked for a grant now. Seats of all others are left out.
    pub reachable: &'a BTreeSet<NodeId>,
    pub party: Party,
    /// The only zone wanted, the wheelchair places included; any when there is none.
    pub zone: Option<&'a ZoneId>,
    /// Which of the near-equal choices come first. The same for the same buyer, different
    /// for different ones.
    pub spread: u64,
}

impl Party {
    /// A party of `size` people.
    ///
    /// # Errors
    ///
    /// Refuses a party that no hold could seat, or more wheelchairs than people.
    pub fn new(size: usize, needs: Needs) -> Result<Self, PartyInvalid> {
        if size == 0 || size > HOLD_SEATS_MAX {
            return Err(PartyInvalid::Size);
        }
        match needs {
            Needs::Wheelchairs { users } if users == 0 || users > size => {
                Err(PartyInvalid::Wheelchairs)
            }
            Needs::Seats | Needs::Wheelchairs { .. } => Ok(Self { size, needs }),
        }
    }
}

/// Up to [`SUGGESTIONS_MAX`] choices of seats for the party, the best first; none when the
/// party cannot be seated. Each has its seats ascending, and no seat is in two of them.
///
/// Choices of the asking node's own seats come first, unless one that needs a grant is clearly
/// better. `seats::hold` refuses none of its own node's as stranding (S8).
#[must_use]
pub fn best_available(request: &BestRequest<'_>) -> Vec<Vec<SeatId>> {
    let room = Room::new(request);
    let lists = ranking(&room, request.party);
    let mut given = vec![false; room.places.len()];
    let mut suggestions = Vec::new();
    for list in &lists {
        let ranked = disjoint(list, &mut given, near_equal(&room, list));
        suggestions.extend(spread_out(ranked, request.spread));
        if suggestions.len() >= SUGGESTIONS_MAX {
            break;
        }
    }
    suggestions.truncate(SUGGESTIONS_MAX);
    let seats = suggestions
        .iter()
        .map(|candidate| room.seats_of(&candidate.pieces));
    seats.collect()
}

/// All choices, the best first: those of the node's own seats and those that need a grant,
/// in the order in which they are offered.
fn ranking(room: &Room<'_>, party: Party) -> [Vec<Candidate>; 2] {
    let mut found = search::candidates(room, party);
    // Stable, so that equal choices keep the order of the map and the answer is the same
    // every time.
    found.sort_by_key(|candidate| candidate.cost);
    let (own, abroad): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|candidate| candidate.cost.sellers_asked == 0);
    if abroad_wins(&own, &abroad) {
        [abroad, own]
    } else {
        [own, abroad]
    }
}

/// Whether asking another node is worth the wait.
fn abroad_wins(own: &[Candidate], abroad: &[Candidate]) -> bool {
    let (Some(own), Some(abroad)) = (own.first(), abroad.first()) else {
        return own.is_empty();
    };
    let fewer_flaws = abroad.cost.flaws + CLEARLY_FEWER_FLAWS <= own.cost.flaws;
    let nearer = abroad.cost.away + CLEARLY_NEARER <= own.cost.away;
    fewer_flaws || (nearer && abroad.cost.flaws <= own.cost.flaws)
}

/// The worst cost that is still as good as the best of a sorted list.
fn near_equal(room: &Room<'_>, sorted: &[Candidate]) -> Cost {
    let best = sorted.first().map(|best| best.cost).unwrap_or_default();
    Cost {
        away: best.away + room.away_max / NEAR_EQUAL_PART,
        sellers_asked: usize::MAX,
        ..best
    }
}

/// A list without its overlaps: first the near-equal ones, then what comes next.
struct Ranked<'a> {
    near_equal: Vec<&'a Candidate>,
    others: Vec<&'a Candidate>,
}

/// Leaves out what shares a seat with something better. Buyers who are sent to different
/// choices then never meet, and the choices lie side by side with no single seats between.
fn disjoint<'a>(sorted: &'a [Candidate], given: &mut [bool], worst: Cost) -> Ranked<'a> {
    let mut ranked = Ranked {
        near_equal: Vec::new(),
        others: Vec::new(),
    };
    for candidate in sorted {
        let is_near = candidate.cost <= worst;
        if !is_near && ranked.near_equal.len() + ranked.others.len() >= SUGGESTIONS_MAX {
            break;
        }
        let mut places = candidate.pieces.iter().cloned().flatten();
        if places.any(|at| given[at]) {
            continue;
        }
        for at in candidate.pieces.iter().cloned().flatten() {
            given[at] = true;
        }
        if is_near {
            ranked.near_equal.push(candidate);
        } else {
            ranked.others.push(candidate);
        }
    }
    ranked
}

/// The near-equal choices in the buyer's own order, then the rest in order of quality.
fn spread_out(ranked: Ranked<'_>, spread: u64) -> impl Iterator<Item = &Candidate> {
    let Ranked {
        mut near_equal,
        others,
    } = ranked;
    near_equal.sort_by_cached_key(|candidate| {
        let first = candidate.pieces.iter().map(|piece| piece.start).min();
        mixed(spread ^ mixed(u64::try_from(first.unwrap_or(0)).unwrap_or(0)))
    });
    near_equal.into_iter().chain(others)
}

/// SplitMix64's finish: neighbouring seeds give unrelated orders.
fn mixed(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
