//! What the rounds remember between two looks: which screenings wait for a plan, which seats
//! have just changed, and which nodes have been there for a while.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{NodeId, ScreeningId, SeatId};
use domain::screening::Screening;
use domain::time::Timestamp;

/// Screenings that wait, at most. One that finds no place waits for its next change.
const WAITING_MAX: usize = 65_536;

/// A node counts as reachable when it has been so for this long: one that comes and goes gets
/// nothing that it may never hear of.
const SETTLED_MS: i64 = 2_000;

/// A seat that has changed is left where it is for this long, in milliseconds. A seat that was
/// granted because a buyer wants it is free until the hold comes: it must not be planned away.
const FRESH_MS: i64 = 3_000;

/// Screenings that wait for a plan, the soonest show first.
#[derive(Debug, Default)]
pub(super) struct Waiting(BTreeSet<(Timestamp, ScreeningId)>);

impl Waiting {
    /// Adds screenings; says how many found no place.
    pub(super) fn add(&mut self, screenings: &[Screening]) -> usize {
        for screening in screenings {
            self.0.insert((screening.starts_at, screening.screening));
        }
        let mut dropped = 0;
        while self.0.len() > WAITING_MAX {
            self.0.pop_last();
            dropped += 1;
        }
        dropped
    }

    /// Takes out the `max` soonest.
    pub(super) fn take(&mut self, max: usize) -> BTreeSet<ScreeningId> {
        let taken = std::iter::from_fn(|| self.0.pop_first());
        taken.take(max).map(|(_, screening)| screening).collect()
    }
}

/// Seats that have changed lately, by the moment when they were last seen to.
#[derive(Debug, Default)]
pub(super) struct Fresh(BTreeMap<(ScreeningId, SeatId), i64>);

impl Fresh {
    /// The seat has changed.
    pub(super) fn changed(&mut self, seat: (ScreeningId, SeatId), now_ms: i64) {
        self.0.insert(seat, now_ms);
    }

    /// Forgets what has settled; the screenings of those seats can be planned whole.
    pub(super) fn settle(&mut self, now_ms: i64) -> BTreeSet<ScreeningId> {
        let settled = self.0.extract_if(.., |_, at| now_ms - *at >= FRESH_MS);
        settled.map(|((screening, _), _)| screening).collect()
    }

    /// Whether the seat should stay where it is for now.
    #[must_use]
    pub(super) fn has(&self, seat: (ScreeningId, SeatId)) -> bool {
        self.0.contains_key(&seat)
    }
}

/// Which nodes have been there for a while.
#[derive(Debug, Default)]
pub(super) struct Settled(BTreeMap<NodeId, i64>);

impl Settled {
    /// The nodes among those `reachable` now that were so at every look for some time.
    pub(super) fn look(&mut self, reachable: Vec<NodeId>, now_ms: i64) -> BTreeSet<NodeId> {
        let known = std::mem::take(&mut self.0);
        let since = |node: NodeId| {
            let since = known.get(&node).copied().unwrap_or(now_ms);
            (node, since)
        };
        self.0 = reachable.into_iter().map(since).collect();
        let settled = self
            .0
            .iter()
            .filter(|(_, since)| now_ms - **since >= SETTLED_MS);
        settled.map(|(node, _)| node.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screening(id: i64, starts_at: i64) -> Screening {
        use domain::id::{AuditoriumId, MovieId, SeatMapId, TheaterId};
        Screening {
            screening: ScreeningId(id),
            movie: MovieId(1),
            theater: TheaterId(1),
            auditorium: AuditoriumId(1),
            seat_map: SeatMapId(1),
            seat_map_version: 1,
            starts_at: Timestamp(starts_at),
            ends_at: Timestamp(starts_at + 1),
            sale_from: Timestamp(0),
            sale_until: Timestamp(starts_at),
            prices: Vec::new(),
        }
    }

    #[test]
    fn the_soonest_show_is_planned_first_and_once() {
        let mut waiting = Waiting::default();
        waiting.add(&[screening(1, 30), screening(2, 10), screening(3, 20)]);
        waiting.add(&[screening(2, 10)]);
        assert_eq!(waiting.take(1), [ScreeningId(2)].into());
        assert_eq!(waiting.take(9), [ScreeningId(1), ScreeningId(3)].into());
        assert_eq!(waiting.take(9), BTreeSet::new());
    }

    #[test]
    fn what_finds_no_place_is_the_latest_show() {
        let mut waiting = Waiting::default();
        let many: Vec<Screening> = (0..65_537).map(|at| screening(at, at)).collect();
        assert_eq!(waiting.add(&many), 1);
        assert!(!waiting.take(usize::MAX).contains(&ScreeningId(65_536)));
    }

    #[test]
    fn a_seat_that_changed_stays_for_a_while() {
        let mut fresh = Fresh::default();
        let seat = |id| (ScreeningId(7), SeatId(id));
        fresh.changed(seat(1), 0);
        fresh.changed(seat(2), 1_000);
        fresh.changed(seat(1), 2_000);
        assert_eq!(fresh.settle(3_999), BTreeSet::new());
        assert!(fresh.has(seat(1)) && fresh.has(seat(2)));
        assert_eq!(fresh.settle(4_000), [ScreeningId(7)].into());
        assert!(fresh.has(seat(1)) && !fresh.has(seat(2)));
    }

    #[test]
    fn a_node_that_comes_and_goes_does_not_count() {
        let mut settled = Settled::default();
        let node = || -> NodeId { "kiosk-1".parse().unwrap() };
        let look = |settled: &mut Settled, there: bool, at| {
            let reachable = if there { vec![node()] } else { Vec::new() };
            settled.look(reachable, at).len()
        };
        assert_eq!(look(&mut settled, true, 0), 0);
        assert_eq!(look(&mut settled, false, 1_000), 0);
        assert_eq!(look(&mut settled, true, 2_000), 0);
        assert_eq!(look(&mut settled, true, 3_999), 0);
        assert_eq!(look(&mut settled, true, 4_000), 1);
        assert_eq!(look(&mut settled, false, 5_000), 0);
    }
}
