//! Customers and staff: they hold, change their minds, pay, cancel, block.

use domain::booking::{Booking, BookingNumber, Tender, Ticket};
use domain::id::{BookingId, HoldId, NodeId, OrderId, ScreeningId, SeatId, TicketId};
use domain::money::Won;
use domain::mutant::{Mutant, is};
use domain::order::TenderKind;
use domain::seating::HoldRefused;
use domain::tender::{KioskTender, PaidFor};
use seats::{BookError, BookHold, HoldError, HoldSeats};
use store::StoreError;

use super::device::{DeviceAt, HUB};
use super::ledger::{Sale, Told};
use super::{Effect, What, World};

/// Somebody who holds seats.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    at: DeviceAt,
    hold: HoldId,
    seats: Vec<SeatId>,
    paying: Option<OrderId>,
}

impl Customer {
    /// Where they stand.
    pub(super) fn device(&self) -> DeviceAt {
        self.at
    }
}

impl World {
    pub(super) fn customer_step(&mut self) {
        if self.closing {
            return;
        }
        let every = self.profile.customer_every_ms;
        let wait = self.random_within(2 * every);
        self.later(wait, What::Customer);
        let at = self.random.below(self.devices.len());
        if !self.devices[at].running {
            return;
        }
        let theirs = self.customers.iter().position(|customer| customer.at == at);
        match (self.random.below(100), theirs) {
            (0..=3, _) => self.staff_blocks(at),
            (4..=7, _) => self.grants_at_random(at),
            (8..=13, _) => self.somebody_cancels(at),
            (14..=15, _) => self.staff_confirm(at),
            (16..=60, Some(customer)) => self.goes_on(customer),
            _ => self.somebody_comes(at),
        }
    }

    fn somebody_comes(&mut self, at: DeviceAt) {
        let Some((screening, seats)) = self.choose(at) else {
            return;
        };
        self.tries(at, screening, &seats);
    }

    /// A party and its seats: mostly neighbours, now and then anything.
    fn choose(&mut self, at: DeviceAt) -> Option<(ScreeningId, Vec<SeatId>)> {
        let theater = self.devices[at].theater;
        let shown = self.screenings.values();
        let shown = shown.filter(|(screening, _)| at == HUB || screening.theater == theater);
        let ids: Vec<ScreeningId> = shown.map(|(screening, _)| screening.screening).collect();
        let id = *self.random.pick(&ids)?;
        if !seats::sqlite::seats::is_open(&self.devices[at].db, id).expect("it is read") {
            return None;
        }
        let (_, map) = &self.screenings[&id];
        let all: Vec<SeatId> = map.seats().iter().map(|seat| seat.seat).collect();
        let party = 1 + self.random.below(4);
        let first = self.random.below(all.len());
        let mut seats: Vec<SeatId> = all.iter().skip(first).take(party).copied().collect();
        if self.random.chance(100) {
            seats = (0..party)
                .filter_map(|_| self.random.pick(&all).copied())
                .collect();
        }
        Some((id, seats))
    }

    fn tries(&mut self, at: DeviceAt, screening: ScreeningId, wanted: &[SeatId]) {
        match self.hold(at, screening, wanted) {
            Ok(()) => {}
            Err(HoldRefused::Seats(_)) if self.random.chance(600) => {
                let (screening_facts, map) = self.screenings[&screening].clone();
                let device = &self.devices[at];
                let request = HoldSeats {
                    hold: HoldId(uuid::Uuid::nil()),
                    screening: &screening_facts,
                    map: &map,
                    wanted,
                };
                let here = seats::Here {
                    node: &device.node,
                    now: device.now(self.now_ms),
                };
                if let Ok(missing) = seats::find_missing(&device.db, here, &request) {
                    self.wish(at, (screening, wanted), &missing);
                }
            }
            Err(_) => {}
        }
    }

    /// The seats that a customer waited for are there.
    pub(super) fn customer_holds(
        &mut self,
        at: DeviceAt,
        screening: ScreeningId,
        seats: &[SeatId],
    ) {
        // Somebody else may have been quicker.
        let _ = self.hold(at, screening, seats);
    }

    fn hold(
        &mut self,
        at: DeviceAt,
        screening: ScreeningId,
        wanted: &[SeatId],
    ) -> Result<(), HoldRefused> {
        let (screening, map) = self.screenings[&screening].clone();
        let request = HoldSeats {
            hold: HoldId(self.random.uuid()),
            screening: &screening,
            map: &map,
            wanted,
        };
        let held = match self.write(at, |tx, here| seats::hold(tx, here, request)) {
            Ok(hold) => hold,
            Err(HoldError::Refused(refused)) => return Err(refused),
            Err(HoldError::Store(fault)) => panic!("{fault}"),
        };
        let node = self.devices[at].node.clone();
        self.note(format_args!(
            "{node} holds {:?} of {}",
            held.seats, screening.screening
        ));
        self.customers.push(Customer {
            at,
            hold: held.hold,
            seats: held.seats,
            paying: None,
        });
        Ok(())
    }

