//! S8: a choice may not leave a single empty seat between taken ones, if the buyer could
//! have chosen as well without doing so.

use std::collections::BTreeSet;

use crate::id::SeatId;
use crate::seat_map::Seat;

/// Above this share of taken seats, in percent, the rule gives way: in a house that is nearly
/// full any seat sold is better than a tidy row.
const FULL_PERCENT: u32 = 80;

/// What is chosen in one row.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// The whole row, from left to right.
    pub row: &'a [Seat],
    /// Its seats that nobody can choose any more.
    pub taken: &'a BTreeSet<SeatId>,
    /// Its seats that the buyer wants.
    pub wanted: &'a BTreeSet<SeatId>,
}

/// Whether the house is so full that S8 gives way.
#[must_use]
pub fn nearly_full(taken: u32, capacity: u32) -> bool {
    taken * 100 >= capacity * FULL_PERCENT
}

/// The seat that the choice would leave alone although moving the same seats along the row
/// would not; none when the choice is fine or nothing better is there.
#[must_use]
pub fn stranded_seat(choice: &Choice<'_>) -> Option<SeatId> {
    let stranded = newly_stranded(choice, choice.wanted)?;
    let moved = blocks_of(choice.row, choice.wanted);
    // Only one block has an obvious "the same, but further along"; a party that sits apart
    // knows why.
    let [block] = moved.as_slice() else {
        return None;
    };
    let zone = &choice.row[block.start].zone;
    let better = choice.row.windows(block.len()).any(|seats| {
        let together = seats.windows(2).all(|pair| pair[0].touches(&pair[1]));
        let free = seats.iter().all(|seat| !choice.taken.contains(&seat.seat));
        let alike = seats
            .iter()
            .zip(&choice.row[block.clone()])
            .all(|(there, here)| &there.zone == zone && there.kind == here.kind);
        let wanted = seats.iter().map(|seat| seat.seat).collect();
        together && free && alike && newly_stranded(choice, &wanted).is_none()
    });
    better.then_some(stranded)
}

/// The first seat that taking `wanted` leaves between two taken ones and that was not so
/// before.
fn newly_stranded(choice: &Choice<'_>, wanted: &BTreeSet<SeatId>) -> Option<SeatId> {
    let gone = |seat: &Seat| choice.taken.contains(&seat.seat) || wanted.contains(&seat.seat);
    let triple = choice.row.windows(3).find(|triple| {
        let [left, middle, right] = triple else {
            return false;
        };
        let between = left.touches(middle) && middle.touches(right);
        let ours = wanted.contains(&left.seat) || wanted.contains(&right.seat);
        between && ours && gone(left) && gone(right) && !gone(middle)
    });
    triple.map(|triple| triple[1].seat)
}

/// The runs of neighbours in the choice, as ranges of the row.
fn blocks_of(row: &[Seat], wanted: &BTreeSet<SeatId>) -> Vec<std::ops::Range<usize>> {
    let mut blocks: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, seat) in row.iter().enumerate() {
        if !wanted.contains(&seat.seat) {
            continue;
        }
        match blocks.last_mut() {
            Some(block) if block.end == at && row[at - 1].touches(seat) => block.end = at + 1,
            _ => blocks.push(at..at + 1),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seat_map::{SeatKind, ZoneId};

    #[test]
    fn a_choice_beside_a_taken_seat_strands_nobody() {
        check("x#....", None);
        check("....#x", None);
        check("##....", None);
    }

    #[test]
    fn a_single_gap_is_refused_when_moving_along_avoids_it() {
        check("x.##..", Some(1));
        check("x.#...", Some(1));
        check("..##.x", Some(4));
    }

    #[test]
    fn a_gap_is_fine_where_every_choice_leaves_one() {
        check("x.##x", None);
        check("x##.x", None);
    }

    #[test]
    fn a_gap_at_an_aisle_or_a_wall_is_not_between_taken_seats() {
        check(".##...", None);
        check("x._##.", None);
    }

    #[test]
    fn a_party_that_sits_apart_knows_why() {
        check("#.#...", None);
    }

    #[test]
    fn the_rule_gives_way_in_a_full_house() {
        assert!(!nearly_full(79, 100));
        assert!(nearly_full(80, 100));
    }

    /// `x` taken, `#` wanted, `.` free, `_` aisle.
    #[track_caller]
    fn check(drawn: &str, expected: Option<u32>) {
        let (mut row, mut taken, mut wanted) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for (x, letter) in (0i32..).zip(drawn.chars()) {
            let seat = SeatId(x.unsigned_abs());
            match letter {
                '_' => continue,
                'x' => drop(taken.insert(seat)),
                '#' => drop(wanted.insert(seat)),
                _ => {}
            }
            row.push(Seat {
                seat,
                row: "A".to_owned(),
                number: seat.0,
                zone: ZoneId("standard".to_owned()),
                kind: SeatKind::Standard,
                x: x * 2,
                y: 0,
            });
        }
        let choice = Choice {
            row: &row,
            taken: &taken,
            wanted: &wanted,
        };
        assert_eq!(stranded_seat(&choice), expected.map(SeatId), "{drawn}");
    }
}
