//! The hub's part over a database in memory: what a plan says, and that a switch is whole.

use domain::booking::Tender;
use domain::id::{HoldId, MovieId, SeatMapId, TheaterId, TicketId};
use domain::money::Won;
use domain::screening::ZonePrice;
use domain::seat_map::layout::{self, Layout, LayoutRow};
use domain::seat_map::{SeatMapFacts, ZoneId};
use domain::seating::{HOLD_MS, SeatState};
use domain::time::{DAY_MS, Timestamp, UtcOffset};
use seats::{BookHold, HoldSeats, Stretch};
use uuid::Uuid;

use super::plan::{Plan, plan};
use super::*;
use crate::conflicts::{Scene, Writer};
use crate::sqlite::nodes::KnownNode;
use crate::sqlite::theaters::TheaterFacts;
use crate::{fleet, sync, theaters as programme};

const HUB_ROW: [u32; 4] = [1, 2, 3, 4];
const KIOSK_ROW: [u32; 4] = [5, 6, 7, 8];

/// A hub with one room of four rows of four, of which the kiosk owns the second and the last.
struct Hub {
    db: Connection,
    node: NodeId,
    kiosk: NodeId,
    now: Timestamp,
    screening: Screening,
    old: SeatMap,
    ids: u128,
}

impl Hub {
    fn new() -> Self {
        let db = store::open_memory(crate::sqlite::MIGRATIONS).unwrap();
        let rows = ["A", "B", "C", "D"].iter().map(|row| LayoutRow {
            row: (*row).to_owned(),
            seats: "ssss".to_owned(),
        });
        let rows = rows.collect();
        let old = SeatMap::new(SeatMapFacts {
            id: SeatMapId(1),
            version: 1,
            zones: layout::zones(),
            seats: Layout { rows }.seats().unwrap(),
        })
        .unwrap();
        let mut hub = Self {
            db,
            node: NodeId::hub(),
            kiosk: "seoul-1".parse().unwrap(),
            now: Timestamp(0),
            screening: screening(),
            old: old.clone(),
            ids: 0,
        };
        let kiosk = hub.kiosk.clone();
        hub.act(|tx, here| {
            let facts = TheaterFacts {
                source_key: "one".to_owned(),
                name: "극장".to_owned(),
                name_en: "Theater".to_owned(),
                region: "서울".to_owned(),
                area: "종로".to_owned(),
                utc_offset: UtcOffset::SEOUL,
            };
            let room = programme::RoomFacts {
                name: "1관".to_owned(),
                map: old.clone(),
            };
            let theater = programme::record_theater(tx, &facts, &[room])?;
            let node = KnownNode {
                node: kiosk,
                theater,
            };
            fleet::add_node(tx, &node, "a secret", here.now).unwrap();
            assert!(programme::publish(tx, here, &screening(), &old)?);
            Ok::<_, StoreError>(())
        })
        .unwrap();
        hub
    }

    fn here(&self) -> Here<'_> {
        Here {
            node: &self.node,
            now: self.now,
        }
    }

    fn act<T, E: From<rusqlite::Error>>(
        &mut self,
        act: impl FnOnce(&Transaction<'_>, Here<'_>) -> Result<T, E>,
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

    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    fn hold(&mut self, wanted: &[u32]) -> HoldId {
        let hold = HoldId(self.id());
        let wanted: Vec<SeatId> = wanted.iter().copied().map(SeatId).collect();
        let (screening, map) = (self.screening.clone(), self.old.clone());
        self.act(|tx, here| {
            let wanted = HoldSeats {
                hold,
                screening: &screening,
                map: &map,
                wanted: &wanted,
            };
            seats::hold(tx, here, wanted)
        })
        .unwrap();
        hold
    }

    fn sell(&mut self, wanted: &[u32]) -> BookingId {
        let hold = self.hold(wanted);
        let booking = BookingId(self.id());
        let tickets = wanted.iter().map(|&seat| {
            let ticket = TicketId(Uuid::from_u128(1000 + u128::from(seat)));
            (SeatId(seat), ticket, Won(12_000))
        });
        let request = BookHold {
            hold,
            booking,
            number: "123456789012".parse().unwrap(),
            tender: Tender::PayAtTheater,
            order: None,
            tickets: tickets.collect(),
        };
        self.act(|tx, here| seats::book(tx, here, &request))
            .unwrap();
        booking
    }

    fn plan(&self, request: &Request) -> Result<Plan, Refused> {
        let scene = Scene {
            db: &self.db,
            here: self.here(),
            reachable: &[],
        };
        refused(plan(&scene, request))
    }

    fn switch(&mut self, request: &Request) -> Result<Change, Refused> {
        refused(self.act(|tx, here| switch(tx, here, request)))
    }

    fn state(&self, seat: u32) -> SeatState {
        let row = seats::sqlite::seats::find(&self.db, self.screening.screening, SeatId(seat));
        row.unwrap().unwrap().state
    }

    fn version(&self) -> i64 {
        let found = screenings::find(&self.db, self.screening.screening).unwrap();
        found.unwrap().seat_map_version
    }

    /// The map without these seats, and with a new row behind the last.
    fn without(&self, gone: &[u32]) -> Request {
        let mut facts = SeatMapFacts::from(self.old.clone());
        facts.version += 1;
        let new = facts.seats.iter().filter(|seat| seat.row == "D");
        let new: Vec<_> = new.cloned().collect();
        facts.seats.retain(|seat| !gone.contains(&seat.seat.0));
        facts
            .seats
            .extend(new.into_iter().map(|seat| domain::seat_map::Seat {
                seat: SeatId(seat.seat.0 + 10),
                row: "E".to_owned(),
                y: seat.y + 2,
                ..seat
            }));
        Request {
            screening: self.screening.screening,
            map: SeatMap::new(facts).unwrap(),
            reach: Reach::Screening,
            named: BTreeMap::new(),
            by: "김운영".to_owned(),
            note: String::new(),
        }
    }
}

