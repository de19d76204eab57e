//! When everything is at rest: whose money is where, and what everybody has for it.

use std::collections::BTreeMap;

use domain::campaign::Phase;
use domain::id::{CampaignId, OrderId, PledgeId, TheaterId};
use domain::ledger::{Account, Side};
use domain::money::Won;
use domain::order::TenderKind;
use domain::pledge::PledgeState;
use domain::web_order::{OrderFor, WebOrder, WebOrderState};
use hub::payments::books;
use hub::payments::sqlite::transfers;
use hub::sqlite::backers;
use rusqlite::Connection;
use uuid::Uuid;

use super::super::operator::{CAMPAIGN, campaign, kiosk_node};
use super::super::{World, lock};

/// What is where, as seen from outside of the programs.
struct Truth {
    /// What each order has brought in and not given back, wherever it was paid.
    net: BTreeMap<OrderId, Won>,
    /// What the gateway has taken and not given back.
    at_gateway: Won,
    cards: Won,
    drawer: Won,
}

/// An order for a pledge, as the hub knows it.
struct Part {
    order: OrderId,
    pledge: PledgeId,
}

impl World {
    /// Everything that must be true in the end.
    pub(in super::super) fn check_end(&self) {
        let Some(truth) = self.truth() else {
            return;
        };
        self.check_orders(&truth);
        self.check_pledges(&truth);
        self.check_promises();
        self.check_books(&truth);
    }

    /// The gateway's payments, less what the theater's bank has paid by hand, and the kiosk's
    /// till. Money that nobody knows of is lost (I3).
    fn truth(&self) -> Option<Truth> {
        let mut net: BTreeMap<OrderId, Won> = BTreeMap::new();
        let mut at_gateway = Won(0);
        for paid in lock(&self.bank).payments.values() {
            at_gateway = at_gateway + paid.taken();
            let name = paid.gateway_order.clone();
            let order = self.payments.machine.look(|db| {
                let attempt = hub::payments::sqlite::attempts::find(db, &name);
                attempt.expect("it is read").map(|attempt| attempt.order)
            });
            match order {
                Some(order) => {
                    let known = net.entry(order).or_default();
                    *known = *known + paid.taken();
                }
                None => {
                    let found = format!("{} is of no order", paid.key);
                    self.violate("I3 nothing promised is lost", found);
                    return None;
                }
            }
        }
        for (order, amount) in self.payments.machine.look(paid_by_hand) {
            let known = net.entry(order).or_default();
            *known = *known - amount;
        }
        let kiosk = lock(&self.kiosk);
        let (cards, drawer) = (sum(&kiosk.terminal), sum(&kiosk.drawer));
        for (order, amount) in kiosk.terminal.iter().chain(&kiosk.drawer) {
            let known = net.entry(*order).or_default();
            *known = *known + *amount;
        }
        Some(Truth {
            net,
            at_gateway,
            cards,
            drawer,
        })
    }

    /// Whoever has paid for seats has them, or the money.
    fn check_orders(&self, truth: &Truth) {
        let orders = self.hub.machine.look(web_orders);
        for order in orders {
            let net = truth.net.get(&order.order).copied().unwrap_or_default();
            let worth = match &order.state {
                WebOrderState::Paid { booking, .. } => {
                    let found = self
                        .hub
                        .machine
                        .look(|db| seats::sqlite::bookings::find(db, *booking));
                    match found.expect("it is read") {
                        Some(booking) if booking.is_live() => booking.amount(),
                        Some(_) => Won(0),
                        None => {
                            let found = format!("the booking of {}", order.order);
                            return self.violate("I3 nothing promised is lost", found);
                        }
                    }
                }
                // The pledge is looked at as a whole.
                WebOrderState::Pledged { .. } => continue,
                WebOrderState::PledgeReturned { .. }
                | WebOrderState::Open
                | WebOrderState::NotPaid { .. }
                | WebOrderState::Confirming { .. }
                | WebOrderState::WaitingForDeposit { .. }
                | WebOrderState::Over { .. }
                | WebOrderState::Refunding { .. }
                | WebOrderState::Refunded { .. }
                | WebOrderState::RefundRefused { .. } => Won(0),
            };
            if net != worth {
                let found = format!(
                    "order {} ({:?}) has brought {} and is worth {}",
                    order.order, order.state, net.0, worth.0
                );
                self.violate("I5 nobody pays twice or for nothing", found);
            }
        }
    }

