//! Rooms drawn for tests: what stands where, who has it, who sells it.

use std::collections::{BTreeMap, BTreeSet};

use super::room::Room;
use super::{BestRequest, Needs, Party, best_available, ranking};
use crate::id::{AuditoriumId, MovieId, NodeId, ScreeningId, SeatId, SeatMapId, TheaterId};
use crate::money::Won;
use crate::screening::{Screening, ZonePrice};
use crate::seat_map::layout::zones;
use crate::seat_map::{SEAT_SIZE, Seat, SeatKind, SeatMap, SeatMapFacts, ZoneId};
use crate::seating::{Choice, ScreeningSeat, SeatState, Seats, nearly_full, stranded_seat};
use crate::time::Timestamp;
use crate::version::Version;

pub(super) const NOW: Timestamp = Timestamp(1_000);

/// A room with one picture of its seats.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) screening: Screening,
    pub(super) map: SeatMap,
    pub(super) seats: Seats,
    pub(super) node: NodeId,
    pub(super) reachable: BTreeSet<NodeId>,
}

pub(super) fn party(size: usize) -> Party {
    Party::new(size, Needs::Seats).unwrap()
}

pub(super) fn zone(name: &str) -> ZoneId {
    ZoneId(name.to_owned())
}

impl Drawn {
    /// `s` standard, `p` premium, `c` couple, `w` wheelchair, `m` companion: free and ours; as
    /// a capital taken. `o` is another node's that can be asked, `u` one's that cannot. `_` is
    /// an aisle half a seat wide, a space one as wide as a seat. The front row comes first.
    pub(super) fn new<T: AsRef<str>>(rows: &[T]) -> Self {
        let labels = (0..rows.len()).map(|row| format!("R{row}")).collect();
        Self::labelled(rows, labels)
    }

    pub(super) fn labelled<T: AsRef<str>>(rows: &[T], labels: Vec<String>) -> Self {
        let (mut places, mut seats) = (Vec::new(), BTreeMap::new());
        for ((y, row), label) in (0..).step_by(2).zip(rows).zip(labels) {
            let mut x = 0;
            for letter in row.as_ref().chars() {
                if let Some(place) = place(letter, (x, y), places.len(), &label) {
                    seats.insert(place.seat, picture(letter, place.seat));
                    places.push(place);
                }
                x += if letter == '_' { 1 } else { SEAT_SIZE };
            }
        }
        let facts = SeatMapFacts {
            id: SeatMapId(1),
            version: 1,
            zones: zones(),
            seats: places,
        };
        Self {
            screening: screening(),
            map: SeatMap::new(facts).unwrap(),
            seats,
            node: NodeId::hub(),
            reachable: BTreeSet::from(["other".parse().unwrap()]),
        }
    }

    pub(super) fn request(&self, party: Party, spread: u64) -> BestRequest<'_> {
        BestRequest {
            screening: &self.screening,
            map: &self.map,
            seats: &self.seats,
            now: NOW,
            node: &self.node,
            reachable: &self.reachable,
            party,
            zone: None,
            spread,
        }
    }

    pub(super) fn suggestions(&self, party: Party, spread: u64) -> Vec<Vec<SeatId>> {
        best_available(&self.request(party, spread))
    }

    /// The best choice of all, before it is spread over near-equal ones.
    pub(super) fn best(&self, request: &BestRequest<'_>) -> Option<Vec<SeatId>> {
        let room = Room::new(request);
        let lists = ranking(&room, request.party);
        let best = lists.iter().flatten().next()?;
        Some(room.seats_of(&best.pieces))
    }

    /// The drawing with `#` where the chosen seats are.
    pub(super) fn with_chosen<T: AsRef<str>>(rows: &[T], chosen: &[SeatId]) -> Vec<String> {
        let mut at = 0;
        let mut shown = |letter: char| {
            if matches!(letter, '_' | ' ') {
                return letter;
            }
            at += 1;
            let is_chosen = chosen.contains(&SeatId(at));
            if is_chosen { '#' } else { letter }
        };
        let rows = rows.iter();
        rows.map(|row| row.as_ref().chars().map(&mut shown).collect())
            .collect()
    }

    pub(super) fn take(&mut self, seats: &[SeatId]) {
        for seat in seats {
            self.seats.get_mut(seat).unwrap().state = SeatState::Blocked;
        }
    }

    pub(super) fn is_nearly_full(&self) -> bool {
        let taken = self.seats.values().filter(|seat| !seat.state.is_free(NOW));
        let count = |seats: usize| u32::try_from(seats).unwrap();
        nearly_full(count(taken.count()), count(self.seats.len()))
    }

    /// What the engine's hold says about S8, row by row.
    pub(super) fn stranded(&self, wanted: &[SeatId]) -> Option<SeatId> {
        let taken = self.seats.values().filter(|seat| !seat.state.is_free(NOW));
        let taken: BTreeSet<SeatId> = taken.map(|seat| seat.seat).collect();
        let chosen: BTreeSet<SeatId> = wanted.iter().copied().collect();
        wanted.iter().find_map(|&seat| {
            stranded_seat(&Choice {
                row: self.map.row_of(seat),
                taken: &taken,
                wanted: &chosen,
            })
        })
    }
}

fn place(letter: char, (x, y): (i32, i32), before: usize, label: &str) -> Option<Seat> {
    let (name, kind) = match letter.to_ascii_lowercase() {
        '_' | ' ' => return None,
        'p' => ("premium", SeatKind::Standard),
        'c' => ("couple", SeatKind::Couple),
        'w' => ("standard", SeatKind::Wheelchair),
        'm' => ("standard", SeatKind::Companion),
        's' | 'o' | 'u' => ("standard", SeatKind::Standard),
        letter => panic!("`{letter}` is no place"),
    };
    let number = u32::try_from(before + 1).unwrap();
    Some(Seat {
        seat: SeatId(number),
        row: label.to_owned(),
        number,
        zone: zone(name),
        kind,
        x,
        y,
    })
}

fn picture(letter: char, seat: SeatId) -> ScreeningSeat {
    let owner = match letter {
        'o' => "other",
        'u' => "unreachable",
        _ => "hub",
    };
    ScreeningSeat {
        screening: screening().screening,
        seat,
        owner: owner.parse().unwrap(),
        version: Version::default(),
        state: if letter.is_ascii_uppercase() {
            SeatState::Blocked
        } else {
            SeatState::Free
        },
    }
}

fn screening() -> Screening {
    let prices = zones().into_iter().map(|zone| ZonePrice {
        zone: zone.zone,
        price: Won(10_000),
    });
    Screening {
        screening: ScreeningId(1),
        movie: MovieId(1),
        theater: TheaterId(1),
        auditorium: AuditoriumId(1),
        seat_map: SeatMapId(1),
        seat_map_version: 1,
        starts_at: Timestamp(3_000),
        ends_at: Timestamp(4_000),
        sale_from: Timestamp(0),
        sale_until: Timestamp(3_000),
        prices: prices.collect(),
    }
}
