//! Paying at the kiosk: a terminal that loses answers, a drawer, and money that goes back over the
//! counter.

use domain::id::{BookingId, PledgeId, RefundId, SeatId, TicketId};
use domain::money::Won;
use domain::order::{NotCharged, Order, OrderState, Purpose, TenderKind};
use domain::tender::PaidFor;
use domain::time::{MINUTE_MS, Timestamp};
use kiosk::checkout::{self, Charge, NewBooking, Outcome};
use kiosk::{desk, refunds};
use rusqlite::Connection;
use store::StoreError;

use super::super::{World, lock};
use super::{Kiosk, SURE, shown, uuid};
use crate::world::random::Random;

pub(super) async fn pay_by_card(world: &World, random: &mut Random, order: &Order) {
    world.pause(random.between(2_000, 60_000)).await;
    let charged = random.chance(850).then(|| world.now());
    if charged.is_some() {
        lock(&world.kiosk)
            .terminal
            .insert(order.order, order.amount);
    }
    // The program dies before it has the answer, or the answer is lost: it is asked again.
    if random.chance(150) {
        world.pause(random.between(1_000, 200_000)).await;
    } else if random.chance(250) {
        settle(world, random, (order, &Outcome::Unknown));
        world.pause(random.between(1_000, 100_000)).await;
    }
    let outcome = match charged {
        Some(approved_at) => Outcome::Charged(Charge {
            approval_no: "1".to_owned(),
            approved_at,
            amount: order.amount,
        }),
        None => Outcome::NotCharged(NotCharged::Declined),
    };
    for _ in 0..=random.below(2) {
        settle(world, random, (order, &outcome));
    }
}

fn settle(world: &World, random: &mut Random, (order, outcome): (&Order, &Outcome)) {
    let now = world.now();
    let new = fresh(random);
    let mut kiosk = lock(&world.kiosk);
    let prices = prices(&kiosk.db, order);
    let settled = kiosk.act(now, |tx, here| {
        checkout::settle(tx, here, order.order, outcome, (new, &prices))
    });
    let settled: Result<_, StoreError> = settled;
    match settled {
        Ok(Some(order)) => {
            world.note(format_args!("the kiosk's order is {:?}", order.state));
            let paid_for = match order.state {
                OrderState::Paid { paid_for } => paid_for,
                OrderState::Reversing => {
                    kiosk.terminal.remove(&order.order);
                    let reversed =
                        kiosk.act(now, |tx, here| checkout::reversed(tx, here, order.order));
                    return reversed.expect("it is written");
                }
                OrderState::Confirming
                | OrderState::AtDesk { .. }
                | OrderState::Unknown
                | OrderState::NotPaid { .. }
                | OrderState::Reversed => return,
            };
            has_paid(&mut kiosk, paid_for, now);
        }
        Ok(None) => world.violate("I3 nothing promised is lost", "a kiosk's order".to_owned()),
        Err(fault) => world.violate("the kiosk's store", fault.to_string()),
    }
    drop(kiosk);
    world.stirred.notify_one();
}

fn has_paid(kiosk: &mut Kiosk, paid_for: PaidFor, now: Timestamp) {
    if let PaidFor::Pledge(pledge) = paid_for {
        kiosk.sold.entry(pledge).or_insert(now);
    }
}

fn fresh(random: &mut Random) -> NewBooking {
    let number = format!("{:012}", random.next() % 1_000_000_000_000);
    NewBooking {
        booking: BookingId(uuid(random)),
        number: number.parse().expect("twelve digits"),
        tickets: (0..10).map(|_| TicketId(uuid(random))).collect(),
    }
}

fn prices(db: &Connection, order: &Order) -> Vec<(SeatId, Won)> {
    match order.purpose {
        Purpose::Pledge { .. } => Vec::new(),
        Purpose::Seats => {
            let hold = seats::sqlite::holds::find(db, order.hold).expect("it is read");
            let seats = hold.map(|hold| hold.seats).unwrap_or_default();
            let (screening, map) = shown();
            checkout::prices(&screening, &map, &seats).expect("they have prices")
        }
    }
}

pub(super) async fn pay_in_cash(world: &World, random: &mut Random, order: &Order) {
    world.pause(random.between(5_000, 12 * MINUTE_MS)).await;
    let now = world.now();
    let new = fresh(random);
    let mut kiosk = lock(&world.kiosk);
    if random.chance(100) {
        let refused = kiosk.act(now, |tx, here| desk::refuse(tx, here, order.order));
        refused.expect("it is written");
        return;
    }
    let prices = prices(&kiosk.db, order);
    let given = desk::Given {
        order: order.order,
        amount: order.amount,
        bound: SURE,
    };
    let taken = kiosk.act(now, |tx, here| {
        desk::take_cash(tx, here, given, (new, &prices))
    });
    match taken {
        Ok(paid) => {
            world.note(format_args!("cash is taken: {:?}", paid.state));
            kiosk.drawer.insert(order.order, order.amount);
            if let OrderState::Paid { paid_for } = paid.state {
                has_paid(&mut kiosk, paid_for, now);
            }
        }
        Err(desk::TakeCashError::Store(fault)) => {
            world.violate("the kiosk's store", fault.to_string());
        }
        Err(refused) => {
            world.note(format_args!("no cash is taken: {refused}"));
            let refused = kiosk.act(now, |tx, here| desk::refuse(tx, here, order.order));
            refused.expect("it is written");
        }
    }
    drop(kiosk);
    world.stirred.notify_one();
}

/// Staff give the money of pledges back that the hub has returned.
pub(in super::super) fn give_back(world: &World, random: &mut Random) {
    let now = world.now();
    let mut kiosk = lock(&world.kiosk);
    let sold: Vec<PledgeId> = kiosk.sold.keys().copied().collect();
    for pledge in sold {
        let refund = RefundId(uuid(random));
        let begun = kiosk.act(now, |tx, here| {
            refunds::begin_pledge(tx, here, (refund, pledge))
        });
        let Ok(begun) = begun else {
            continue;
        };
        world.note(format_args!(
            "{} goes back over the counter",
            begun.amount.0
        ));
        let books = match begun.kind {
            TenderKind::Card => &mut kiosk.terminal,
            TenderKind::Cash => &mut kiosk.drawer,
        };
        let left = books.entry(begun.order).or_default();
        *left = *left - begun.amount;
        if begun.kind == TenderKind::Card {
            let given = refunds::Outcome::Given {
                approval_no: "2".to_owned(),
                at: now,
            };
            let settled = kiosk.act(now, |tx, here| refunds::settle(tx, here, refund, &given));
            settled.expect("it is written");
        }
    }
    drop(kiosk);
    world.stirred.notify_one();
}