    /// A live pledge is paid, any other is paid back (C4), and has no claim (C7).
    fn check_pledges(&self, truth: &Truth) {
        let (parts, kept) = self.hub.machine.look(|db| (parts(db), kept(db)));
        let mut paid: BTreeMap<PledgeId, Won> = BTreeMap::new();
        for part in &parts {
            let net = truth.net.get(&part.order).copied().unwrap_or_default();
            let known = paid.entry(part.pledge).or_default();
            *known = *known + net;
        }
        for (id, paid) in paid {
            let pledge = self
                .hub
                .machine
                .look(|db| seats::sqlite::pledges::find(db, id));
            let pledge = pledge.expect("it is read");
            let worth = match &pledge {
                Some(pledge) if pledge.is_live() => pledge.amount(),
                Some(_) | None => Won(0),
            };
            let is_told = pledge.as_ref().is_none_or(|pledge| match pledge.state {
                PledgeState::Returned { .. } => self.was_told(id),
                PledgeState::Live | PledgeState::Placed { .. } | PledgeState::Returning { .. } => {
                    true
                }
            });
            if !is_told {
                let found = format!("nobody was told that {id:?} was paid back");
                self.violate("I3 the backer is told", found);
            }
            if paid != worth {
                let state = pledge.map(|pledge| pledge.state);
                let found = format!(
                    "pledge {id:?} ({state:?}) has brought {} and is worth {}",
                    paid.0, worth.0
                );
                self.violate("C4 everybody is paid back once", found);
            }
        }
        for id in kept {
            let pledge = self
                .hub
                .machine
                .look(|db| seats::sqlite::pledges::find(db, id));
            let live = pledge
                .expect("it is read")
                .is_some_and(|it| it.state == PledgeState::Live);
            if !live {
                let found = format!("seats are kept for {id:?}");
                self.violate("C7 a refunded pledge has no claim", found);
            }
        }
    }

    /// The backer was told that the money has arrived.
    fn was_told(&self, pledge: PledgeId) -> bool {
        let notices = self.hub.machine.look(|db| backers::notices(db, pledge));
        let mut notices = notices.expect("they are read").into_iter();
        notices.any(|(told, _)| matches!(told, backers::Told::Returned { .. }))
    }

    /// What was settled once stays so.
    fn check_promises(&self) {
        let promises = lock(&self.told).promises.clone();
        for (id, promised) in promises {
            let found = self
                .hub
                .machine
                .look(|db| hub::sqlite::orders::find(db, id));
            let found = found.expect("it is read");
            let kept = found
                .as_ref()
                .is_some_and(|found| match (&promised.state, &found.state) {
                    (
                        WebOrderState::Refunding { refund },
                        WebOrderState::Refunded { refund: done, .. },
                    ) => refund == done,
                    (promised, found) => promised == found,
                });
            if !kept {
                let found = found.map(|it| it.state);
                let found = format!("order {id} was {:?} and is {found:?}", promised.state);
                self.violate("I3 nothing promised is lost", found);
            }
        }
    }

    /// M4, at any time: the books are right in themselves.
    pub(in super::super) fn look_at_books(&self) {
        let wrong = self
            .payments
            .machine
            .look(books::check)
            .expect("they are read");
        if !wrong.is_empty() {
            self.violate("I5 the books", wrong.join("; "));
        }
    }

