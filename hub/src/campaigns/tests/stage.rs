//! A hub and a kiosk over databases in memory, and one campaign.

mod kiosk;
mod looking;

use domain::booking::Booking;
use domain::campaign::{Offer, Phase};
use domain::id::{
    AuditoriumId, CampaignId, HoldId, MovieId, NodeId, OrderId, PledgeId, SeatId, SeatMapId,
    TheaterId,
};
use domain::money::Won;
use domain::pledge::Pledge;
use domain::screening::Screening;
use domain::seat_map::layout::{self, Layout, LayoutRow};
use domain::seat_map::{SeatMap, SeatMapFacts};
use domain::seating::HoldRefused;
use domain::time::{DAY_MS, HOUR_MS, Timestamp, UtcOffset};
use protocol::row::RowKind;
use rusqlite::{Connection, Transaction};
use seats::{Here, HoldError, HoldSeats};
use store::StoreError;
use uuid::Uuid;

use crate::campaigns::clock::{self, Looked};
use crate::campaigns::{self, CampaignError, Signed};
use crate::claims::{self, Choice, PlaceError};
use crate::pledging::giving_back;
use crate::pledging::{self, BeginPledge, PledgeError, PledgeOutcome, PledgePaid};
use crate::selling::Phone;
use crate::sqlite::nodes::KnownNode;
use crate::sqlite::pledge_refunds::{self, Became, WantedRefund};
use crate::sqlite::theaters::TheaterFacts;
use crate::sqlite::{campaigns as table, words};
use crate::{fleet, theaters as programme};

use kiosk::Kiosk;

/// Seats of the room that a claim can have.
pub(crate) const CAPACITY: u32 = 24;

const KIM: Signed<'_> = Signed {
    by: "Kim",
    note: "",
};

/// The terms of the campaign: six tickets make it happen.
pub(crate) fn terms() -> Offer {
    Offer {
        auditorium: AuditoriumId(1),
        starts_at: Timestamp(10 * DAY_MS),
        ends_at: Timestamp(10 * DAY_MS + 2 * HOUR_MS),
        goal: 6,
        capacity: CAPACITY,
        price: Won(12_000),
        opens_at: Timestamp(DAY_MS),
        deadline: Timestamp(5 * DAY_MS),
    }
}

pub(crate) fn phone(person: u32) -> Phone {
    format!("0101234{person:04}").parse().unwrap()
}

/// One hub, one kiosk, one campaign.
pub(crate) struct Stage {
    pub(crate) db: Connection,
    pub(crate) node: NodeId,
    pub(crate) kiosk: Kiosk,
    pub(crate) now: Timestamp,
    pub(super) campaign: CampaignId,
    pub(super) ids: u128,
}

impl Stage {
    /// A theater has made its offer.
    pub(crate) fn offered() -> Self {
        let node: NodeId = "seoul-1".parse().unwrap();
        let migrations = crate::sqlite::MIGRATIONS;
        let mut stage = Self {
            db: store::open_memory(migrations).unwrap(),
            node: NodeId::hub(),
            kiosk: Kiosk {
                node,
                db: store::open_memory(migrations).unwrap(),
                told: 0,
            },
            now: Timestamp(0),
            campaign: CampaignId(0),
            ids: 0,
        };
        stage.build();
        stage.campaign = stage.request();
        stage.offer(stage.campaign, &terms()).unwrap();
        stage
    }

    /// People pledge.
    pub(crate) fn open() -> Self {
        let mut stage = Self::offered();
        stage.approve();
        stage.now = terms().opens_at;
        assert_eq!(stage.tick(), Phase::Open);
        stage
    }

