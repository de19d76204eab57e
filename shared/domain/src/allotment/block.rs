//! Which seats to give: blocks that leave both sides with neighbours, also at the border.

use std::cmp::Reverse;
use std::ops::Range;

use super::floor::{Class, Mate, Use};

/// A block that somebody should get.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) seats_max: usize,
    /// What counts as a run for a group.
    pub(super) run_min: usize,
    pub(super) giver: Giver,
}

/// What the giver must keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Giver {
    /// Its last run that seats a group.
    KeepsARun,
    KeepsNothing,
}

/// The least that is cut off a run: a single seat is of little use to either side.
const CUT_MIN: usize = 2;

/// The best block to give, as a range of the class's places; none when nothing fits.
///
/// A block that seats a group is best, then a whole run rather than a cut one, then rows far
/// from those where the taker has seats already: so each side has some of the front, the
/// middle and the back.
pub(super) fn best_block(class: &Class, wanted: &Wanted) -> Option<Range<usize>> {
    let runs = class.runs(wanted.from);
    let groups = runs.iter().filter(|run| run.len() >= wanted.run_min);
    let last_group = groups.count() <= 1;
    let taken_rows = rows_of(class, wanted.to);
    let block = |run: &Range<usize>| {
        let kept = match wanted.giver {
            Giver::KeepsARun if last_group && run.len() >= wanted.run_min => wanted.run_min,
            Giver::KeepsARun | Giver::KeepsNothing => 0,
        };
        let block = cut(class, run, wanted, kept)?;
        let row = class.places[block.start].row;
        let score = (
            block.len().min(wanted.run_min),
            block.len() == run.len(),
            distance(class, &taken_rows, row),
            block.len(),
            Reverse(block.start),
        );
        Some((score, block))
    };
    let best = runs
        .iter()
        .filter_map(block)
        .max_by_key(|(score, _)| *score);
    best.map(|(_, block)| block)
}

/// The part of `run` to give: all of it, or one end, so that no single seat is left over and
/// no pair is torn.
fn cut(class: &Class, run: &Range<usize>, wanted: &Wanted, kept: usize) -> Option<Range<usize>> {
    if run.len() <= wanted.seats_max && kept == 0 {
        return Some(run.clone());
    }
    let left_over_min = match class.usage {
        Use::General => kept.max(CUT_MIN),
        Use::Couple | Use::Accessible => kept,
    };
    let mut length = wanted
        .seats_max
        .min(run.len().saturating_sub(left_over_min));
    if joins_after(class, run, wanted.to) && !joins_before(class, run, wanted.to) {
        while length > 0 && class.places[run.end - length].mate == Mate::Before {
            length -= 1;
        }
        return (length >= CUT_MIN).then(|| run.end - length..run.end);
    }
    while length > 0 && class.places[run.start + length - 1].mate == Mate::After {
        length -= 1;
    }
    (length >= CUT_MIN).then(|| run.start..run.start + length)
}

/// Whether the place before `run` is its neighbour and belongs to `seller`.
fn joins_before(class: &Class, run: &Range<usize>, seller: usize) -> bool {
    let before = run.start.checked_sub(1);
    before
        .is_some_and(|at| class.places[run.start].joined && class.places[at].owner == Some(seller))
}

/// Whether the place after `run` is its neighbour and belongs to `seller`.
fn joins_after(class: &Class, run: &Range<usize>, seller: usize) -> bool {
    let after = class.places.get(run.end);
    after.is_some_and(|place| place.joined && place.owner == Some(seller))
}

fn rows_of(class: &Class, seller: usize) -> Vec<usize> {
    let runs = class.runs(seller).into_iter();
    runs.map(|run| class.places[run.start].row).collect()
}

/// How many rows lie between `row` and the nearest of `rows`. Whoever has none yet begins in
/// the middle.
fn distance(class: &Class, rows: &[usize], row: usize) -> usize {
    let nearest = rows.iter().map(|&other| other.abs_diff(row)).min();
    nearest.unwrap_or_else(|| {
        let first = class.places.first().map_or(0, |place| place.row);
        let last = class.places.last().map_or(0, |place| place.row);
        (row - first).min(last - row)
    })
}
