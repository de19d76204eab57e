//! Things go wrong: cuts, crashes, copies of disks, an operator who fences the living.

use domain::booking::Booking;
use domain::id::{BookingId, TheaterId};
use domain::time::HOUR_MS;
use hub::sqlite::nodes::{self, Standing};
use protocol::ask::Want;
use rusqlite::{Connection, params};
use seats::sqlite::recovery;
use store::{StoreError, change_feed, cursor};

use super::device::{Device, DeviceAt, HUB};
use super::{FaultKind, What, World};

/// No place of any feed: a fence that nobody can hear of yet.
const NOT_IN_FORCE: (i64, i64) = (i64::MAX, i64::MAX);

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

    pub(super) fn cut(&mut self, at: DeviceAt, both: bool) -> bool {
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

    /// Whether power goes in this run, and takes with it what is not durable.
    pub(super) fn loses_power(&self) -> bool {
        let crashes = [FaultKind::CrashHub, FaultKind::CrashKiosk];
        let may = crashes
            .iter()
            .any(|kind| self.profile.faults.contains(kind));
        may && self.profile.lossy_crashes && !self.closing
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

    /// Whether a poisoned row is still in a kiosk: one that the power took before anybody heard
    /// of it is nobody's business.
    pub(super) fn keeps_poison(&self) -> bool {
        let kiosks = self.devices.iter().skip(1).filter(|kiosk| !kiosk.gone);
        let mut poisoned = kiosks.map(|kiosk| {
            let mut query = kiosk
                .db
                .prepare_cached("SELECT count(*) FROM bookings WHERE node = 'ghost'")
                .expect("a query");
            query.query_row([], |row| row.get(0)).expect("it is read")
        });
        poisoned.any(|rows: i64| rows > 0)
    }

    fn fence(&mut self, at: DeviceAt) -> bool {
        if !self.devices[HUB].running || self.is_cloned(at) {
            return false;
        }
        let node = self.devices[at].node.clone();
        if self.random.chance(500) {
            self.grants_before_fence(at);
        }
        self.devices[at].fenced_at = Some(NOT_IN_FORCE);
        let fenced = self.write(HUB, |tx, here| hub::fleet::fence(tx, here, &node));
        self.note(format_args!("{node} is fenced: {fenced:?}"));
        let theater = self.devices[at].theater;
        if self.waits_in(theater) {
            return true;
        }
        // So do those of others that the hub has waited with.
        for at in 1..self.devices.len() {
            let device = &self.devices[at];
            if device.theater == theater
                && device.fenced_at == Some(NOT_IN_FORCE)
                && self.may_come_into_force(at)
            {
                self.fence_comes_into_force(at);
            }
        }
        true
    }

    /// The last thing that a node does before it is fenced: it grants a seat to another node of
    /// its theater. The fence and the grant cross on the way.
    fn grants_before_fence(&mut self, at: DeviceAt) {
        let device = &self.devices[at];
        if !device.running || self.is_unproven(at) {
            return;
        }
        let (node, theater) = (device.node.clone(), device.theater);
        let owned = device.owned().expect("seats are read").to_vec();
        let kiosks = self.devices.iter().skip(1);
        let others = kiosks.filter(|other| other.theater == theater && other.node != node);
        let others: Vec<_> = others.map(|other| other.node.clone()).collect();
        let to = self.random.pick(&others).cloned();
        let seat = self.random.pick(&owned).copied();
        if let (Some(to), Some((screening, seat))) = (to, seat) {
            let seats = vec![seat];
            let want = Want::Grant {
                screening,
                seats,
                to,
            };
            // A seat that is held or sold stays.
            let _ = self.answer_want(at, &want);
        }
    }

    /// A restored hub has heard everybody in a theater: it takes back the seats of those who
    /// are fenced.
    pub(super) fn fences_come_into_force(&mut self) {
        for at in 1..self.devices.len() {
            if self.may_come_into_force(at) {
                self.fence_comes_into_force(at);
            }
        }
    }

    /// Whether the hub takes back the seats of this node now, if it ever does. It does so again for
    /// one whose fence it has forgotten as soon as it hears of that, from whomever.
    fn may_come_into_force(&self, at: DeviceAt) -> bool {
        let (hub, device) = (&self.devices[HUB], &self.devices[at]);
        let standing = nodes::standing(&hub.db, &device.node);
        let is_fenced = standing.expect("it is read") != Some(Standing::InService);
        let is_forgotten = device.fenced_at == Some(NOT_IN_FORCE);
        let theirs = self.devices.iter().skip(1);
        let mut theirs = theirs.filter(|other| other.theater == device.theater);
        let is_unheard = |other: &Device| {
            let unheard = recovery::unheard(&hub.db, &other.node);
            unheard.expect("it is read").is_some()
        };
        !self.waits_in(device.theater) && (is_fenced || (is_forgotten && !theirs.any(is_unheard)))
    }

    /// The hub comes back from an older copy. That a node is fenced it may have forgotten; what
    /// others have heard of it comes back with their reports, so the node can hear of it only
    /// when everybody has been heard.
    pub(super) fn fences_are_forgotten(&mut self) {
        for device in &mut self.devices {
            if device.fenced_at.is_some() {
                device.fenced_at = Some(NOT_IN_FORCE);
            }
        }
    }

    /// What a node was given in the time that a restored hub has forgotten comes back when the node
    /// has told of it: so it cannot have heard of that before.
    fn fence_comes_into_force(&mut self, at: DeviceAt) {
        let hub = &self.devices[HUB];
        let unheard = recovery::unheard(&hub.db, &self.devices[at].node);
        let place = match unheard.expect("it is read") {
            Some(_) => NOT_IN_FORCE,
            None => (hub.incarnation, hub.head().expect("the feed is read")),
        };
        self.devices[at].fenced_at = Some(place);
        self.mark_unheard_sales(at);
    }

    fn waits_in(&self, theater: TheaterId) -> bool {
        let waited = recovery::waited_for(&self.devices[HUB].db, theater);
        !waited.expect("it is read").is_empty()
    }

    /// Whether what this device sells now may be sold already, and nobody there can know: its
    /// disk was copied or rolled back, or it was fenced and has not heard.
    pub(super) fn is_unproven(&self, at: DeviceAt) -> bool {
        let device = &self.devices[at];
        device.rolled_back || device.fenced_at.is_some() || self.is_cloned(at)
    }

    /// Looks whether a device has heard that it was fenced, once that is durable there: power
    /// that goes before makes it forget.
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
    pub(super) fn mark_unheard_sales(&mut self, at: DeviceAt) {
        let hub = &self.devices[HUB].db;
        for (&booking, sale) in &mut self.ledger.sales {
            let known = seats::sqlite::bookings::find(hub, booking).expect("it is read");
            if sale.by == at && known.is_none() {
                sale.unproven = true;
            }
        }
    }
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
