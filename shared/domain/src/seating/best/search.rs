//! Finds choices for a party: together in one row, else in two pieces near each other, else in
//! as many as it takes.

use super::cost::{self, Cost, TORN, are_near, cost};
use super::room::{Piece, Reach, Room};
use super::strand_check::StrandCheck;
use super::{Needs, Party, SUGGESTIONS_MAX, wheelchair};

/// From how many places a party in many pieces is gathered: the nearest to the best one.
pub(super) const ANCHORS_MAX: usize = 24;

/// From how many runs of free places such a party is gathered: more than a hold has seats, so
/// that nobody is left over.
const GATHERED_MAX: usize = 48;

/// What each seat that is missing makes a run less attractive, as a distance. Few pieces are
/// better than a short way.
const MISSING_AWAY: i64 = 6 * super::room::SEAT_WIDTH;

/// One choice of seats and what is wrong with it.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) pieces: Vec<Piece>,
    pub(super) cost: Cost,
}

/// At which end of a run of free places a piece is cut off.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    Left,
    /// As near to the others as can be.
    Nearest,
    Right,
}

/// All ways to cut.
pub(super) const CUTS: [Cut; 3] = [Cut::Nearest, Cut::Left, Cut::Right];

/// Collects choices that a hold would not refuse as stranding.
pub(super) struct Found<'r, 'a> {
    pub(super) room: &'r Room<'a>,
    pub(super) reach: Reach,
    strand_check: StrandCheck<'a>,
    candidates: Vec<Candidate>,
    /// Those that leave a seat alone, and that a hold may refuse for it.
    doubtful: Vec<Candidate>,
}

/// Choices for the party, in no order; the worse kinds only where the better ones are missing.
pub(super) fn candidates(room: &Room<'_>, party: Party) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for reach in [Reach::Own, Reach::Everyone] {
        if reach == Reach::Everyone && !room.has_others {
            continue;
        }
        let mut found = Found {
            room,
            reach,
            strand_check: StrandCheck::new(room),
            candidates: Vec::new(),
            doubtful: Vec::new(),
        };
        match party.needs {
            Needs::Seats => ordinary(&mut found, party.size),
            Needs::Wheelchairs { users } => wheelchair::search(&mut found, party.size, users),
        }
        found.settle(party.size);
        candidates.append(&mut found.candidates);
    }
    candidates
}

impl Found<'_, '_> {
    /// Weighs the choice up and keeps it, unless it turns out that a hold would refuse it.
    pub(super) fn add(&mut self, pieces: Vec<Piece>) {
        let cost = cost(self.room, &pieces);
        let is_new = match self.reach {
            Reach::Own => true,
            // The own ones have been found without the others.
            Reach::Everyone => cost.sellers_asked > 0,
        };
        if !is_new {
            return;
        }
        let candidate = Candidate { pieces, cost };
        if cost.stranded == 0 || self.room.is_nearly_full {
            self.candidates.push(candidate);
        } else {
            self.doubtful.push(candidate);
        }
    }

    /// Keeps of the doubtful what a hold accepts; nothing, and without asking, when there are
    /// so many flawless choices that no suggestion could be a doubtful one.
    fn settle(&mut self, size: usize) {
        let doubtful = std::mem::take(&mut self.doubtful);
        let flawless = self.candidates.iter().filter(|found| found.cost.flaws == 0);
        // Each overlaps with fewer than `2 * size` others.
        if flawless.count() >= SUGGESTIONS_MAX * 2 * size {
            return;
        }
        for candidate in doubtful {
            if self.strand_check.accepts(self.room, &candidate.pieces) {
                self.candidates.push(candidate);
            }
        }
    }

    /// Whether nothing has been found that is better than the best of the next kind can be.
    fn needs_more(&mut self, size: usize, flaws_at_least: u32) -> bool {
        let is_good = |found: &Candidate| found.cost.flaws <= flaws_at_least;
        if self.candidates.iter().any(is_good) {
            return false;
        }
        self.settle(size);
        !self.candidates.iter().any(is_good)
    }
}

fn ordinary(found: &mut Found<'_, '_>, size: usize) {
    let runs = found.room.runs(found.reach);
    for run in &runs {
        for start in run.start..(run.end + 1).saturating_sub(size) {
            let together = start..start + size;
            found.add(vec![together]);
        }
    }
    if size == 1 {
        return;
    }
    if found.needs_more(size, TORN) {
        in_two(found, &runs, size);
    }
    if found.needs_more(size, 2 * TORN) {
        scattered(found, &runs, size);
    }
}

