//! `moding-hub programme …`

use std::path::Path;

use clap::Subcommand;
use hub::campaigns::sample;
use hub::config::Config;
use hub::sqlite::{movies, theaters};
use hub::theaters::{Showable, fill_day};
use process::ids::{Ids as _, OsIds};
use store::StoreError;

use super::{Failure, in_database, say};

/// How many films of the catalogue take turns.
const FILMS_MAX: u32 = 200;

#[derive(Subcommand)]
pub(crate) enum Programme {
    /// Plan screenings in every room for the coming days; days that are planned stay as they are
    Fill {
        /// How many days, beginning with today
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(i64).range(1..=14))]
        days: i64,
    },
    /// Add sample wishes and campaigns in several states, unless there is any campaign
    Samples,
}

pub(crate) fn programme(path: &Path, command: &Programme) -> Result<(), Failure> {
    let config = Config::load(path)?;
    match *command {
        Programme::Fill { days } => fill(&config, days),
        Programme::Samples => samples(&config),
    }
}

fn samples(config: &Config) -> Result<(), Failure> {
    let added = in_database(config, |tx, here| {
        let mut mint = || OsIds.uuid(here.now);
        sample::seed(tx, here, &mut mint)
    })?;
    say(&format!("{added} campaigns added"));
    Ok(())
}

fn fill(config: &Config, days: i64) -> Result<(), Failure> {
    let added = in_database(config, move |tx, here| {
        let films: Vec<Showable> = movies::showable(tx, FILMS_MAX)?
            .into_iter()
            .map(|(movie, runtime_min)| Showable { movie, runtime_min })
            .collect();
        let mut added = 0;
        for theater in theaters::all(tx)? {
            for day in 0..days {
                added += fill_day(tx, here, &theater, (day, &films))?;
            }
        }
        Ok::<_, StoreError>(added)
    })?;
    say(&format!("{added} screenings added"));
    Ok(())
}
