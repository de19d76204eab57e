//! The deterministic simulation: one seed makes a whole run with a hub, its kiosks and their
//! customers, on a virtual clock, over a network and disks that do what networks and disks do.
//!
//! It drives the programs' own parts: the session of `protocol`, the engine of `seats`, the
//! stores with their migrations, and the sync operations of hub and kiosk. Only what carries
//! messages and flushes disks is replaced.

mod ask;
mod check;
mod closing;
mod copies;
mod customer;
mod device;
mod fault;
mod hub_end;
mod kiosk_end;
mod ledger;
mod network;
mod profile;
pub(crate) mod random;
mod searching;
mod setup;
pub(crate) mod transcript;
mod watch;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use domain::id::{NodeId, ScreeningId, SeatId};
use domain::mutant::{self, Mutant};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use protocol::message::Hello;
use protocol::session::Input;

use crate::seeds::Run;
use ask::Wish;
pub use check::Violation;
use customer::Customer;
use device::{Device, DeviceAt, HUB};
pub use device::{deserialize, serialize};
use ledger::Ledger;
use network::Packet;
use profile::{FaultKind, Profile};
use random::Random;
use searching::Searches;
pub use setup::{lay_out, put_on};
use transcript::Transcript;
use watch::Watch;

/// A run that makes more events than this has got stuck in a circle.
const EVENTS_MAX: u64 = 400_000;

/// How long a disk takes until everything on it is durable.
const SYNC_MS: i64 = 8;

/// The same when the disk stalls.
const STALL_MS: i64 = 300;

/// How often it does, in a thousand times.
const STALLS: u32 = 20;

/// After the last fault everybody must agree within this time; a hold may still run out in it.
const QUIET_MAX_MS: i64 = 600_000;

/// The time at which every run begins.
pub const BEGINNING_MS: i64 = 1_700_000_000_000;

/// Whether the lines of a run are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    Off,
    On,
    /// Also each change of this seat's row, at whichever device.
    Seat(ScreeningId, SeatId),
}

/// Runs a seed to its end.
#[must_use]
pub fn run(seed: u64, broken: Option<Mutant>, trace: Trace) -> Run {
    mutant::with(broken, || World::new(seed, trace).run())
}

/// What waits for the disk before it leaves.
enum Effect {
    Send(Packet),
    /// The database's answer to a session.
    Answer {
        connection: u64,
        input: Input,
    },
    /// A session opens with this hello.
    Hello {
        connection: u64,
        hello: Box<Hello>,
    },
    /// A customer is told.
    Told(ledger::Told),
    /// The hub's or kiosk's program looks at its wishes again.
    Wishes,
}

/// What happens at a time.
enum What {
    Deliver(Packet),
    Sync(DeviceAt, u64),
    Tick(DeviceAt, u64),
    Connect(DeviceAt, u64),
    /// A device notices that its connection is broken.
    Broken(DeviceAt, u64),
    Customer,
    Fault,
    Start(DeviceAt),
    PowerCut(DeviceAt, u64),
    Heal(DeviceAt),
    WishOver(u64),
    Copy,
    Search,
}

/// An event: the queue is in the order of time, and of making where that is the same.
struct Event {
    at_ms: i64,
    number: u64,
    what: What,
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Event {}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Event {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at_ms, self.number).cmp(&(other.at_ms, other.number))
    }
}

/// The whole world of one run.
struct World {
    seed: u64,
    random: Random,
    profile: Profile,
    now_ms: i64,
    queue: BinaryHeap<Reverse<Event>>,
    numbers: u64,
    devices: Vec<Device>,
    /// Which device holds the connection of a node, and its number.
    connections: BTreeMap<NodeId, (DeviceAt, u64)>,
    connections_made: u64,
    screenings: BTreeMap<ScreeningId, (Arc<Screening>, Arc<SeatMap>)>,
    customers: Vec<Customer>,
    wishes: BTreeMap<u64, Wish>,
    ledger: Ledger,
    searches: Searches,
    transcript: Transcript,
    watch: Option<Watch>,
    faults: BTreeMap<FaultKind, u32>,
    violation: Option<Violation>,
    /// No more customers and faults: everything comes to rest.
    closing: bool,
    quiet_again_ms: i64,
}

impl World {
    fn new(seed: u64, trace: Trace) -> Self {
        let mut random = Random::new(seed);
        let profile = Profile::draw(&mut random);
        let mut world = Self {
            seed,
            random,
            profile,
            now_ms: BEGINNING_MS,
            queue: BinaryHeap::new(),
            numbers: 0,
            devices: Vec::new(),
            connections: BTreeMap::new(),
            connections_made: 0,
            screenings: BTreeMap::new(),
            customers: Vec::new(),
            wishes: BTreeMap::new(),
            ledger: Ledger::default(),
            searches: Searches::new(seed),
            transcript: match trace {
                Trace::Off => Transcript::default(),
                Trace::On | Trace::Seat(..) => Transcript::traced(),
            },
            watch: match trace {
                Trace::Off | Trace::On => None,
                Trace::Seat(screening, seat) => Some(Watch::new(screening, seat)),
            },
            faults: BTreeMap::new(),
            violation: None,
            closing: false,
            quiet_again_ms: 0,
        };
        world.set_up();
        world
    }

