//! Older copies of disks come back: with a word of the operator's, or with nobody saying so.

use domain::id::BookingId;
use rusqlite::Connection;
use store::{change_feed, cursor, meta};

use super::device::{Copy, Device, DeviceAt, HUB};
use super::fault::all_bookings;
use super::{BEGINNING_MS, What, World};

/// Older copies that are kept of a disk.
const COPIES_MAX: usize = 4;

impl World {
    pub(super) fn copy_disks(&mut self) {
        if self.closing || self.profile.faults.is_empty() {
            return;
        }
        let wait = self.random_within(60_000);
        self.later(wait, What::Copy);
        let at_ms = self.now_ms;
        for device in &mut self.devices {
            if device.running && self.random.chance(400) {
                let image = device.durable_image();
                device.copies.push(Copy { image, at_ms });
                if device.copies.len() > COPIES_MAX {
                    device.copies.remove(0);
                }
            }
        }
    }

    fn older_copy(&mut self, at: DeviceAt) -> Option<Copy> {
        let copies = self.devices[at].copies.clone();
        self.random.pick(&copies).cloned()
    }

    pub(super) fn restore_kiosk(&mut self, at: DeviceAt) -> bool {
        let Some(copy) = self.older_copy(at) else {
            return false;
        };
        if self.is_cloned(at) {
            return false;
        }
        self.come_back_from(at, &copy);
        self.begin_recovery(at, 0);
        true
    }

    /// Nobody says so. Only what the ratchet can find out is asked of it: the hub has seen
    /// more of this node than the copy has.
    pub(super) fn roll_back_kiosk(&mut self, at: DeviceAt) -> bool {
        let Some(copy) = self.older_copy(at) else {
            return false;
        };
        let known = cursor::get(&self.devices[HUB].db, self.devices[at].node.as_str());
        let known = known.expect("a cursor is read");
        let db = super::device::deserialize(&copy.image);
        let head = change_feed::head(&db).expect("the feed is read");
        let incarnation = meta::get_i64(&db, "incarnation").expect("it is read");
        let found = incarnation == Some(known.incarnation)
            && known.incarnation == self.devices[at].incarnation
            && head < known.applied_seq;
        if !found || self.is_cloned(at) {
            return false;
        }
        self.devices[at].rolled_back = true;
        self.come_back_from(at, &copy);
        true
    }

    fn come_back_from(&mut self, at: DeviceAt, copy: &Copy) {
        let (node, age) = (self.devices[at].node.clone(), self.now_ms - copy.at_ms);
        if self.devices[at].running {
            self.stop(at);
        }
        let from = copy.at_ms - BEGINNING_MS;
        self.note(format_args!("{node} comes back from {from}, {age} ms old"));
        self.devices[at].replace_disk(&copy.image);
        self.devices[at]
            .copies
            .retain(|kept| kept.at_ms <= copy.at_ms);
        self.lose_what_nobody_knows(at);
        self.customers.retain(|customer| customer.device() != at);
        let down = self.random_within(20_000);
        self.later(down, What::Start(at));
    }

    /// Sales that went with a disk and never reached the hub: the customer has a ticket, and
    /// the printer's journal says so.
    pub(super) fn lose_what_nobody_knows(&mut self, at: DeviceAt) {
        let (own, hub) = (&self.devices[at].db, &self.devices[HUB].db);
        let gone = self.devices[at].gone;
        let hub_forgets = self.devices[HUB].dirty && self.profile.lossy_crashes && !gone;
        let is_known = |db: &Connection, booking| {
            let found = seats::sqlite::bookings::find(db, booking);
            found.expect("it is read").is_some()
        };
        for (&booking, sale) in &mut self.ledger.sales {
            let here = !gone && is_known(own, booking);
            // A hub that has it in memory only may forget it, and then it is lost after all.
            if sale.by == at && !here && (hub_forgets || !is_known(hub, booking)) {
                sale.lost = true;
            }
        }
        // Cancellations may be lost as well.
        let theirs = self.ledger.sales.iter();
        for (&booking, _) in theirs.filter(|(_, sale)| sale.by == at && sale.cancelled) {
            let live = |db| is_live(db, booking);
            if (gone || live(own)) && live(hub) {
                self.ledger.ending.push(booking);
            }
        }
    }

