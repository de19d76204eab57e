//! What must be true: during a run, and when it has come to rest.

mod ends;
mod rest;

pub(super) use rest::Due;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use domain::campaign::{CampaignState, GRACE_MS, IN_FLIGHT_MS, Phase, Tally};
use domain::id::{OrderId, PledgeId};
use domain::pledge::{Pledge, PledgeState};
use domain::web_order::{WebOrder, WebOrderState};
use rusqlite::Connection;
use store::Machine;

use super::operator::{CAMPAIGN, campaign};
use super::{World, lock};

/// What people were told, and what was seen.
#[derive(Default)]
pub(super) struct Told {
    /// The last that was promised of each order.
    promises: BTreeMap<OrderId, WebOrder>,
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

/// The moment in which a result was decided.
pub(super) struct Seen {
    state: CampaignState,
    tally: Tally,
    /// Paid tickets by the rows themselves.
    counted: u32,
    in_flight: u32,
    /// Pledges that the hub knew of.
    known: BTreeSet<PledgeId>,
}

/// Has the result of the campaign kept as soon as it is decided.
pub(super) fn watch_result(hub: &Machine, seen: &Arc<Mutex<Option<Seen>>>) {
    let (seen, mut is_over) = (Arc::clone(seen), false);
    hub.observe(move |db| {
        if is_over || !is_decided(db) {
            return;
        }
        is_over = true;
        let state = campaign(db).state;
        let Some(tally) = state.result().cloned() else {
            return;
        };
        let pledges = pledges(db);
        let in_flight = hub::sqlite::pledge_orders::in_flight(db, CAMPAIGN);
        *lock(&seen) = Some(Seen {
            counted: pledges.iter().map(live_tickets).sum(),
            known: pledges.iter().map(|pledge| pledge.pledge).collect(),
            in_flight: in_flight.expect("it is read").0,
            state,
            tally,
        });
    });
}

impl World {
    /// C2, C3: looks at the result as it was when it was decided.
    pub(super) fn check_result(&self) {
        let Some(seen) = lock(&self.result).take() else {
            return;
        };
        let (tally, counted) = (&seen.tally, seen.counted);
        self.note(format_args!("the result: {tally:?}"));
        if tally.paid_tickets != counted {
            let found = format!(
                "{} tickets are counted, {counted} are paid",
                tally.paid_tickets
            );
            self.violate("C2 paid tickets count", found);
        }
        let phase = seen.state.phase();
        if (phase != Phase::Failed) != (counted >= tally.goal) {
            self.violate("C2 paid tickets count", format!("{phase:?} with {counted}"));
        }
        self.check_waited(&seen);
    }

    /// C3: everybody was waited for whose word was missing.
    fn check_waited(&self, seen: &Seen) {
        let Some(offer) = seen.state.offer() else {
            return;
        };
        let decided_at = seen.tally.decided_at;
        if decided_at < offer.deadline {
            self.violate("C3 the deadline", format!("{:?}", seen.tally));
        }
        if decided_at >= offer.deadline.plus_ms(GRACE_MS) {
            return;
        }
        if seen.in_flight > 0 {
            let found = format!("{} payments were under way", seen.in_flight);
            self.violate("C3 payments are waited for", found);
        }
        let in_time = offer.deadline.plus_ms(IN_FLIGHT_MS);
        let kiosk = lock(&self.kiosk);
        let sold = kiosk.sold.iter().filter(|(_, at)| **at <= in_time);
        let unheard = sold
            .filter(|(pledge, _)| !seen.known.contains(pledge))
            .count();
        drop(kiosk);
        if unheard > 0 {
            let found = format!("{unheard} pledges of the kiosk were not heard of");
            self.violate("C3 kiosks are waited for", found);
        }
    }
}

/// Looked at after every commit, so it reads no more than it must.
fn is_decided(db: &Connection) -> bool {
    let mut query = db
        .prepare_cached("SELECT phase IN ('succeeded', 'failed') FROM campaigns")
        .expect("a query");
    query.query_row([], |row| row.get(0)).unwrap_or(false)
}

/// Every pledge of the campaign.
fn pledges(db: &Connection) -> Vec<Pledge> {
    let mut query = db
        .prepare_cached("SELECT pledge_id FROM pledges WHERE campaign_id = ?1 ORDER BY pledge_id")
        .expect("a query");
    let ids = query.query_map([CAMPAIGN.0], |row| row.get::<_, [u8; 16]>(0));
    let ids = ids.expect("it is read").collect::<Result<Vec<_>, _>>();
    let pledges = ids.expect("it is read").into_iter().filter_map(|id| {
        let id = PledgeId(uuid::Uuid::from_bytes(id));
        seats::sqlite::pledges::find(db, id).expect("it is read")
    });
    pledges.collect()
}

fn live_tickets(pledge: &Pledge) -> u32 {
    match pledge.state {
        PledgeState::Live | PledgeState::Placed { .. } => pledge.tickets,
        PledgeState::Returning { .. } | PledgeState::Returned { .. } => 0,
    }
}
