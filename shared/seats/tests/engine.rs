//! The engine against a real database in memory: rules, and laws over random histories.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use domain::booking::Tender;
use domain::id::{
    AuditoriumId, BookingId, HoldId, MovieId, NodeId, ScreeningId, SeatId, SeatMapId, TheaterId,
    TicketId,
};
use domain::money::Won;
use domain::screening::{Screening, ZonePrice};
use domain::seat_map::{Seat, SeatKind, SeatMap, SeatMapFacts, Zone, ZoneId};
use domain::seating::{HOLD_MS, HOLD_TOTAL_MS, HoldRefused, SeatRefusal, SeatState};
use domain::time::{DAY_MS, Timestamp};
use proptest::prelude::*;
use protocol::batch::Batch;
use rusqlite::Connection;
use seats::{BookHold, Here, HoldError, HoldSeats, Stretch};
use store::{Migration, StoreError, change_feed, cursor, meta};
use uuid::Uuid;

const MIGRATIONS: &[Migration] = &[
    Migration::new("meta", meta::SCHEMA),
    Migration::new("peers", cursor::SCHEMA),
    Migration::new("changes", change_feed::SCHEMA),
    Migration::new("seats", seats::SCHEMA),
];

const SEATS: u32 = 12;
const SCREENING: ScreeningId = ScreeningId(1);

/// One node's database, its clock and its ids.
struct Node {
    node: NodeId,
    db: Connection,
    now: Timestamp,
    ids: u128,
}

impl Node {
    fn new(name: &str) -> Self {
        Self {
            node: name.parse().unwrap(),
            db: store::open_memory(MIGRATIONS).unwrap(),
            now: Timestamp(0),
            ids: if name == "hub" { 1 << 64 } else { 2 << 64 },
        }
    }

    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    fn act<T, E: From<rusqlite::Error>>(
        &mut self,
        act: impl FnOnce(&rusqlite::Transaction<'_>, Here<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let here = Here {
            node: &self.node,
            now: self.now,
        };
        let tx = self.db.transaction()?;
        let done = act(&tx, here)?;
        tx.commit()?;
        Ok(done)
    }

    fn hold(&mut self, wanted: &[u32]) -> Result<HoldId, HoldRefused> {
        let (hold, wanted) = (HoldId(self.id()), seat_ids(wanted));
        let (screening, map) = (screening(), map());
        let request = HoldSeats {
            hold,
            screening: &screening,
            map: &map,
            wanted: &wanted,
        };
        match self.act(|tx, here| seats::hold(tx, here, request)) {
            Ok(held) => Ok(held.hold),
            Err(HoldError::Refused(refused)) => Err(refused),
            Err(HoldError::Store(fault)) => panic!("{fault}"),
        }
    }

    fn book(&mut self, hold: HoldId) -> Option<BookingId> {
        let booking = BookingId(self.id());
        let found = seats::sqlite::holds::find(&self.db, hold).unwrap().unwrap();
        let tickets = found.seats.iter();
        let tickets = tickets
            .map(|&seat| (seat, TicketId(self.id()), Won(12_000)))
            .collect();
        let request = BookHold {
            hold,
            booking,
            number: format!("{:012}", self.ids % 1_000_000).parse().unwrap(),
            tender: Tender::PayAtTheater,
            order: None,
            tickets,
        };
        let booked = self.act(|tx, here| seats::book(tx, here, &request));
        booked.ok().map(|booking| booking.booking)
    }

    fn seat(&self, seat: u32) -> domain::seating::ScreeningSeat {
        let found = seats::sqlite::seats::find(&self.db, SCREENING, SeatId(seat));
        found.unwrap().unwrap()
    }

    /// What this node would send to `peer` after `after`.
    fn batch(&self, peer: &NodeId, after: i64) -> Batch {
        let stretch = Stretch {
            session: 1,
            incarnation: 1,
            after,
            scopes: None,
            not_origin: peer,
            now: self.now,
        };
        seats::read_batch(&self.db, &stretch, |_, _, _| Ok(None)).unwrap()
    }

    fn apply(&mut self, sender: &NodeId, batch: &Batch) {
        self.act(|tx, here| {
            seats::apply_batch(tx, here, sender, batch, |_| Ok(seats::Applied::NotOurs))
        })
        .map_err(|fault: StoreError| fault.to_string())
        .unwrap();
    }
}

fn seat_ids(seats: &[u32]) -> Vec<SeatId> {
    seats.iter().copied().map(SeatId).collect()
}

fn map() -> SeatMap {
    let zone = ZoneId("standard".to_owned());
    let seats = (0..SEATS).map(|at| Seat {
        seat: SeatId(at),
        row: if at < SEATS / 2 { "A" } else { "B" }.to_owned(),
        number: at % (SEATS / 2) + 1,
        zone: zone.clone(),
        kind: SeatKind::Standard,
        x: i32::try_from(at % (SEATS / 2)).unwrap() * 2,
        y: i32::try_from(at / (SEATS / 2)).unwrap() * 2,
    });
    SeatMap::new(SeatMapFacts {
        id: SeatMapId(1),
        version: 1,
        zones: vec![Zone {
            zone: zone.clone(),
            name_ko: "일반".to_owned(),
            name_en: "Standard".to_owned(),
        }],
        seats: seats.collect(),
    })
    .unwrap()
}

fn screening() -> Screening {
    Screening {
        screening: SCREENING,
        movie: MovieId(1),
        theater: TheaterId(1),
        auditorium: AuditoriumId(1),
        seat_map: SeatMapId(1),
        seat_map_version: 1,
        starts_at: Timestamp(DAY_MS),
        ends_at: Timestamp(2 * DAY_MS),
        sale_from: Timestamp(0),
        sale_until: Timestamp(DAY_MS),
        prices: vec![ZonePrice {
            zone: ZoneId("standard".to_owned()),
            price: Won(12_000),
        }],
    }
}

