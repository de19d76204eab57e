//! Decisions about conflicts over the hub's own database: who loses, what is proposed, and what
//! is settled with it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use domain::booking::{Booking, BookingState, Tender, Ticket};
use domain::conflict::{Outcome, Remedy};
use domain::id::{BookingId, HoldId, NodeId, SeatId, TheaterId, TicketId};
use domain::money::Won;
use domain::screening::Screening;
use domain::time::{DAY_MS, Timestamp};
use domain::version::Version;
use hub::catalog;
use hub::conflicts::decide::{DecideError, Plan, Refused, Request, carry_out, plan, record};
use hub::conflicts::{Scene, Writer};
use hub::fleet;
use hub::sqlite::nodes::KnownNode;
use hub::sqlite::screenings::{self, Wanted};
use hub::sqlite::{MIGRATIONS, movies, theaters};
use hub::theaters::{Showable, fill_day, seed};
use protocol::row::Row;
use rusqlite::{Connection, Transaction};
use seats::Here;
use seats::sqlite::conflicts;
use store::StoreError;
use uuid::Uuid;

/// A Monday morning.
const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// A hub with one theater's programme and two kiosks.
struct Hub {
    db: Connection,
    node: NodeId,
    screening: Screening,
}

impl Hub {
    fn new() -> Self {
        let mut db = store::open_memory(MIGRATIONS).unwrap();
        let node = NodeId::hub();
        let tx = db.transaction().unwrap();
        let here = Here {
            node: &node,
            now: NOW,
        };
        for import in catalog::bundled().unwrap() {
            catalog::import_movies(&tx, &import).unwrap();
        }
        seed(&tx).unwrap();
        for kiosk in ["kiosk-1", "kiosk-2"] {
            let known = KnownNode {
                node: kiosk.parse().unwrap(),
                theater: TheaterId(1),
            };
            fleet::add_node(&tx, &known, "credential", NOW).unwrap();
        }
        let films = movies::showable(&tx, 10).unwrap().into_iter();
        let films: Vec<Showable> = films
            .map(|(movie, runtime_min)| Showable { movie, runtime_min })
            .collect();
        let theater = theaters::find(&tx, TheaterId(1)).unwrap().unwrap();
        fill_day(&tx, here, &theater, (1, &films)).unwrap();
        let wanted = Wanted {
            from: NOW,
            until: NOW.plus_ms(3 * DAY_MS),
            theater: None,
            movie: None,
        };
        let screening = screenings::list(&tx, &wanted).unwrap().remove(0);
        tx.commit().unwrap();
        Self {
            db,
            node,
            screening,
        }
    }

    fn act<T, E: std::fmt::Debug>(
        &mut self,
        act: impl FnOnce(&Transaction<'_>, Here<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let here = Here {
            node: &self.node,
            now: NOW,
        };
        let tx = self.db.transaction().unwrap();
        let done = act(&tx, here)?;
        tx.commit().unwrap();
        Ok(done)
    }

    fn fence(&mut self, node: &str) {
        let node: NodeId = node.parse().unwrap();
        self.act(|tx, here| fleet::fence(tx, here, &node)).unwrap();
    }

    /// A kiosk tells of a booking, the later the higher its id.
    fn hears(&mut self, node: &str, id: u8, seats: &[u32]) -> BookingId {
        let node: NodeId = node.parse().unwrap();
        let booking = Booking {
            booking: BookingId(Uuid::from_bytes([id; 16])),
            number: format!("{id:012}").parse().unwrap(),
            screening: self.screening.screening,
            node: node.clone(),
            version: Version::FIRST,
            hold: HoldId(Uuid::from_bytes([id; 16])),
            tender: Tender::Card,
            order: None,
            booked_at: Timestamp(i64::from(id)),
            state: BookingState::Confirmed,
            tickets: seats
                .iter()
                .map(|&seat| Ticket {
                    ticket: TicketId(Uuid::from_u128(u128::from(id) << 64 | u128::from(seat))),
                    seat: SeatId(seat),
                    price: Won(12_000),
                })
                .collect(),
        };
        let id = booking.booking;
        self.act(|tx, here| {
            seats::apply_row(tx, here, &node, &Row::Booking(booking)).unwrap();
            seats::examine_suspects(tx, here, &node)
        })
        .unwrap();
        id
    }

