//! What customers, staff and the operator do on a scripted evening.

use domain::booking::Tender;
use domain::id::{BookingId, HoldId, NodeId, SeatId, TicketId};
use domain::money::Won;
use domain::seating::{HoldRefused, SeatRefusal};
use seats::{BookHold, HoldError, HoldSeats};

use super::{Evening, HUB};

impl Evening {
    /// The seat with this label, `B3` say.
    pub(crate) fn id_of(&self, seat: &str) -> SeatId {
        let named = |it: &&domain::seat_map::Seat| format!("{}{}", it.row, it.number) == seat;
        let found = self.map.seats().iter().find(named);
        found
            .unwrap_or_else(|| panic!("there is no seat {seat}"))
            .seat
    }

    /// A customer tries to take a seat.
    pub(crate) fn tries(&mut self, at: &str, seat: &str) -> Result<HoldId, SeatRefusal> {
        self.try_together(at, &[seat])
    }

    fn try_together(&mut self, at: &str, seats: &[&str]) -> Result<HoldId, SeatRefusal> {
        let wanted = seats.iter().map(|seat| self.id_of(seat));
        let (wanted, hold) = (wanted.collect::<Vec<_>>(), HoldId(self.id()));
        let (screening, map) = (self.screening.clone(), self.map.clone());
        let request = HoldSeats {
            hold,
            screening: &screening,
            map: &map,
            wanted: &wanted,
        };
        match self.act(at, |tx, here| seats::hold(tx, here, request)) {
            Ok(held) => Ok(held.hold),
            Err(HoldError::Refused(HoldRefused::Seats(refused))) => Err(refused[0].1),
            Err(refused) => panic!("{at} may not hold {seats:?}: {refused}"),
        }
    }

    /// A party takes seats.
    pub(crate) fn holds_together(&mut self, at: &str, seats: &[&str]) -> HoldId {
        let held = self.try_together(at, seats);
        held.unwrap_or_else(|why| panic!("{at} cannot sell {seats:?}: {why:?}"))
    }

    /// A customer takes a seat.
    pub(crate) fn holds(&mut self, at: &str, seat: &str) -> HoldId {
        let held = self.tries(at, seat);
        held.unwrap_or_else(|why| panic!("{at} cannot sell {seat}: {why:?}"))
    }

    /// A customer who holds a seat books it.
    pub(crate) fn books(&mut self, at: &str, hold: HoldId) -> BookingId {
        let found = seats::sqlite::holds::find(&self.machine(at).db, hold);
        let wanted = found.unwrap().unwrap().seats;
        let tickets = wanted.into_iter();
        let tickets = tickets.map(|seat| (seat, TicketId(self.id()), Won(12_000)));
        let request = BookHold {
            hold,
            tickets: tickets.collect(),
            booking: BookingId(self.id()),
            number: format!("{:012}", self.ids).parse().unwrap(),
            tender: Tender::PayAtTheater,
            order: None,
        };
        let booked = self.act(at, |tx, here| seats::book(tx, here, &request));
        booked.unwrap().booking
    }

    /// A customer comes, chooses the seat and has it.
    pub(crate) fn sells(&mut self, at: &str, seat: &str) -> BookingId {
        let hold = self.holds(at, seat);
        self.books(at, hold)
    }

    /// A customer gives a booking back.
    pub(crate) fn cancels(&mut self, at: &str, booking: BookingId) {
        let starts_at = self.screening.starts_at;
        let cancelled = self.act(at, |tx, here| seats::cancel(tx, here, booking, starts_at));
        cancelled.unwrap();
    }

    /// Somebody who holds a seat changes their mind.
    pub(crate) fn releases(&mut self, at: &str, hold: HoldId) {
        self.act(at, |tx, here| seats::release(tx, here, hold))
            .unwrap();
    }

    /// A customer puts the card in.
    pub(crate) fn begins_to_pay(&mut self, at: &str, hold: HoldId) {
        self.act(at, |tx, here| seats::begin_payment(tx, here, hold))
            .unwrap();
    }

    /// The card terminal says that nothing was paid.
    pub(crate) fn is_not_paid(&mut self, at: &str, hold: HoldId) {
        self.act(at, |tx, here| seats::fail_payment(tx, here, hold))
            .unwrap();
    }

    /// Staff put a ticket on another seat.
    pub(crate) fn reseats(&mut self, at: &str, booking: BookingId, (from, to): (&str, &str)) {
        let moves = [(self.id_of(from), self.id_of(to))];
        let moved = self.act(at, |tx, here| seats::reseat(tx, here, booking, &moves));
        moved.unwrap().unwrap();
    }

    /// An owner gives a seat to another node: its last act on it.
    pub(crate) fn grants(&mut self, seat: &str, (from, to): (&str, &str)) {
        let (screening, seat) = (self.screening.screening, self.id_of(seat));
        let to = self.machine(to).node.clone();
        self.act(from, |tx, here| {
            seats::grant(tx, here, (screening, &to), &[seat])
        })
        .unwrap();
    }

    /// The operator says that a kiosk is off for good.
    pub(crate) fn fences(&mut self, kiosk: &str) {
        let node = self.node(kiosk);
        self.act(HUB, |tx, here| hub::fleet::fence(tx, here, &node))
            .unwrap();
    }

    /// The operator does not wait for the kiosks that a restored hub has not heard.
    pub(crate) fn says_go(&mut self) {
        let theater = self.screening.theater;
        self.does(HUB, |tx, here| hub::fleet::go(tx, here, theater));
    }

    /// Staff look at the seats in doubt: the paper says that `sold` were sold.
    pub(crate) fn staff_look(&mut self, kiosk: &str, sold: &[&str]) {
        let sold: Vec<SeatId> = sold.iter().map(|seat| self.id_of(seat)).collect();
        let screening = self.screening.screening;
        self.does(kiosk, |tx, here| {
            seats::settle_doubts(tx, here, screening, &sold)
        });
    }

    fn node(&self, at: &str) -> NodeId {
        self.machine(at).node.clone()
    }
}
