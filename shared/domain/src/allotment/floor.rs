//! The room as the plan sees it: classes of seats that stand in for each other, and in each
//! class the runs of free neighbours that one seller has.

use std::ops::Range;

use super::{Situation, Why};
use crate::id::{NodeId, SeatId};
use crate::seat_map::{Seat, SeatKind, SeatMap, ZoneId};
use crate::seating::SeatState;

/// Whom a seat is for. Seats of different uses never stand in for each other (S7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    General,
    Couple,
    Accessible,
}

/// The seats of one zone and one use, in reading order.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) zone: ZoneId,
    pub(super) usage: Use,
    pub(super) places: Vec<Place>,
}

/// One seat on the floor. Sellers are numbered; a seat of somebody else has no owner here.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) seat: SeatId,
    /// Counted from the screen.
    pub(super) row: usize,
    /// Whether the place before it in the class is its very neighbour.
    pub(super) joined: bool,
    pub(super) mate: Mate,
    pub(super) owner_before: Option<usize>,
    pub(super) owner: Option<usize>,
    pub(super) movable: bool,
    /// Why it last moved.
    pub(super) why: Option<Why>,
}

/// The other half of a love seat, or a wheelchair place and its companion's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mate {
    None,
    Before,
    After,
}

impl Use {
    pub(super) fn of(kind: SeatKind) -> Self {
        match kind {
            SeatKind::Standard => Self::General,
            SeatKind::Couple => Self::Couple,
            SeatKind::Wheelchair | SeatKind::Companion => Self::Accessible,
        }
    }

    /// How many seats are dealt as one.
    pub(super) fn unit(self) -> usize {
        match self {
            Self::General => 1,
            Self::Couple | Self::Accessible => 2,
        }
    }
}

impl Class {
    /// The runs of neighbours that `seller` could give away.
    pub(super) fn runs(&self, seller: usize) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for (at, place) in self.places.iter().enumerate() {
            if !place.movable || place.owner != Some(seller) {
                continue;
            }
            match runs.last_mut() {
                Some(run) if run.end == at && place.joined => run.end = at + 1,
                Some(_) | None => runs.push(at..at + 1),
            }
        }
        runs
    }

    /// The seats that `seller` could give away.
    pub(super) fn free(&self, seller: usize) -> usize {
        let mine = |place: &&Place| place.movable && place.owner == Some(seller);
        self.places.iter().filter(mine).count()
    }

    /// The longest of the [`Self::runs`] of `seller`, in seats.
    pub(super) fn longest_run(&self, seller: usize) -> usize {
        let runs = self.runs(seller).into_iter();
        runs.map(|run| run.len()).max().unwrap_or(0)
    }

    /// How many neighbours every seller should be able to seat: a group, or one pair.
    pub(super) fn run_min(&self, group: usize) -> usize {
        match self.usage {
            Use::General => group,
            Use::Couple | Use::Accessible => self.usage.unit(),
        }
    }

    /// Gives the seats of `run` to `to`.
    pub(super) fn give(&mut self, run: Range<usize>, to: usize, why: &Why) {
        for place in &mut self.places[run] {
            place.owner = Some(to);
            place.why = Some(why.clone());
        }
    }
}

/// The floor of a screening, with `sellers` numbered as they stand there.
pub(super) fn of_situation(situation: &Situation<'_>, sellers: &[&NodeId]) -> Vec<Class> {
    let state = |seat: SeatId| situation.seats.get(&seat).map(|row| row.state);
    let free = |seat| state(seat).is_some_and(|state| state.is_free(situation.now));
    let mut floor = empty(situation.map);
    for class in &mut floor {
        for at in 0..class.places.len() {
            let seat = class.places[at].seat;
            let owner = situation.seats.get(&seat).and_then(|row| {
                let owner = |seller: &&&NodeId| **seller == &row.owner;
                sellers.iter().position(|seller| owner(&seller))
            });
            // Half a pair waits for a buyer of the other half to decide, so that the pair
            // stays in one hand.
            let waits = class.mate_of(at).and_then(state).is_some_and(is_undecided)
                && class.mate_of(at).is_some_and(|mate| !free(mate));
            let place = &mut class.places[at];
            place.owner = owner;
            place.owner_before = owner;
            place.movable = free(seat) && !waits;
        }
    }
    floor
}

/// The floor of a new screening: all free, all with seller 0.
pub(super) fn of_map(map: &SeatMap) -> Vec<Class> {
    let mut floor = empty(map);
    for place in floor.iter_mut().flat_map(|class| &mut class.places) {
        place.owner = Some(0);
        place.owner_before = Some(0);
        place.movable = true;
    }
    floor
}

impl Class {
    fn mate_of(&self, at: usize) -> Option<SeatId> {
        match self.places[at].mate {
            Mate::None => None,
            Mate::Before => Some(self.places[at - 1].seat),
            Mate::After => Some(self.places[at + 1].seat),
        }
    }
}

fn is_undecided(state: SeatState) -> bool {
    match state {
        SeatState::Held { .. } | SeatState::Kept { .. } => true,
        SeatState::Free | SeatState::Booked { .. } | SeatState::Blocked => false,
    }
}

fn empty(map: &SeatMap) -> Vec<Class> {
    let mut floor: Vec<Class> = Vec::new();
    for (row, seats) in map.rows().enumerate() {
        let mut last: Option<(usize, &Seat)> = None;
        for seat in seats {
            let class = class_of(&mut floor, seat);
            let left = last.filter(|(of, left)| *of == class && left.touches(seat));
            pair_up(&mut floor[class], left.map(|(_, left)| left), seat);
            let mate = match floor[class].places.last() {
                Some(left) if left.mate == Mate::After => Mate::Before,
                Some(_) | None => Mate::None,
            };
            floor[class].places.push(Place {
                seat: seat.seat,
                row,
                joined: left.is_some(),
                mate,
                owner_before: None,
                owner: None,
                movable: false,
                why: None,
            });
            last = Some((class, seat));
        }
    }
    floor
}

fn class_of(floor: &mut Vec<Class>, seat: &Seat) -> usize {
    let usage = Use::of(seat.kind);
    let same = |class: &Class| class.usage == usage && class.zone == seat.zone;
    floor.iter().position(same).unwrap_or_else(|| {
        floor.push(Class {
            zone: seat.zone.clone(),
            usage,
            places: Vec::new(),
        });
        floor.len() - 1
    })
}

/// Marks the last place of `class` as the mate of `seat`, its neighbour on the right, if the
/// two belong together.
fn pair_up(class: &mut Class, left: Option<&Seat>, seat: &Seat) {
    let Some(left) = left else {
        return;
    };
    let together = match Use::of(seat.kind) {
        Use::General => false,
        Use::Couple => true,
        Use::Accessible => left.kind != seat.kind,
    };
    if let Some(place) = class.places.last_mut()
        && together
        && place.mate == Mate::None
    {
        place.mate = Mate::After;
    }
}
