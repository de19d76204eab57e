//! Things go wrong: cuts, crashes, copies of disks, an operator who fences the living.

use domain::booking::Booking;
use domain::id::{BookingId, NodeId};
use domain::time::HOUR_MS;
use rusqlite::{Connection, params};
use store::{StoreError, change_feed, cursor, meta};

use super::device::{Copy, Device, DeviceAt, HUB};
use super::{BEGINNING_MS, FaultKind, What, World};

/// Older copies that are kept of a disk.
const COPIES_MAX: usize = 4;

impl World {
    pub(super) fn plan_fault(&mut self) {
        if let Some(every) = self.profile.fault_every_ms {
            let wait = self.random_within(2 * every);
            self.later(wait, What::Fault);
        }
    }

    pub(super) fn fault_step(&mut self) {
        if self.closing {
            return;
        }
        self.plan_fault();
        let Some(kind) = self.random.pick(&self.profile.faults.clone()).copied() else {
            return;
        };
        let kiosk = 1 + self.random.below(self.devices.len() - 1);
        if self.devices[kiosk].gone {
            return;
        }
        let happened = match kind {
            FaultKind::Cut => self.cut(kiosk, true),
            FaultKind::CutOneWay => self.cut(kiosk, false),
            FaultKind::CrashKiosk => self.crash(kiosk, 30_000),
            FaultKind::CrashHub => self.crash(HUB, 20_000),
            FaultKind::ClockJump => self.clock_jumps(kiosk),
            FaultKind::Poison => self.poison(kiosk),
            FaultKind::Forge => {
                self.devices[kiosk].forges = true;
                false
            }
            FaultKind::Fence => self.fence(kiosk),
            FaultKind::RestoreKiosk => self.restore_kiosk(kiosk),
            FaultKind::RollBackKiosk => self.roll_back_kiosk(kiosk),
            FaultKind::CloneKiosk => self.clone_kiosk(kiosk),
            FaultKind::RestoreHub => self.restore_hub(),
            FaultKind::RollBackHub => self.roll_back_hub(),
        };
        if happened {
            *self.faults.entry(kind).or_default() += 1;
        }
    }

    fn cut(&mut self, at: DeviceAt, both: bool) -> bool {
        let up = both || self.random.chance(500);
        let node = self.devices[at].node.clone();
        self.note(format_args!("{node}: cut, up {up}, down {}", both || !up));
        self.devices[at].cut_up = up;
        self.devices[at].cut_down = both || !up;
        let line = self.devices[at].line.as_ref();
        let connection = line.map(|line| line.connection);
        if let Some(connection) = connection
            && self.random.chance(500)
        {
            let noticed = self.random_within(60_000);
            self.later(noticed, What::Broken(at, connection));
        }
        let long = if self.random.chance(150) {
            600_000
        } else {
            40_000
        };
        let heals = self.random_within(long);
        self.later(heals, What::Heal(at));
        true
    }

    pub(super) fn heal(&mut self, at: DeviceAt) {
        let node = self.devices[at].node.clone();
        self.note(format_args!("{node}: the line is good"));
        self.devices[at].cut_up = false;
        self.devices[at].cut_down = false;
    }

    fn crash(&mut self, at: DeviceAt, down_ms: i64) -> bool {
        if !self.devices[at].running {
            return false;
        }
        if self.random.chance(600) {
            self.devices[at].doomed = true;
            return true;
        }
        self.stop(at);
        let down = self.random_within(down_ms);
        self.later(down, What::Start(at));
        true
    }

    /// The power goes between a commit and the moment when it is durable.
    pub(super) fn power_cut(&mut self, at: DeviceAt, life: u64) {
        let device = &self.devices[at];
        if device.life != life || !device.running || !device.dirty || self.closing {
            return;
        }
        self.stop(at);
        let down = self.random_within(30_000);
        self.later(down, What::Start(at));
    }

    fn clock_jumps(&mut self, at: DeviceAt) -> bool {
        let by = self.random.between(-12 * HOUR_MS, 12 * HOUR_MS);
        let node = self.devices[at].node.clone();
        self.note(format_args!("{node}: the clock is set by {by}"));
        self.devices[at].wall_skew_ms += by;
        true
    }