    fn open(&self) -> Vec<String> {
        let open = conflicts::open(&self.db, 10).unwrap().into_iter();
        open.map(|it| it.conflict.key()).collect()
    }

    fn plan(&self, key: &str, remedy: Remedy) -> Result<Plan, Refused> {
        let scene = Scene {
            db: &self.db,
            here: Here {
                node: &self.node,
                now: NOW,
            },
            reachable: &[],
        };
        plan(&scene, &request(key, remedy)).map_err(refused)
    }

    /// Decides what the hub can carry out itself.
    fn decide(&mut self, key: &str, remedy: Remedy) -> Result<(), Refused> {
        let request = request(key, remedy);
        let planned = self.plan(key, remedy)?;
        let decided = self.act(|tx, here| match planned {
            Plan::Decided => Ok(()),
            Plan::Record(outcome) => record(tx, here, &request, outcome),
            Plan::Act(act) => carry_out(tx, here, &request, &act),
        });
        decided.map_err(refused)
    }

    fn outcome(&self, key: &str) -> Option<Outcome> {
        let found = conflicts::find(&self.db, key).unwrap().unwrap();
        found.decided.map(|(decision, _)| decision.outcome)
    }

    fn seats_of(&self, booking: BookingId) -> Vec<u32> {
        let booking = seats::sqlite::bookings::find(&self.db, booking).unwrap();
        booking
            .unwrap()
            .tickets
            .iter()
            .map(|it| it.seat.0)
            .collect()
    }
}

fn request(key: &str, remedy: Remedy) -> Request {
    Request {
        key: key.to_owned(),
        remedy,
        by: "operator".to_owned(),
        note: "seen".to_owned(),
        booking: None,
    }
}

fn refused(error: DecideError) -> Refused {
    match error {
        DecideError::Refused(refused) => refused,
        DecideError::Store(fault) => panic!("{fault}"),
    }
}

#[test]
fn a_decision_settles_everything_that_the_booking_had_lost() {
    let mut hub = Hub::new();
    hub.fence("kiosk-1");
    hub.fence("kiosk-2");
    let first = hub.hears("kiosk-1", 1, &[20, 21]);
    let late = hub.hears("kiosk-2", 2, &[20, 21]);
    let keys = hub.open();
    assert_eq!(keys.len(), 2, "{keys:?}");
    hub.decide(&keys[0], Remedy::Reseat).unwrap();
    assert_eq!(hub.open(), Vec::<String>::new());
    assert_eq!(hub.seats_of(first), [20, 21]);
    let moved = hub.seats_of(late);
    assert_eq!(moved[1] - moved[0], 1, "they sit together: {moved:?}");
    for key in &keys {
        assert!(matches!(hub.outcome(key), Some(Outcome::Reseated { .. })));
    }
}

#[test]
fn with_a_third_booking_the_conflict_stays_open_until_everybody_has_a_seat() {
    let mut hub = Hub::new();
    hub.fence("kiosk-1");
    hub.fence("kiosk-2");
    let first = hub.hears("kiosk-1", 1, &[20]);
    hub.hears("kiosk-2", 2, &[20]);
    hub.hears("kiosk-2", 3, &[20, 21]);
    let [key] = hub.open().try_into().unwrap();
    hub.decide(&key, Remedy::Refund).unwrap();
    assert_eq!((hub.open(), hub.outcome(&key)), (vec![key.clone()], None));
    hub.decide(&key, Remedy::Refund).unwrap();
    let third = BookingId(Uuid::from_bytes([3; 16]));
    let refunded = Outcome::Refunded {
        booking: third,
        due_won: Won(24_000),
    };
    assert_eq!(hub.outcome(&key), Some(refunded));
    assert_eq!((hub.open(), hub.seats_of(first)), (Vec::new(), vec![20]));
    // Again, and otherwise.
    assert_eq!(hub.plan(&key, Remedy::Refund), Ok(Plan::Decided));
    let otherwise = hub.decide(&key, Remedy::Reseat);
    assert!(matches!(otherwise, Err(Refused::DecidedOtherwise { .. })));
}