fn refused<T>(done: Result<T, ChangeError>) -> Result<T, Refused> {
    done.map_err(|error| match error {
        ChangeError::Refused(refused) => refused,
        ChangeError::Store(fault) => panic!("{fault}"),
    })
}

fn screening() -> Screening {
    Screening {
        screening: ScreeningId(1),
        movie: MovieId(1),
        theater: TheaterId(1),
        auditorium: domain::id::AuditoriumId(1),
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

#[test]
fn a_row_of_free_seats_goes_another_comes_and_whoever_hears_of_it_hears_all_of_it() {
    let mut hub = Hub::new();
    let head = store::change_feed::head(&hub.db).unwrap();
    let request = hub.without(&HUB_ROW);
    let change = hub.switch(&request).unwrap();
    assert_eq!((change.kept.len(), change.added.len()), (12, 4));
    assert_eq!((hub.version(), hub.state(1)), (2, SeatState::Blocked));
    assert_eq!(hub.state(23), SeatState::Free);
    let known = KnownNode {
        node: hub.kiosk.clone(),
        theater: TheaterId(1),
    };
    let stretch = Stretch {
        session: 1,
        incarnation: 1,
        after: head,
        scopes: None,
        not_origin: None,
        now: hub.now,
    };
    let batch = sync::read_batch(&hub.db, (&known, false), &stretch).unwrap();
    let kinds: Vec<&str> = batch.rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds.first(), Some(&"seat_map"));
    assert_eq!(kinds.last(), Some(&"screening"));
    assert_eq!(kinds.len(), 1 + 8 + 1);
    // Doing it again changes nothing and tells nobody.
    let head = store::change_feed::head(&hub.db).unwrap();
    assert_eq!(hub.switch(&request), Ok(Change::default()));
    assert_eq!(store::change_feed::head(&hub.db).unwrap(), head);
}

#[test]
fn seats_of_a_kiosk_that_is_away_are_waited_for_and_nothing_is_half_done() {
    let mut hub = Hub::new();
    let request = hub.without(&[1, 2, 3, 4, 5, 6, 7, 8]);
    let plan = hub.plan(&request).unwrap();
    let seats = KIOSK_ROW.map(SeatId).to_vec();
    let away = BTreeMap::from([(hub.kiosk.clone(), seats)]);
    assert_eq!(plan.check(&hub.node, &[]), Err(Refused::Away(away.clone())));
    assert_eq!(
        plan.check(&hub.node, std::slice::from_ref(&hub.kiosk)),
        Ok(())
    );
    assert_eq!(plan.missing(), away);
    let head = store::change_feed::head(&hub.db).unwrap();
    assert_eq!(hub.switch(&request), Err(Refused::Overtaken(SeatId(5))));
    assert_eq!((hub.version(), hub.state(1)), (1, SeatState::Free));
    assert_eq!(store::change_feed::head(&hub.db).unwrap(), head);
    let map = theaters::seat_map(&hub.db, SeatMapId(1), 2).unwrap();
    assert_eq!(map, None, "the new map is not kept either");
}

#[test]
fn who_has_a_seat_that_goes_is_moved_and_only_then_the_room_changes() {
    let mut hub = Hub::new();
    let booking = hub.sell(&[2, 3]);
    let request = hub.without(&HUB_ROW);
    assert_eq!(hub.switch(&request), Err(Refused::Overtaken(SeatId(2))));
    let plan = hub.plan(&request).unwrap();
    let [moving] = plan.moves.as_slice() else {
        panic!("{:?}", plan.moves);
    };
    assert_eq!(
        (&moving.writer, moving.booking.booking),
        (&Writer::Hub, booking)
    );
    let act = moving.act.clone().unwrap();
    // Together, in a row that stays, and the hub's own: nobody has to be asked.
    let to: Vec<u32> = moves_of(&act).iter().map(|one| one.to.0).collect();
    assert!(to[1] == to[0] + 1 && (9..=12).contains(&to[0]), "{to:?}");
    hub.act(|tx, here| move_here(tx, here, &request, &act))
        .unwrap();
    hub.switch(&request).unwrap();
    let moved = seats::sqlite::bookings::find(&hub.db, booking).unwrap();
    let seats: Vec<u32> = moved.unwrap().tickets.iter().map(|it| it.seat.0).collect();
    assert_eq!(seats, to);
    assert_eq!(hub.state(to[0]), SeatState::Booked { booking });
    assert_eq!(hub.state(2), SeatState::Blocked);
    let acts = "SELECT group_concat(act ->> 'act', ' ') FROM audit";
    let acts: String = hub.db.query_row(acts, [], |row| row.get(0)).unwrap();
    assert_eq!(acts, "moved seat_map_changed");
}

#[test]
fn somebody_who_is_choosing_is_not_disturbed() {
    let mut hub = Hub::new();
    hub.hold(&[1, 2]);
    let request = hub.without(&HUB_ROW);
    let plan = hub.plan(&request).unwrap();
    let refused = plan.check(&hub.node, &[]).unwrap_err();
    let Refused::InUse(used) = refused else {
        panic!("{refused}");
    };
    let owner = hub.node.clone();
    let until = Timestamp(HOLD_MS);
    assert_eq!(used[&SeatId(1)], Obstacle::Held { owner, until });
    hub.now = until;
    hub.switch(&request).unwrap();
}

#[test]
fn without_other_seats_somebody_has_to_name_them() {
    let mut hub = Hub::new();
    let booking = hub.sell(&[1, 2]);
    hub.sell(&[9, 10, 11, 12]);
    let mut request = hub.without(&HUB_ROW);
    let plan = hub.plan(&request).unwrap();
    let seats = vec![SeatId(1), SeatId(2)];
    assert_eq!(
        plan.check(&hub.node, &[]),
        Err(Refused::NoSeats { booking, seats }),
        "the kiosk, which has the others, is away"
    );
    let (one, two, sold, new) = (SeatId(1), SeatId(2), SeatId(9), SeatId(23));
    for to in [sold, new, SeatId(3)] {
        request.named = BTreeMap::from([(one, to), (two, SeatId(5))]);
        let wrong = Refused::NamedWrongly { from: one, to };
        assert_eq!(hub.plan(&request).unwrap_err(), wrong);
    }
    request.named = BTreeMap::from([(one, SeatId(5))]);
    assert_eq!(hub.plan(&request).unwrap_err(), Refused::NamedInPart(two));
    request.named = BTreeMap::from([(one, SeatId(5)), (two, SeatId(6))]);
    let plan = hub.plan(&request).unwrap();
    let act = plan.moves[0].act.clone().unwrap();
    let to: Vec<SeatId> = moves_of(&act).iter().map(|one| one.to).collect();
    assert_eq!(to, vec![SeatId(5), SeatId(6)]);
}

#[test]
fn a_version_looks_the_same_for_ever() {
    let mut hub = Hub::new();
    hub.switch(&hub.without(&HUB_ROW)).unwrap();
    let other = hub.without(&[1]);
    assert_eq!(hub.plan(&other).unwrap_err(), Refused::OtherContent(2));
    hub.now = Timestamp(2 * DAY_MS);
    assert_eq!(hub.plan(&other).unwrap_err(), Refused::Over);
}

#[test]
fn a_room_that_was_rebuilt_has_the_new_map_from_now_on() {
    let mut hub = Hub::new();
    let room = hub.screening.auditorium;
    let version = |hub: &Hub| {
        let room = theaters::auditorium(&hub.db, room).unwrap();
        room.unwrap().seat_map_version
    };
    let mut request = hub.without(&HUB_ROW);
    hub.switch(&request).unwrap();
    assert_eq!(version(&hub), 1);
    let mut facts = SeatMapFacts::from(request.map.clone());
    facts.version = 3;
    facts.seats.pop();
    request.map = SeatMap::new(facts).unwrap();
    request.reach = Reach::Room;
    hub.switch(&request).unwrap();
    assert_eq!(version(&hub), 3);
}