/// A hub and a kiosk; row A is the hub's, row B the kiosk's.
fn pair() -> (Node, Node) {
    let (mut hub, mut kiosk) = (Node::new("hub"), Node::new("seoul-1"));
    let owners: BTreeMap<SeatId, NodeId> = (0..SEATS)
        .map(|at| {
            let owner = if at < SEATS / 2 {
                &hub.node
            } else {
                &kiosk.node
            };
            (SeatId(at), owner.clone())
        })
        .collect();
    hub.act(|tx, here| seats::open_screening(tx, here, &screening(), &owners))
        .unwrap();
    let batch = hub.batch(&kiosk.node, 0);
    kiosk.apply(&NodeId::hub(), &batch);
    (hub, kiosk)
}

#[test]
fn a_party_sits_together_or_not_at_all() {
    let (mut hub, _) = pair();
    hub.hold(&[0]).unwrap();
    let refused = hub.hold(&[0, 1, 7, 99]).unwrap_err();
    let expected = vec![
        (SeatId(0), SeatRefusal::Taken),
        (SeatId(7), SeatRefusal::Elsewhere),
        (SeatId(99), SeatRefusal::Unknown),
    ];
    assert_eq!(refused, HoldRefused::Seats(expected));
    assert_eq!(hub.seat(1).state, SeatState::Free);
}

#[test]
fn an_expired_hold_is_taken_over_and_cannot_come_back() {
    let (mut hub, _) = pair();
    let late = hub.hold(&[0, 1]).unwrap();
    hub.now = Timestamp(HOLD_MS);
    let next = hub.hold(&[1]).unwrap();
    // The clock jumps back: the first hold would look alive, but a seat is gone.
    hub.now = Timestamp(HOLD_MS - 1);
    assert_eq!(hub.book(late), None);
    assert!(hub.book(next).is_some());
}

#[test]
fn a_hold_is_not_refreshed_for_ever() {
    let (mut hub, _) = pair();
    let hold = hub.hold(&[0]).unwrap();
    for minute in 1..14 {
        hub.now = Timestamp(minute * 60_000);
        hub.act(|tx, here| seats::refresh(tx, here, hold)).unwrap();
    }
    hub.now = Timestamp(HOLD_TOTAL_MS);
    assert!(hub.act(|tx, here| seats::refresh(tx, here, hold)).is_err());
    hub.hold(&[0]).unwrap();
}

#[test]
fn a_single_seat_is_not_stranded_while_the_house_is_empty() {
    let (mut hub, _) = pair();
    hub.hold(&[0]).unwrap();
    assert_eq!(hub.hold(&[2]), Err(HoldRefused::StrandsSingle(SeatId(1))));
    hub.hold(&[1]).unwrap();
}

#[test]
fn booking_twice_is_booking_once() {
    let (mut hub, _) = pair();
    let hold = hub.hold(&[0, 1]).unwrap();
    let first = hub.book(hold).unwrap();
    assert_eq!(hub.book(hold), Some(first));
    assert_eq!(hub.seat(0).state, SeatState::Booked { booking: first });
}

#[test]
fn the_database_itself_refuses_a_second_live_ticket() {
    let (mut hub, _) = pair();
    let hold = hub.hold(&[0]).unwrap();
    hub.book(hold).unwrap();
    let copied = hub.db.execute(
        "INSERT INTO tickets SELECT booking_id, randomblob(16), screening_id, seat_id, price_won,
                live, ours FROM tickets",
        [],
    );
    assert!(copied.unwrap_err().to_string().contains("UNIQUE"));
}

#[test]
fn a_granted_seat_is_never_in_two_hands() {
    let (mut hub, mut kiosk) = pair();
    let to = kiosk.node.clone();
    hub.act(|tx, here| seats::grant(tx, here, (SCREENING, &to), &[SeatId(0)]))
        .unwrap();
    // Sent, but not arrived: nobody can sell it.
    let elsewhere = HoldRefused::Seats(vec![(SeatId(0), SeatRefusal::Elsewhere)]);
    assert_eq!(hub.hold(&[0]), Err(elsewhere.clone()));
    assert_eq!(kiosk.hold(&[0]), Err(elsewhere));
    let batch = hub.batch(&kiosk.node, 0);
    kiosk.apply(&NodeId::hub(), &batch);
    kiosk.hold(&[0]).unwrap();
}

#[test]
fn a_row_that_its_sender_may_not_write_becomes_a_conflict_and_the_rest_goes_on() {
    let (mut hub, mut kiosk) = pair();
    let hold = kiosk.hold(&[6, 7]).unwrap();
    kiosk.book(hold).unwrap();
    let mut batch = kiosk.batch(&NodeId::hub(), 0);
    // The kiosk claims a seat of the hub's.
    let forged = batch.rows[0].clone();
    let body = forged.body.get().replace("\"seat\":6", "\"seat\":0");
    batch.rows.insert(
        0,
        protocol::row::Envelope {
            key: "1/0".to_owned(),
            version: (9, 9),
            body: serde_json::value::RawValue::from_string(body).unwrap(),
            ..forged
        },
    );
    batch.rows.insert(
        0,
        protocol::row::Envelope {
            kind: "popcorn".to_owned(),
            ..batch.rows[1].clone()
        },
    );
    let sender = kiosk.node.clone();
    hub.apply(&sender, &batch);
    assert_eq!(hub.seat(0).owner, NodeId::hub());
    assert_eq!(hub.seat(6).state, kiosk.seat(6).state);
    assert_eq!(seats::sqlite::conflicts::all(&hub.db).unwrap().len(), 2);
}

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
