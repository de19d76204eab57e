//! The two programs on their machines: what runs in them, what they do by themselves, and how
//! they die and come back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use boxoffice::links::Links;
use boxoffice::{Handles, Shop};
use domain::id::NodeId;
use hub::campaigns::keeping::Keeper;
use hub::orders::following;
use hub::orders::paying::{PayError, Paying};
use hub::payments::calls::Calls;
use hub::payments::client::ClientError;
use hub::payments::opening::{self, OpenError};
use hub::payments::pace::Pace;
use hub::payments::{Parts, Payments, PaymentsClient, Shown, http};
use hub::programme::Catalogue;
use process::ids::SeededIds;
use process::shutdown::Shutdown;
use rusqlite::Connection;
use store::{Db, Machine, PowerCut, StoreError};

use super::check::Due;
use super::gateway::Reach;
use super::wire::wire;
use super::{World, lock};
use crate::world::random::Random;

/// A program on its machine.
pub(super) struct Program<T> {
    pub(super) machine: Arc<Machine>,
    handles: Mutex<Option<(u64, T)>>,
}

impl<T: Clone> Program<T> {
    fn on(connection: Connection) -> Self {
        Self {
            machine: Machine::new(connection),
            handles: Mutex::new(None),
        }
    }

    /// What runs now; none while it is down.
    pub(super) fn running(&self) -> Option<T> {
        let handles = lock(&self.handles);
        let (life, running) = handles.as_ref()?;
        (*life == self.machine.life()).then(|| running.clone())
    }

    /// Lets go of what runs: it knows the world, which would never end.
    pub(super) fn forget(&self) {
        lock(&self.handles).take();
    }

    fn runs(&self, life: u64, running: T) {
        *lock(&self.handles) = Some((life, running));
    }
}

/// What is at work in a program: of each kind one at a time.
#[derive(Clone, Default)]
pub(super) struct AtWork(Arc<[AtomicBool; 3]>);

/// The payments program.
#[derive(Clone)]
pub(super) struct Module {
    pub(super) payments: Payments,
    pub(super) router: Router,
    at_work: AtWork,
}

/// The hub's program.
#[derive(Clone)]
pub(super) struct Hub {
    pub(super) shop: Shop,
    pub(super) paying: Paying,
    pub(super) incarnation: i64,
    keeper: Keeper,
    at_work: AtWork,
}

/// The machines with what is on their disks at the beginning.
pub(super) fn machines() -> (Program<Module>, Program<Hub>) {
    (
        Program::on(super::operator::new_payments()),
        Program::on(super::operator::new_hub()),
    )
}

/// Starts the program whenever it is down, and has its power go again.
pub(super) async fn keep_payments(world: Arc<World>) {
    let mut random = world.chance();
    loop {
        let machine = Arc::clone(&world.payments.machine);
        let life = machine.life();
        tokio::select! {
            biased;
            () = machine.ended(life) => {}
            started = start_payments(&world, random.next()) => match started {
                Ok(module) => {
                    world.note(format_args!("payments start"));
                    world.payments.runs(life, module);
                    threaten(&world, &machine, &mut random);
                    machine.ended(life).await;
                }
                Err(wrong) => return world.violate("I5 the books", wrong.to_string()),
            },
        }
        world.note(format_args!("payments stop"));
        if !world.profile.apart {
            world.hub.machine.turn_off();
        }
        world.pause(random.between(100, 20_000)).await;
    }
}

/// As [`keep_payments`], for the hub.
pub(super) async fn keep_hub(world: Arc<World>) {
    let mut random = world.chance();
    loop {
        let machine = Arc::clone(&world.hub.machine);
        let life = machine.life();
        tokio::select! {
            biased;
            () = machine.ended(life) => {}
            started = start_hub(&world, random.next()) => match started {
                Ok(hub) => {
                    world.note(format_args!("the hub starts"));
                    world.hub.runs(life, hub);
                    threaten(&world, &machine, &mut random);
                    machine.ended(life).await;
                }
                Err(wrong) => return world.violate("the hub does not start", wrong.to_string()),
            },
        }
        world.note(format_args!("the hub stops"));
        if !world.profile.apart {
            world.payments.machine.turn_off();
        }
        world.pause(random.between(100, 20_000)).await;
    }
}

fn threaten(world: &World, machine: &Machine, random: &mut Random) {
    world.stirred.notify_one();
    let Some(every) = world.profile.cuts_every.filter(|_| world.troubled()) else {
        return;
    };
    machine.cut_power(Some(PowerCut {
        commits: u32::try_from(random.below(every)).unwrap_or(0),
        kept: random.chance(500),
    }));
}