    /// The books say the same as the gateway, the till and the campaign.
    fn check_books(&self, truth: &Truth) {
        self.look_at_books();
        let (state, live) = self.hub.machine.look(|db| {
            let sum = seats::sqlite::pledges::sum(db, CAMPAIGN).expect("it is read");
            (campaign(db).state, sum.tickets)
        });
        let offer = state.offer().cloned();
        let escrow = match (state.phase(), offer) {
            (Phase::Settled, _) | (_, None) => Won(0),
            (_, Some(offer)) => offer.amount(live),
        };
        let node = kiosk_node();
        let till = |kind| Account::Tenders {
            node: node.clone(),
            kind,
        };
        let expected = [
            (Account::GatewayReceivable, Side::Debit, truth.at_gateway),
            (Account::Escrow(CampaignId(1)), Side::Credit, escrow),
            (Account::RefundsInTransit, Side::Credit, Won(0)),
            (till(TenderKind::Card), Side::Debit, truth.cards),
            (till(TenderKind::Cash), Side::Debit, truth.drawer),
        ];
        for (account, side, amount) in expected {
            let there = self
                .payments
                .machine
                .look(|db| transfers::balance(db, &account));
            let there = there.expect("it is read").on(side);
            if there != amount {
                let found = format!("{account} has {} and should have {}", there.0, amount.0);
                self.violate("I5 the books", found);
            }
        }
        self.check_theater(truth);
    }

    /// The theater has what seats have brought, and its settled campaign.
    fn check_theater(&self, truth: &Truth) {
        let (mut brought, orders) = (truth.net.clone(), self.hub.machine.look(web_orders));
        let (phase, parts) = self
            .hub
            .machine
            .look(|db| (campaign(db).state.phase(), parts(db)));
        if phase != Phase::Settled {
            for part in parts {
                brought.remove(&part.order);
            }
            for order in orders {
                if let OrderFor::Pledge { .. } = order.what {
                    brought.remove(&order.order);
                }
            }
        }
        let account = Account::TheaterPayable(TheaterId(1));
        let there = self
            .payments
            .machine
            .look(|db| transfers::balance(db, &account));
        let there = there.expect("it is read").on(Side::Credit);
        let expected = sum(&brought);
        if there != expected {
            let found = format!("{account} has {} and should have {}", there.0, expected.0);
            self.violate("I5 the books", found);
        }
    }
}

fn sum(amounts: &BTreeMap<OrderId, Won>) -> Won {
    amounts.values().copied().sum()
}

fn ids<const N: usize>(db: &Connection, query: &str) -> Vec<[Uuid; N]> {
    let mut query = db.prepare_cached(query).expect("a query");
    let rows = query.query_map([], |row| {
        let mut found = [Uuid::nil(); N];
        for (at, id) in found.iter_mut().enumerate() {
            *id = Uuid::from_bytes(row.get(at)?);
        }
        Ok(found)
    });
    let rows = rows.expect("it is read");
    rows.collect::<Result<_, _>>().expect("it is read")
}

fn web_orders(db: &Connection) -> Vec<WebOrder> {
    let known = ids::<1>(db, "SELECT order_id FROM orders ORDER BY order_id");
    let orders = known.into_iter().filter_map(|[id]| {
        let found = hub::sqlite::orders::find(db, OrderId(id));
        found.expect("it is read")
    });
    orders.collect()
}

fn parts(db: &Connection) -> Vec<Part> {
    let known = ids::<2>(
        db,
        "SELECT order_id, pledge_id FROM pledge_orders ORDER BY order_id",
    );
    let parts = known.into_iter().map(|[order, pledge]| Part {
        order: OrderId(order),
        pledge: PledgeId(pledge),
    });
    parts.collect()
}

fn kept(db: &Connection) -> Vec<PledgeId> {
    let known = ids::<1>(db, "SELECT claim_id FROM kept_claims WHERE seats > 0");
    known.into_iter().map(|[id]| PledgeId(id)).collect()
}

/// Refunds that the theater's bank has paid: the gateway has no key for them.
fn paid_by_hand(db: &Connection) -> Vec<(OrderId, Won)> {
    let query = "SELECT order_id, amount FROM refunds
                  WHERE state = 'done' AND transaction_key IS NULL";
    let mut query = db.prepare_cached(query).expect("a query");
    let rows = query.query_map([], |row| {
        Ok((OrderId(Uuid::from_bytes(row.get(0)?)), Won(row.get(1)?)))
    });
    let rows = rows.expect("it is read");
    rows.collect::<Result<_, _>>().expect("it is read")
}