    /// A booking of somebody else stands in a kiosk's feed: a fault in a program, say.
    fn poison(&mut self, at: DeviceAt) -> bool {
        if !self.devices[at].running {
            return false;
        }
        let node = self.devices[at].node.clone();
        let id = BookingId(self.random.uuid());
        let theater = self.devices[at].theater;
        let poisoned: Result<(), StoreError> = self.write(at, |tx, _| {
            tx.execute(
                "INSERT INTO bookings (booking_id, number, screening_id, node, epoch, revision,
                                       hold_id, tender, order_id, booked_at, cancelled_at)
                 VALUES (?1, '000000000000', 1, 'ghost', 1, 0, ?1, 'card', NULL, 0, 0)",
                params![id.0.as_bytes()],
            )?;
            let change = change_feed::Change {
                kind: protocol::row::RowKind::Booking.code(),
                key: &id.to_string(),
                scope: theater.0,
            };
            change_feed::record(tx, node.as_str(), &[change])?;
            Ok(())
        });
        poisoned.expect("a row is written");
        self.note(format_args!("{node}: poison"));
        true
    }

    fn fence(&mut self, at: DeviceAt) -> bool {
        if !self.devices[HUB].running || self.is_cloned(at) {
            return false;
        }
        let node = self.devices[at].node.clone();
        self.devices[at].fenced_at = Some((i64::MAX, i64::MAX));
        let fenced = self.write(HUB, |tx, here| hub::fleet::fence(tx, here, &node));
        self.note(format_args!("{node} is fenced: {fenced:?}"));
        let head = self.devices[HUB].head().expect("the feed is read");
        self.devices[at].fenced_at = Some((self.devices[HUB].incarnation, head));
        self.mark_unheard_sales(at);
        true
    }

    /// Whether what this device sells now may be sold already, and nobody there can know: its
    /// disk was copied or rolled back, or it was fenced and has not heard.
    pub(super) fn is_unproven(&self, at: DeviceAt) -> bool {
        let device = &self.devices[at];
        device.rolled_back || device.fenced_at.is_some() || self.is_cloned(at)
    }

    /// Looks whether a device has heard that it was fenced.
    pub(super) fn hears_of_fence(&mut self, at: DeviceAt) {
        let device = &mut self.devices[at];
        let Some((incarnation, head)) = device.fenced_at else {
            return;
        };
        let read = cursor::get(&device.db, "hub").expect("a cursor is read");
        if (read.incarnation, read.applied_seq) >= (incarnation, head) {
            device.fenced_at = None;
        }
    }

    /// What a device has sold and the hub does not know may be sold again.
    fn mark_unheard_sales(&mut self, at: DeviceAt) {
        let hub = &self.devices[HUB].db;
        for (&booking, sale) in &mut self.ledger.sales {
            let known = seats::sqlite::bookings::find(hub, booking).expect("it is read");
            if sale.by == at && known.is_none() {
                sale.unproven = true;
            }
        }
    }

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

    fn restore_kiosk(&mut self, at: DeviceAt) -> bool {
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
    fn roll_back_kiosk(&mut self, at: DeviceAt) -> bool {
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

    fn clone_kiosk(&mut self, at: DeviceAt) -> bool {
        if self.is_cloned(at) || !self.devices[at].running {
            return false;
        }
        let image = self.devices[at].durable_image();
        let (node, theater) = (self.devices[at].node.clone(), self.devices[at].theater);
        let mut clone = Device::new(node.clone(), theater, kiosk::sqlite::MIGRATIONS);
        clone.replace_disk(&image);
        clone.wall_skew_ms = self.devices[at].wall_skew_ms;
        self.devices.push(clone);
        self.mark_unheard_sales(at);
        let clone = self.devices.len() - 1;
        self.note(format_args!("{node} is cloned as device {clone}"));
        self.start(clone);
        true
    }

    /// Whether another device runs under the same name.
    pub(super) fn is_cloned(&self, at: DeviceAt) -> bool {
        let node = &self.devices[at].node;
        let mut others = self.devices.iter().enumerate();
        others.any(|(other, device)| other != at && &device.node == node && !device.gone)
    }

    fn restore_hub(&mut self) -> bool {
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
    fn roll_back_hub(&mut self) -> bool {
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
        let steady = self.devices.iter().skip(1).all(|kiosk| {
            let standing = kiosk::sync::standing(&kiosk.db).expect("it is read");
            kiosk.gone || standing == kiosk::sync::Standing::Selling
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

    /// Everything is put right, and the operator does what an operator does.
    pub(super) fn close(&mut self) {
        self.closing = true;
        self.note(format_args!("closing"));
        for device in &mut self.devices {
            // Nobody waits for holds to run out.
            device.offset_ms += domain::seating::HOLD_TOTAL_MS;
            device.wall_skew_ms += domain::seating::HOLD_TOTAL_MS;
        }
        for at in 0..self.devices.len() {
            self.heal(at);
            let is_clone = (1..at).any(|first| self.devices[first].node == self.devices[at].node);
            if is_clone {
                self.stop(at);
                self.devices[at].gone = true;
                // Which of the two the hub knows will be seen.
                let node = self.devices[at].node.clone();
                for other in self.devices.iter_mut().filter(|other| other.node == node) {
                    other.rolled_back = true;
                }
                self.lose_what_nobody_knows(at);
            } else {
                self.later(0, What::Start(at));
            }
        }
        let nodes: Vec<NodeId> = self
            .devices
            .iter()
            .skip(1)
            .map(|it| it.node.clone())
            .collect();
        self.later(0, What::Customer);
        if !self.devices[HUB].running {
            self.start(HUB);
        }
        for node in nodes {
            let in_again = self.write(HUB, |tx, _| hub::fleet::let_in(tx, &node));
            in_again.expect("a known node");
        }
    }

    /// What staff and operator do while everything comes to rest.
    pub(super) fn tidy_up(&mut self, at: DeviceAt) {
        self.settle_payments(at);
        if at == HUB {
            return;
        }
        self.staff_confirm(at);
        let standing = kiosk::sync::standing(&self.devices[at].db).expect("it is read");
        if standing == kiosk::sync::Standing::PutAside {
            self.begin_recovery(at, 0);
            self.drop_line(at);
            self.connect_again(at);
        }
    }
}

fn is_live(db: &Connection, booking: BookingId) -> bool {
    let found = seats::sqlite::bookings::find(db, booking).expect("it is read");
    found.is_none_or(|found| found.is_live())
}

/// Every booking in a database.
pub(super) fn all_bookings(db: &Connection) -> Vec<Booking> {
    let mut ids = db
        .prepare_cached("SELECT booking_id FROM bookings WHERE node <> 'ghost' ORDER BY booking_id")
        .expect("a query");
    let ids = ids.query_map([], |row| row.get::<_, [u8; 16]>(0));
    let ids = ids.expect("bookings are read");
    let found = ids.map(|id| {
        let id = BookingId(uuid::Uuid::from_bytes(id.expect("an id")));
        seats::sqlite::bookings::find(db, id)
            .expect("it is read")
            .expect("it is there")
    });
    found.collect()
}
