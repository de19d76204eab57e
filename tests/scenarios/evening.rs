//! An evening that goes by a script: a hub and two kiosks in one theater, each with a real
//! database in memory, driven through the programs' own parts.
//!
//! It is the sibling of the simulation: nothing is lost and nothing happens by chance unless
//! the script says so. Rows A and D are the hub's at first, row B is k1's and row C is k2's.

mod agreement;
mod box_office;
mod line;
mod machine;

use std::collections::BTreeMap;

use domain::id::NodeId;
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::time::HOUR_MS;
use hub::fleet::add_node;
use hub::sqlite::nodes::KnownNode;
use protocol::message::Message;
use rusqlite::Transaction;
use seats::Here;
use store::StoreError;
use tests::world::{BEGINNING_MS, deserialize, lay_out, put_on, serialize};
use uuid::Uuid;

pub(crate) use machine::{DiskCopy, Machine};

/// The hub's machine.
pub(crate) const HUB: &str = "hub";

/// The kiosks of the theater.
pub(crate) const KIOSKS: [&str; 2] = ["k1", "k2"];

/// The whole evening.
pub(crate) struct Evening {
    now_ms: i64,
    machines: BTreeMap<String, Machine>,
    pub(crate) screening: Screening,
    map: SeatMap,
    ids: u128,
    /// A kiosk or hub sends no more rows at once than this.
    rows_at_once: Option<usize>,
    /// The next message of which this is true is lost.
    loses: Option<fn(&Message) -> bool>,
    /// The machine that claims a seat of the hub's with its next batch.
    forges: Option<(String, String)>,
}

impl Evening {
    /// An evening on which everybody knows everything: the screening is on sale and both kiosks
    /// have met the hub.
    pub(crate) fn begins() -> Self {
        let mut hub = Machine::new(NodeId::hub(), hub::sqlite::MIGRATIONS);
        let nodes = KIOSKS.map(|name| name.parse::<NodeId>().unwrap());
        let laid = hub.act(BEGINNING_MS, |tx, here| {
            let theater = lay_out(tx, 1, 4)?;
            // Nobody else is there yet, so all seats are the hub's.
            let (screening, map) = put_on(tx, here, theater, 1)?;
            for (node, row) in nodes.clone().into_iter().zip(["B", "C"]) {
                let seats = map.seats().iter().filter(|seat| seat.row == row);
                let seats: Vec<_> = seats.map(|seat| seat.seat).collect();
                seats::grant(tx, here, (screening.screening, &node), &seats).unwrap();
                add_node(tx, &KnownNode { node, theater }, "a secret", here.now).unwrap();
            }
            Ok((screening, map))
        });
        let (screening, map) = laid.unwrap_or_else(|fault: StoreError| panic!("{fault}"));
        let kiosks = nodes.map(|node| Machine::new(node, kiosk::sqlite::MIGRATIONS));
        let machines = kiosks.into_iter().chain([hub]);
        let mut evening = Self {
            now_ms: BEGINNING_MS,
            machines: machines.map(|it| (it.node.to_string(), it)).collect(),
            screening,
            map,
            ids: 0,
            rows_at_once: None,
            loses: None,
            forges: None,
        };
        evening.restarts(HUB);
        for name in KIOSKS {
            evening.restarts(name);
            evening.meet(name);
        }
        evening
    }

    pub(crate) fn machine(&self, at: &str) -> &Machine {
        let found = self.machines.get(at);
        found.unwrap_or_else(|| panic!("there is no machine {at}"))
    }

    fn machine_mut(&mut self, at: &str) -> &mut Machine {
        let found = self.machines.get_mut(at);
        found.unwrap_or_else(|| panic!("there is no machine {at}"))
    }

    /// One operation at a machine, in one transaction.
    pub(crate) fn act<T, E: From<rusqlite::Error>>(
        &mut self,
        at: &str,
        act: impl FnOnce(&Transaction<'_>, Here<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let now_ms = self.now_ms;
        self.machine_mut(at).act(now_ms, act)
    }

    /// The same for what cannot be refused.
    fn does<T>(
        &mut self,
        at: &str,
        act: impl FnOnce(&Transaction<'_>, Here<'_>) -> Result<T, StoreError>,
    ) -> T {
        self.act(at, act).unwrap()
    }

    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    /// Time passes.
    pub(crate) fn passes(&mut self, ms: i64) {
        self.now_ms += ms;
    }

    /// A machine's own clock is set to so many hours after the true time. Its program sees that
    /// when it starts the next time.
    pub(crate) fn clock(&mut self, at: &str, hours: i64) {
        self.machine_mut(at).wall_ms = hours * HOUR_MS;
    }

    /// A program ends and starts again.
    pub(crate) fn restarts(&mut self, at: &str) {
        self.stops(at);
        let machine = self.machine_mut(at);
        machine.offset_ms = machine.wall_ms;
        let incarnation = if at == HUB {
            self.does(at, hub::sync::identify)
        } else {
            self.does(at, kiosk::sync::identify).incarnation
        };
        self.machine_mut(at).incarnation = incarnation;
    }

    fn stops(&mut self, at: &str) {
        if at != HUB {
            self.cut(at);
            return;
        }
        // The broker lives in the hub's program.
        self.machine_mut(HUB).ends.clear();
        for machine in self.machines.values_mut() {
            machine.line = None;
        }
    }

    /// A copy of the machine's disk as it is now.
    pub(crate) fn copy(&mut self, of: &str) -> DiskCopy {
        DiskCopy(serialize(&mut self.machine_mut(of).db))
    }

    /// The machine comes back from an older copy, and the operator says so.
    pub(crate) fn comes_back(&mut self, at: &str, copy: &DiskCopy) {
        self.comes_back_silently(at, copy);
        self.is_told_to_recover(at);
    }

    /// The machine comes back from an older copy, and nobody says so.
    pub(crate) fn comes_back_silently(&mut self, at: &str, copy: &DiskCopy) {
        self.stops(at);
        self.machine_mut(at).db = deserialize(&copy.0);
        self.passes(1_000);
        self.restarts(at);
    }

    /// The operator runs `recover` at the machine.
    pub(crate) fn is_told_to_recover(&mut self, at: &str) {
        if at == HUB {
            self.does(at, |tx, _| hub::sync::mark_restored(tx, 0));
        } else {
            self.does(at, |tx, here| kiosk::sync::begin_recovery(tx, here, 0));
        }
        self.restarts(at);
    }

    /// The disk of a kiosk is put into a second machine, which starts as well.
    pub(crate) fn clones(&mut self, of: &str, second: &str) {
        let (copy, node) = (self.copy(of), self.machine(of).node.clone());
        let clone = Machine::on(node, deserialize(&copy.0));
        self.machines.insert(second.to_owned(), clone);
        self.restarts(second);
    }
}
