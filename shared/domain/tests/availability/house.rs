//! The room, and which seats a party takes of those that it can have.

use domain::id::SeatMapId;
use domain::seat_map::layout::{Layout, LayoutRow, zones};
use domain::seat_map::{SeatKind, SeatMap, SeatMapFacts};

use crate::chance::mixed;
use crate::demand::Customer;

/// A room of 148 seats, four of them for wheelchairs and companions, which nobody here takes.
const ROWS: [&str; 9] = [
    "....ssssss_ssssss....",
    "..ssssssss_ssssssss..",
    ".sssssssss_sssssssss.",
    ".sssssssss_sssssssss.",
    ".ssssppppp_pppppssss.",
    ".ssssppppp_pppppssss.",
    ".ssssppppp_pppppssss.",
    "wm.sssssss_sssssss.mw",
    ".cc.cc.cc._.cc.cc.cc.",
];

/// How a seller can have a seat for a buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    Never,
    /// Another node must grant it first.
    Ask,
    Own,
}

struct Place {
    zone: usize,
    /// Whether the seat before it is its neighbour in the same zone.
    joined: bool,
    /// Whether a general party may take it (S7).
    general: bool,
}

pub(crate) struct House {
    pub(crate) map: SeatMap,
    places: Vec<Place>,
}

impl House {
    pub(crate) fn new() -> Self {
        let row = |(at, seats): (usize, &&str)| LayoutRow {
            row: at.to_string(),
            seats: (*seats).to_owned(),
        };
        let layout = Layout {
            rows: ROWS.iter().enumerate().map(row).collect(),
        };
        let facts = SeatMapFacts {
            id: SeatMapId(1),
            version: 1,
            zones: zones(),
            seats: layout.seats().unwrap(),
        };
        let map = SeatMap::new(facts).unwrap();
        let zone = |at: usize| {
            let is_same = |zone: &domain::seat_map::Zone| zone.zone == map.seats()[at].zone;
            map.zones.iter().position(is_same).unwrap()
        };
        let place = |at: usize| {
            let seat = &map.seats()[at];
            let left = at.checked_sub(1).map(|left| &map.seats()[left]);
            Place {
                zone: zone(at),
                joined: left.is_some_and(|left| left.touches(seat) && left.zone == seat.zone),
                general: matches!(seat.kind, SeatKind::Standard | SeatKind::Couple),
            }
        };
        let places = (0..map.seats().len()).map(place).collect();
        Self { map, places }
    }

    /// The seats that general parties can take.
    pub(crate) fn capacity(&self) -> usize {
        self.places.iter().filter(|place| place.general).count()
    }

    /// The seats that `customer` takes: together in the zone it likes best, else together in
    /// any zone, else apart. What the node owns comes before what it must ask for.
    pub(crate) fn choose(&self, reach: &[Reach], customer: &Customer) -> Option<Vec<usize>> {
        let zones = self.map.zones.len();
        let mut order = (0..zones).map(|turn| (customer.zone + turn) % zones);
        order
            .find_map(|zone| self.together(reach, customer, zone))
            .or_else(|| self.apart(reach, customer))
    }

    fn together(&self, reach: &[Reach], customer: &Customer, zone: usize) -> Option<Vec<usize>> {
        let mut best: Option<((Reach, bool, u64), usize)> = None;
        let mut run = 0;
        for (at, place) in self.places.iter().enumerate() {
            if place.zone != zone || !place.general || reach[at] == Reach::Never {
                run = 0;
                continue;
            }
            run = if place.joined { run + 1 } else { 1 };
            if run < customer.party {
                continue;
            }
            let first = at + 1 - customer.party;
            let least = reach[first..=at].iter().min().copied()?;
            let tidy = !self.strands(reach, first, at);
            let liked = mixed(customer.taste ^ u64::try_from(at).unwrap());
            let score = (least, tidy, liked);
            if best.is_none_or(|(other, _)| score > other) {
                best = Some((score, first));
            }
        }
        best.map(|(_, first)| (first..first + customer.party).collect())
    }

    /// Whether taking `first..=last` leaves a single seat between taken ones (S8).
    fn strands(&self, reach: &[Reach], first: usize, last: usize) -> bool {
        let free = |at: usize| reach[at] != Reach::Never;
        let left = first >= 2
            && self.places[first].joined
            && free(first - 1)
            && self.places[first - 1].joined
            && !free(first - 2);
        let joined = |at: usize| self.places.get(at).is_some_and(|place| place.joined);
        let right = joined(last + 1) && free(last + 1) && joined(last + 2) && !free(last + 2);
        left || right
    }

    fn apart(&self, reach: &[Reach], customer: &Customer) -> Option<Vec<usize>> {
        let can = |least: Reach| {
            let places = self.places.iter().enumerate();
            places.filter(move |(at, place)| place.general && reach[*at] == least)
        };
        let all = can(Reach::Own).chain(can(Reach::Ask)).map(|(at, _)| at);
        let chosen: Vec<usize> = all.take(customer.party).collect();
        (chosen.len() == customer.party).then_some(chosen)
    }
}
