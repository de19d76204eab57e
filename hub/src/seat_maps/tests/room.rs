//! A hub over a database in memory, with one screening and a kiosk that is not there.

use std::collections::BTreeMap;

use domain::booking::{Booking, BookingState, Tender, Ticket};
use domain::id::{
    AuditoriumId, BookingId, HoldId, MovieId, NodeId, ScreeningId, SeatId, SeatMapId, TheaterId,
    TicketId,
};
use domain::money::Won;
use domain::screening::{Screening, ZonePrice};
use domain::seat_map::change::Change;
use domain::seat_map::layout::{self, Layout, LayoutRow};
use domain::seat_map::{Seat, SeatMap, SeatMapFacts, ZoneId};
use domain::seating::SeatState;
use domain::time::{DAY_MS, Timestamp, UtcOffset};
use domain::version::Version;
use rusqlite::{Connection, Transaction};
use seats::{BookHold, Here, HoldSeats};
use store::StoreError;
use uuid::Uuid;

use crate::conflicts::Scene;
use crate::seat_maps::plan::{Plan, plan};
use crate::seat_maps::{ChangeError, Reach, Refused, Request, switch};
use crate::sqlite::nodes::KnownNode;
use crate::sqlite::screenings;
use crate::sqlite::theaters::TheaterFacts;
use crate::{fleet, theaters as programme};

/// A hub with one room of four rows of four, of which the kiosk owns the second and the last.
pub(super) struct Hub {
    pub(super) db: Connection,
    pub(super) node: NodeId,
    pub(super) kiosk: NodeId,
    pub(super) now: Timestamp,
    pub(super) screening: Screening,
    pub(super) old: SeatMap,
    ids: u128,
}

impl Hub {
    pub(super) fn new() -> Self {
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

    pub(super) fn here(&self) -> Here<'_> {
        Here {
            node: &self.node,
            now: self.now,
        }
    }

    pub(super) fn act<T, E: From<rusqlite::Error>>(
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

    pub(super) fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    pub(super) fn hold(&mut self, wanted: &[u32]) -> HoldId {
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

    pub(super) fn sell(&mut self, wanted: &[u32]) -> BookingId {
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

    /// A booking of the kiosk's that nobody has heard of.
    pub(super) fn sold_at_the_kiosk(&mut self, seats: &[u32]) -> Booking {
        let tickets = seats.iter().map(|&seat| Ticket {
            ticket: TicketId(Uuid::from_u128(2000 + u128::from(seat))),
            seat: SeatId(seat),
            price: Won(12_000),
        });
        Booking {
            booking: BookingId(self.id()),
            number: "210987654321".parse().unwrap(),
            screening: self.screening.screening,
            node: self.kiosk.clone(),
            version: Version::FIRST,
            hold: HoldId(self.id()),
            tender: Tender::Card,
            order: None,
            booked_at: self.now,
            state: BookingState::Confirmed,
            tickets: tickets.collect(),
        }
    }

    pub(super) fn plan(&self, request: &Request) -> Result<Plan, Refused> {
        let scene = Scene {
            db: &self.db,
            here: self.here(),
            reachable: &[],
        };
        refused(plan(&scene, request))
    }

    pub(super) fn switch(&mut self, request: &Request) -> Result<Change, Refused> {
        refused(self.act(|tx, here| switch(tx, here, request)))
    }

    pub(super) fn state(&self, seat: u32) -> SeatState {
        let row = seats::sqlite::seats::find(&self.db, self.screening.screening, SeatId(seat));
        row.unwrap().unwrap().state
    }

    pub(super) fn version(&self) -> i64 {
        let found = screenings::find(&self.db, self.screening.screening).unwrap();
        found.unwrap().seat_map_version
    }

    /// The map without these seats, and with a new row behind the last.
    pub(super) fn without(&self, gone: &[u32]) -> Request {
        let mut facts = SeatMapFacts::from(self.old.clone());
        facts.version += 1;
        let new = facts.seats.iter().filter(|seat| seat.row == "D");
        let new: Vec<_> = new.cloned().collect();
        facts.seats.retain(|seat| !gone.contains(&seat.seat.0));
        facts.seats.extend(new.into_iter().map(|seat| Seat {
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

pub(super) fn refused<T>(done: Result<T, ChangeError>) -> Result<T, Refused> {
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
