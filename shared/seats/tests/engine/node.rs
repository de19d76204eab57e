//! One node's engine over a database in memory, and a screening for it to sell.

use std::collections::BTreeMap;

use domain::booking::Tender;
use domain::id::{
    AuditoriumId, BookingId, HoldId, MovieId, NodeId, ScreeningId, SeatId, SeatMapId, TheaterId,
    TicketId,
};
use domain::money::Won;
use domain::screening::{Screening, ZonePrice};
use domain::seat_map::{Seat, SeatKind, SeatMap, SeatMapFacts, Zone, ZoneId};
use domain::seating::HoldRefused;
use domain::time::{DAY_MS, Timestamp};
use protocol::batch::Batch;
use rusqlite::Connection;
use seats::{BookHold, Here, HoldError, HoldSeats, Stretch};
use store::StoreError;
use uuid::Uuid;

pub(crate) const SEATS: u32 = 12;
pub(crate) const SCREENING: ScreeningId = ScreeningId(1);

/// One node's database, its clock and its ids.
pub(crate) struct Node {
    pub(crate) node: NodeId,
    pub(crate) db: Connection,
    pub(crate) now: Timestamp,
    ids: u128,
}

impl Node {
    fn new(name: &str) -> Self {
        Self {
            node: name.parse().unwrap(),
            db: store::open_memory(seats::ALONE).unwrap(),
            now: Timestamp(0),
            ids: if name == "hub" { 1 << 64 } else { 2 << 64 },
        }
    }

    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    pub(crate) fn act<T, E: From<rusqlite::Error>>(
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

    pub(crate) fn hold(&mut self, wanted: &[u32]) -> Result<HoldId, HoldRefused> {
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

    pub(crate) fn book(&mut self, hold: HoldId) -> Option<BookingId> {
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

    pub(crate) fn seat(&self, seat: u32) -> domain::seating::ScreeningSeat {
        let found = seats::sqlite::seats::find(&self.db, SCREENING, SeatId(seat));
        found.unwrap().unwrap()
    }

    /// What this node would send to `peer` after `after`.
    pub(crate) fn batch(&self, peer: &NodeId, after: i64) -> Batch {
        let stretch = Stretch {
            session: 1,
            incarnation: 1,
            after,
            scopes: None,
            not_origin: Some(peer),
            now: self.now,
        };
        seats::read_batch(&self.db, &stretch, |_, _, _| Ok(None)).unwrap()
    }

    pub(crate) fn apply(&mut self, sender: &NodeId, batch: &Batch) {
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

pub(crate) fn map() -> SeatMap {
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

pub(crate) fn screening() -> Screening {
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
pub(crate) fn pair() -> (Node, Node) {
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