    fn goes_on(&mut self, customer: usize) {
        let Customer { at, hold, .. } = self.customers[customer];
        if let Some(order) = self.customers[customer].paying {
            self.hears_from_terminal(customer, order);
            return;
        }
        match self.random.below(10) {
            0 => drop(self.write(at, |tx, here| seats::refresh(tx, here, hold))),
            1 => {
                drop(self.write(at, |tx, here| seats::release(tx, here, hold)));
                self.customers.swap_remove(customer);
            }
            // Walks away; the hold runs out.
            2 => drop(self.customers.swap_remove(customer)),
            3..=5 if at != HUB => {
                match self.write(at, |tx, here| seats::begin_payment(tx, here, hold)) {
                    Ok(_) => {
                        let order = OrderId(self.random.uuid());
                        self.customers[customer].paying = Some(order);
                    }
                    Err(_) => drop(self.customers.swap_remove(customer)),
                }
            }
            _ => {
                let customer = self.customers.swap_remove(customer);
                self.books(&customer, None);
            }
        }
    }

    fn hears_from_terminal(&mut self, customer: usize, order: OrderId) {
        let Customer { at, hold, .. } = self.customers[customer];
        match self.random.below(10) {
            // The answer is lost; the seats stay kept.
            0..=2 => {}
            3..=4 => {
                drop(self.write(at, |tx, here| seats::fail_payment(tx, here, hold)));
                self.customers[customer].paying = None;
            }
            _ => {
                let customer = self.customers.swap_remove(customer);
                self.books(&customer, Some(order));
            }
        }
    }

    fn books(&mut self, customer: &Customer, order: Option<OrderId>) {
        let at = customer.at;
        let tickets = customer.seats.iter();
        let tickets = tickets.map(|&seat| (seat, TicketId(self.random.uuid()), Won(12_000)));
        let request = BookHold {
            hold: customer.hold,
            tickets: tickets.collect(),
            booking: BookingId(self.random.uuid()),
            number: self.number(),
            tender: match order {
                Some(_) => Tender::Card,
                None => Tender::PayAtTheater,
            },
            order,
        };
        let booked = self.write(at, |tx, here| {
            let booking = seats::book(tx, here, &request)?;
            if let Some(order) = order {
                let tender = KioskTender {
                    order,
                    kind: TenderKind::Card,
                    paid_for: PaidFor::Booking(booking.booking),
                    amount: Won(12_000),
                    approval_no: "30000000".to_owned(),
                    taken_at: here.now,
                    gives_back: None,
                };
                seats::record_tender(tx, here, booking.screening, tender)?;
            }
            Ok::<_, BookError>(booking)
        });
        let Ok(booking) = booked else { return };
        let node = self.devices[at].node.clone();
        self.note(format_args!("{node} books {:?}", booking.booking));
        let told = Told::Booked(at, booking);
        if is(Mutant::AnswerBeforeDurable) {
            self.told(told);
        } else {
            self.after_sync(at, Effect::Told(told));
        }
    }

    fn number(&mut self) -> BookingNumber {
        let number = self.random.below(1_000_000_000);
        format!("{number:012}").parse().expect("twelve digits")
    }

    /// A customer has it in hand.
    pub(super) fn told(&mut self, told: Told) {
        match told {
            Told::Booked(at, booking) => self.note_sale(at, &booking),
            Told::Cancelled(booking) => {
                self.ledger.ending.retain(|ending| *ending != booking);
                if let Some(sale) = self.ledger.sales.get_mut(&booking) {
                    sale.cancelled = true;
                }
            }
        }
    }

    fn note_sale(&mut self, at: DeviceAt, booking: &Booking) {
        let given = &self.ledger.given_blindly;
        let given = |ticket: &Ticket| given.contains(&(booking.screening, ticket.seat));
        let sale = Sale {
            by: at,
            screening: booking.screening,
            seats: booking.tickets.iter().map(|ticket| ticket.seat).collect(),
            cancelled: false,
            lost: false,
            unproven: self.is_unproven(at) || booking.tickets.iter().any(given),
        };
        self.note(format_args!(
            "sold {:?} of {} by {}",
            sale.seats,
            sale.screening,
            self.devices[at].node.clone()
        ));
        self.ledger.sales.insert(booking.booking, sale);
        self.check_sale(booking.booking);
    }

