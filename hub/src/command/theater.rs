//! `moding-hub theater …`

use std::path::Path;

use clap::Subcommand;
use domain::id::TheaterId;
use hub::config::Config;
use hub::fleet;
use hub::sqlite::audit::{self, Act};
use hub::sqlite::theaters;
use store::StoreError;

use super::{COMMAND_LINE, Failure, ask_first, in_database, say};

#[derive(Subcommand)]
pub(crate) enum Theater {
    /// Sell in a theater after a restore although not every kiosk has reported
    ///
    /// What a kiosk has sold that has not reported may be sold again: such seats become
    /// conflicts on the operators' list when it comes back.
    Go {
        /// The theater's number
        theater: i64,
        /// Whoever has not reported will not, or it cannot be waited for
        #[arg(long)]
        yes: bool,
    },
}

pub(crate) fn theater(path: &Path, command: &Theater) -> Result<(), Failure> {
    let config = Config::load(path)?;
    let Theater::Go { theater, yes } = *command;
    ask_first(
        yes,
        "the hub would sell seats that a kiosk which has not reported may have sold",
    )?;
    let id = TheaterId(theater);
    let known = in_database(&config, move |tx, here| {
        if theaters::find(tx, id)?.is_none() {
            return Ok(false);
        }
        fleet::go(tx, here, id)?;
        let (theater, note) = (id, String::new());
        audit::record(tx, here.now, COMMAND_LINE, &Act::Went { theater, note })?;
        Ok::<_, StoreError>(true)
    })?;
    if !known {
        return Err(format!("there is no theater {theater}").into());
    }
    say(&format!("the hub sells in theater {theater}"));
    Ok(())
}
