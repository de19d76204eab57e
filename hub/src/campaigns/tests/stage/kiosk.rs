//! The stage's kiosk: what it sells without the network, and how the two hear of each other.

use domain::id::{HoldId, NodeId, OrderId, PledgeId, SeatId};
use domain::pledge::{Pledge, PledgeState};
use domain::time::Timestamp;
use domain::version::Version;
use protocol::batch::Batch;
use protocol::row::Row;
use rusqlite::Connection;
use seats::{Applied, Here, HoldSeats, Stretch};

use super::{Stage, phone, terms};
use crate::sqlite::words;
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
            _ => Ok(Applied::Changed),
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
