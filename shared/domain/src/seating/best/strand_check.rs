//! Asks the rule of holds (S8) about a choice before it is suggested.

use std::collections::{BTreeMap, BTreeSet};

use super::cost::strands;
use super::room::{Piece, Room};
use crate::id::SeatId;
use crate::seat_map::{Seat, SeatKind, ZoneId};
use crate::seating::{Choice, stranded_seat};

/// Remembers what the rule said: for pieces that leave a seat alone it depends only on the
/// row and on the kinds and zone of the piece, because it asks whether the same seats exist
/// further along.
#[derive(Debug)]
pub(super) struct StrandCheck<'a> {
    rows: Vec<&'a [Seat]>,
    refused: BTreeMap<(usize, &'a ZoneId, Vec<SeatKind>), bool>,
}

impl<'a> StrandCheck<'a> {
    pub(super) fn new(room: &Room<'a>) -> Self {
        Self {
            rows: room.map.rows().collect(),
            refused: BTreeMap::new(),
        }
    }

    /// Whether a hold of these pieces would not be refused as stranding.
    pub(super) fn accepts(&mut self, room: &Room<'a>, pieces: &[Piece]) -> bool {
        room.is_nearly_full
            || pieces
                .iter()
                .all(|piece| !strands(room, pieces, piece) || !self.refuses(room, pieces, piece))
    }

    fn refuses(&mut self, room: &Room<'a>, pieces: &[Piece], piece: &Piece) -> bool {
        let row = room.places[piece.start].row;
        let in_row = pieces
            .iter()
            .filter(|other| room.places[other.start].row == row);
        if in_row.count() > 1 {
            // A party that sits apart knows why.
            return false;
        }
        let kinds = room.places[piece.clone()].iter().map(|at| at.seat.kind);
        let zone = &room.places[piece.start].seat.zone;
        let key = (row, zone, kinds.collect::<Vec<_>>());
        if let Some(&known) = self.refused.get(&key) {
            return known;
        }
        let from = room.places.partition_point(|place| place.row < row);
        let in_row = room.places[from..]
            .iter()
            .take_while(|place| place.row == row);
        let taken = in_row.filter(|place| place.is_taken);
        let choice = Choice {
            row: self.rows[row],
            taken: &taken.map(|place| place.seat.seat).collect(),
            wanted: &wanted(room, piece),
        };
        let refuses = stranded_seat(&choice).is_some();
        self.refused.insert(key, refuses);
        refuses
    }
}

fn wanted(room: &Room<'_>, piece: &Piece) -> BTreeSet<SeatId> {
    let places = room.places[piece.clone()].iter();
    places.map(|place| place.seat.seat).collect()
}
