//! What the program can be told to do, one file per subject.

mod allotment;
mod catalogue;
mod leading;
mod node;
mod payments;
mod programme;
mod ranking;
mod recover;
mod restore;
mod running;
mod seat_map;
mod serve;
mod standby;
mod telling;
mod theater;

use std::error::Error;
use std::io::Write as _;
use std::path::Path;

pub(crate) use allotment::{Allotment, allotment};
pub(crate) use catalogue::{Catalogue, catalogue};
use domain::id::NodeId;
use domain::time::Timestamp;
use hub::config::Config;
use hub::{http, sqlite};
pub(crate) use node::{Node, node};
pub(crate) use payments::payments;
use process::clock::{Clock as _, SystemClock};
pub(crate) use programme::{Programme, programme};
pub(crate) use ranking::{Ranking, ranking};
pub(crate) use recover::{Recover, recover};
pub(crate) use restore::{Replica, Restore, replica, restore};
pub(crate) use seat_map::{SeatMapCommand, seat_map};
pub(crate) use serve::serve;
pub(crate) use standby::standby;
use store::Db;
use store::damage::Check;
use store::replication::Copying;
pub(crate) use theater::{Theater, theater};

/// Anything that ends the program with a message.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Who stands in the audit for what was done by a command: whoever may run it on this machine.
const COMMAND_LINE: &str = "command line";

/// What cannot be undone is done only with `--yes`.
fn ask_first(sure: bool, what: &str) -> Result<(), Failure> {
    if sure {
        return Ok(());
    }
    Err(format!("{what}; say --yes if that is what you want").into())
}

/// Checks the settings.
pub(crate) fn check_config(path: &Path) -> Result<(), Failure> {
    Config::load(path)?;
    say("the settings are fine");
    Ok(())
}

/// Prints the API's document.
pub(crate) fn openapi() -> Result<(), Failure> {
    let document = boxoffice::document::text(&http::document())?;
    say(document.trim_end());
    Ok(())
}

/// Answers a command. Whoever reads no further has read enough.
fn say(line: &str) {
    let said = writeln!(std::io::stdout(), "{line}");
    if let Err(error) = said
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        eprintln!("moding-hub: {error}");
    }
}

/// The hub's database, for a command beside a hub that may be serving: SQLite lets them take
/// turns, and the serving hub notices what was committed.
fn open(config: &Config) -> Result<Db, Failure> {
    std::fs::create_dir_all(&config.hub.data_dir)?;
    // The hub that serves copies the log; a command beside it must not move it away.
    let copying = match config.replica {
        Some(_) => Copying::Elsewhere,
        None => Copying::Nobody,
    };
    let found = (Check::Opening, now().0);
    let file = config.database();
    Ok(Db::open_copied(&file, sqlite::MIGRATIONS, found, copying)?)
}

fn now() -> Timestamp {
    SystemClock::new(Timestamp(0)).now()
}

/// Runs `work` in one transaction as the hub, and closes the database.
fn in_database<T, E>(
    config: &Config,
    work: impl FnOnce(&rusqlite::Transaction<'_>, seats::Here<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, Failure>
where
    T: Send + 'static,
    E: From<store::StoreError> + Error + Send + Sync + 'static,
{
    let db = open(config)?;
    let done = db.write_blocking(move |tx| {
        let (node, now) = (NodeId::hub(), now());
        work(tx, seats::Here { node: &node, now })
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(db.close())?;
    Ok(done?)
}
