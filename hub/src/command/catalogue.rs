//! `moding-hub catalogue …`

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use hub::catalog::{self, IMPORT_BYTES_MAX, Import, ImportReport};
use hub::config::Config;
use hub::theaters;
use store::StoreError;

use super::{Failure, in_database, say};

#[derive(Subcommand)]
pub(crate) enum Catalogue {
    /// Take films from a file: our own format, a plain list, or an answer of KOBIS
    Import {
        /// At most 64 MiB of JSON
        file: PathBuf,
    },
    /// Take the films and theaters that come with the program
    Seed,
}

pub(crate) fn catalogue(path: &Path, command: Catalogue) -> Result<(), Failure> {
    let config = Config::load(path)?;
    match command {
        Catalogue::Import { file } => import(&config, &file),
        Catalogue::Seed => seed(&config),
    }
}

fn import(config: &Config, file: &Path) -> Result<(), Failure> {
    let bytes = read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let import = catalog::parse(&bytes).map_err(|error| format!("{}: {error}", file.display()))?;
    for rejected in &import.rejected {
        let (line, row, reason) = (rejected.line, rejected.row, &rejected.reason);
        eprintln!("{}:{line}: row {row}: {reason}", file.display());
    }
    let nothing = import.movies.is_empty();
    let report = in_database(config, move |tx, _| catalog::import_movies(tx, &import))?;
    say(&told(report));
    if nothing {
        return Err(format!(
            "{}: there is no film in it that can be taken",
            file.display()
        )
        .into());
    }
    Ok(())
}

/// Not more of the file than can be taken, and one byte by which that is noticed.
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let bytes_max = u64::try_from(IMPORT_BYTES_MAX).unwrap_or(u64::MAX);
    File::open(file)?
        .take(bytes_max + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn seed(config: &Config) -> Result<(), Failure> {
    let bundled: Vec<Import> = catalog::bundled()?;
    let (report, theaters) = in_database(config, move |tx, _| {
        let mut sum = ImportReport::default();
        for import in &bundled {
            let report = catalog::import_movies(tx, import)?;
            sum.added += report.added;
            sum.changed += report.changed;
            sum.unchanged += report.unchanged;
            sum.rejected += report.rejected;
        }
        Ok::<_, StoreError>((sum, theaters::seed(tx)?))
    })?;
    say(&format!("{}; {theaters} theaters", told(report)));
    Ok(())
}

fn told(report: ImportReport) -> String {
    let ImportReport {
        added,
        changed,
        unchanged,
        rejected,
    } = report;
    format!("films: {added} added, {changed} changed, {unchanged} unchanged, {rejected} rejected")
}
