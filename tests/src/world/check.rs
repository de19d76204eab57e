//! What must hold, whatever happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::booking::Booking;
use domain::conflict::Conflict;
use domain::id::{BookingId, ScreeningId, SeatId};
use domain::seating::SeatState;
use rusqlite::Connection;
use seats::sqlite::{conflicts, recovery};
use store::cursor;

use super::device::{DeviceAt, HUB};
use super::fault::all_bookings;
use super::ledger::Sale;
use super::{BEGINNING_MS, FaultKind, World};

/// Owners are compared every so many writes, and at the end.
const OWNERS_EVERY: u64 = 16;

/// An invariant that did not hold.
#[derive(Clone, Debug)]
pub struct Violation {
    pub seed: u64,
    pub at_ms: i64,
    pub invariant: &'static str,
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            seed,
            at_ms,
            invariant,
            found,
        } = self;
        write!(f, "seed {seed}, {at_ms} ms: {invariant}: {found}")
    }
}

impl World {
    pub(super) fn violate(&mut self, invariant: &'static str, found: String) {
        self.note(format_args!("VIOLATED {invariant}: {found}"));
        if self.violation.is_none() {
            self.violation = Some(Violation {
                seed: self.seed,
                at_ms: self.now_ms - BEGINNING_MS,
                invariant,
                found,
            });
        }
    }

    /// I1, at once: a seat that somebody was told is theirs is nobody else's.
    pub(super) fn check_sale(&mut self, booking: BookingId) {
        let sale = &self.ledger.sales[&booking];
        let by_seat = self.ledger.by_seat();
        for &seat in &sale.seats.clone() {
            let sold = by_seat.get(&(sale.screening, seat));
            let sound = |booking: &&BookingId| {
                let sale = &self.ledger.sales[*booking];
                !sale.unproven && !sale.lost
            };
            let sold: Vec<_> = sold.into_iter().flatten().filter(sound).collect();
            if sold.len() > 1 {
                let mut found = format!("seat {seat} of {} is sold as {sold:?}", sale.screening);
                for device in &self.devices {
                    let row = seats::sqlite::seats::find(&device.db, sale.screening, seat);
                    let row = row
                        .expect("a seat is read")
                        .map(|row| (row.owner, row.version, row.state));
                    let noted = conflicts::all(&device.db).expect("conflicts are read");
                    found += &format!("; {}: {row:?} {noted:?}", device.node);
                }
                self.violate("I1 no seat is sold twice", found);
                return;
            }
        }
    }

    /// I2, now and then: nobody owns what somebody else owns.
    pub(super) fn check_owners(&mut self) {
        self.numbers += 1;
        if self.numbers.is_multiple_of(OWNERS_EVERY) {
            self.check_all_owners();
        }
    }

    fn check_all_owners(&mut self) {
        let mut owned: BTreeMap<(ScreeningId, SeatId), DeviceAt> = BTreeMap::new();
        for at in 0..self.devices.len() {
            if self.is_unproven(at) || self.devices[at].gone {
                continue;
            }
            let device = &self.devices[at];
            let given = &self.ledger.given_blindly;
            let here = device.owned().expect("seats are read").iter();
            let here = here.filter(|seat| !given.contains(seat));
            let twice = here
                .copied()
                .find_map(|seat| Some((seat, owned.insert(seat, at)?)));
            if let Some(((id, seat), other)) = twice {
                let (node, other) = (&device.node, &self.devices[other].node);
                let found = format!("{node} and {other} own seat {seat} of {id}");
                self.violate("I2 one owner", found);
                return;
            }
        }
    }

    /// Whether everything has come to rest.
    pub(super) fn is_quiet(&mut self) -> bool {
        if self.now_ms < self.quiet_again_ms {
            return false;
        }
        self.quiet_again_ms = self.now_ms + 500;
        let unrest = self.unrest();
        if !unrest.is_empty() {
            let at_ms = self.now_ms - BEGINNING_MS;
            self.transcript
                .remark(at_ms, format_args!("no rest: {unrest}"));
        }
        unrest.is_empty()
    }

