//! The stage's kiosk: what it sells without the network, and how the two hear of each other.

use domain::id::{HoldId, NodeId, OrderId, PledgeId, RefundId, SeatId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::pledge::{Pledge, PledgeState};
use domain::tender::{GivenBack, GivenBackFor, KioskTender, PaidFor};
use domain::time::Timestamp;
use domain::version::Version;
use protocol::batch::Batch;
use protocol::row::{Row, TenderFact};
use rusqlite::Connection;
use seats::{Applied, Here, HoldSeats, Stretch};

use super::{Stage, phone, terms};
use crate::pledging::giving_back;
use crate::sqlite::pledge_refunds::{self, Became};
use crate::sqlite::{nodes, words};
use crate::sync;

/// A kiosk that sells pledges, with or without the network.
pub(crate) struct Kiosk {
    pub(crate) node: NodeId,
    pub(super) db: Connection,
    /// Everything up to here is known at the hub.
    pub(super) told: i64,
}

impl Stage {
    /// The kiosk has heard everything and says how far its own words go, after the deadline.
    pub(crate) fn kiosk_says(&mut self, after_ms: i64) {
        let watermark = terms().deadline.plus_ms(after_ms);
        let node = self.kiosk.node.clone();
        self.act(|tx, _| words::heard_up_to(tx, &node, watermark))
            .unwrap();
    }

    /// The kiosk sells a pledge without the network: it knows the seats that it owns.
    pub(crate) fn kiosk_sells(&mut self, person: u32, tickets: u32) -> PledgeId {
        self.tell_kiosk();
        let (screening, map) = (self.screening(), self.map());
        let (hold, pledge, order) = (HoldId(self.id()), PledgeId(self.id()), OrderId(self.id()));
        let sold = Pledge {
            pledge,
            number: format!("{:012}", self.ids).parse().unwrap(),
            campaign: self.campaign,
            screening: screening.screening,
            node: self.kiosk.node.clone(),
            version: Version::FIRST,
            tickets,
            price: terms().price,
            order,
            made_at: self.now,
            state: PledgeState::Live,
            back_at_counter: Won(0),
            phone: Some(phone(person).digits().to_owned()),
        };
        let here = Here {
            node: &self.kiosk.node,
            now: self.now,
        };
        let tx = self.kiosk.db.transaction().unwrap();
        let own = seats::sqlite::seats::of_screening(&tx, screening.screening).unwrap();
        let own = own.values().filter(|seat| &seat.owner == here.node);
        let free = own.filter(|seat| seat.state.is_free(here.now));
        let wanted: Vec<SeatId> = free.map(|seat| seat.seat).collect();
        let wanted = HoldSeats {
            hold,
            screening: &screening,
            map: &map,
            wanted: &wanted[..usize::try_from(tickets).unwrap()],
        };
        seats::hold_for_pledge(&tx, here, wanted).unwrap();
        seats::begin_payment(&tx, here, hold).unwrap();
        let given = seats::hand_over(&tx, here, (hold, &sold)).unwrap();
        assert_eq!(seats::hand_over(&tx, here, (hold, &sold)).unwrap(), given);
        tx.commit().unwrap();
        pledge
    }

    /// The network is there again: the hub hears everything up to now.
    pub(crate) fn kiosk_is_back(&mut self) {
        let hub = self.node.clone();
        let batch = batch(&self.kiosk.db, (self.kiosk.told, &hub), self.now);
        self.kiosk.told = batch.last;
        let node = self.kiosk.node.clone();
        self.act(|tx, here| {
            sync::apply_batch(tx, here, &node, &batch)?;
            // A second time, as if the acknowledgement was lost.
            sync::apply_batch(tx, here, &node, &batch)
        })
        .unwrap();
        self.tell_kiosk();
    }

    /// Staff pay a pledge back that the kiosk has sold, and the hub hears of it.
    pub(crate) fn counter_gives_back(&mut self, pledge: PledgeId) {
        let sold = self.pledge(pledge);
        let fact = TenderFact {
            node: self.kiosk.node.clone(),
            tender: KioskTender {
                order: OrderId(self.id()),
                kind: TenderKind::Cash,
                paid_for: PaidFor::Pledge(pledge),
                amount: -sold.amount(),
                approval_no: String::new(),
                taken_at: self.now,
                gives_back: Some(GivenBack {
                    order: sold.order,
                    why: GivenBackFor::PledgeReturned,
                }),
            },
        };
        let (node, row) = (self.kiosk.node.clone(), Row::Tender(fact));
        assert_eq!(self.at_counters(), []);
        self.act(|tx, here| seats::apply_row(tx, here, &node, &row))
            .unwrap();
        for (refund, at) in self.at_counters() {
            let done = Became::Done { at };
            self.act(|tx, here| giving_back::refund_became(tx, here, (refund, &done)))
                .unwrap();
        }
    }

    fn at_counters(&self) -> Vec<(RefundId, Timestamp)> {
        pledge_refunds::given_at_counters(&self.db, 10).unwrap()
    }

    /// Its program was never updated.
    pub(crate) fn kiosk_is_of_the_first_version(&mut self) {
        let node = self.kiosk.node.clone();
        self.act(|tx, _| words::set_kinds(tx, &node, &[])).unwrap();
    }

    /// The kinds of the rows that the hub tells the kiosk from the beginning.
    pub(crate) fn told_to_kiosk(&self) -> Vec<String> {
        let known = nodes::find(&self.db, &self.kiosk.node).unwrap().unwrap();
        let stretch = Stretch {
            session: 1,
            incarnation: 1,
            after: 0,
            scopes: None,
            not_origin: None,
            now: self.now,
        };
        let batch = sync::read_batch(&self.db, (&known, false), &stretch).unwrap();
        batch.rows.into_iter().map(|row| row.kind).collect()
    }

    fn tell_kiosk(&mut self) {
        let kiosk = self.kiosk.node.clone();
        let batch = batch(&self.db, (0, &kiosk), self.now);
        let here = Here {
            node: &kiosk,
            now: self.now,
        };
        let tx = self.kiosk.db.transaction().unwrap();
        let hub = &self.node;
        seats::apply_batch(&tx, here, hub, &batch, |row| match row {
            Row::Pledge(pledge) => Ok(seats::apply_pledge(&tx, hub, pledge).unwrap()),
            Row::Screening(screening, _) => {
                let (id, theater) = (screening.screening, screening.theater);
                seats::sqlite::seats::record_seating(&tx, id, theater)?;
                Ok(Applied::Changed)
            }
            Row::Theater(..)
            | Row::Auditorium(..)
            | Row::SeatMap(..)
            | Row::Movie(..)
            | Row::Campaign(..)
            | Row::RefundRules(..)
            | Row::Seat(_)
            | Row::Booking(_)
            | Row::Tender(_)
            | Row::DailyClose(_)
            | Row::HandOff(_)
            | Row::SearchFact(_)
            | Row::TicketFact(_)
            | Row::Ranking(..) => Ok(Applied::Changed),
        })
        .unwrap();
        tx.commit().unwrap();
    }
}

fn batch(db: &Connection, (after, to): (i64, &NodeId), now: Timestamp) -> Batch {
    let stretch = Stretch {
        session: 1,
        incarnation: 1,
        after,
        scopes: None,
        not_origin: Some(to),
        now,
    };
    seats::read_batch(db, &stretch, crate::sqlite::feed::load_row).unwrap()
}