async fn start_payments(world: &Arc<World>, seed: u64) -> Result<Module, OpenError> {
    let machine = &world.payments.machine;
    let gateway = Reach {
        world: Arc::clone(world),
        life: machine.life(),
    };
    let payments = Payments::new(Parts {
        db: Db::in_place(machine),
        calls: Calls::new(Arc::new(gateway), Pace::per_minute(0)),
        clock: world.clock.clone(),
        ids: Arc::new(SeededIds::new(seed)),
        shown: Shown {
            client_key: "test_ck_simulated".to_owned(),
            script: "simulated".to_owned(),
        },
        shutdown: Shutdown::new(),
    });
    opening::start(&payments).await?;
    Ok(Module {
        router: http::router(payments.clone()),
        payments,
        at_work: AtWork::default(),
    })
}

async fn start_hub(world: &Arc<World>, seed: u64) -> Result<Hub, StoreError> {
    let machine = &world.hub.machine;
    let client = PaymentsClient::in_process(wire(world, machine.life()));
    let handles = Handles {
        db: Db::in_place(machine),
        node: NodeId::hub(),
        clock: world.clock.clone(),
        ids: Arc::new(SeededIds::new(seed)),
    };
    let shop = Shop::new(handles, Arc::new(Catalogue), Links::new(world.now()));
    let asked = shop.clone();
    let identify = shop
        .db
        .write(move |tx| hub::sync::identify(tx, asked.here()));
    Ok(Hub {
        incarnation: identify.await?,
        keeper: Keeper {
            shop: shop.clone(),
            payments: Some(client.clone()),
        },
        paying: Paying::new(client),
        shop,
        at_work: AtWork::default(),
    })
}

/// What the programs do by themselves: mostly what is due.
pub(super) fn tend(world: &Arc<World>, random: &mut Random, due: &Due) {
    let mut tasks = [0, 1, 2, 3, 4, 5];
    for at in (1..tasks.len()).rev() {
        tasks.swap(at, random.below(at + 1));
    }
    let now = world.now();
    for task in tasks {
        let is_due = due.of_task(task).is_some_and(|at| at <= now.0);
        // Mostly they come when there is something to do, and sometimes for nothing.
        if random.chance(if is_due { world.trouble(150) } else { 900 }) {
            continue;
        }
        match task {
            0 => module_task(world, 0, |payments| async move {
                payments.look_after_attempts(&Shutdown::new()).await
            }),
            1 => module_task(world, 1, |payments| async move {
                payments.carry_out_refunds(&Shutdown::new()).await
            }),
            2 => hub_task(world, 0, |hub| async move {
                following::read_on(&hub.paying, &hub.shop, 0)
                    .await
                    .map(drop)
            }),
            3 => hub_task(world, 1, |hub| async move {
                following::look_after(hub.paying, hub.shop).await
            }),
            4 => hub_task(world, 2, |hub| async move { Ok(hub.keeper.round().await?) }),
            _ => super::kiosk::exchange(world, random),
        }
    }
}

fn module_task<F>(world: &Arc<World>, kind: usize, task: impl FnOnce(Payments) -> F)
where
    F: Future<Output = Result<(), hub::payments::orders::PaymentError>> + Send + 'static,
{
    let Some(module) = world.payments.running() else {
        return;
    };
    if module.at_work.0[kind].swap(true, Ordering::SeqCst) {
        return;
    }
    let work = tokio::spawn(task(module.payments));
    let world = Arc::clone(world);
    tokio::spawn(async move {
        let done = work.await;
        module.at_work.0[kind].store(false, Ordering::SeqCst);
        match done {
            Ok(Ok(())) => {}
            Ok(Err(error)) => world.violate("the payments' own tasks", format!("{error:?}")),
            Err(panic) => world.violate("a program stopped itself", panic.to_string()),
        }
    });
}

fn hub_task<F>(world: &Arc<World>, kind: usize, task: impl FnOnce(Hub) -> F)
where
    F: Future<Output = Result<(), PayError>> + Send + 'static,
{
    let Some(hub) = world.hub.running() else {
        return;
    };
    let at_work = hub.at_work.clone();
    if at_work.0[kind].swap(true, Ordering::SeqCst) {
        return;
    }
    let work = tokio::spawn(task(hub));
    let world = Arc::clone(world);
    tokio::spawn(async move {
        let done = work.await;
        at_work.0[kind].store(false, Ordering::SeqCst);
        match done {
            Ok(Ok(()) | Err(PayError::Payments(ClientError::NoAnswer(_)))) => {}
            // The machine was off, or the answer was lost.
            Ok(Err(PayError::Payments(ClientError::Fault(status)))) if status.as_u16() == 502 => {}
            Ok(Err(error)) => world.violate("the hub's own tasks", format!("{error:?}")),
            Err(panic) => world.violate("a program stopped itself", panic.to_string()),
        }
    });
}