    /// What has not come to rest yet; empty when all has.
    pub(super) fn unrest(&self) -> String {
        let hub = &self.devices[HUB];
        if !hub.running || hub.dirty || !self.wishes.is_empty() {
            return "the hub is busy".to_owned();
        }
        let head = hub.head().expect("the feed is read");
        for kiosk in self.devices.iter().skip(1).filter(|kiosk| !kiosk.gone) {
            let restless = |why: &str| format!("{}: {why}", kiosk.node);
            let standing = kiosk::sync::standing(&kiosk.db).expect("it is read");
            if !kiosk.running || kiosk.dirty {
                return restless("busy");
            }
            if standing != kiosk::sync::Standing::Selling {
                return restless("does not sell");
            }
            if !recovery::doubts(&kiosk.db).expect("it is read").is_empty() {
                return restless("in doubt");
            }
            let line = kiosk.line.as_ref();
            if !line.is_some_and(|line| line.session.is_up() && !line.restored_hub) {
                return restless("is not connected");
            }
            let end = hub.ends.get(&kiosk.node);
            if !end.is_some_and(|end| end.session.is_up() && !end.recovering) {
                return restless("is not known to the hub");
            }
            if recovery::unheard(&hub.db, &kiosk.node)
                .expect("it is read")
                .is_some()
            {
                return restless("has not told the restored hub everything");
            }
            let up = cursor::get(&hub.db, kiosk.node.as_str()).expect("a cursor");
            let down = cursor::get(&kiosk.db, "hub").expect("a cursor");
            let own = kiosk.head().expect("the feed is read");
            if up.applied_seq < own || up.incarnation != kiosk.incarnation {
                return restless("the hub has not read everything");
            }
            if down.applied_seq < head || down.incarnation != hub.incarnation {
                return restless("it has not read everything");
            }
        }
        let kept = self.devices.iter().filter(|device| !device.gone);
        let kept = kept.filter_map(|device| Some((&device.node, seat_kept(&device.db)?)));
        let kept: Vec<String> = kept.map(|(node, seat)| format!("{node}: {seat}")).collect();
        kept.join(", ")
    }

    /// Everything that must hold when everything has come to rest.
    pub(super) fn check_end(&mut self) {
        self.ledger.given_blindly.clear();
        self.check_all_owners();
        for at in 1..self.devices.len() {
            if !self.devices[at].gone {
                self.check_mirror(at);
            }
        }
        self.check_seats_of_nobody();
        let found = conflicts::all(&self.devices[HUB].db).expect("conflicts are read");
        self.check_conflicts(&found);
        self.check_sales(&found);
    }

    /// I4: hub and node hold the same rows.
    fn check_mirror(&mut self, at: DeviceAt) {
        let (hub, kiosk) = (&self.devices[HUB], &self.devices[at]);
        let node = kiosk.node.clone();
        for (id, (screening, _)) in &self.screenings {
            if screening.theater != kiosk.theater {
                continue;
            }
            let here = seats::sqlite::seats::of_screening(&hub.db, *id).expect("seats");
            let there = seats::sqlite::seats::of_screening(&kiosk.db, *id).expect("seats");
            for (seat, row) in &here {
                if there.get(seat) != Some(row) {
                    let found = format!("{node}: {row:?} is {:?} there", there.get(seat));
                    self.violate("I4 the same rows", found);
                    return;
                }
            }
        }
        let ours = |booking: &Booking| {
            let screening = self.screenings.get(&booking.screening);
            screening.is_some_and(|(screening, _)| screening.theater == kiosk.theater)
        };
        let here: Vec<_> = all_bookings(&hub.db).into_iter().filter(ours).collect();
        let there: Vec<_> = all_bookings(&kiosk.db).into_iter().filter(ours).collect();
        if here != there {
            let differs = here.iter().find(|booking| !there.contains(booking));
            let differs = differs.or_else(|| there.iter().find(|it| !here.contains(it)));
            let found = format!("{node}: {differs:?} is not on both sides");
            self.violate("I4 the same rows", found);
        }
    }

    /// No seat is kept for a booking that was cancelled.
    fn check_seats_of_nobody(&mut self) {
        let hub = &self.devices[HUB].db;
        let ids = self.screenings.keys();
        let seats = ids.flat_map(|&id| seats::sqlite::seats::of_screening(hub, id).expect("seats"));
        let kept = seats.into_iter().find_map(|(_, row)| {
            let SeatState::Booked { booking } = row.state else {
                return None;
            };
            let known = seats::sqlite::bookings::find(hub, booking).expect("it is read");
            (!known.is_some_and(|known| known.is_live())).then_some(row)
        });
        if let Some(row) = kept {
            let mut found = format!("{row:?}");
            for device in &self.devices {
                let of_seat = all_bookings(&device.db).into_iter();
                let of_seat: Vec<_> = of_seat
                    .filter(|known| known.screening == row.screening)
                    .filter(|known| known.tickets.iter().any(|it| it.seat == row.seat))
                    .collect();
                found += &format!("; {}: {of_seat:?}", device.node);
            }
            self.violate("no seat is kept for nobody", found);
        }
    }

