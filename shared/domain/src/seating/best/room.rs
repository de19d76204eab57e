//! The room as a search sees it: every place with its distance from the best one, who sells
//! it, and which places stand side by side.

use std::ops::Range;

use super::BestRequest;
use crate::id::SeatId;
use crate::seat_map::{SEAT_SIZE, Seat, SeatKind, SeatMap, ZoneId};
use crate::seating::nearly_full;

/// Distances are whole numbers of this part of a seat's width: halves because seats stand on
/// half places, thirds because the best row is at two thirds of the depth.
pub(super) const SEAT_WIDTH: i64 = 12;

/// Units of distance in one unit of [`Seat::x`].
const UNITS: i64 = SEAT_WIDTH / SEAT_SIZE as i64;

/// A row further back is as bad as so many seats aside: rows stand wider apart than seats …
const BEHIND_WEIGHT: i64 = 2;
/// … and a row nearer to the screen is worse.
const AHEAD_WEIGHT: i64 = 3;

/// No distance counts as longer, so that sums and squares of them cannot overflow.
const DISTANCE_MAX: i64 = 1_000_000;

/// Places side by side in one row, as a range of [`Room::places`].
pub(super) type Piece = Range<usize>;

/// Whose seats a search may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The asking node's only.
    Own,
    /// Those of every node that can be asked, too.
    Everyone,
}

/// Who could sell a place to this party now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seller {
    Own,
    /// The node with this place in the set of reachable ones.
    Other(usize),
    /// Nobody: taken, unpriced, of another zone, or its owner cannot be reached.
    Nobody,
}

/// One seat of the room.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) seat: &'a Seat,
    /// The row's index in the map.
    pub(super) row: usize,
    /// The zone's place among the map's.
    pub(super) zone: usize,
    /// How far from the best place of the room.
    pub(super) away: i64,
    pub(super) seller: Seller,
    /// Held, kept, booked or blocked, whoever owns it.
    pub(super) is_taken: bool,
    /// The next place touches this one.
    pub(super) is_joined: bool,
    /// The other half, if this is half of a sofa.
    pub(super) sofa: Option<usize>,
}

/// Every place of the room, row by row, each row from left to right.
#[derive(Debug)]
pub(super) struct Room<'a> {
    pub(super) map: &'a SeatMap,
    pub(super) places: Vec<Place<'a>>,
    /// How far the worst place of the room is from the best.
    pub(super) away_max: i64,
    /// S8 gives way.
    pub(super) is_nearly_full: bool,
    /// Another node could be asked for some of the places.
    pub(super) has_others: bool,
}

impl<'a> Room<'a> {
    pub(super) fn new(request: &BestRequest<'a>) -> Self {
        let map = request.map;
        let focus = Focus::of(map);
        let is_sold = |zone: &ZoneId| {
            let is_wanted = request.zone.is_none_or(|wanted| wanted == zone);
            is_wanted && request.screening.price(zone).is_some()
        };
        let zones: Vec<bool> = map.zones.iter().map(|zone| is_sold(&zone.zone)).collect();
        let mut places: Vec<Place<'a>> = Vec::with_capacity(map.seats().len());
        for (row, seats) in map.rows().enumerate() {
            let mut line: Vec<&Seat> = seats.iter().collect();
            // What stands where is the only truth; ids and numbers may run either way.
            line.sort_by_key(|seat| (seat.y, seat.x));
            for (at, &seat) in line.iter().enumerate() {
                let mut names = map.zones.iter();
                let zone = names.position(|zone| zone.zone == seat.zone);
                let zone = zone.expect("a seat map has the zones of its seats");
                let known = request.seats.get(&seat.seat);
                let is_taken = known.is_some_and(|known| !known.state.is_free(request.now));
                let seller = known.map_or(Seller::Nobody, |known| {
                    if is_taken || !zones[zone] {
                        return Seller::Nobody;
                    }
                    if &known.owner == request.node {
                        return Seller::Own;
                    }
                    let mut others = request.reachable.iter();
                    let other = others.position(|node| node == &known.owner);
                    other.map_or(Seller::Nobody, Seller::Other)
                });
                places.push(Place {
                    seat,
                    row,
                    zone,
                    away: focus.away(seat),
                    seller,
                    is_taken,
                    is_joined: line.get(at + 1).is_some_and(|next| seat.touches(next)),
                    sofa: None,
                });
            }
        }
        pair_sofas(&mut places);
        let taken = places.iter().filter(|place| place.is_taken).count();
        let count = |places: usize| u32::try_from(places).unwrap_or(u32::MAX);
        Self {
            map,
            away_max: places.iter().map(|place| place.away).max().unwrap_or(0),
            is_nearly_full: nearly_full(count(taken), count(request.seats.len())),
            has_others: places
                .iter()
                .any(|place| matches!(place.seller, Seller::Other(_))),
            places,
        }
    }

