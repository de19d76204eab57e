//! The numbered seats of an auditorium: where they stand, what kind they are, what they cost.
//!
//! A seat map is versioned and never edited in place (S9).

pub mod change;
pub mod layout;
pub mod rehouse;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{SeatId, SeatMapId};

/// The name of a price zone, unique in its seat map.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct ZoneId(pub String);

/// A price zone with its name in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Zone {
    pub zone: ZoneId,
    pub name_ko: String,
    pub name_en: String,
}

/// What kind of place a seat is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SeatKind {
    Standard,
    /// Half of a love seat: two neighbours without an armrest.
    Couple,
    /// Room for a wheelchair; only for a party that asks for it (S7).
    Wheelchair,
    /// The seat beside a wheelchair place (S7).
    Companion,
}

/// One place. `x` and `y` are half seats from the top left corner, the screen above y = 0;
/// a seat is two by two, so couple seats and arcs can stand off the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Seat {
    pub seat: SeatId,
    pub row: String,
    pub number: u32,
    pub zone: ZoneId,
    pub kind: SeatKind,
    pub x: i32,
    pub y: i32,
}

/// The width and height of a seat in the units of [`Seat::x`].
pub const SEAT_SIZE: i32 = 2;

/// The most seats one auditorium has.
pub const SEATS_MAX: usize = 2_000;

/// All seats of one version of an auditorium. Made by [`SeatMap::new`] only, so that every
/// seat map in the program is one that makes sense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SeatMapFacts", into = "SeatMapFacts")]
pub struct SeatMap {
    pub id: SeatMapId,
    pub version: i64,
    pub width: i32,
    pub height: i32,
    pub zones: Vec<Zone>,
    /// In reading order: front row first, each row from left to right; ids ascend.
    seats: Vec<Seat>,
    /// Each row's seats as a range of indices into `seats`.
    rows: Vec<std::ops::Range<usize>>,
    index: BTreeMap<SeatId, usize>,
}

/// A seat map as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatMapFacts {
    pub id: SeatMapId,
    pub version: i64,
    pub zones: Vec<Zone>,
    pub seats: Vec<Seat>,
}

/// Why a list of seats is no seat map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeatMapInvalid {
    #[error("a seat map has 1 to {SEATS_MAX} seats")]
    Size,
    #[error("seat {0} stands before one with a lower id or is there twice")]
    Order(SeatId),
    #[error("row {0} stands in two places")]
    TornRow(String),
    #[error("row {row} has two seats with the number {number}")]
    NumberTwice { row: String, number: u32 },
    #[error("seats {0} and {1} overlap")]
    Overlap(SeatId, SeatId),
    #[error("seat {seat} is in zone {}, which the map does not have", .zone.0)]
    UnknownZone { seat: SeatId, zone: ZoneId },
}

impl SeatMap {
    /// Checks `facts` and makes them a seat map.
    ///
    /// # Errors
    ///
    /// Names the first seat or row that does not make sense.
    pub fn new(facts: SeatMapFacts) -> Result<Self, SeatMapInvalid> {
        let SeatMapFacts {
            id,
            version,
            zones,
            seats,
        } = facts;
        if seats.is_empty() || seats.len() > SEATS_MAX {
            return Err(SeatMapInvalid::Size);
        }
        if let Some(pair) = seats.windows(2).find(|pair| pair[0].seat >= pair[1].seat) {
            return Err(SeatMapInvalid::Order(pair[1].seat));
        }
        for seat in &seats {
            if zones.iter().all(|zone| zone.zone != seat.zone) {
                let (seat, zone) = (seat.seat, seat.zone.clone());
                return Err(SeatMapInvalid::UnknownZone { seat, zone });
            }
        }
        let rows = rows_of(&seats)?;
        check_overlap(&seats)?;
        let right = seats.iter().map(|seat| seat.x).max().unwrap_or(0);
        let bottom = seats.iter().map(|seat| seat.y).max().unwrap_or(0);
        let index = seats.iter().enumerate();
        Ok(Self {
            id,
            version,
            width: right + SEAT_SIZE,
            height: bottom + SEAT_SIZE,
            zones,
            index: index.map(|(at, seat)| (seat.seat, at)).collect(),
            rows,
            seats,
        })
    }

    /// Every seat in reading order.
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// The seat with this id, if the map has it.
    #[must_use]
    pub fn seat(&self, id: SeatId) -> Option<&Seat> {
        self.index.get(&id).map(|&at| &self.seats[at])
    }

    /// The rows from front to back, each from left to right.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[Seat]> {
        self.rows.iter().map(|range| &self.seats[range.clone()])
    }

    /// The whole row in which `id` stands; empty when the map does not have it.
    #[must_use]
    pub fn row_of(&self, id: SeatId) -> &[Seat] {
        let Some(&at) = self.index.get(&id) else {
            return &[];
        };
        let found = self.rows.partition_point(|range| range.end <= at);
        &self.seats[self.rows[found].clone()]
    }
}

impl Seat {
    /// Whether `right` is the very next seat, with no aisle between.
    #[must_use]
    pub fn touches(&self, right: &Self) -> bool {
        self.row == right.row && self.y == right.y && self.x + SEAT_SIZE == right.x
    }
}

impl TryFrom<SeatMapFacts> for SeatMap {
    type Error = SeatMapInvalid;

    fn try_from(facts: SeatMapFacts) -> Result<Self, Self::Error> {
        Self::new(facts)
    }
}

impl From<SeatMap> for SeatMapFacts {
    fn from(map: SeatMap) -> Self {
        Self {
            id: map.id,
            version: map.version,
            zones: map.zones,
            seats: map.seats,
        }
    }
}

fn rows_of(seats: &[Seat]) -> Result<Vec<std::ops::Range<usize>>, SeatMapInvalid> {
    let mut rows: Vec<std::ops::Range<usize>> = Vec::new();
    for chunk in seats.chunk_by(|left, right| left.row == right.row) {
        let start = rows.last().map_or(0, |range| range.end);
        let row = &chunk[0].row;
        if rows.iter().any(|range| &seats[range.start].row == row) {
            return Err(SeatMapInvalid::TornRow(row.clone()));
        }
        let mut numbers: Vec<u32> = chunk.iter().map(|seat| seat.number).collect();
        numbers.sort_unstable();
        if let Some(twice) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
            let (row, number) = (row.clone(), twice[0]);
            return Err(SeatMapInvalid::NumberTwice { row, number });
        }
        rows.push(start..start + chunk.len());
    }
    Ok(rows)
}

fn check_overlap(seats: &[Seat]) -> Result<(), SeatMapInvalid> {
    let mut by_place: Vec<&Seat> = seats.iter().collect();
    by_place.sort_unstable_by_key(|seat| (seat.x, seat.y));
    for (at, left) in by_place.iter().enumerate() {
        let near = by_place[at + 1..]
            .iter()
            .take_while(|right| right.x - left.x < SEAT_SIZE);
        for right in near {
            if (right.y - left.y).abs() < SEAT_SIZE {
                return Err(SeatMapInvalid::Overlap(left.seat, right.seat));
            }
        }
    }
    Ok(())
}
