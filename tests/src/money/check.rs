//! What must be true: during a run, and when it has come to rest.

mod ends;
mod rest;

pub(super) use rest::Due;

use std::collections::{BTreeMap, BTreeSet};

use domain::campaign::{CampaignState, GRACE_MS, IN_FLIGHT_MS, Phase, Tally};
use domain::id::OrderId;
use domain::pledge::{PledgeState, ReturnReason};
use domain::web_order::{WebOrder, WebOrderState};
use rusqlite::Connection;

use super::operator::{CAMPAIGN, campaign};
use super::{World, lock};

/// What people were told, and what was seen.
#[derive(Default)]
pub(super) struct Told {
    /// The last that was promised of each order.
    promises: BTreeMap<OrderId, WebOrder>,
    /// The result was seen.
    decided: bool,
}

impl Told {
    /// Somebody was told how an order stands. Only what is settled is a promise.
    pub(super) fn promise(&mut self, order: &WebOrder) {
        match order.state {
            WebOrderState::Paid { .. }
            | WebOrderState::Pledged { .. }
            | WebOrderState::PledgeReturned { .. }
            | WebOrderState::Refunding { .. }
            | WebOrderState::Refunded { .. } => {
                self.promises.insert(order.order, order.clone());
            }
            WebOrderState::Open
            | WebOrderState::NotPaid { .. }
            | WebOrderState::Confirming { .. }
            | WebOrderState::WaitingForDeposit { .. }
            | WebOrderState::Over { .. }
            | WebOrderState::RefundRefused { .. } => {}
        }
    }
}

impl World {
    /// C2, C3: looks at the result in the moment in which it was decided.
    pub(super) fn watch_result(&self) {
        if lock(&self.told).decided {
            return;
        }
        let found = self.hub.machine.look(|db| {
            if !is_decided(db) {
                return None;
            }
            let known = campaign(db);
            let tally = known.state.result().cloned()?;
            Some((known.state, tally, counted(db)))
        });
        let Some((state, tally, counted)) = found else {
            return;
        };
        lock(&self.told).decided = true;
        self.note(format_args!("the result: {tally:?}"));
        if tally.paid_tickets != counted {
            let found = format!(
                "{} tickets are counted, {counted} are paid",
                tally.paid_tickets
            );
            self.violate("C2 paid tickets count", found);
        }
        let funded = state.phase() != Phase::Failed;
        if funded != (counted >= tally.goal) {
            self.violate(
                "C2 paid tickets count",
                format!("{:?} with {counted}", state.phase()),
            );
        }
        self.check_waited(&state, &tally);
    }

    /// C3: everybody was waited for whose word was missing.
    fn check_waited(&self, state: &CampaignState, tally: &Tally) {
        let Some(offer) = state.offer() else {
            return;
        };
        if tally.decided_at < offer.deadline {
            self.violate("C3 the deadline", format!("{tally:?}"));
        }
        if tally.decided_at >= offer.deadline.plus_ms(GRACE_MS) {
            return;
        }
        let in_flight = self.hub.machine.look(|db| {
            let known = hub::sqlite::pledge_orders::in_flight(db, CAMPAIGN);
            known.expect("it is read").0
        });
        if in_flight > 0 {
            let found = format!("{in_flight} payments were under way");
            self.violate("C3 payments are waited for", found);
        }
        let kiosk = lock(&self.kiosk);
        let in_time = offer.deadline.plus_ms(IN_FLIGHT_MS);
        let unheard = kiosk.sold.iter().filter(|(_, at)| **at <= in_time);
        let unheard = unheard.filter(|(pledge, _)| {
            let known = self
                .hub
                .machine
                .look(|db| seats::sqlite::pledges::find(db, **pledge));
            known.expect("it is read").is_none()
        });
        let unheard = unheard.count();
        drop(kiosk);
        if unheard > 0 {
            let found = format!("{unheard} pledges of the kiosk were not heard of");
            self.violate("C3 kiosks are waited for", found);
        }
    }
}

/// Looked at after every timer, so it reads no more than it must.
fn is_decided(db: &Connection) -> bool {
    let mut query = db
        .prepare_cached("SELECT phase IN ('succeeded', 'failed') FROM campaigns")
        .expect("a query");
    query.query_row([], |row| row.get(0)).unwrap_or(false)
}

/// Tickets of the campaign that are paid, by the rows themselves.
fn counted(db: &Connection) -> u32 {
    let mut query = db
        .prepare_cached("SELECT pledge_id FROM pledges WHERE campaign_id = ?1")
        .expect("a query");
    let ids = query
        .query_map([CAMPAIGN.0], |row| row.get::<_, [u8; 16]>(0))
        .expect("it is read");
    let mut tickets = 0;
    for id in ids.collect::<Result<BTreeSet<_>, _>>().expect("it is read") {
        let id = domain::id::PledgeId(uuid::Uuid::from_bytes(id));
        let pledge = seats::sqlite::pledges::find(db, id).expect("it is read");
        let Some(pledge) = pledge else { continue };
        tickets += match pledge.state {
            PledgeState::Live | PledgeState::Placed { .. } => pledge.tickets,
            // Given back in the same breath.
            PledgeState::Returning { why } if why == ReturnReason::CampaignFailed => pledge.tickets,
            PledgeState::Returning { .. } | PledgeState::Returned { .. } => 0,
        };
    }
    tickets
}