    /// Whether a search with this reach may use the place.
    pub(super) fn sells(&self, at: usize, reach: Reach) -> bool {
        match (self.places[at].seller, reach) {
            (Seller::Own, Reach::Own | Reach::Everyone) | (Seller::Other(_), Reach::Everyone) => {
                true
            }
            (Seller::Other(_), Reach::Own) | (Seller::Nobody, _) => false,
        }
    }

    /// The longest runs of ordinary places side by side that can be sold.
    pub(super) fn runs(&self, reach: Reach) -> Vec<Piece> {
        let mut runs: Vec<Piece> = Vec::new();
        for (at, place) in self.places.iter().enumerate() {
            let is_ordinary = match place.seat.kind {
                SeatKind::Standard | SeatKind::Couple => true,
                SeatKind::Wheelchair | SeatKind::Companion => false,
            };
            if !is_ordinary || !self.sells(at, reach) {
                continue;
            }
            match runs.last_mut() {
                Some(run) if run.end == at && self.places[at - 1].is_joined => run.end = at + 1,
                _ => runs.push(at..at + 1),
            }
        }
        runs
    }

    /// Where a piece stands: twice its middle, in units of [`Seat::x`], and its row's `y`.
    pub(super) fn middle(&self, piece: &Piece) -> (i64, i64) {
        let (first, last) = (
            self.places[piece.start].seat,
            self.places[piece.end - 1].seat,
        );
        let across = i64::from(first.x) + i64::from(last.x) + i64::from(SEAT_SIZE);
        (across, i64::from(first.y))
    }

    /// How far two pieces are apart, measured as the distance from the best place is.
    pub(super) fn apart(&self, left: &Piece, right: &Piece) -> i64 {
        let (here, there) = (self.middle(left), self.middle(right));
        let across = (here.0 - there.0).abs() * UNITS / 2;
        let deep = (here.1 - there.1).abs() * UNITS * BEHIND_WEIGHT;
        (across + deep).min(DISTANCE_MAX)
    }

    /// The seats of the pieces, ascending.
    pub(super) fn seats_of(&self, pieces: &[Piece]) -> Vec<SeatId> {
        let places = pieces.iter().cloned().flatten();
        let mut seats: Vec<_> = places.map(|at| self.places[at].seat.seat).collect();
        seats.sort_unstable();
        seats
    }

    /// Places as the fewest pieces they make, in the order of the room.
    pub(super) fn pieces_of(&self, mut places: Vec<usize>) -> Vec<Piece> {
        places.sort_unstable();
        let mut pieces: Vec<Piece> = Vec::new();
        for at in places {
            match pieces.last_mut() {
                Some(piece) if piece.end == at && self.places[at - 1].is_joined => {
                    piece.end = at + 1;
                }
                _ => pieces.push(at..at + 1),
            }
        }
        pieces
    }
}

/// The best place of a room, in units of distance: the middle of the screen, two thirds of the
/// way back. Taken from where *all* seats stand, because what is still free has its middle
/// wherever the others have not sat down yet.
struct Focus {
    x: i64,
    y: i64,
}

impl Focus {
    fn of(map: &SeatMap) -> Self {
        let (mut left, mut right) = (i64::MAX, i64::MIN);
        let (mut top, mut bottom) = (i64::MAX, i64::MIN);
        for seat in map.seats() {
            let (x, y) = (i64::from(seat.x), i64::from(seat.y));
            left = left.min(x);
            right = right.max(x + i64::from(SEAT_SIZE));
            top = top.min(y);
            bottom = bottom.max(y + i64::from(SEAT_SIZE));
        }
        Self {
            x: (left + right) * UNITS / 2,
            y: top * UNITS + (bottom - top) * UNITS * 2 / 3,
        }
    }

    fn away(&self, seat: &Seat) -> i64 {
        let middle = |at: i32| i64::from(at) * UNITS + SEAT_WIDTH / 2;
        let across = (middle(seat.x) - self.x).abs().min(DISTANCE_MAX);
        let behind = middle(seat.y) - self.y;
        let weight = if behind < 0 {
            AHEAD_WEIGHT
        } else {
            BEHIND_WEIGHT
        };
        let deep = (behind.abs() * weight).min(DISTANCE_MAX);
        (across * across + deep * deep).isqrt()
    }
}

/// Couple seats side by side are sofas two by two, counted from the left of their run.
fn pair_sofas(places: &mut [Place<'_>]) {
    let mut at = 0;
    while at + 1 < places.len() {
        let both = places[at].is_joined
            && places[at].seat.kind == SeatKind::Couple
            && places[at + 1].seat.kind == SeatKind::Couple;
        if both {
            places[at].sofa = Some(at + 1);
            places[at + 1].sofa = Some(at);
        }
        at += if both { 2 } else { 1 };
    }
}
