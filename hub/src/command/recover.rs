//! `moding-hub recover`

use std::path::Path;

use clap::Args;
use hub::config::Config;
use hub::sqlite::audit::{self, Act};
use hub::sync;
use store::StoreError;

use super::{COMMAND_LINE, Failure, ask_first, in_database, say};

#[derive(Args)]
pub(crate) struct Recover {
    /// The hub is stopped, and its database is an older copy
    #[arg(long)]
    yes: bool,
}

pub(crate) fn recover(path: &Path, command: &Recover) -> Result<(), Failure> {
    let config = Config::load(path)?;
    ask_first(
        command.yes,
        "the hub would sell nothing until the kiosks have told what they know",
    )?;
    in_database(&config, |tx, here| {
        sync::mark_restored(tx, 0)?;
        audit::record(tx, here.now, COMMAND_LINE, &Act::Restored)?;
        Ok::<_, StoreError>(())
    })?;
    say("noted; start the hub now: it recovers by itself, theater by theater");
    say("a theater whose kiosks do not all come back goes on with `moding-hub theater go`");
    Ok(())
}
