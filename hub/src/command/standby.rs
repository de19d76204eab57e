//! `moding-hub standby`

mod pages;

use std::path::Path;

use hub::config::Config;
use hub::payments::opening;
use hub::sqlite::audit::{self, Act};
use hub::sync;
use process::telemetry;
use store::StoreError;
use store::replication::Follower;

use super::leading::{Candidate, Leading};
use super::serve::{DATABASE, serve_leading};
use super::{COMMAND_LINE, Failure, in_database};
use pages::Pages;

pub(crate) fn standby(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path)?;
    telemetry::init(config.log.format, &config.log.level)?;
    let settings = config.replica.as_ref();
    let settings = settings.filter(|settings| settings.lease);
    let settings = settings.ok_or("a standby needs `lease = true` under [replica]")?;
    let candidate = Candidate::new(settings, DATABASE, config.database())?;
    if config.database().exists() {
        return lead_again(&config, candidate);
    }
    let mut followers = Vec::new();
    let target = boxoffice::replica::target(settings, DATABASE)?;
    let hub = Follower::new(target, &config.database());
    let mut copies = vec![(DATABASE, hub.copy())];
    followers.push(hub);
    if let Some(payments) = config.payments.as_ref().filter(|it| it.socket.is_none()) {
        std::fs::create_dir_all(&payments.data_dir)?;
        let target = boxoffice::replica::target(settings, opening::DATABASE)?;
        let payments = Follower::new(target, &opening::database_file(payments));
        copies.push((opening::DATABASE, payments.copy()));
        followers.push(payments);
    }
    let pages = Pages::open(&config, copies)?;
    tracing::info!("standing by");
    let leading = wait(candidate, &mut followers);
    tracing::warn!("the lease is ours: taking over");
    for follower in &mut followers {
        follower.catch_up_to_the_end()?;
    }
    // Nobody reads from here on what is written now, and the port is free again.
    pages.close();
    for follower in followers {
        let tx = follower.put_into_place()?;
        tracing::warn!(tx, "a copy is in its place");
    }
    in_database(&config, |tx, here| {
        sync::mark_restored(tx, 0)?;
        audit::record(tx, here.now, COMMAND_LINE, &Act::Restored)?;
        Ok::<_, StoreError>(())
    })?;
    serve_leading(&config, Some(leading))
}

/// A standby that has a database has led before, or was restored. If nobody has led since it leads
/// again; otherwise what it has is of no use to anybody.
fn lead_again(config: &Config, candidate: Candidate) -> Result<(), Failure> {
    let leading = candidate.ask().map_err(|refused| {
        let (candidate, reason) = *refused;
        format!("{reason}, and {}", candidate.in_the_way())
    })?;
    serve_leading(config, Some(leading))
}

/// Follows until the lease is ours.
fn wait(mut candidate: Candidate, followers: &mut [Follower]) -> Leading {
    loop {
        for follower in &mut *followers {
            match follower.catch_up() {
                Ok(true) => tracing::debug!(at = ?follower.stands_at(), "followed"),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the replica could not be followed"),
            }
        }
        // Nobody takes over what it has no copy of.
        let ready = followers
            .iter()
            .all(|follower| follower.stands_at().is_some());
        if ready {
            match candidate.ask() {
                Ok(leading) => return leading,
                Err(refused) => {
                    let (again, reason) = *refused;
                    tracing::debug!(reason, "standing by");
                    candidate = again;
                }
            }
        }
        candidate.pause();
    }
}