    /// Nothing is on the operator's list that has no cause.
    fn check_conflicts(&mut self, found: &[Conflict]) {
        let happened = |kinds: &[FaultKind]| kinds.iter().any(|it| self.faults.contains_key(it));
        let copied = happened(&[
            FaultKind::RollBackKiosk,
            FaultKind::CloneKiosk,
            FaultKind::RestoreKiosk,
            FaultKind::RestoreHub,
            FaultKind::RollBackHub,
        ]);
        let fenced = happened(&[FaultKind::Fence]);
        let forged = happened(&[FaultKind::Forge]);
        let poisoned = happened(&[FaultKind::Poison]);
        for conflict in found {
            let has_cause = match conflict {
                Conflict::RowRefused { .. } => poisoned || copied,
                Conflict::NotTheOwner { .. } => forged || copied || fenced,
                Conflict::SeatSoldTwice { .. } | Conflict::SeatLost { .. } => copied || fenced,
                Conflict::CopyFound { .. } => copied,
                // Nobody gives money back in this world.
                Conflict::RefundRefused { .. } => false,
            };
            if !has_cause {
                let found = format!("{conflict:?} has no cause");
                self.violate("no conflict without a cause", found);
                return;
            }
        }
        let refused = |conflict: &Conflict| matches!(conflict, Conflict::RowRefused { .. });
        if !copied && self.keeps_poison() && !found.iter().any(refused) {
            let found = "a poisoned row is on nobody's list".to_owned();
            self.violate("P3 a refused row is a conflict", found);
        }
    }

    /// I1 and I3 for everything that a customer was told.
    fn check_sales(&mut self, found: &[Conflict]) {
        let doubled: BTreeSet<(ScreeningId, SeatId)> = found
            .iter()
            .filter_map(|conflict| match conflict {
                Conflict::SeatSoldTwice {
                    screening, seat, ..
                }
                | Conflict::SeatLost {
                    screening, seat, ..
                } => Some((*screening, *seat)),
                Conflict::CopyFound { .. }
                | Conflict::NotTheOwner { .. }
                | Conflict::RefundRefused { .. }
                | Conflict::RowRefused { .. } => None,
            })
            .collect();
        for (seat, bookings) in self.ledger.by_seat() {
            let lost = |booking: &BookingId| self.ledger.sales[booking].lost;
            let kept = bookings.iter().filter(|booking| !lost(booking)).count();
            if kept > 1 && !doubled.contains(&seat) {
                let found = format!("{seat:?} is sold as {bookings:?}, and nobody knows");
                self.violate("I1 no seat is sold twice", found);
                return;
            }
        }
        for (booking, sale) in self.ledger.sales.clone() {
            if let Some(found) = self.broken_promise(booking, &sale, &doubled) {
                self.violate("I3 nothing promised is lost", found);
                return;
            }
        }
    }

    fn broken_promise(
        &self,
        booking: BookingId,
        sale: &Sale,
        doubled: &BTreeSet<(ScreeningId, SeatId)>,
    ) -> Option<String> {
        if sale.lost {
            return None;
        }
        let hub = &self.devices[HUB].db;
        let by = &self.devices[sale.by].node;
        let Some(known) = seats::sqlite::bookings::find(hub, booking).expect("it is read") else {
            return Some(format!("{booking} of {by} is not known to the hub"));
        };
        let open = self.ledger.ending.contains(&booking);
        if !open && known.is_live() == sale.cancelled {
            let said = if sale.cancelled { "cancelled" } else { "sold" };
            return Some(format!(
                "{booking} of {by} was {said}, but is {:?}",
                known.state
            ));
        }
        if !known.is_live() {
            return None;
        }
        let sold = SeatState::Booked { booking };
        sale.seats.iter().find_map(|&seat| {
            let row = seats::sqlite::seats::find(hub, sale.screening, seat);
            let row = row.expect("a seat is read");
            let has_it = row.as_ref().is_some_and(|row| row.state == sold);
            let noted = doubled.contains(&(sale.screening, seat));
            (!has_it && !noted).then(|| format!("{booking} of {by} has lost its seat: {row:?}"))
        })
    }
}

/// A seat that somebody is still choosing or paying for.
fn seat_kept(db: &Connection) -> Option<String> {
    let mut query = db
        .prepare_cached(
            "SELECT screening_id, seat_id, owner, state, held_until FROM seats
              WHERE state IN ('held', 'kept') LIMIT 1",
        )
        .expect("a query");
    let found = query.query_row([], |row| {
        let (screening, seat): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (owner, state): (String, String) = (row.get(2)?, row.get(3)?);
        let until: Option<i64> = row.get(4)?;
        Ok(format!(
            "{screening}/{seat} of {owner} is {state} until {until:?}"
        ))
    });
    found.ok()
}
