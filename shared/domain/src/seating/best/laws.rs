//! What holds for every suggestion, in every room.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::drawn::{Drawn, NOW};
use super::{BestRequest, Needs, Party, SUGGESTIONS_MAX, best_available};
use crate::id::{HoldId, SeatId};
use crate::seat_map::{Seat, SeatKind};
use crate::seating::{HOLD_SEATS_MAX, HoldRequest, decide_hold};

/// Rows in which all letters occur, free ones and taken ones about as often.
fn rows() -> impl Strategy<Value = Vec<String>> {
    let row = "([sSsSpPoucCwWmM]|ss|SS|sss|cc|wm|_| ){1,14}";
    let rows = proptest::collection::vec(row, 1..7);
    rows.prop_filter("a room has a seat", |rows| {
        rows.iter()
            .any(|row| row.contains(|letter: char| letter.is_alphabetic()))
    })
}

fn parties() -> impl Strategy<Value = Party> {
    (1..=HOLD_SEATS_MAX, 0..4_usize).prop_map(|(size, users)| {
        let needs = match users {
            0 => Needs::Seats,
            users => Needs::Wheelchairs {
                users: users.min(size),
            },
        };
        Party::new(size, needs).unwrap()
    })
}

/// Every way to seat the party together in the node's own ordinary seats of one zone, whole
/// sofas only.
fn together(room: &Drawn, size: usize) -> Vec<Vec<SeatId>> {
    let is_ours = |seat: &Seat| {
        let known = &room.seats[&seat.seat];
        known.owner == room.node && known.state.is_free(NOW) && seat.kind == SeatKind::Standard
    };
    let windows = room.map.rows().flat_map(|row| row.windows(size));
    windows
        .filter(|seats| seats.iter().all(is_ours))
        .filter(|seats| seats.windows(2).all(|pair| pair[0].touches(&pair[1])))
        .filter(|seats| seats.iter().all(|seat| seat.zone == seats[0].zone))
        .map(|seats| seats.iter().map(|seat| seat.seat).collect())
        .collect()
}

/// Whether a free seat is alone between taken ones once the chosen ones are gone.
fn leaves_one_alone(room: &Drawn, chosen: &[SeatId]) -> bool {
    let is_gone =
        |seat: &Seat| chosen.contains(&seat.seat) || !room.seats[&seat.seat].state.is_free(NOW);
    let mut triples = room.map.rows().flat_map(|row| row.windows(3));
    triples.any(|triple| {
        let joined = triple[0].touches(&triple[1]) && triple[1].touches(&triple[2]);
        let ours = chosen.contains(&triple[0].seat) || chosen.contains(&triple[2].seat);
        joined && ours && is_gone(&triple[0]) && is_gone(&triple[2]) && !is_gone(&triple[1])
    })
}

