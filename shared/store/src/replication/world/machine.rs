//! The machine: a disk with a database, whoever ships it, and what was promised to whom.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;
use tokio::sync::watch;

use super::notes::{Chance, MIGRATIONS, State, change, copy_disk, restored, state};
use super::target::{Network, Simulated};
use crate::connection::{LogMoves, open_writer_moving};
use crate::error::StoreError;
use crate::replication::name::Level;
use crate::replication::plan::Retention;
use crate::replication::{Durability, Gate, Policy, Replication, Ship, keep};
use crate::replication::{checkpoint, end_of_log};

/// One process with its database.
struct Process {
    connection: Connection,
    gate: Arc<Gate>,
    ship: Ship,
    /// What each of its commits left behind; the first one is what it found.
    states: Vec<State>,
    /// Kept, so that somebody listens.
    _commits: watch::Receiver<u64>,
}

/// An older copy of a disk.
struct Copy {
    folder: TempDir,
    lives: u64,
    count: usize,
}

pub(super) struct World {
    chance: Chance,
    mode: Durability,
    target: Arc<Simulated>,
    clock: Arc<AtomicI64>,
    writers: u64,
    disk: TempDir,
    process: Option<Process>,
    /// The newest state that was answered as durable.
    promised: State,
    copies: Vec<Copy>,
    /// How often the log was begun anew.
    lives: u64,
}

impl World {
    pub(super) fn new(seed: u64, mode: Durability) -> Result<Self, String> {
        let mut world = Self {
            chance: Chance::new(seed),
            mode,
            target: Arc::default(),
            clock: Arc::new(AtomicI64::new(1_767_225_600_000)),
            writers: 0,
            disk: tempfile::tempdir().unwrap(),
            process: None,
            promised: Vec::new(),
            copies: Vec::new(),
            lives: 0,
        };
        world.start()?;
        Ok(world)
    }

    pub(super) fn step(&mut self) -> Result<(), String> {
        self.clock.fetch_add(1_000, Ordering::Relaxed);
        match self.chance.below(100) {
            0..45 => self.commit(),
            45..70 => self.ship(),
            70..78 => self.move_log(),
            78..84 => self.keep(),
            84..86 => self.take_copy(),
            86..91 => self.crash(),
            91..93 => self.tear(),
            93..94 => self.lose_file(),
            94..96 => self.burn(),
            96..98 => self.roll_back(),
            _ => self.second_leader(),
        }
    }

    /// Everything is shipped at last; the replica is what the disk is.
    pub(super) fn end(&mut self) -> Result<(), String> {
        self.ship_all()?;
        let newest = self.process().states.last().cloned().unwrap_or_default();
        let found = restored(self.target.as_ref())?.1;
        if found == newest {
            Ok(())
        } else {
            Err("the replica is not what the disk is".to_owned())
        }
    }

    fn process(&mut self) -> &mut Process {
        self.process.as_mut().expect("it runs")
    }

    fn open(&mut self, path: &Path) -> Result<Process, StoreError> {
        let connection = open_writer_moving(path, MIGRATIONS, LogMoves::Elsewhere)?;
        self.writers += 1;
        let clock = Arc::clone(&self.clock);
        let replication = Replication {
            target: self.target.clone(),
            durability: self.mode,
            policy: Policy {
                retention: Retention {
                    raw_ms: 3_000,
                    snapshot_ms: 30_000,
                },
                ..Policy::default()
            },
            writer: self.writers,
            clock: Arc::new(move || clock.load(Ordering::Relaxed)),
            progress: |db| {
                let count = db.query_row("SELECT count(*) FROM notes", [], |row| row.get(0))?;
                Ok(count)
            },
        };
        let (commits, listening) = watch::channel(0);
        let gate = Gate::new(self.mode, replication.policy, commits);
        let mut ship = Ship::new(Arc::clone(&gate), replication, path)?;
        ship.begin()?;
        let states = vec![state(&connection)];
        Ok(Process {
            connection,
            gate,
            ship,
            states,
            _commits: listening,
        })
    }