    fn run(mut self) -> Run {
        let end = BEGINNING_MS + self.profile.length_ms;
        self.later(0, What::Customer);
        let first = self.random_within(20_000);
        self.later(first, What::Copy);
        self.begin_searches();
        self.plan_fault();
        while self.now_ms < end && self.violation.is_none() && self.step() {}
        if self.violation.is_none() {
            self.close();
            let limit = self.now_ms + QUIET_MAX_MS;
            while self.violation.is_none() && !self.is_quiet() {
                if self.now_ms > limit || !self.step() {
                    let found = self.unrest();
                    self.violate("liveness", found);
                }
            }
        }
        if self.violation.is_none() {
            self.check_end();
        }
        if self.violation.is_none() {
            self.check_searches();
        }
        Run {
            seed: self.seed,
            violation: self.violation,
            hash: self.transcript.hash(),
            events: self.transcript.count(),
            virtual_ms: self.now_ms - BEGINNING_MS,
            lines: self.transcript.lines().to_vec(),
        }
    }

    /// Lets the next event happen; says whether there was one.
    fn step(&mut self) -> bool {
        let Some(Reverse(event)) = self.queue.pop() else {
            return false;
        };
        if self.transcript.count() > EVENTS_MAX {
            self.violate("liveness", "the run does not end".to_owned());
            return false;
        }
        self.now_ms = event.at_ms;
        match event.what {
            What::Deliver(packet) => self.deliver(packet),
            What::Sync(at, life) => self.synced(at, life),
            What::Tick(at, life) => self.tick(at, life),
            What::Connect(at, life) => self.connect(at, life),
            What::Broken(at, connection) => self.broken(at, connection),
            What::Customer => self.customer_step(),
            What::Fault => self.fault_step(),
            What::Start(at) => self.start(at),
            What::PowerCut(at, life) => self.power_cut(at, life),
            What::Heal(at) => self.heal(at),
            What::WishOver(wish) => self.wish_over(wish),
            What::Copy => self.copy_disks(),
            What::Search => self.search_step(),
        }
        self.look_at_watched_seat();
        true
    }

    fn later(&mut self, ms: i64, what: What) {
        self.numbers += 1;
        self.queue.push(Reverse(Event {
            at_ms: self.now_ms + ms.max(0),
            number: self.numbers,
            what,
        }));
    }

    fn random_within(&mut self, ms: i64) -> i64 {
        self.random.between(0, ms.max(1))
    }

    fn note(&mut self, event: std::fmt::Arguments<'_>) {
        self.transcript.note(self.now_ms - BEGINNING_MS, event);
    }

    /// Something is to happen when the device's disk has everything up to here.
    fn after_sync(&mut self, at: DeviceAt, effect: Effect) {
        let device = &mut self.devices[at];
        if !device.dirty {
            self.release(at, effect);
            return;
        }
        device.effects.push(effect);
        if !device.sync_due {
            device.sync_due = true;
            let (life, doomed) = (device.life, device.doomed);
            // A disk stalls now and then, and above all before it fails.
            let stalls = doomed || self.random.chance(STALLS);
            let took = self.random_within(if stalls { STALL_MS } else { SYNC_MS });
            self.later(took, What::Sync(at, life));
            if doomed {
                let sooner = self.random_within(took);
                self.later(sooner, What::PowerCut(at, life));
            }
        }
    }

    /// Makes sure that a change becomes durable even if nobody waits for it.
    fn written(&mut self, at: DeviceAt) {
        self.after_sync(at, Effect::Wishes);
        self.check_owners();
    }

    fn synced(&mut self, at: DeviceAt, life: u64) {
        if self.devices[at].life != life || !self.devices[at].running {
            return;
        }
        let effects = self.devices[at].sync();
        self.hears_of_fence(at);
        for effect in effects {
            self.release(at, effect);
        }
        self.tell_heads(at);
    }

    fn release(&mut self, at: DeviceAt, effect: Effect) {
        match effect {
            Effect::Send(packet) => self.send(at, packet),
            Effect::Answer { connection, input } => self.answer(at, connection, input),
            Effect::Hello { connection, hello } => self.greets(at, connection, *hello),
            Effect::Told(told) => self.told(told),
            Effect::Wishes => self.look_at_wishes(at),
        }
    }

    fn answer(&mut self, at: DeviceAt, connection: u64, input: Input) {
        if at == HUB {
            self.hub_input(connection, input);
        } else {
            self.kiosk_input(at, connection, input);
        }
    }

    fn tick(&mut self, at: DeviceAt, life: u64) {
        if self.devices[at].life != life || !self.devices[at].running {
            return;
        }
        self.later(500, What::Tick(at, life));
        self.sweep(at);
        if self.closing {
            self.tidy_up(at);
        }
        for connection in self.connections_of(at) {
            self.answer(at, connection, Input::Tick);
        }
    }

    /// Tells the sessions of a device how long its feed is.
    fn tell_heads(&mut self, at: DeviceAt) {
        let head = self.devices[at].head().expect("the feed is read");
        for connection in self.connections_of(at) {
            self.answer(at, connection, Input::FeedHead(head));
        }
    }

    fn connections_of(&self, at: DeviceAt) -> Vec<u64> {
        let device = &self.devices[at];
        let line = device.line.iter().map(|line| line.connection);
        let ends = device.ends.values().map(|end| end.connection);
        line.chain(ends).collect()
    }
}
