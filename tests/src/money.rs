//! The deterministic simulation of money: one seed makes the life of a campaign and of a
//! screening beside it, with people who pay, a gateway and programs that fail at any moment.
//!
//! It runs the programs' own parts as they are: the hub's orders, pledges, campaigns and tasks,
//! the whole payments module behind its router, the kiosk's operations. Replaced are the gateway
//! ([`bank`]), what carries requests, the clock, and the machines: power goes at any commit, with
//! or without it. Everything runs on one thread, and everything that waits waits for a timer of
//! this world; so the same seed makes the same run.

mod backer;
mod bank;
mod buyer;
mod check;
mod gateway;
mod kiosk;
mod life;
mod operator;
mod paying;
mod profile;
mod programs;
mod timers;
mod wire;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::mutant::{self, Mutant};
use domain::time::Timestamp;
use process::clock::ManualClock;
use tokio::sync::Notify;

use crate::seeds::Run;
use crate::world::random::Random;
use crate::world::transcript::Transcript;
use crate::world::{BEGINNING_MS, Violation};
use bank::Bank;
use check::{Seen, Told};
use kiosk::Kiosk;
use profile::Profile;
use programs::{Hub, Module, Program};
use timers::Timers;

/// A run that fires more timers than this has got stuck in a circle.
const TIMERS_MAX: u64 = 200_000;

/// Runs a seed to its end; keeps its lines if `traced`.
///
/// # Panics
///
/// Panics when the machine has no memory for a runtime.
#[must_use]
pub fn run(seed: u64, broken: Option<Mutant>, traced: bool) -> Run {
    mutant::with(broken, || {
        let world = Arc::new(World::new(seed, traced));
        // The thread is given back to the world only when nobody has anything to do.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .event_interval(u32::MAX)
            .build()
            .expect("a runtime");
        let life = Arc::clone(&world);
        runtime.spawn(async move {
            let lived = tokio::spawn(life::live(Arc::clone(&life))).await;
            if let Err(error) = lived {
                life.violate("a program stopped itself", error.to_string());
            }
            life.over.store(true, Ordering::SeqCst);
        });
        world.run(&runtime)
    })
}

/// The whole world of one run.
struct World {
    seed: u64,
    profile: Profile,
    clock: Arc<ManualClock>,
    timers: Timers,
    random: Mutex<Random>,
    transcript: Mutex<Transcript>,
    bank: Mutex<Bank>,
    payments: Program<Module>,
    hub: Program<Hub>,
    kiosk: Mutex<Kiosk>,
    told: Mutex<Told>,
    /// The campaign's result, as it was when it was decided.
    result: Arc<Mutex<Option<Seen>>>,
    /// Something has happened that may be work for the programs' tasks.
    stirred: Notify,
    /// Things go wrong.
    troubled: AtomicBool,
    over: AtomicBool,
    /// Everybody who comes has come and gone.
    all_gone: AtomicBool,
    violation: Mutex<Option<Violation>>,
}

impl World {
    fn new(seed: u64, traced: bool) -> Self {
        let mut random = Random::new(seed);
        let profile = Profile::draw(&mut random);
        let transcript = if traced {
            Transcript::traced()
        } else {
            Transcript::default()
        };
        let (payments, hub) = programs::machines();
        let result = Arc::new(Mutex::new(None));
        check::watch_result(&hub.machine, &result);
        Self {
            seed,
            profile,
            clock: Arc::new(ManualClock::new(Timestamp(BEGINNING_MS))),
            timers: Timers::default(),
            random: Mutex::new(random),
            transcript: Mutex::new(transcript),
            bank: Mutex::default(),
            payments,
            hub,
            kiosk: Mutex::new(Kiosk::new()),
            told: Mutex::default(),
            result,
            stirred: Notify::new(),
            troubled: AtomicBool::new(true),
            over: AtomicBool::new(false),
            all_gone: AtomicBool::new(false),
            violation: Mutex::default(),
        }
    }

    /// Lets everybody do what they can, then the time go on to the next timer.
    fn run(&self, runtime: &tokio::runtime::Runtime) -> Run {
        loop {
            runtime.block_on(tokio::task::yield_now());
            self.check_result();
            if self.over.load(Ordering::SeqCst) || lock(&self.violation).is_some() {
                break;
            }
            if self.timers.fired() > TIMERS_MAX {
                self.violate("liveness", "the run does not end".to_owned());
                break;
            }
            if !self.timers.fire_next(&self.clock) {
                self.violate("liveness", "everybody waits for nothing".to_owned());
                break;
            }
        }
        self.hub.forget();
        self.payments.forget();
        let transcript = lock(&self.transcript);
        Run {
            seed: self.seed,
            violation: lock(&self.violation).clone(),
            hash: transcript.hash(),
            events: transcript.count(),
            virtual_ms: self.now().0 - BEGINNING_MS,
            lines: transcript.lines().to_vec(),
        }
    }

    fn now(&self) -> Timestamp {
        process::clock::Clock::now(self.clock.as_ref())
    }

    /// Waits so long.
    async fn pause(&self, ms: i64) {
        self.timers.pause(self.now(), ms).await;
    }

    /// Waits until then.
    async fn until(&self, at: Timestamp) {
        self.pause(at.since_ms(self.now())).await;
    }

    /// A source of chance for one of those who act.
    fn chance(&self) -> Random {
        Random::new(lock(&self.random).next())
    }

    fn troubled(&self) -> bool {
        self.troubled.load(Ordering::SeqCst)
    }

    /// How often something goes wrong now.
    fn trouble(&self, per_mille: u32) -> u32 {
        if self.troubled() { per_mille } else { 0 }
    }

    fn note(&self, event: fmt::Arguments<'_>) {
        let at_ms = self.now().0 - BEGINNING_MS;
        lock(&self.transcript).note(at_ms, event);
    }

    fn violate(&self, invariant: &'static str, found: String) {
        self.note(format_args!("VIOLATED {invariant}: {found}"));
        lock(&self.violation).get_or_insert_with(|| Violation {
            seed: self.seed,
            at_ms: self.now().0 - BEGINNING_MS,
            invariant,
            found,
        });
    }
}

/// A panic is that run's finding: what it has left behind is not looked at any more.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
