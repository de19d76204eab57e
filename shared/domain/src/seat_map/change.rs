//! A seat map that changes while a screening is on sale (S9): what stays, what comes, what
//! goes, and what still stands in the way of the seats that go.

use std::collections::BTreeMap;

use super::{SeatMap, ZoneId};
use crate::id::{BookingId, NodeId, SeatId};
use crate::screening::Screening;
use crate::seating::{ScreeningSeat, SeatState, Seats};
use crate::time::Timestamp;

/// The live booking of every seat that somebody has a ticket for.
pub type Tickets = BTreeMap<SeatId, BookingId>;

/// The difference between two versions of a seat map. Every list ascends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// In both maps. Kept and added seats together are the new map.
    pub kept: Vec<SeatId>,
    /// Only in the new map.
    pub added: Vec<SeatId>,
    /// Only in the old map.
    pub removed: Vec<SeatId>,
}

/// Why a map cannot come after another one, whoever has its seats.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeInvalid {
    #[error("it is not another version of the screening's seat map")]
    OtherMap,
    #[error("it has version {new}, and the screening has version {old}: give it a higher one")]
    NotLater { old: i64, new: i64 },
    /// Whoever has the seat knows it by these.
    #[error(
        "seat {0} would get another row, number, zone or kind: that is another seat, with an id \
         of its own"
    )]
    Altered(SeatId),
    #[error("the screening has no price for the zone {} of seat {seat}", .zone.0)]
    Unpriced { seat: SeatId, zone: ZoneId },
}

/// What stands in the way of taking one seat out of the map, or of bringing one back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Free, and owned by this node: it grants it when it is asked.
    Elsewhere(NodeId),
    /// Its owner has blocked it: nothing but its owner can free it.
    BlockedElsewhere(NodeId),
    /// Somebody is choosing.
    Held { owner: NodeId, until: Timestamp },
    /// Somebody is paying.
    Kept { owner: NodeId },
    /// Somebody has a ticket and needs another seat first.
    Booked(BookingId),
    /// The hub does not know who owns it.
    Unknown,
}

impl Change {
    /// What changes from `old` to `new` for `screening`.
    ///
    /// # Errors
    ///
    /// Refuses a map that does not come after `old`, that makes a seat another one, or that
    /// has seats which the screening cannot sell.
    pub fn between(
        old: &SeatMap,
        new: &SeatMap,
        screening: &Screening,
    ) -> Result<Self, ChangeInvalid> {
        if old.id != new.id {
            return Err(ChangeInvalid::OtherMap);
        }
        if old.version >= new.version {
            let (old, new) = (old.version, new.version);
            return Err(ChangeInvalid::NotLater { old, new });
        }
        let mut change = Self::default();
        for seat in new.seats() {
            let Some(before) = old.seat(seat.seat) else {
                if screening.price(&seat.zone).is_none() {
                    let (seat, zone) = (seat.seat, seat.zone.clone());
                    return Err(ChangeInvalid::Unpriced { seat, zone });
                }
                change.added.push(seat.seat);
                continue;
            };
            let facts = (&before.row, before.number, &before.zone, before.kind);
            if facts != (&seat.row, seat.number, &seat.zone, seat.kind) {
                return Err(ChangeInvalid::Altered(seat.seat));
            }
            change.kept.push(seat.seat);
        }
        let gone = old.seats().iter().map(|seat| seat.seat);
        change.removed = gone.filter(|&seat| new.seat(seat).is_none()).collect();
        Ok(change)
    }

    /// What stands in the way of the change, seat by seat; nothing when it can be made. A seat
    /// can go when it is the hub's own and free or blocked, and nobody has a ticket for it.
    #[must_use]
    pub fn obstacles(
        &self,
        seats: &Seats,
        tickets: &Tickets,
        (hub, now): (&NodeId, Timestamp),
    ) -> BTreeMap<SeatId, Obstacle> {
        let obstacle = |seat: SeatId| {
            if let Some(&booking) = tickets.get(&seat) {
                return Some(Obstacle::Booked(booking));
            }
            match seats.get(&seat) {
                Some(row) => in_the_way(row, hub, now),
                None => Some(Obstacle::Unknown),
            }
        };
        // A seat that was in an earlier map has a row already.
        let back = self
            .added
            .iter()
            .filter(|seat| seats.contains_key(seat) || tickets.contains_key(seat));
        let touched = self.removed.iter().chain(back);
        let found = touched.filter_map(|&seat| Some((seat, obstacle(seat)?)));
        found.collect()
    }
}

fn in_the_way(row: &ScreeningSeat, hub: &NodeId, now: Timestamp) -> Option<Obstacle> {
    let owner = row.owner.clone();
    let ours = &row.owner == hub;
    match row.state {
        SeatState::Held { until, .. } if !row.state.is_free(now) => {
            Some(Obstacle::Held { owner, until })
        }
        SeatState::Free | SeatState::Held { .. } => (!ours).then_some(Obstacle::Elsewhere(owner)),
        SeatState::Blocked => (!ours).then_some(Obstacle::BlockedElsewhere(owner)),
        SeatState::Kept { .. } => Some(Obstacle::Kept { owner }),
        SeatState::Booked { booking } => Some(Obstacle::Booked(booking)),
    }
}

impl ScreeningSeat {
    /// The row after its owner, the hub, has taken the seat out of the map for good. The row
    /// stays: should the seat ever come back, its versions go on from here.
    #[must_use]
    pub fn taken_out(&self) -> Self {
        self.changed_to(SeatState::Blocked)
    }

    /// The row after its owner, the hub, has brought the seat back into the map.
    #[must_use]
    pub fn brought_back(&self) -> Self {
        self.changed_to(SeatState::Free)
    }
}

#[cfg(test)]
mod laws;