/// Two pieces over an aisle or one row behind the other, nobody alone if the party is large
/// enough for that. Rows are next to each other by where they stand, not by their labels.
fn in_two(found: &mut Found<'_, '_>, runs: &[Piece], size: usize) {
    let room = found.room;
    let small_min = if size < 4 { 1 } else { 2 };
    let mut sorted: Vec<&Piece> = runs.iter().filter(|run| run.len() >= small_min).collect();
    sorted.sort_by_key(|run| room.middle(run).1);
    for (at, run) in sorted.iter().enumerate() {
        let depth = room.middle(run).1;
        let is_beside = |other: &&&Piece| cost::is_next_row(depth, room.middle(other).1);
        let before = sorted[..at].iter().rev().take_while(is_beside);
        let after = sorted[at + 1..].iter().take_while(is_beside);
        let near: Vec<_> = before
            .chain(after)
            .filter(|other| are_near(room, run, other))
            .collect();
        if near.is_empty() {
            continue;
        }
        for small in small_min..=size / 2 {
            let large = size - small;
            for start in run.start..(run.end + 1).saturating_sub(large) {
                let first = start..start + large;
                for other in near.iter().filter(|other| other.len() >= small) {
                    let second = cut(room, other, small, (&first, Cut::Nearest));
                    if are_near(room, &first, &second) {
                        found.add(vec![first.clone(), second]);
                    }
                }
            }
        }
    }
}

/// As many pieces as it takes, gathered round each of the best places.
fn scattered(found: &mut Found<'_, '_>, runs: &[Piece], size: usize) {
    let room = found.room;
    let away = |run: &Piece| room.places[run.clone()].iter().map(|at| at.away).min();
    let mut anchors: Vec<&Piece> = runs.iter().collect();
    anchors.sort_by_cached_key(|run| (std::cmp::Reverse(run.len().min(2)), away(run)));
    for run in anchors.into_iter().take(ANCHORS_MAX) {
        let nearest = run.clone().min_by_key(|&at| room.places[at].away);
        let Some(nearest) = nearest else { continue };
        for way in CUTS {
            let first = cut(
                room,
                run,
                share(run.len(), size),
                (&(nearest..nearest + 1), way),
            );
            if let Some(pieces) = gather(room, runs, (first, way), size) {
                found.add(pieces);
            }
        }
    }
}

/// The piece `first` and the runs around it until `size` are seated; none if they are too few.
pub(super) fn gather(
    room: &Room<'_>,
    runs: &[Piece],
    (first, way): (Piece, Cut),
    size: usize,
) -> Option<Vec<Piece>> {
    let mut missing = size - first.len();
    let cost = |piece: &Piece, missing: usize| {
        let lacks = missing - piece.len() + usize::from(piece.len() == 1) * 2;
        room.apart(&first, piece) + MISSING_AWAY * i64::try_from(lacks).unwrap_or(0)
    };
    let from = |run: &Piece, missing: usize| {
        let length = share(run.len(), missing);
        cut(room, run, length, (&first, way))
    };
    let apart = |run: &&Piece| run.end <= first.start || first.end <= run.start;
    let mut near: Vec<&Piece> = runs.iter().filter(apart).collect();
    near.sort_by_cached_key(|run| cost(&from(run, missing.max(1)), missing.max(1)));
    near.truncate(GATHERED_MAX);
    let mut pieces = vec![first.clone()];
    while missing > 0 {
        let offers = near.iter().enumerate();
        let offers = offers.map(|(at, run)| (at, from(run, missing)));
        let (at, piece) = offers.min_by_key(|(at, piece)| (cost(piece, missing), *at))?;
        near.remove(at);
        missing -= piece.len();
        pieces.push(piece);
    }
    Some(pieces)
}

/// How many of the missing sit in a run of `length`: all it holds, but not all but one.
fn share(length: usize, missing: usize) -> usize {
    let all = length.min(missing);
    if missing - all == 1 && all > 2 {
        all - 1
    } else {
        all
    }
}

/// A piece of `length` out of a run, towards `(near, …)`.
pub(super) fn cut(
    room: &Room<'_>,
    run: &Piece,
    length: usize,
    (near, way): (&Piece, Cut),
) -> Piece {
    let last = run.end - length;
    let start = match way {
        Cut::Left => run.start,
        Cut::Right => last,
        Cut::Nearest => {
            let start = run.start;
            let off = room.middle(near).0 - room.middle(&(start..start + length)).0;
            // The middle is doubled and a seat is two wide, so a step is four.
            let steps = usize::try_from((off + 2).div_euclid(4)).unwrap_or(0);
            start.saturating_add(steps).min(last)
        }
    };
    start..start + length
}
