//! What customers hold in their hands: known outside of all nodes, and never to be lost.

use std::collections::{BTreeMap, BTreeSet};

use domain::booking::Booking;
use domain::id::{BookingId, ScreeningId, SeatId};

use super::device::DeviceAt;

/// A customer is told that a booking is made or cancelled.
pub(super) enum Told {
    Booked(DeviceAt, Booking),
    Cancelled(BookingId),
}

/// A booking that somebody was told of.
#[derive(Clone, Debug)]
pub(super) struct Sale {
    pub(super) by: DeviceAt,
    pub(super) screening: ScreeningId,
    pub(super) seats: Vec<SeatId>,
    pub(super) cancelled: bool,
    /// It was lost with a disk, and nobody but the customer and the paper knows.
    pub(super) lost: bool,
    /// The seller had no proof that its disk is the right one, or was fenced: it may be sold
    /// to somebody else, and then that must be found.
    pub(super) unproven: bool,
}

/// Every sale of a run.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) sales: BTreeMap<BookingId, Sale>,
    /// Cancellations that were begun; the customer may not have been told.
    pub(super) ending: Vec<BookingId>,
    /// Seats that a hub told a node are its own when it had been rolled back and nobody had found
    /// that out: it had given them to another node before.
    pub(super) given_blindly: BTreeSet<(ScreeningId, SeatId)>,
}

impl Ledger {
    /// Sales that hold at the end, by seat.
    pub(super) fn by_seat(&self) -> BTreeMap<(ScreeningId, SeatId), Vec<BookingId>> {
        let mut seats: BTreeMap<_, Vec<BookingId>> = BTreeMap::new();
        for (&booking, sale) in &self.sales {
            if sale.cancelled || self.ending.contains(&booking) {
                continue;
            }
            for &seat in &sale.seats {
                seats
                    .entry((sale.screening, seat))
                    .or_default()
                    .push(booking);
            }
        }
        seats
    }
}
