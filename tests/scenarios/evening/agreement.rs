//! What is known where, and what must hold when everybody has told everything.

use std::collections::BTreeSet;

use domain::booking::Booking;
use domain::conflict::Conflict;
use domain::id::{BookingId, HoldId, SeatId};
use domain::seating::{HoldState, ScreeningSeat, SeatState};
use kiosk::sync::Standing;
use seats::sqlite::{bookings, conflicts, holds, recovery, seats as rows};

use super::{Evening, HUB, KIOSKS};

impl Evening {
    /// The seat's row at a machine.
    pub(crate) fn seat(&self, at: &str, seat: &str) -> ScreeningSeat {
        let found = rows::find(
            &self.machine(at).db,
            self.screening.screening,
            self.id_of(seat),
        );
        found.unwrap().unwrap()
    }

    /// Whether `at` believes that it owns the seat.
    pub(crate) fn owns(&self, at: &str, seat: &str) -> bool {
        self.seat(at, seat).owner == self.machine(at).node
    }

    /// A booking as a machine knows it.
    pub(crate) fn booking(&self, at: &str, booking: BookingId) -> Option<Booking> {
        bookings::find(&self.machine(at).db, booking).unwrap()
    }

    /// Whether a machine knows the booking as one that stands.
    pub(crate) fn is_live(&self, at: &str, booking: BookingId) -> bool {
        self.booking(at, booking).is_some_and(|it| it.is_live())
    }

    /// What has become of a hold.
    pub(crate) fn hold_state(&self, at: &str, hold: HoldId) -> HoldState {
        let found = holds::find(&self.machine(at).db, hold).unwrap();
        found.unwrap().state
    }

    /// What lies on the list of a machine; the hub's is the operator's.
    pub(crate) fn conflicts(&self, at: &str) -> Vec<Conflict> {
        conflicts::all(&self.machine(at).db).unwrap()
    }

    /// Whether the operator's list says that two bookings have this seat.
    pub(crate) fn is_known_as_sold_twice(&self, seat: &str) -> bool {
        let seat = self.id_of(seat);
        let found = self.conflicts(HUB);
        found.iter().any(|conflict| {
            matches!(conflict, Conflict::SeatSoldTwice { seat: twice, .. } if *twice == seat)
        })
    }

    /// Whether a kiosk may sell.
    pub(crate) fn standing(&self, kiosk: &str) -> Standing {
        kiosk::sync::standing(&self.machine(kiosk).db).unwrap()
    }

    /// Whether the hub may sell.
    pub(crate) fn hub_sells(&self) -> bool {
        !recovery::is_closed(&self.machine(HUB).db, self.screening.screening).unwrap()
    }

    /// The length of a machine's feed.
    pub(crate) fn feed_length(&self, at: &str) -> i64 {
        self.machine(at).head()
    }

    /// What must hold when everybody has told everything: hub and kiosks have the same rows, no
    /// seat is kept for nobody, and no booking is without its seat unless the operator knows.
    pub(crate) fn must_agree(&self) {
        self.no_seat_is_kept_for_nobody();
        self.no_booking_is_without_its_seat();
        let id = self.screening.screening;
        let at_hub = rows::of_screening(&self.machine(HUB).db, id).unwrap();
        for kiosk in KIOSKS {
            let there = rows::of_screening(&self.machine(kiosk).db, id).unwrap();
            for (seat, row) in &at_hub {
                let mirrored = &there[seat];
                assert_eq!(
                    mirrored, row,
                    "{kiosk} and the hub do not have the same rows"
                );
            }
            let (here, there) = (self.all_bookings(HUB), self.all_bookings(kiosk));
            assert_eq!(there, here, "{kiosk} and the hub know different bookings");
        }
    }

    fn no_seat_is_kept_for_nobody(&self) {
        let seats = rows::of_screening(&self.machine(HUB).db, self.screening.screening);
        for (seat, row) in seats.unwrap() {
            if let SeatState::Booked { booking } = row.state {
                let live = self.is_live(HUB, booking);
                assert!(live, "seat {seat} is kept for nobody: {row:?}");
            }
        }
    }

    fn no_booking_is_without_its_seat(&self) {
        let listed: BTreeSet<SeatId> = self
            .conflicts(HUB)
            .iter()
            .filter(|conflict| conflict.is_of_bookings())
            .filter_map(|conflict| Some(conflict.place()?.1))
            .collect();
        for booking in self.all_bookings(HUB).iter().filter(|it| it.is_live()) {
            let sold = SeatState::Booked {
                booking: booking.booking,
            };
            for ticket in &booking.tickets {
                let row = rows::find(&self.machine(HUB).db, booking.screening, ticket.seat);
                let row = row.unwrap().unwrap();
                let fine = row.state == sold || listed.contains(&ticket.seat);
                assert!(fine, "a booking has lost its seat: {row:?}");
            }
        }
    }

    fn all_bookings(&self, at: &str) -> Vec<Booking> {
        let db = &self.machine(at).db;
        let mut ids = db
            .prepare("SELECT booking_id FROM bookings ORDER BY booking_id")
            .unwrap();
        let ids = ids.query_map([], |row| row.get::<_, [u8; 16]>(0)).unwrap();
        let known = ids.map(|id| BookingId(uuid::Uuid::from_bytes(id.unwrap())));
        known.map(|id| self.booking(at, id).unwrap()).collect()
    }
}
