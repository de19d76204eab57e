//! Seat maps drawn as rows of letters, as people write them down.
//!
//! ```text
//! A  ..ssss_ssssssss_ssss..
//! B  wm.sss_pppppppp_ssss..
//! ```
//!
//! `s` standard, `p` premium, `c` couple, `w` wheelchair, `m` companion; `.` an empty place
//! as wide as a seat, `_` an aisle half as wide.

use serde::Deserialize;

use super::{SEAT_SIZE, Seat, SeatKind, Zone, ZoneId};
use crate::id::SeatId;

/// A drawn room.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    pub rows: Vec<LayoutRow>,
}

/// One row; the front row comes first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutRow {
    /// The row's label. A row without one is an aisle across the room.
    #[serde(default)]
    pub row: String,
    #[serde(default)]
    pub seats: String,
}

/// Why a drawing is no seat map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    #[error("row {row}: `{letter}` is none of s p c w m . _")]
    UnknownLetter { row: String, letter: char },
    #[error("row {0} has an odd number of couple seats side by side")]
    HalfCouple(String),
}

/// The zones that a drawing can have.
#[must_use]
pub fn zones() -> Vec<Zone> {
    let zone = |zone: &str, name_ko: &str, name_en: &str| Zone {
        zone: ZoneId(zone.to_owned()),
        name_ko: name_ko.to_owned(),
        name_en: name_en.to_owned(),
    };
    vec![
        zone("standard", "일반석", "Standard"),
        zone("premium", "프리미엄석", "Premium"),
        zone("couple", "커플석", "Couple"),
    ]
}

impl Layout {
    /// The seats of the drawing: numbered from 1 in every row, ids ascending in reading
    /// order.
    ///
    /// # Errors
    ///
    /// Names the row and what is wrong in it.
    pub fn seats(&self) -> Result<Vec<Seat>, LayoutError> {
        let mut seats: Vec<Seat> = Vec::new();
        let mut y = 0;
        for row in &self.rows {
            let (mut x, mut number) = (0, 0);
            for letter in row.seats.chars() {
                let (zone, kind) = match letter {
                    '.' => {
                        x += SEAT_SIZE;
                        continue;
                    }
                    '_' => {
                        x += SEAT_SIZE / 2;
                        continue;
                    }
                    's' => ("standard", SeatKind::Standard),
                    'p' => ("premium", SeatKind::Standard),
                    'c' => ("couple", SeatKind::Couple),
                    'w' => ("standard", SeatKind::Wheelchair),
                    'm' => ("standard", SeatKind::Companion),
                    letter => {
                        let row = row.row.clone();
                        return Err(LayoutError::UnknownLetter { row, letter });
                    }
                };
                number += 1;
                seats.push(Seat {
                    seat: SeatId(u32::try_from(seats.len() + 1).unwrap_or(u32::MAX)),
                    row: row.row.clone(),
                    number,
                    zone: ZoneId(zone.to_owned()),
                    kind,
                    x,
                    y,
                });
                x += SEAT_SIZE;
            }
            let runs = row.seats.split(|letter| letter != 'c');
            if runs.into_iter().any(|run| run.len() % 2 == 1) {
                return Err(LayoutError::HalfCouple(row.row.clone()));
            }
            y += if row.seats.is_empty() {
                SEAT_SIZE / 2
            } else {
                SEAT_SIZE
            };
        }
        Ok(seats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(rows: &[(&str, &str)]) -> Layout {
        let rows = rows.iter().map(|(row, seats)| LayoutRow {
            row: (*row).to_owned(),
            seats: (*seats).to_owned(),
        });
        Layout {
            rows: rows.collect(),
        }
    }

    #[test]
    fn a_drawing_becomes_numbered_seats_with_an_aisle() {
        let seats = layout(&[("A", "wm_s"), ("", ""), ("B", ".cc")])
            .seats()
            .unwrap();
        let told: Vec<_> = seats
            .iter()
            .map(|seat| format!("{}{}@{},{}", seat.row, seat.number, seat.x, seat.y))
            .collect();
        assert_eq!(told, ["A1@0,0", "A2@2,0", "A3@5,0", "B1@2,3", "B2@4,3"]);
        assert!(seats[0].touches(&seats[1]) && !seats[1].touches(&seats[2]));
    }

    #[test]
    fn a_drawing_that_makes_no_sense_is_refused_by_row() {
        let row = "A".to_owned();
        assert_eq!(
            layout(&[("A", "sx")]).seats(),
            Err(LayoutError::UnknownLetter { row, letter: 'x' })
        );
        assert_eq!(
            layout(&[("B", "ccc")]).seats(),
            Err(LayoutError::HalfCouple("B".to_owned()))
        );
    }
}
