//! `moding-hub restore` and `moding-hub replica`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use boxoffice::replica::{self, ReplicaSettings, command};
use clap::{Args, Subcommand, ValueEnum};
use hub::config::Config;
use hub::payments::opening::{self, progress, wrong_books};
use hub::sqlite::audit::{self, Act};
use hub::sync;
use rusqlite::Connection;
use store::replication::target::ReplicaTarget;
use store::{StoreError, open_reader};

use super::serve::DATABASE;
use super::{COMMAND_LINE, Failure, in_database, now, say};

#[derive(Args)]
pub(crate) struct Restore {
    /// Which database
    #[arg(long, value_enum, default_value = "hub")]
    database: Database,
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
    Verify {
        /// Which database
        #[arg(long, value_enum, default_value = "hub")]
        database: Database,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Database {
    Hub,
    Payments,
}

/// A database, its replica, and how it is measured.
struct Scene {
    file: PathBuf,
    target: Arc<dyn ReplicaTarget>,
    progress: fn(&Connection) -> Result<i64, StoreError>,
}

impl Scene {
    fn of(config: &Config, database: Database) -> Result<Self, Failure> {
        let settings: &ReplicaSettings = config
            .replica
            .as_ref()
            .ok_or("set up [replica] in the settings first")?;
        let (file, name, progress): (_, _, fn(&Connection) -> _) = match database {
            Database::Hub => (config.database(), DATABASE, replica::feed_head),
            Database::Payments => {
                let payments = config.payments.as_ref();
                let payments = payments.ok_or("there is no [payments] in the settings")?;
                (
                    opening::database_file(payments),
                    opening::DATABASE,
                    progress,
                )
            }
        };
        Ok(Self {
            file,
            target: replica::target(settings, name)?,
            progress,
        })
    }

    fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }
}

pub(crate) fn restore(path: &Path, command: &Restore) -> Result<(), Failure> {
    let config = Config::load(path)?;
    let scene = Scene::of(&config, command.database)?;
    let wanted = command::wanted(command.transaction, command.before);
    std::fs::create_dir_all(scene.folder())?;
    say(&format!("restoring from {}", scene.target.place()));
    let restored = command::restore(scene.target.as_ref(), &scene.file, wanted, &mut say)?;
    say(&command::told(&restored));
    let known = (scene.progress)(&open_reader(&scene.file)?)?;
    match command.database {
        Database::Hub => {
            in_database(&config, |tx, here| {
                sync::mark_restored(tx, 0)?;
                audit::record(tx, here.now, COMMAND_LINE, &Act::Restored)?;
                Ok::<_, StoreError>(())
            })?;
            say(&format!(
                "every page is whole, and its feed ends at {known}"
            ));
            say("start the hub now: it recovers by itself, theater by theater");
        }
        Database::Payments => {
            let wrong = wrong_books(&open_reader(&scene.file)?)?;
            if let Some(first) = wrong.first() {
                return Err(format!("the restored books are wrong: {first}").into());
            }
            say("every page is whole, and the books are right");
            say("start the hub now: what was under way is asked for at the gateway");
        }
    }
    Ok(())
}

pub(crate) fn replica(path: &Path, command: &Replica) -> Result<(), Failure> {
    let Replica::Verify { database } = command;
    let config = Config::load(path)?;
    let scene = Scene::of(&config, *database)?;
    let trial = scene.folder().join("trial-restore");
    let places = (scene.file.as_path(), trial.as_path());
    let verified = replica::verify(scene.target.as_ref(), places, scene.progress, now().0)?;
    say(&command::told_verified(&verified));
    Ok(())
}