    fn start(&mut self) -> Result<(), String> {
        let path = self.disk.path().join("a.db");
        let process = self
            .open(&path)
            .map_err(|error| format!("it does not start: {error}"))?;
        self.process = Some(process);
        self.settle();
        Ok(())
    }

    /// Notes what was answered.
    fn settle(&mut self) {
        let process = self.process();
        let upto = process.gate.durable_upto();
        if upto > 0 {
            let at = usize::try_from(upto - 1)
                .unwrap()
                .min(process.states.len() - 1);
            self.promised = process.states[at].clone();
        }
    }

    fn commit(&mut self) -> Result<(), String> {
        let (what, size, which) = (
            self.chance.below(10),
            self.chance.below(9_000),
            self.chance.below(1 << 20),
        );
        let process = self.process();
        change(&mut process.connection, (what, size, which)).map_err(|error| error.to_string())?;
        process.states.push(state(&process.connection));
        process.gate.committed();
        Ok(())
    }

    fn ship(&mut self) -> Result<(), String> {
        let network = match self.chance.below(8) {
            0 => Network::Down,
            1 => Network::LosesAnswer,
            _ => Network::Works,
        };
        self.target.set(network);
        self.attempt();
        self.target.set(Network::Works);
        self.settle();
        self.stopped()
    }

    fn attempt(&mut self) {
        let process = self.process();
        let commit = process.gate.latest();
        process.ship.attempt(commit, Duration::ZERO);
    }

    fn ship_all(&mut self) -> Result<(), String> {
        for _ in 0..3 {
            self.attempt();
        }
        self.settle();
        self.stopped()?;
        let process = self.process();
        if process.gate.durable_upto() < process.gate.latest() {
            return Err(format!("it does not catch up: {:?}", process.gate.status()));
        }
        Ok(())
    }

    fn stopped(&mut self) -> Result<(), String> {
        if self.process().gate.is_stopped() {
            return Err(format!(
                "stopped: {:?}",
                self.process().gate.status().trouble
            ));
        }
        Ok(())
    }

    /// As the writer does it: when all is shipped, or now and then because the log is too long.
    fn move_log(&mut self) -> Result<(), String> {
        let too_long = self.chance.one_in(4);
        let process = self.process();
        let caught_up = process.gate.durable_upto() >= process.gate.latest();
        if !caught_up && !too_long {
            return Ok(());
        }
        let (frames, settled) =
            checkpoint(&process.connection).map_err(|error| error.to_string())?;
        if frames == settled && frames > 0 {
            if caught_up {
                process.gate.settled(end_of_log(frames, 4096));
            }
            self.lives += 1;
        }
        Ok(())
    }

    fn keep(&mut self) -> Result<(), String> {
        let now = self.clock.load(Ordering::Relaxed);
        let target = self.target.as_ref();
        let retention = Retention {
            raw_ms: 3_000,
            snapshot_ms: 30_000,
        };
        let level = Level(u8::try_from(1 + self.chance.below(3)).unwrap());
        let done = keep::merge_level(target, level)
            .and_then(|()| keep::snapshot(target, now, Duration::from_secs(10)))
            .and_then(|_| keep::remove_expired(target, now, retention));
        if let Err(error) = done {
            // A hole that was made on purpose.
            let keep::KeepError::Merge(_) = error else {
                return Err(error.to_string());
            };
            self.process().gate.ask_for_image();
        }
        Ok(())
    }

