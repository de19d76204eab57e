//! Laws over random histories of a hub and a kiosk.

use domain::id::{BookingId, HoldId, SeatId};
use domain::seating::HOLD_MS;
use proptest::prelude::*;

use crate::node::{Node, SCREENING, SEATS, pair, screening};

/// What somebody does.
#[derive(Clone, Debug)]
enum Step {
    Hold {
        at_hub: bool,
        first: u32,
        count: u32,
    },
    BookLast {
        at_hub: bool,
    },
    Release {
        at_hub: bool,
    },
    Cancel {
        at_hub: bool,
    },
    Grant {
        from_hub: bool,
        seat: u32,
    },
    Pass {
        ms: i64,
    },
    /// Sends everything after a cursor that may be far too old.
    Sync {
        from_hub: bool,
        again: bool,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (any::<bool>(), 0..SEATS, 1u32..4).prop_map(|(at_hub, first, count)| {
            Step::Hold { at_hub, first, count }
        }),
        3 => any::<bool>().prop_map(|at_hub| Step::BookLast { at_hub }),
        1 => any::<bool>().prop_map(|at_hub| Step::Release { at_hub }),
        1 => any::<bool>().prop_map(|at_hub| Step::Cancel { at_hub }),
        2 => (any::<bool>(), 0..SEATS).prop_map(|(from_hub, seat)| Step::Grant { from_hub, seat }),
        1 => (0..HOLD_MS).prop_map(|ms| Step::Pass { ms }),
        3 => (any::<bool>(), any::<bool>()).prop_map(|(from_hub, again)| {
            Step::Sync { from_hub, again }
        }),
    ];
    prop::collection::vec(step, 1..60)
}

/// Both nodes, and what a test remembers of them.
struct World {
    nodes: [Node; 2],
    holds: [Vec<HoldId>; 2],
    bookings: [Vec<BookingId>; 2],
    sent: [i64; 2],
}

impl World {
    fn step(&mut self, step: &Step) {
        let side = |hub: bool| usize::from(!hub);
        match *step {
            Step::Hold {
                at_hub,
                first,
                count,
            } => {
                let wanted: Vec<u32> = (first..(first + count).min(SEATS)).collect();
                let at = side(at_hub);
                self.holds[at].extend(self.nodes[at].hold(&wanted).ok());
            }
            Step::BookLast { at_hub } => {
                let at = side(at_hub);
                if let Some(hold) = self.holds[at].pop() {
                    self.bookings[at].extend(self.nodes[at].book(hold));
                }
            }
            Step::Release { at_hub } => {
                let at = side(at_hub);
                if let Some(hold) = self.holds[at].pop() {
                    let _ = self.nodes[at].act(|tx, here| seats::release(tx, here, hold));
                }
            }
            Step::Cancel { at_hub } => {
                let at = side(at_hub);
                if let Some(booking) = self.bookings[at].pop() {
                    let starts_at = screening().starts_at;
                    let _ =
                        self.nodes[at].act(|tx, here| seats::cancel(tx, here, booking, starts_at));
                }
            }
            Step::Grant { from_hub, seat } => {
                let (from, to) = (side(from_hub), side(!from_hub));
                let to = self.nodes[to].node.clone();
                let _ = self.nodes[from]
                    .act(|tx, here| seats::grant(tx, here, (SCREENING, &to), &[SeatId(seat)]));
            }
            Step::Pass { ms } => {
                for node in &mut self.nodes {
                    node.now = node.now.plus_ms(ms);
                }
            }
            Step::Sync { from_hub, again } => self.sync(side(from_hub), again),
        }
    }

    fn sync(&mut self, from: usize, again: bool) {
        let peer = self.nodes[1 - from].node.clone();
        let after = if again { 0 } else { self.sent[from] };
        let batch = self.nodes[from].batch(&peer, after);
        self.sent[from] = self.sent[from].max(batch.last);
        let sender = self.nodes[from].node.clone();
        self.nodes[1 - from].apply(&sender, &batch);
    }

    /// I1 and I2, whatever has arrived so far.
    fn check(&self) {
        for seat in 0..SEATS {
            let rows = self.nodes.each_ref().map(|node| node.seat(seat));
            let claims = rows.iter().zip(&self.nodes);
            let owners = claims.filter(|(row, node)| row.owner == node.node).count();
            assert!(owners <= 1, "seat {seat} is owned twice: {rows:?}");
        }
        let mut sold: Vec<i64> = self.nodes.iter().flat_map(live_tickets).collect();
        sold.sort_unstable();
        let twice = sold.windows(2).find(|pair| pair[0] == pair[1]);
        assert_eq!(twice, None, "a seat is sold twice");
    }
}

/// The seats of the live tickets that this node sold itself.
fn live_tickets(node: &Node) -> Vec<i64> {
    let query = "SELECT seat_id FROM tickets WHERE live = 1 AND ours = 1";
    let mut statement = node.db.prepare(query).unwrap();
    let seats = statement.query_map([], |row| row.get(0)).unwrap();
    seats.collect::<Result<_, _>>().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// I1, I2 and I4 for one hub and one kiosk under any history.
    #[test]
    fn no_seat_is_sold_twice_and_both_sides_agree_in_the_end(steps in steps()) {
        let (hub, kiosk) = pair();
        let mut world = World {
            nodes: [hub, kiosk],
            holds: Default::default(),
            bookings: Default::default(),
            sent: [0, 0],
        };
        for step in &steps {
            world.step(step);
            world.check();
        }
        for _ in 0..2 {
            world.sync(0, false);
            world.sync(1, false);
        }
        for seat in 0..SEATS {
            prop_assert_eq!(world.nodes[0].seat(seat), world.nodes[1].seat(seat));
        }
        for node in &world.nodes {
            prop_assert_eq!(seats::sqlite::conflicts::all(&node.db).unwrap(), vec![]);
        }
    }
}