    pub(super) fn clone_kiosk(&mut self, at: DeviceAt) -> bool {
        if self.is_cloned(at) || !self.devices[at].running {
            return false;
        }
        let image = self.devices[at].durable_image();
        let (node, theater) = (self.devices[at].node.clone(), self.devices[at].theater);
        let mut clone = Device::on(&image, node.clone(), theater);
        clone.wall_skew_ms = self.devices[at].wall_skew_ms;
        self.devices.push(clone);
        self.mark_unheard_sales(at);
        let clone = self.devices.len() - 1;
        self.note(format_args!("{node} is cloned as device {clone}"));
        self.start(clone);
        if self.random.chance(600) {
            // One of the two sells for a while where the hub does not see it.
            let alone = *self.random.pick(&[at, clone]).unwrap_or(&at);
            self.cut(alone, true);
        }
        true
    }

    /// Whether another device runs under the same name.
    pub(super) fn is_cloned(&self, at: DeviceAt) -> bool {
        let node = &self.devices[at].node;
        let mut others = self.devices.iter().enumerate();
        others.any(|(other, device)| other != at && &device.node == node && !device.gone)
    }

    pub(super) fn restore_hub(&mut self) -> bool {
        let Some(copy) = self.older_copy(HUB) else {
            return false;
        };
        if !self.is_mirrored(&copy) {
            return false;
        }
        // Until it starts.
        self.devices[HUB].rolled_back = true;
        self.come_back_from(HUB, &copy);
        self.write(HUB, |tx, _| hub::sync::mark_restored(tx, 0))
            .expect("it is marked");
        true
    }

    /// Nobody says so. Only what can be found out is asked for: a node has read more.
    pub(super) fn roll_back_hub(&mut self) -> bool {
        let Some(copy) = self.older_copy(HUB) else {
            return false;
        };
        let db = super::device::deserialize(&copy.image);
        let head = change_feed::head(&db).expect("the feed is read");
        let incarnation = meta::get_i64(&db, "incarnation").expect("it is read");
        let ahead = self.devices.iter().skip(1).any(|kiosk| {
            let read = cursor::get(&kiosk.db, "hub").expect("a cursor is read");
            !kiosk.gone && Some(read.incarnation) == incarnation && read.applied_seq > head
        });
        if !ahead || !self.is_mirrored(&copy) {
            return false;
        }
        self.devices[HUB].rolled_back = true;
        self.come_back_from(HUB, &copy);
        true
    }

    /// Whether every booking that the hub knows and the copy does not is at a kiosk: without
    /// a replica that is current, a hub can take back only what somebody mirrors.
    fn is_mirrored(&self, copy: &Copy) -> bool {
        let old = super::device::deserialize(&copy.image);
        // Nor can it find out what a kiosk has lost when both lose their memory at once.
        let steady = self.devices.iter().skip(1).all(|kiosk| {
            let standing = kiosk::sync::standing(&kiosk.db).expect("it is read");
            let selling = standing == kiosk::sync::Standing::Selling;
            kiosk.gone || (selling && !kiosk.rolled_back)
        });
        steady
            && !self.is_waiting_for_nodes()
            && all_bookings(&self.devices[HUB].db).iter().all(|booking| {
                let at = |db: &Connection| {
                    let found = seats::sqlite::bookings::find(db, booking.booking);
                    let found = found.expect("it is read");
                    found.is_some_and(|found| found.version >= booking.version)
                };
                let mut kiosks = self.devices.iter().skip(1);
                at(&old) || kiosks.any(|kiosk| !kiosk.gone && !kiosk.dirty && at(&kiosk.db))
            })
    }

    /// Whether the hub was restored and has not heard every node.
    pub(super) fn is_waiting_for_nodes(&self) -> bool {
        self.screenings.values().any(|(screening, _)| {
            let hub = &self.devices[HUB].db;
            let waited = seats::sqlite::recovery::waited_for(hub, screening.theater);
            !waited.expect("it is read").is_empty()
        })
    }
}

fn is_live(db: &Connection, booking: BookingId) -> bool {
    let found = seats::sqlite::bookings::find(db, booking).expect("it is read");
    found.is_none_or(|found| found.is_live())
}
