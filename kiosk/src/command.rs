//! `moding-kiosk restore` and `moding-kiosk replica`

use std::path::Path;

use boxoffice::replica::{self, ReplicaSettings, command};
use clap::{Args, Subcommand};
use domain::time::Timestamp;
use kiosk::config::Config;
use kiosk::{sqlite, sync};
use process::clock::{Clock as _, SystemClock};
use store::Db;
use store::damage::Check;
use store::replication::Copying;

use crate::Failure;

#[derive(Args)]
pub(crate) struct Restore {
    /// Restore the state after this transaction (hexadecimal) and not the newest
    #[arg(long, value_parser = command::transaction)]
    transaction: Option<u64>,
    /// Restore the state before this time, such as 2026-11-22T18:30:00+09:00
    #[arg(long, value_parser = command::time, conflicts_with = "transaction")]
    before: Option<i64>,
}

#[derive(Subcommand)]
pub(crate) enum Replica {
    /// Restore the replica beside the database, compare the two, and remove it again
    Verify,
}

fn place(config: &Config) -> Result<(&ReplicaSettings, &str), Failure> {
    let settings = config.replica.as_ref();
    let settings = settings.ok_or("set up [replica] in the settings first")?;
    Ok((settings, config.kiosk.node.as_str()))
}

#[expect(clippy::print_stdout, reason = "the answer to a command")]
pub(crate) fn restore(path: &Path, command: &Restore) -> Result<(), Failure> {
    let config = Config::load(path)?;
    let (settings, name) = place(&config)?;
    let wanted = command::wanted(command.transaction, command.before);
    std::fs::create_dir_all(&config.kiosk.data_dir)?;
    let target = replica::target(settings, name)?;
    println!("restoring from {}", target.place());
    let file = config.database();
    let restored = command::restore(target.as_ref(), &file, wanted, &mut |line| {
        println!("{line}")
    })?;
    println!("{}", command::told(&restored));
    begin_recovery(&config)?;
    println!("every page is whole; start the kiosk now: it recovers as soon as it reaches the hub");
    Ok(())
}

fn begin_recovery(config: &Config) -> Result<(), Failure> {
    let now = SystemClock::new(Timestamp(0)).now();
    let found = (Check::Opening, now.0);
    let file = config.database();
    let db = Db::open_copied(&file, sqlite::MIGRATIONS, found, Copying::Elsewhere)?;
    let node = config.kiosk.node.clone();
    let begun =
        db.write_blocking(move |tx| sync::begin_recovery(tx, seats::Here { node: &node, now }, 0));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(db.close())?;
    begun?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer to a command")]
pub(crate) fn replica(path: &Path, command: &Replica) -> Result<(), Failure> {
    let Replica::Verify = command;
    let config = Config::load(path)?;
    let (settings, name) = place(&config)?;
    let target = replica::target(settings, name)?;
    let file = config.database();
    let trial = config.kiosk.data_dir.join("trial-restore");
    let now_ms = SystemClock::new(Timestamp(0)).now().0;
    let places = (file.as_path(), trial.as_path());
    let verified = replica::verify(target.as_ref(), places, replica::feed_head, now_ms)?;
    println!("{}", command::told_verified(&verified));
    Ok(())
}