    fn somebody_cancels(&mut self, at: DeviceAt) {
        let theirs = self.ledger.sales.iter();
        let theirs = theirs.filter(|(_, sale)| sale.by == at && !sale.cancelled && !sale.lost);
        let theirs: Vec<BookingId> = theirs.map(|(&booking, _)| booking).collect();
        let Some(&booking) = self.random.pick(&theirs) else {
            return;
        };
        let screening = self.ledger.sales[&booking].screening;
        let starts_at = self.screenings[&screening].0.starts_at;
        let cancelled = self.write(at, |tx, here| seats::cancel(tx, here, booking, starts_at));
        if cancelled.is_ok() {
            self.note(format_args!("cancels {booking}"));
            self.ledger.ending.push(booking);
            self.after_sync(at, Effect::Told(Told::Cancelled(booking)));
        }
    }

    fn staff_blocks(&mut self, at: DeviceAt) {
        if let Some((screening, wanted)) = self.choose(at) {
            let undo = self.random.chance(700);
            // What is not theirs or taken is refused, and nothing happens.
            drop(self.write(at, |tx, here| {
                if undo {
                    seats::unblock(tx, here, screening, &wanted)
                } else {
                    seats::block(tx, here, screening, &wanted)
                }
            }));
        }
    }

    /// The plan gives seats from one node to another.
    fn grants_at_random(&mut self, at: DeviceAt) {
        let Some((screening, wanted)) = self.choose(at) else {
            return;
        };
        let theater = self.screenings[&screening].0.theater;
        let kiosks = self.devices.iter().skip(1);
        let kiosks = kiosks.filter(|kiosk| kiosk.theater == theater);
        let kiosks: Vec<NodeId> = kiosks.map(|kiosk| kiosk.node.clone()).collect();
        let to = match at {
            HUB => self.random.pick(&kiosks).cloned(),
            _ => Some(Self::hub()),
        };
        let Some(to) = to else { return };
        let standing = hub::sqlite::nodes::standing(&self.devices[HUB].db, &to);
        let fenced = standing.is_ok_and(|standing| {
            matches!(standing, Some(hub::sqlite::nodes::Standing::Fenced(_)))
        });
        if fenced {
            return;
        }
        for seat in wanted {
            drop(self.write(at, |tx, here| {
                seats::grant(tx, here, (screening, &to), &[seat])
            }));
        }
    }

    /// Staff look at the seats in doubt: the paper says what was sold.
    pub(super) fn staff_confirm(&mut self, at: DeviceAt) {
        if at == HUB {
            return;
        }
        let doubts = seats::sqlite::recovery::doubts(&self.devices[at].db);
        let screening = doubts.expect("doubts are read").first().map(|(id, _)| *id);
        let Some(screening) = screening else { return };
        let sales = self.ledger.sales.values();
        let lost = sales.filter(|sale| sale.lost && !sale.cancelled && sale.screening == screening);
        let sold: Vec<SeatId> = lost.flat_map(|sale| sale.seats.clone()).collect();
        let freed = self.write(at, |tx, here| {
            seats::settle_doubts(tx, here, screening, &sold)
        });
        let node = self.devices[at].node.clone();
        let freed = freed.expect("doubts are settled");
        self.note(format_args!(
            "{node}: staff free {freed}, {} sold",
            sold.len()
        ));
    }

    /// Holds that have run out are freed.
    pub(super) fn sweep(&mut self, at: DeviceAt) {
        let now = self.devices[at].now(self.now_ms);
        let first = self.devices[at].first_end().expect("holds are read");
        if first.is_some_and(|end| end <= now) {
            let swept = self.write(at, |tx, here| seats::release_expired(tx, here, 100));
            let _: Result<usize, StoreError> = swept;
        }
    }

    /// Payments whose outcome nobody has told are found to have failed.
    pub(super) fn settle_payments(&mut self, at: DeviceAt) {
        let paying: Vec<HoldId> = {
            let db = &self.devices[at].db;
            let mut holds = db
                .prepare_cached("SELECT hold_id FROM holds WHERE state = 'paying'")
                .expect("a query");
            let holds = holds.query_map([], |row| row.get::<_, [u8; 16]>(0));
            let holds = holds.expect("holds are read");
            holds
                .map(|id| HoldId(uuid::Uuid::from_bytes(id.expect("an id"))))
                .collect()
        };
        for hold in paying {
            // While the node is recovering it is refused, and tried again.
            drop(self.write(at, |tx, here| seats::fail_payment(tx, here, hold)));
        }
    }
}