    /// A theater with one room, its kiosk, and a film.
    fn build(&mut self) {
        let mut rows: Vec<LayoutRow> = ["A", "B", "C", "D"]
            .iter()
            .map(|row| LayoutRow {
                row: (*row).to_owned(),
                seats: "ssssss".to_owned(),
            })
            .collect();
        rows.push(LayoutRow {
            row: "E".to_owned(),
            seats: "ww".to_owned(),
        });
        let map = SeatMap::new(SeatMapFacts {
            id: SeatMapId(1),
            version: 1,
            zones: layout::zones(),
            seats: Layout { rows }.seats().unwrap(),
        });
        let room = programme::RoomFacts {
            name: "1관".to_owned(),
            map: map.unwrap(),
        };
        let kiosk = self.kiosk.node.clone();
        self.act(|tx, here| {
            let facts = TheaterFacts {
                source_key: "one".to_owned(),
                name: "극장".to_owned(),
                name_en: "Theater".to_owned(),
                region: "서울".to_owned(),
                area: "종로".to_owned(),
                utc_offset: UtcOffset::SEOUL,
            };
            let theater = programme::record_theater(tx, &facts, &[room])?;
            let node = KnownNode {
                node: kiosk.clone(),
                theater,
            };
            fleet::add_node(tx, &node, "a secret", here.now).unwrap();
            words::set_kinds(tx, &kiosk, &RowKind::newer_names())?;
            tx.execute_batch(
                "INSERT INTO movies (movie_id, source, source_id, title, title_fold, search_fold,
                                     sort_date, rating, revision)
                 VALUES (1, 'test', '1', '기생충', '기생충', '기생충', '2019', '15', 0)",
            )?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }

    pub(crate) fn act<T, E: From<rusqlite::Error>>(
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

    pub(crate) fn request(&mut self) -> CampaignId {
        let subject = (MovieId(1), TheaterId(1));
        let made = self.act(|tx, here| campaigns::request(tx, here, subject, KIM));
        made.unwrap().campaign
    }

    pub(crate) fn offer(&mut self, id: CampaignId, terms: &Offer) -> Result<(), CampaignError> {
        self.act(|tx, here| campaigns::offer(tx, here, (id, terms), KIM).map(drop))
    }

    pub(crate) fn approve(&mut self) {
        let id = self.campaign;
        let lee = Signed {
            by: "Lee",
            note: "good",
        };
        self.act(|tx, here| campaigns::approve(tx, here, id, lee))
            .unwrap();
    }

    pub(crate) fn cancel(&mut self) -> Result<(), CampaignError> {
        let id = self.campaign;
        self.act(|tx, here| campaigns::cancel(tx, here, id, KIM).map(drop))
    }

    /// The clock does everything that is due now.
    pub(crate) fn tick(&mut self) -> Phase {
        loop {
            let (id, now, mut ids) = (self.campaign, self.now, self.ids);
            if !table::due(&self.db, now, 10).unwrap().contains(&id) {
                break;
            }
            let looked = self.act(|tx, here| {
                let mut mint = || {
                    ids += 1;
                    Uuid::from_u128(ids)
                };
                clock::look(tx, here, id, &mut mint)
            });
            self.ids = ids;
            if looked.unwrap() != Looked::Moved {
                break;
            }
        }
        self.campaign().state.phase()
    }

    pub(crate) fn settle(&mut self) {
        let id = self.campaign;
        self.act(|tx, here| clock::settled(tx, here, id)).unwrap();
    }

    /// A person begins to pay for so many tickets.
    pub(crate) fn begins(&mut self, person: u32, tickets: u32) -> Result<OrderId, PledgeError> {
        self.begins_more((person, tickets), None)
    }

    pub(crate) fn begins_more(
        &mut self,
        (person, tickets): (u32, u32),
        raised: Option<PledgeId>,
    ) -> Result<OrderId, PledgeError> {
        let order = OrderId(self.id());
        let request = BeginPledge {
            order,
            campaign: self.campaign,
            tickets,
            phone: phone(person),
            pledge: PledgeId(self.id()),
            number: format!("{:012}", self.ids).parse().unwrap(),
            raises: raised.map(|pledge| self.pledge(pledge).number),
        };
        let begun = self.act(|tx, here| pledging::begin(tx, here, &request))?;
        assert_eq!(begun.amount, terms().amount(tickets));
        Ok(order)
    }

    pub(crate) fn paid(&mut self, order: OrderId) -> PledgeOutcome {
        let paid_at = self.now;
        let told = PledgePaid { order, paid_at };
        self.act(|tx, here| pledging::paid(tx, here, &told))
            .unwrap()
    }

    pub(crate) fn gives_up(&mut self, order: OrderId) {
        self.act(|tx, _| pledging::given_up(tx, order)).unwrap();
    }

    /// A person pays for so many tickets.
    pub(crate) fn pledges(
        &mut self,
        person: u32,
        tickets: u32,
    ) -> Result<(PledgeId, OrderId), PledgeError> {
        let order = self.begins(person, tickets)?;
        match self.paid(order) {
            PledgeOutcome::Accepted(pledge) => Ok((pledge.pledge, order)),
            PledgeOutcome::PaidBack(why) => panic!("paid back: {why:?}"),
        }
    }

    pub(crate) fn lowers(
        &mut self,
        (person, pledge): (u32, PledgeId),
        tickets: u32,
    ) -> Result<Pledge, PledgeError> {
        let phone = phone(person);
        self.act(|tx, here| pledging::changing::lower(tx, here, (pledge, &phone), tickets))
    }

    pub(crate) fn place(&mut self, id: PledgeId, seats: &[u32]) -> Result<Booking, PlaceError> {
        let seats: Vec<SeatId> = seats.iter().copied().map(SeatId).collect();
        let (pledge, screening) = (self.pledge(id), self.screening());
        let (map, mut ids) = (self.map(), self.ids);
        let placed = self.act(|tx, here| {
            let choice = Choice {
                pledge: &pledge,
                screening: &screening,
                map: &map,
                seats: &seats,
            };
            let mut mint = || {
                ids += 1;
                Uuid::from_u128(ids)
            };
            claims::place(tx, here, &choice, &mut mint)
        });
        self.ids = ids;
        placed
    }

    /// Somebody without a claim takes seats.
    pub(crate) fn buy(&mut self, seats: &[u32]) -> Result<(), HoldRefused> {
        let wanted: Vec<SeatId> = seats.iter().copied().map(SeatId).collect();
        let (screening, map, hold) = (self.screening(), self.map(), HoldId(self.id()));
        let request = HoldSeats {
            hold,
            screening: &screening,
            map: &map,
            wanted: &wanted,
        };
        let held = self.act(|tx, here| {
            let held = seats::hold_anywhere(tx, here, request)?;
            // They pay.
            seats::begin_payment(tx, here, held.hold).unwrap();
            Ok(())
        });
        match held {
            Ok(()) => Ok(()),
            Err(HoldError::Refused(refused)) => Err(refused),
            Err(HoldError::Store(fault)) => panic!("{fault}"),
        }
    }

    /// Somebody without a claim takes all that can be had at the hub.
    pub(crate) fn buy_everything(&mut self) {
        for seat in self.free_at_hub() {
            let _ = self.buy(&[seat.0]);
        }
    }

    /// Free seats of the hub's that a claim can have.
    pub(crate) fn free_at_hub(&self) -> Vec<SeatId> {
        let seats = seats::sqlite::seats::of_screening(&self.db, self.screening().screening);
        let without = campaigns::without_claims(&self.map());
        let seats = seats.unwrap().into_values();
        seats
            .filter(|seat| seat.owner.is_hub() && seat.state.is_free(self.now))
            .map(|seat| seat.seat)
            .filter(|seat| !without.contains(seat))
            .collect()
    }

    /// Money that is to go back and that nobody has been asked for.
    pub(crate) fn wanted_back(&self) -> Vec<WantedRefund> {
        pledge_refunds::wanted(&self.db, self.now, 1_000).unwrap()
    }

    /// All of it arrives; the payments module says so twice.
    pub(crate) fn refunds_arrive(&mut self) {
        let done = Became::Done { at: self.now };
        for wanted in self.wanted_back() {
            for _ in 0..2 {
                let told = (wanted.refund, &done);
                self.act(|tx, here| giving_back::refund_became(tx, here, told))
                    .unwrap();
            }
        }
    }

    /// Another screening is planned in the room at that time.
    pub(crate) fn somebody_plans_the_room(&mut self) {
        let (terms, map) = (terms(), self.map());
        let screening = Screening {
            screening: domain::id::ScreeningId(0),
            movie: MovieId(1),
            theater: TheaterId(1),
            auditorium: terms.auditorium,
            seat_map: SeatMapId(1),
            seat_map_version: 1,
            starts_at: terms.starts_at,
            ends_at: terms.ends_at,
            sale_from: Timestamp(0),
            sale_until: terms.starts_at,
            prices: Vec::new(),
        };
        self.act(|tx, here| programme::publish(tx, here, &screening, &map))
            .unwrap();
    }

    pub(super) fn map(&self) -> SeatMap {
        let map = crate::sqlite::theaters::seat_map(&self.db, SeatMapId(1), 1);
        map.unwrap().unwrap()
    }
}
