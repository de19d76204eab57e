//! The moves of one plan: the hand-over, and refills of sellers that are low.

use super::block::{Giver, Wanted, best_block};
use super::floor::Class;
use super::share::{Marks, is_big, marks};
use super::{Policy, Why};

/// What one plan may still move.
#[derive(Debug)]
pub(super) struct Moves<'a> {
    pub(super) policy: &'a Policy,
    refill_seats_left: usize,
}

/// After a grant other sellers may be able to give; two rounds are the rule, and more than
/// this many would be a seat going in circles.
const ROUNDS_MAX: usize = 8;

impl<'a> Moves<'a> {
    pub(super) fn new(policy: &'a Policy) -> Self {
        Self {
            policy,
            refill_seats_left: policy.refill_seats_max,
        }
    }

    /// For a floor on which nothing has been sold: all may move.
    pub(super) fn unbounded(policy: &'a Policy) -> Self {
        Self {
            policy,
            refill_seats_left: usize::MAX,
        }
    }

    /// Gives the best block for `wanted`; says how many seats that is.
    fn give(&mut self, class: &mut Class, wanted: &Wanted, why: &Why) -> usize {
        let Some(block) = best_block(class, wanted) else {
            return 0;
        };
        let seats = block.len();
        class.give(block, wanted.to, why);
        seats
    }
}

/// Gives all that the hub (seller 0) has to the nodes: first to each its share, then what is
/// left, run by run, to whoever is furthest from it.
pub(super) fn hand_over(class: &mut Class, weights: &[u64], moves: &mut Moves<'_>) {
    let marks = marks(class, weights, moves.policy);
    for to in 1..weights.len() {
        let missing = marks.fair[to].saturating_sub(class.free(to));
        let wanted = Wanted {
            from: 0,
            to,
            seats_max: missing,
            run_min: class.run_min(moves.policy.run_min),
            giver: Giver::KeepsNothing,
        };
        fill(class, &wanted, &Why::HandOver, moves);
    }
    for run in class.runs(0) {
        let over = |&to: &usize| {
            let free = i64::try_from(class.free(to)).unwrap_or(i64::MAX);
            free - i64::try_from(marks.fair[to]).unwrap_or(0)
        };
        if let Some(to) = (1..weights.len()).min_by_key(over) {
            class.give(run, to, &Why::HandOver);
        }
    }
}

/// Fills whoever is below its low-water mark up to its share, and gives whoever cannot seat a
/// group a run, until nobody is low or nobody can give.
pub(super) fn refill(class: &mut Class, weights: &[u64], moves: &mut Moves<'_>) {
    let marks = marks(class, weights, moves.policy);
    for _ in 0..ROUNDS_MAX {
        let mut moved = 0;
        for to in 0..weights.len() {
            moved += fill_if_low(class, to, &marks, moves);
        }
        for to in (0..weights.len()).filter(|&to| weights[to] > 0) {
            moved += give_a_run(class, to, &marks, moves);
        }
        if moved == 0 || moves.refill_seats_left == 0 {
            return;
        }
    }
}

/// Gives `to` what it lacks of its share in `class`, whether it is low or not.
pub(super) fn fill_up(class: &mut Class, to: usize, marks: &Marks, moves: &mut Moves<'_>) {
    let why = ran_low(class, to, marks);
    take_from_surplus(class, (to, marks), &why, moves);
}

fn fill_if_low(class: &mut Class, to: usize, marks: &Marks, moves: &mut Moves<'_>) -> usize {
    if class.free(to) >= marks.low_water[to] {
        return 0;
    }
    let why = ran_low(class, to, marks);
    take_from_surplus(class, (to, marks), &why, moves)
}

fn ran_low(class: &Class, to: usize, marks: &Marks) -> Why {
    Why::RanLow {
        zone: class.zone.clone(),
        free: class.free(to),
        low_water: marks.low_water[to],
    }
}

/// Fills `to` up to its share from those who have more than theirs, most first.
fn take_from_surplus(
    class: &mut Class,
    (to, marks): (usize, &Marks),
    why: &Why,
    moves: &mut Moves<'_>,
) -> usize {
    let surplus =
        |class: &Class, seller: usize| class.free(seller).saturating_sub(marks.fair[seller]);
    let mut givers: Vec<usize> = (0..marks.fair.len()).filter(|&other| other != to).collect();
    givers.sort_by_key(|&giver| std::cmp::Reverse(surplus(class, giver)));
    let mut moved = 0;
    for from in givers {
        let missing = marks.fair[to].saturating_sub(class.free(to));
        let wanted = Wanted {
            from,
            to,
            seats_max: missing
                .min(surplus(class, from))
                .min(moves.refill_seats_left),
            run_min: class.run_min(moves.policy.run_min),
            giver: Giver::KeepsARun,
        };
        let seats = fill(class, &wanted, why, moves);
        moves.refill_seats_left -= seats.min(moves.refill_seats_left);
        moved += seats;
    }
    moved
}

/// Gives blocks until `wanted.seats_max` is reached or nothing fits.
fn fill(class: &mut Class, wanted: &Wanted, why: &Why, moves: &mut Moves<'_>) -> usize {
    let mut moved = 0;
    // Every block has at least one seat, so this ends.
    while moved < wanted.seats_max {
        let rest = Wanted {
            seats_max: wanted.seats_max - moved,
            ..*wanted
        };
        let seats = moves.give(class, &rest, why);
        if seats == 0 {
            break;
        }
        moved += seats;
    }
    moved
}

/// Gives `to` a run for a group in a big class, from somebody who keeps one too and does not
/// become low by it.
fn give_a_run(class: &mut Class, to: usize, marks: &Marks, moves: &mut Moves<'_>) -> usize {
    let run_min = class.run_min(moves.policy.run_min);
    let longest_run = class.longest_run(to);
    let sellers = marks.fair.len();
    if longest_run >= run_min
        || moves.refill_seats_left < run_min
        || !is_big(class, sellers, moves.policy)
    {
        return 0;
    }
    let spare = |from: usize| class.free(from).saturating_sub(marks.low_water[from]);
    let mut givers: Vec<usize> = (0..sellers).filter(|&other| other != to).collect();
    givers.retain(|&from| spare(from) >= run_min);
    givers.sort_by_key(|&from| std::cmp::Reverse(spare(from)));
    for from in givers {
        let wanted = Wanted {
            from,
            to,
            seats_max: run_min,
            run_min,
            giver: Giver::KeepsARun,
        };
        let block = best_block(class, &wanted).filter(|block| block.len() == run_min);
        if let Some(block) = block {
            let zone = class.zone.clone();
            class.give(block, to, &Why::NoRun { zone, longest_run });
            moves.refill_seats_left -= run_min;
            return run_min;
        }
    }
    0
}