fn kind(room: &Drawn, seat: SeatId) -> SeatKind {
    room.map.seat(seat).unwrap().kind
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_suggestion_seats_the_whole_party_on_seats_that_can_be_had(
        rows in rows(), party in parties(), spread: u64,
    ) {
        let room = Drawn::new(&rows);
        let told = room.suggestions(party, spread);
        prop_assert!(told.len() <= SUGGESTIONS_MAX);
        let mut given = BTreeSet::new();
        for seats in &told {
            prop_assert_eq!(seats.len(), party.size);
            prop_assert!(seats.is_sorted());
            for seat in seats {
                prop_assert!(given.insert(*seat), "{} is suggested twice", seat);
                let known = &room.seats[seat];
                prop_assert!(known.state.is_free(NOW));
                prop_assert!(known.owner == room.node || room.reachable.contains(&known.owner));
            }
        }
        prop_assert_eq!(told, room.suggestions(party, spread), "the same seed, the same answer");
    }

    #[test]
    fn wheelchair_places_are_for_wheelchairs(rows in rows(), party in parties(), spread: u64) {
        let room = Drawn::new(&rows);
        for seats in room.suggestions(party, spread) {
            let count = |wanted| seats.iter().filter(|&&seat| kind(&room, seat) == wanted).count();
            let (users, companions) = match party.needs {
                Needs::Seats => (0, 0),
                Needs::Wheelchairs { users } => (users, party.size - users),
            };
            prop_assert_eq!(count(SeatKind::Wheelchair), users);
            prop_assert!(count(SeatKind::Companion) <= companions);
        }
    }

    #[test]
    fn a_hold_accepts_what_is_suggested(rows in rows(), party in parties(), spread: u64) {
        let room = Drawn::new(&rows);
        for seats in room.suggestions(party, spread) {
            prop_assert!(room.is_nearly_full() || room.stranded(&seats).is_none());
            if seats.iter().any(|seat| room.seats[seat].owner != room.node) {
                continue;
            }
            let request = HoldRequest {
                hold: HoldId(uuid::Uuid::nil()),
                node: &room.node,
                screening: &room.screening,
                map: &room.map,
                wanted: &seats,
                now: NOW,
            };
            prop_assert_eq!(decide_hold(&request, &room.seats).map(|hold| hold.seats), Ok(seats));
        }
    }

    #[test]
    fn a_party_sits_together_and_strands_nobody_where_that_is_possible(
        rows in rows(), size in 1..=HOLD_SEATS_MAX, spread: u64,
    ) {
        let mut room = Drawn::new(&rows);
        room.reachable.clear();
        let party = Party::new(size, Needs::Seats).unwrap();
        let mut ways = together(&room, size);
        ways.retain(|seats| room.is_nearly_full() || room.stranded(seats).is_none());
        let told = room.suggestions(party, spread);
        if ways.is_empty() {
            return Ok(());
        }
        let first = told.first().map(Vec::as_slice).unwrap_or_default();
        let places = first.iter().map(|&seat| room.map.seat(seat).unwrap());
        let places: Vec<_> = places.collect();
        prop_assert_eq!(places.len(), size);
        prop_assert!(places.windows(2).all(|pair| pair[0].touches(pair[1])));
        let tidy = ways.iter().any(|seats| !leaves_one_alone(&room, seats));
        if tidy && !room.is_nearly_full() {
            prop_assert!(!leaves_one_alone(&room, first));
        }
    }

    #[test]
    fn a_party_is_seated_in_a_full_house_as_long_as_there_are_seats(
        rows in rows(), size in 1..=HOLD_SEATS_MAX, spread: u64,
    ) {
        let mut room = Drawn::new(&rows);
        // A row of taken seats behind makes any house nearly full.
        let behind = "S".repeat(14);
        let full: Vec<_> = rows.iter().cloned().chain((0..30).map(|_| behind.clone())).collect();
        if !room.is_nearly_full() {
            room = Drawn::new(&full);
        }
        let ordinary = room.map.seats().iter().filter(|seat| {
            let known = &room.seats[&seat.seat];
            let can_be_had = known.owner == room.node || room.reachable.contains(&known.owner);
            let is_ordinary = matches!(seat.kind, SeatKind::Standard | SeatKind::Couple);
            is_ordinary && can_be_had && known.state.is_free(NOW)
        });
        let party = Party::new(size, Needs::Seats).unwrap();
        let is_seated = !room.suggestions(party, spread).is_empty();
        prop_assert_eq!(is_seated, ordinary.count() >= size);
    }

    #[test]
    fn only_the_wanted_zone_is_suggested(rows in rows(), party in parties(), spread: u64) {
        let room = Drawn::new(&rows);
        for zone in &room.map.zones {
            let request = BestRequest {
                zone: Some(&zone.zone),
                ..room.request(party, spread)
            };
            let told = best_available(&request);
            let mut seats = told.iter().flatten();
            prop_assert!(seats.all(|&seat| room.map.seat(seat).unwrap().zone == zone.zone));
        }
    }
}
