//! `moding-hub payments`

mod turn;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use boxoffice::replica::ReplicaSettings;
use domain::time::Timestamp;
use hub::config::Config;
use hub::config::payments::PaymentsSettings;
use hub::payments::door::Door;
use hub::payments::standing::{self, Standing, Step};
use hub::payments::{opening, serving, tasks};
use process::clock::{Clock, SystemClock};
use process::ids::OsIds;
use process::shutdown::{self, Shutdown};
use process::task::Task;
use process::{systemd, telemetry};
use tokio::net::UnixListener;

use super::Failure;
use turn::Turn;

/// How often a process that leads looks whether the hub beside it still does.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The settings of the module, and of its replica.
type Settings<'a> = (&'a PaymentsSettings, Option<&'a ReplicaSettings>);

pub(crate) fn payments(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path)?;
    telemetry::init(config.log.format, &config.log.level)?;
    let settings = config.payments.as_ref();
    let settings = settings.ok_or("set up [payments] in the settings first")?;
    let socket = settings.socket.as_ref();
    let socket = socket.ok_or("set up payments.socket: without it the module runs in the hub")?;
    let replica = config.replica.as_ref();
    let leased = replica.filter(|replica| replica.lease);
    let turn = leased.map(|replica| Turn::new(settings, replica));
    let turn = turn.transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run((settings, replica), socket, turn))
}

async fn run(settings: Settings<'_>, socket: &Path, turn: Option<Turn>) -> Result<(), Failure> {
    let shutdown = Shutdown::new();
    shutdown::on_signals(shutdown.clone())?;
    let listener = serving::bind(socket).await?;
    if let Some(turn) = turn {
        return take_turns(settings, listener, turn, &shutdown).await;
    }
    let clock = Arc::new(SystemClock::new(Timestamp(0)));
    let module = opening::open(settings, clock, Arc::new(OsIds), &shutdown).await?;
    let tasks = tasks::spawn(&module, &shutdown);
    serving::serve(module, listener, tasks, &shutdown).await?;
    Ok(())
}

/// Stands by behind its socket until it is its turn, and then leads until the hub beside it leads
/// no more, or somebody else does.
async fn take_turns(
    settings: Settings<'_>,
    listener: UnixListener,
    turn: Turn,
    shutdown: &Shutdown,
) -> Result<(), Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new(Timestamp(0)));
    let door = Door::closed(clock.clone());
    let (routes, stop) = (door.routes(), shutdown.clone());
    let listening = tokio::spawn(async move { serving::listen(routes, listener, &stop).await });
    let watched = door.clone();
    let _watchdog = systemd::spawn_watchdog(move || {
        let door = watched.clone();
        async move { door.is_alive().await }
    });
    systemd::ready();
    tracing::info!("standing by");
    let leading = tokio::select! {
        leading = turn.come(door.clone()) => leading?,
        () = shutdown.requested() => return Ok(listening.await??),
    };
    let module = match opening::open(settings, clock, Arc::new(OsIds), shutdown).await {
        Ok(module) => module,
        Err(error) => {
            // Somebody else may be able to lead.
            tokio::task::spawn_blocking(move || leading.give_back()).await?;
            return Err(error.into());
        }
    };
    let kept = leading.keep(vec![module.db().clone()], shutdown.clone())?;
    let mut tasks = tasks::spawn(&module, shutdown);
    tasks.push(stay_with_the_hub(door.clone(), shutdown));
    door.open(&module);
    tracing::info!("serving");
    listening.await??;
    serving::end(module, tasks).await?;
    // Only now: all that was written is in the replica, as far as it can be reached.
    tokio::task::spawn_blocking(move || kept.give_back()).await?;
    Ok(())
}

/// Ends the program when the hub beside it leads no more: started anew, it stands by.
fn stay_with_the_hub(door: Door, shutdown: &Shutdown) -> Task {
    let shutdown = shutdown.clone();
    Task::spawn("beside the hub", async move {
        while !shutdown.is_requested() {
            let (now_ms, heard) = door.heard();
            match standing::next(Standing::Leads, now_ms, heard) {
                Step::LetGo => {
                    tracing::warn!("no hub on this machine leads any more: the lease is let go");
                    shutdown.request();
                }
                Step::GoOn | Step::Ask | Step::End(_) => {}
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = shutdown.requested() => {}
            }
        }
    })
}
