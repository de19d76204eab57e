//! People who buy seats of a screening on the web, and some of whom bring them back.

use std::sync::Arc;

use domain::id::{HoldId, OrderId, RefundId, SeatId};
use domain::refund::RefundRules;
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::time::MINUTE_MS;
use domain::web_order::{IfGone, WebOrder, WebOrderState};
use hub::orders::{self, NewOrder};
use hub::refunds::{self, Return};
use hub::selling;
use seats::{CancelError, HoldError, HoldSeats};
use store::StoreError;

use super::paying::Visitor;
use super::{World, kiosk};

/// Somebody who buys seats, once or more often.
pub(super) async fn buy(world: Arc<World>, person: usize) {
    let mut visitor = Visitor::new(&world, person);
    let span = world.profile.open_ms;
    world.pause(visitor.random.between(6_000, span)).await;
    for _ in 0..=visitor.random.below(2) {
        let Some(order) = visitor.order_seats().await else {
            visitor.think(MINUTE_MS).await;
            continue;
        };
        let seen = visitor.pay(&order).await;
        if let Some(WebOrderState::Paid { .. }) = seen
            && visitor.random.chance(350)
        {
            visitor.think(20 * MINUTE_MS).await;
            visitor.bring_back(&order).await;
        }
    }
}

impl Visitor {
    /// Holds some seats, and orders them.
    async fn order_seats(&mut self) -> Option<WebOrder> {
        let (screening, map) = kiosk::shown();
        let first = self.random.below(map.seats().len());
        let count = 1 + self.random.below(3);
        let seats = map.seats().iter().cycle().skip(first).take(count);
        let mut wanted: Vec<SeatId> = seats.map(|seat| seat.seat).collect();
        wanted.sort_unstable();
        let if_gone = if self.random.chance(500) {
            IfGone::OtherSeatsInZone
        } else {
            IfGone::Refund
        };
        let (phone, twice) = (self.phone(), self.random.chance(150));
        let id = uuid::Uuid::from_u64_pair(self.random.next(), self.random.next());
        let hold = HoldId(id);
        let held = self.ask(move |hub| async move {
            let shop = hub.shop.clone();
            let hold = move |tx: &rusqlite::Transaction<'_>| {
                let request = HoldSeats {
                    hold,
                    screening: &screening,
                    map: &map,
                    wanted: &wanted,
                };
                seats::hold_anywhere(tx, shop.here(), request).map(drop)
            };
            hub.shop.db.write(hold).await
        });
        match held.await? {
            Ok(()) => {}
            Err(HoldError::Refused(refused)) => {
                self.world
                    .note(format_args!("{} has no seats: {refused}", self.person));
                return None;
            }
            Err(HoldError::Store(fault)) => {
                self.world.violate("the hub's store", fault.to_string());
                return None;
            }
        }
        let mut ordered = None;
        for _ in 0..=usize::from(twice) {
            self.think(40_000).await;
            let new = NewOrder {
                order: OrderId(uuid::Uuid::from_u64_pair(
                    self.random.next(),
                    self.random.next(),
                )),
                hold,
                phone: phone.clone(),
                if_gone,
            };
            ordered = self.open(new).await.or(ordered);
        }
        ordered
    }

    async fn open(&self, new: NewOrder) -> Option<WebOrder> {
        let opened = self.ask(move |hub| async move {
            let shop = hub.shop.clone();
            let open = move |tx: &rusqlite::Transaction<'_>| {
                let (screening, map): (Arc<Screening>, Arc<SeatMap>) = kiosk::shown();
                orders::open(tx, shop.here(), &new, |hold| {
                    selling::lines(&screening, &map, &hold.seats)
                })
            };
            hub.shop.db.write(open).await
        });
        match opened.await? {
            Ok(order) => Some(order),
            Err(error) => {
                self.look_at(&error.into());
                None
            }
        }
    }

    /// Brings tickets of a booking back, some or all; asks again if no answer comes.
    async fn bring_back(&mut self, order: &WebOrder) {
        let (id, some) = (order.order, self.random.chance(500));
        for _ in 0..2 {
            let refund = uuid::Uuid::from_u64_pair(self.random.next(), self.random.next());
            let phone = self.phone();
            let returned = self.ask(move |hub| async move {
                let shop = hub.shop.clone();
                let back = move |tx: &rusqlite::Transaction<'_>| {
                    let order = hub::sqlite::orders::find(tx, id)?;
                    let Some(WebOrderState::Paid { booking, .. }) = order.map(|it| it.state) else {
                        return Ok(());
                    };
                    let booking = seats::sqlite::bookings::find(tx, booking)?;
                    let Some(booking) = booking else {
                        let reason = format!("the booking of order {id} is gone");
                        let table = "bookings";
                        return Err(StoreError::Inconsistent { table, reason }.into());
                    };
                    let tickets = booking.tickets.iter().map(|it| it.ticket);
                    let returned = Return {
                        phone,
                        tickets: tickets.take(if some { 1 } else { 99 }).collect(),
                        refund: RefundId(refund),
                    };
                    let (screening, _) = kiosk::shown();
                    let (of, rules) = ((&booking, &*screening), RefundRules::default());
                    refunds::return_tickets(tx, shop.here(), of, &returned, &rules).map(drop)
                };
                hub.shop.db.write(back).await
            });
            match returned.await {
                Some(Ok(())) => return,
                Some(Err(CancelError::Refused(refused))) => {
                    self.world
                        .note(format_args!("nothing is brought back: {refused}"));
                    return;
                }
                Some(Err(CancelError::Store(fault))) => {
                    return self.world.violate("the hub's store", fault.to_string());
                }
                None => self.think(MINUTE_MS).await,
            }
        }
    }
}
