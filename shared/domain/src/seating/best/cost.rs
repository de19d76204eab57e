//! What is wrong with a choice of seats: flaws first, then how far it is from the best place.
//!
//! Flaws are counted in weights, distances in parts of a [`SEAT_WIDTH`]. Whole
//! numbers only, so that every node gives the same answer.

use super::room::{Piece, Place, Room, SEAT_WIDTH, Seller};
use crate::seat_map::{SEAT_SIZE, SeatKind};

/// The party pays two prices.
const TWO_ZONES: u32 = 1;
/// A single empty seat is left between taken ones (S8). Lighter than tearing the party:
/// that would not be an equally good choice.
const STRANDED: u32 = 2;
/// The party sits in one more piece, or a piece sits far from all others.
pub(super) const TORN: u32 = 8;
/// Somebody sits alone on a sofa for two, or with a stranger.
const HALF_SOFA: u32 = 2 * TORN;
/// One of a party sits alone; that may be a child. Heavier than two more pieces.
const ALONE: u32 = 3 * TORN;
/// A wheelchair place without anyone beside it, though somebody came along.
const UNACCOMPANIED: u32 = 6 * TORN;

/// In a house that is nearly full a stranded seat is only a matter of place.
const STRANDED_AWAY: i64 = 2 * SEAT_WIDTH;
/// A single seat left at an aisle or a wall can be sold, but to fewer.
const LEFT_AT_EDGE_AWAY: i64 = SEAT_WIDTH;
/// Each node that must be asked beside the first may say no, too.
const SELLER_AWAY: i64 = 4 * SEAT_WIDTH;
/// Sitting near each other counts so many times as much as sitting in the middle.
const APART_WEIGHT: i64 = 2;

/// How far the next row may stand off, in units of [`crate::seat_map::Seat::y`]: a row and a
/// narrow aisle across the room.
const NEXT_ROW_MAX: i32 = SEAT_SIZE + SEAT_SIZE / 2;
/// How wide an aisle may be over which people still sit together, in the same units.
const AISLE_MAX: i32 = 2 * SEAT_SIZE;

/// What is wrong with a choice. The lower, the better; flaws come before distance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    pub(super) flaws: u32,
    /// In parts of a seat's width.
    pub(super) away: i64,
    /// How many other nodes must grant a seat.
    pub(super) sellers_asked: usize,
    /// How many seats are left alone between taken ones; counted above already.
    pub(super) stranded: u32,
}

/// Weighs up a choice. The pieces do not touch each other.
pub(super) fn cost(room: &Room<'_>, pieces: &[Piece]) -> Cost {
    let size: usize = pieces.iter().map(ExactSizeIterator::len).sum();
    let Some(first) = pieces.first() else {
        return Cost::default();
    };
    let zone = room.places[first.start].zone;
    let (mut flaws, mut away) = (0, 0);
    let mut sellers: Vec<usize> = Vec::new();
    let mut has_other_zone = false;
    for piece in pieces {
        for place in &room.places[piece.clone()] {
            away += place.away;
            has_other_zone |= place.zone != zone;
            if let Seller::Other(seller) = place.seller
                && !sellers.contains(&seller)
            {
                sellers.push(seller);
            }
            flaws += sofa_flaws(pieces, place);
        }
    }
    away /= i64::try_from(size).unwrap_or(1);
    flaws += if has_other_zone { TWO_ZONES } else { 0 };
    let sellers_more = sellers.len().saturating_sub(1);
    away += SELLER_AWAY * i64::try_from(sellers_more).unwrap_or(0);
    let mut stranded = 0;
    for piece in pieces {
        let left = leftovers(room, pieces, piece);
        stranded += left.stranded;
        away += LEFT_AT_EDGE_AWAY * i64::from(left.at_edge);
    }
    if room.is_nearly_full {
        away += STRANDED_AWAY * i64::from(stranded);
    } else {
        flaws += STRANDED * stranded;
    }
    if pieces.len() > 1 {
        let torn = torn(room, pieces);
        flaws += torn.flaws;
        away += torn.away;
    }
    let sellers_asked = sellers.len();
    Cost {
        flaws: flaws + unaccompanied(room, pieces) * UNACCOMPANIED,
        away,
        sellers_asked,
        stranded,
    }
}