#[test]
fn nothing_is_decided_for_a_booking_whose_kiosk_cannot_be_asked() {
    let mut hub = Hub::new();
    hub.fence("kiosk-1");
    hub.hears("kiosk-1", 1, &[20]);
    let late = hub.hears("kiosk-2", 2, &[20]);
    let [key] = hub.open().try_into().unwrap();
    let away = "kiosk-2".parse().unwrap();
    assert_eq!(hub.decide(&key, Remedy::Reseat), Err(Refused::Away(away)));
    assert_eq!(hub.decide(&key, Remedy::Dismiss), Err(Refused::StillLasts));
    hub.fence("kiosk-2");
    let planned = hub.plan(&key, Remedy::Upgrade);
    let Ok(Plan::Act(act)) = planned else {
        panic!("{planned:?}");
    };
    assert_eq!(act.writer, Writer::Fenced("kiosk-2".parse().unwrap()));
    hub.decide(&key, Remedy::Upgrade).unwrap();
    assert_ne!(hub.seats_of(late), [20]);
    assert_eq!(hub.open(), Vec::<String>::new());
}

#[test]
fn a_booking_whose_seat_was_blocked_is_reseated() {
    let mut hub = Hub::new();
    hub.fence("kiosk-1");
    let screening = hub.screening.screening;
    hub.act(|tx, here| seats::block(tx, here, screening, &[SeatId(20)]))
        .unwrap();
    let booking = hub.hears("kiosk-1", 1, &[20]);
    let [key] = hub.open().try_into().unwrap();
    assert!(key.starts_with("seat_lost/"), "{key}");
    hub.decide(&key, Remedy::Reseat).unwrap();
    assert_ne!(hub.seats_of(booking), [20]);
    assert_eq!(hub.open(), Vec::<String>::new());
}

#[test]
fn what_has_settled_itself_is_recorded_so() {
    let mut hub = Hub::new();
    hub.fence("kiosk-1");
    let first = hub.hears("kiosk-1", 1, &[20]);
    hub.fence("kiosk-2");
    let late = hub.hears("kiosk-2", 2, &[20]);
    let [key] = hub.open().try_into().unwrap();
    // The one that had the seat gave it up in the meantime.
    hub.act(|tx, here| {
        seats::take_over(tx, here, first)?;
        seats::void(tx, here, first)
    })
    .unwrap()
    .unwrap();
    hub.decide(&key, Remedy::Refund).unwrap();
    assert_eq!(hub.outcome(&key), Some(Outcome::Settled));
    let seat = seats::sqlite::seats::find(&hub.db, hub.screening.screening, SeatId(20));
    let sold = domain::seating::SeatState::Booked { booking: late };
    assert_eq!(seat.unwrap().unwrap().state, sold);
}

#[test]
fn what_is_not_about_a_booking_is_dismissed_with_a_note() {
    let mut hub = Hub::new();
    let conflict = domain::conflict::Conflict::RowRefused {
        sender: "kiosk-1".parse().unwrap(),
        row: "seat".to_owned(),
        key: "1/2".to_owned(),
        reason: "unknown".to_owned(),
    };
    hub.act(|tx, here| {
        conflicts::record(tx, &conflict, here.now)?;
        Ok::<_, StoreError>(())
    })
    .unwrap();
    let key = conflict.key();
    assert_eq!(hub.decide(&key, Remedy::Refund), Err(Refused::NoBooking));
    hub.decide(&key, Remedy::Dismiss).unwrap();
    assert_eq!(hub.outcome(&key), Some(Outcome::Dismissed));
}