    fn take_copy(&mut self) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        copy_disk(self.disk.path(), folder.path());
        let count = self.process().states.last().map_or(0, Vec::len);
        self.copies.push(Copy {
            folder,
            lives: self.lives,
            count,
        });
        Ok(())
    }

    /// The process is killed; what it wrote is on the disk.
    fn crash(&mut self) -> Result<(), String> {
        self.process = None;
        self.start()
    }

    /// The replica's disk loses power at the same moment: its last file is cut off.
    fn tear(&mut self) -> Result<(), String> {
        self.process = None;
        let keep = usize::try_from(self.chance.below(5_000)).unwrap();
        self.target.tear_last(keep);
        self.start()?;
        self.ship_all()?;
        self.check()
    }

    /// A file of the replica is lost while the disk is well: the replica is mended.
    fn lose_file(&mut self) -> Result<(), String> {
        let which = usize::try_from(self.chance.below(1_000)).unwrap();
        if !self.target.lose(which) {
            return Ok(());
        }
        self.process().gate.ask_for_image();
        self.ship_all()?;
        self.check()
    }

    /// The disk is gone. What was answered is in the replica; what else is lost was shown.
    fn burn(&mut self) -> Result<(), String> {
        let process = self.process();
        let (upto, states) = (process.gate.durable_upto(), process.states.clone());
        let lag = process.gate.latest() - upto;
        self.check()?;
        self.process = None;
        let (disk, found) = restored(self.target.as_ref())?;
        let at = usize::try_from(upto.max(1) - 1).unwrap();
        let Some(kept) = states[at..].iter().position(|state| *state == found) else {
            return Err("the replica is no state that the disk ever had".to_owned());
        };
        let lost = states.len() - at - 1 - kept;
        if u64::try_from(lost).unwrap() > lag {
            return Err(format!("{lost} commits are lost, and {lag} were shown"));
        }
        self.disk = disk;
        self.copies.clear();
        self.start()
    }

    /// The disk is an older copy of itself: it is not used, but restored.
    fn roll_back(&mut self) -> Result<(), String> {
        let Some(copy) = self.copies.pop() else {
            return Ok(());
        };
        self.ship_all()?;
        let now = self.process().states.last().cloned().unwrap_or_default();
        // Without the log and with as many notes nobody could tell: the product's measure can.
        if copy.count == now.len() && copy.lives + 1 < self.lives || copy.count > now.len() {
            return Ok(());
        }
        self.process = None;
        self.disk = copy.folder;
        let path = self.disk.path().join("a.db");
        match self.open(&path) {
            Ok(process) if process.states[0] == now => {
                self.process = Some(process);
                return Ok(());
            }
            Ok(mut process) => {
                let commit = process.gate.latest();
                process.ship.attempt(commit, Duration::ZERO);
            }
            Err(StoreError::OlderThanReplica { .. }) => {}
            Err(error) => return Err(error.to_string()),
        }
        let (disk, found) = restored(self.target.as_ref())?;
        if found != now {
            return Err("an older copy wrote over the replica".to_owned());
        }
        self.disk = disk;
        self.copies.clear();
        self.start()
    }

    /// Somebody takes over while the old leader still believes.
    fn second_leader(&mut self) -> Result<(), String> {
        self.ship_all()?;
        let Some(mut old) = self.process.take() else {
            return Ok(());
        };
        let (disk, _) = restored(self.target.as_ref())?;
        let old_disk = std::mem::replace(&mut self.disk, disk);
        self.copies.clear();
        self.start()?;
        let mut answered = 0;
        for _ in 0..1 + self.chance.below(4) {
            let luck = (self.chance.below(3), self.chance.below(900), 0);
            change(&mut old.connection, luck).map_err(|error| error.to_string())?;
            old.gate.committed();
            let before = old.gate.durable_upto();
            let commit = old.gate.latest();
            old.ship.attempt(commit, Duration::ZERO);
            answered += old.gate.durable_upto() - before;
            self.commit()?;
            self.ship()?;
        }
        drop(old);
        drop(old_disk);
        if answered > 0 {
            return Err("the old leader has answered somebody".to_owned());
        }
        self.ship_all()?;
        self.check()
    }

    /// What was answered can be restored, now.
    fn check(&mut self) -> Result<(), String> {
        self.settle();
        let process = self.process();
        let upto = usize::try_from(process.gate.durable_upto().max(1) - 1).unwrap();
        let allowed = process.states[upto..].to_vec();
        let found = restored(self.target.as_ref())?.1;
        if allowed.contains(&found) || found == self.promised {
            return Ok(());
        }
        Err("what was answered is not in the replica".to_owned())
    }
}