/// What is wrong with several pieces just because they are several.
fn torn(room: &Room<'_>, pieces: &[Piece]) -> Cost {
    let mut torn = Cost::default();
    for (at, piece) in pieces.iter().enumerate() {
        torn.flaws += if at > 0 { TORN } else { 0 };
        torn.flaws += if piece.len() == 1 { ALONE } else { 0 };
        torn.away += room.apart(&pieces[0], piece) * APART_WEIGHT;
        let mut others = pieces.iter().filter(|other| *other != piece);
        let has_near = others.any(|other| are_near(room, piece, other));
        torn.flaws += if has_near { 0 } else { TORN };
    }
    torn
}

/// Whether people in the two pieces can talk: over an aisle, or one row behind the other.
pub(super) fn are_near(room: &Room<'_>, left: &Piece, right: &Piece) -> bool {
    let ends = |piece: &Piece| {
        let (first, last) = (&room.places[piece.start], &room.places[piece.end - 1]);
        (first.seat.x, last.seat.x + SEAT_SIZE, first.seat.y)
    };
    let (here, there) = (ends(left), ends(right));
    let gap = here.0.max(there.0) - here.1.min(there.1);
    let deep = (here.2 - there.2).abs();
    if deep == 0 {
        gap <= AISLE_MAX
    } else {
        deep <= NEXT_ROW_MAX && gap <= 0
    }
}

/// Whether rows at these depths, in units of [`crate::seat_map::Seat::y`], are one or next
/// to each other.
pub(super) fn is_next_row(left: i64, right: i64) -> bool {
    (left - right).abs() <= i64::from(NEXT_ROW_MAX)
}

/// Whether a piece leaves a single seat between taken ones, by the rule of
/// [`crate::seating::stranded_seat`].
pub(super) fn strands(room: &Room<'_>, pieces: &[Piece], piece: &Piece) -> bool {
    leftovers(room, pieces, piece).stranded > 0
}

fn is_chosen(pieces: &[Piece], at: usize) -> bool {
    pieces.iter().any(|piece| piece.contains(&at))
}

fn sofa_flaws(pieces: &[Piece], place: &Place<'_>) -> u32 {
    let is_half = place.seat.kind == SeatKind::Couple
        && place.sofa.is_none_or(|other| !is_chosen(pieces, other));
    if is_half { HALF_SOFA } else { 0 }
}

/// Single seats that a piece leaves on its two sides.
#[derive(Default)]
struct Leftovers {
    stranded: u32,
    at_edge: u32,
}

fn leftovers(room: &Room<'_>, pieces: &[Piece], piece: &Piece) -> Leftovers {
    let mut left = Leftovers::default();
    let joined = |at: usize| room.places[at].is_joined;
    let is_gone = |at: usize| room.places[at].is_taken || is_chosen(pieces, at);
    if let Some(at) = piece.start.checked_sub(1)
        && joined(at)
        && !is_gone(at)
    {
        match at.checked_sub(1) {
            Some(next) if joined(next) => left.stranded += u32::from(is_gone(next)),
            Some(_) | None => left.at_edge += 1,
        }
    }
    let at = piece.end;
    if joined(at - 1) && !is_gone(at) {
        if joined(at) {
            left.stranded += u32::from(is_gone(at + 1));
        } else {
            left.at_edge += 1;
        }
    }
    left
}

/// How many wheelchair users have nobody beside them although the party is large enough.
fn unaccompanied(room: &Room<'_>, pieces: &[Piece]) -> u32 {
    let places = pieces.iter().cloned().flatten();
    let (users, others): (Vec<_>, Vec<_>) =
        places.partition(|&at| room.places[at].seat.kind == SeatKind::Wheelchair);
    if users.is_empty() {
        return 0;
    }
    let touches = |left: usize, right: usize| left + 1 == right && room.places[left].is_joined;
    let accompanied = users.iter().filter(|&&user| {
        let mut others = others.iter();
        others.any(|&other| touches(user, other) || touches(other, user))
    });
    let wanted = users.len().min(others.len());
    u32::try_from(wanted.saturating_sub(accompanied.count())).unwrap_or(0)
}
