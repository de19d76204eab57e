//! Other seats for a booking whose seats go out of the map (S9): of the same zone and kind,
//! the best that are left if the whole party has to move, else near those who stay.

use std::collections::BTreeSet;

use super::SeatMap;
use super::change::Change;
use crate::booking::Booking;
use crate::conflict::remedy::{self, Move, Stranded};
use crate::id::{NodeId, SeatId};
use crate::screening::Screening;
use crate::seat_map::{Seat, SeatKind};
use crate::seating::{BestRequest, Needs, Party, Seats, best_available};
use crate::time::Timestamp;

/// A booking that has to move, and what there is.
#[derive(Clone, Copy, Debug)]
pub struct Rehousing<'a> {
    pub booking: &'a Booking,
    pub screening: &'a Screening,
    pub change: &'a Change,
    pub old: &'a SeatMap,
    pub new: &'a SeatMap,
    /// The seats of the screening, without those that are promised to somebody else.
    pub seats: &'a Seats,
    pub now: Timestamp,
    /// Who changes the booking: the seats will be its own.
    pub writer: &'a NodeId,
    /// Who else can be asked for seats.
    pub reachable: &'a BTreeSet<NodeId>,
}

impl Rehousing<'_> {
    /// The seats of the booking that go, ascending.
    #[must_use]
    pub fn lost(&self) -> BTreeSet<SeatId> {
        let seats = self.booking.tickets.iter().map(|ticket| ticket.seat);
        let goes = |seat: &SeatId| self.change.removed.binary_search(seat).is_ok();
        seats.filter(goes).collect()
    }

    /// The seats that the booking may get: kept, free and to be had.
    #[must_use]
    pub fn free(&self) -> BTreeSet<SeatId> {
        let kept = self.change.kept.iter().copied();
        let free = kept.filter(|seat| {
            self.seats.get(seat).is_some_and(|row| {
                let at_hand = &row.owner == self.writer || self.reachable.contains(&row.owner);
                at_hand && row.state.is_free(self.now)
            })
        });
        free.collect()
    }

    /// Where everybody goes. None when the rule finds no seats: then somebody has to name
    /// them.
    #[must_use]
    pub fn moves(&self) -> Option<Vec<Move>> {
        let lost = self.lost();
        if lost.len() == self.booking.tickets.len()
            && let Some(moves) = self.best(&lost)
        {
            return Some(moves);
        }
        remedy::reseat(&Stranded {
            booking: self.booking,
            lost: &lost,
            screening: self.screening,
            map: self.old,
            free: &self.free(),
        })
    }

    /// The best seats for a party that moves as a whole.
    fn best(&self, lost: &BTreeSet<SeatId>) -> Option<Vec<Move>> {
        let from = by_kind(self.old, lost.iter().copied())?;
        let zone = &from.first()?.zone;
        if from.iter().any(|seat| &seat.zone != zone) {
            return None;
        }
        let users = from.iter().filter(|it| it.kind == SeatKind::Wheelchair);
        let needs = match users.count() {
            0 => Needs::Seats,
            users => Needs::Wheelchairs { users },
        };
        let suggestions = best_available(&BestRequest {
            screening: self.screening,
            map: self.new,
            seats: self.seats,
            now: self.now,
            node: self.writer,
            reachable: self.reachable,
            party: Party::new(from.len(), needs).ok()?,
            zone: Some(zone),
            spread: 0,
        });
        suggestions.into_iter().find_map(|seats| {
            let to = by_kind(self.new, seats.into_iter())?;
            let same = from.iter().zip(&to).all(|(from, to)| from.kind == to.kind);
            let fits = same && from.len() == to.len();
            fits.then(|| pairs(&from, &to))
        })
    }
}

/// Seats of a map, each kind in reading order.
fn by_kind(map: &SeatMap, seats: impl Iterator<Item = SeatId>) -> Option<Vec<&Seat>> {
    let mut found: Vec<&Seat> = seats.map(|seat| map.seat(seat)).collect::<Option<_>>()?;
    found.sort_by_key(|seat| (seat.kind, seat.seat));
    Some(found)
}

fn pairs(from: &[&Seat], to: &[&Seat]) -> Vec<Move> {
    let pairs = from.iter().zip(to).map(|(from, to)| Move {
        from: from.seat,
        to: to.seat,
    });
    let mut moves: Vec<Move> = pairs.collect();
    moves.sort_unstable();
    moves
}
