//! Choices for a party with wheelchairs (S7): the wheelchair places, companions beside them,
//! everybody else as near as possible.

use super::room::{Piece, Reach, Room};
use super::search::{ANCHORS_MAX, CUTS, Found, gather};
use crate::seat_map::SeatKind;

/// How many ways to seat the rest of the party are weighed up for each wheelchair place.
const RESTS_MAX: usize = 12;

/// Adds the choices for a party of `size` with `users` wheelchairs.
pub(super) fn search(found: &mut Found<'_, '_>, size: usize, users: usize) {
    let (room, reach) = (found.room, found.reach);
    let mut spots = of_kind(room, reach, SeatKind::Wheelchair);
    if spots.len() < users {
        return;
    }
    let runs = room.runs(reach);
    spots.sort_by_key(|&at| room.places[at].away);
    for &anchor in spots.iter().take(ANCHORS_MAX) {
        let here = anchor..anchor + 1;
        let mut nearest = spots.clone();
        nearest.sort_by_key(|&at| room.apart(&here, &(at..at + 1)));
        nearest.truncate(users);
        let with = accompanied(room, reach, nearest, size);
        let missing = size - with.len();
        if missing == 0 {
            found.add(room.pieces_of(with));
            continue;
        }
        for rest in rests(room, &runs, &here, missing) {
            let mut places = with.clone();
            places.extend(rest.into_iter().flatten());
            found.add(room.pieces_of(places));
        }
    }
}

fn of_kind(room: &Room<'_>, reach: Reach, kind: SeatKind) -> Vec<usize> {
    let places = 0..room.places.len();
    places
        .filter(|&at| room.places[at].seat.kind == kind && room.sells(at, reach))
        .collect()
}

/// The wheelchair places and the companion places beside them, one for each in turn, up to
/// `size` in all. A place beside somebody else's wheelchair place is taken last.
fn accompanied(room: &Room<'_>, reach: Reach, users: Vec<usize>, size: usize) -> Vec<usize> {
    let companions = of_kind(room, reach, SeatKind::Companion);
    let mut chosen = users.clone();
    // A place has two sides, so there are at most two rounds.
    for _ in 0..2 {
        for &user in &users {
            if chosen.len() == size {
                return chosen;
            }
            let beside = companions
                .iter()
                .filter(|&&at| touch(room, user, at) && !chosen.contains(&at))
                .min_by_key(|&&at| is_of_another(room, &users, at));
            chosen.extend(beside);
        }
    }
    chosen
}

fn touch(room: &Room<'_>, left: usize, right: usize) -> bool {
    let (left, right) = (left.min(right), left.max(right));
    left + 1 == right && room.places[left].is_joined
}

fn is_of_another(room: &Room<'_>, users: &[usize], companion: usize) -> bool {
    let around = companion.saturating_sub(1)..(companion + 2).min(room.places.len());
    around
        .filter(|at| room.places[*at].seat.kind == SeatKind::Wheelchair)
        .any(|at| touch(room, companion, at) && !users.contains(&at))
}

/// Where the `missing` could sit near `here`: together if they can, else gathered.
fn rests(room: &Room<'_>, runs: &[Piece], here: &Piece, missing: usize) -> Vec<Vec<Piece>> {
    let windows = runs.iter().flat_map(|run| {
        let starts = run.start..(run.end + 1).saturating_sub(missing);
        starts.map(|start| start..start + missing)
    });
    let mut windows: Vec<Piece> = windows.collect();
    windows.sort_by_cached_key(|window| room.apart(here, window));
    windows.truncate(RESTS_MAX);
    let mut rests: Vec<_> = windows.into_iter().map(|window| vec![window]).collect();
    if rests.is_empty() {
        let ways = CUTS
            .iter()
            .filter_map(|&way| gather(room, runs, (here.clone(), way), missing + 1));
        // The first piece is the wheelchair place itself.
        rests.extend(ways.map(|pieces| pieces[1..].to_vec()));
    }
    rests
}
