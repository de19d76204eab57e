//! The catalogue of films: reading them from files, and keeping what is new.

mod form;
mod kobis;
mod lines;
mod own;
mod plain;

use std::collections::BTreeMap;

use domain::id::MovieId;
use domain::movie::{Movie, MovieSource};
use rusqlite::Transaction;
use store::StoreError;

use crate::sqlite::{feed, movies};
use lines::Lines;

/// The largest file that is taken.
pub const IMPORT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The version of our own format.
const OWN_VERSION: i64 = 1;

/// The longest id that a source gives a film, in characters.
const SOURCE_ID_CHARS_MAX: usize = 100;

/// The longest reason, in characters: a row may quote anything.
const REASON_CHARS_MAX: usize = 300;

/// The catalogue that comes with the program.
const BUNDLED: [&[u8]; 2] = [
    include_bytes!("../catalogue/movies-korean.json"),
    include_bytes!("../catalogue/movies-foreign.json"),
];

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Our own; see `hub/catalogue/README.md`.
    Moding,
    /// A plain list of films with actors, rating and running minutes.
    PlainList,
    /// An answer of KOBIS, the Korean box office information system: `searchMovieList`.
    KobisList,
    /// An answer of KOBIS: `searchMovieInfo`.
    KobisInfo,
}

/// A file that was read: films to take, and rows that cannot be taken.
#[derive(Clone, Debug)]
pub struct Import {
    pub format: Format,
    pub movies: Vec<ImportedMovie>,
    pub rejected: Vec<Rejected>,
}

/// A film and where in the file it stands.
#[derive(Clone, Debug)]
pub struct ImportedMovie {
    pub line: usize,
    pub source: MovieSource,
    pub movie: Movie,
}

/// A row that cannot be taken, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub line: usize,
    /// Counted from 1.
    pub row: usize,
    pub reason: String,
}

/// Why nothing of a file can be taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file has {0} bytes, more than {IMPORT_BYTES_MAX}: split it")]
    TooLarge(usize),
    #[error("the file is no JSON: line {line}, column {column}: {reason}")]
    NotJson {
        line: usize,
        column: usize,
        reason: String,
    },
    #[error(
        "the file is none of the known formats: our own catalogue (hub/catalogue/README.md), a \
         plain list of films, or an answer of KOBIS searchMovieList or searchMovieInfo"
    )]
    UnknownFormat,
    #[error("the catalogue has version {0}, but this program reads version {OWN_VERSION}")]
    UnknownVersion(i64),
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub rejected: usize,
}

/// Reads a file in any of the known formats. One bad row never stops the others.
///
/// # Errors
///
/// Fails when the whole file cannot be read.
pub fn parse(bytes: &[u8]) -> Result<Import, ImportError> {
    let text = form::text(bytes)?;
    let (format, rows) = form::rows(text)?;
    let lines = Lines::of(text);
    let mut import = Import {
        format,
        movies: Vec::with_capacity(rows.len()),
        rejected: Vec::new(),
    };
    let mut seen: BTreeMap<MovieSource, usize> = BTreeMap::new();
    for (at, row) in rows.into_iter().enumerate() {
        let line = lines.line_of(row.get());
        let read = read_row(format, row.get()).and_then(|(source, movie)| {
            if let Some(first) = seen.get(&source) {
                return Err(format!("{} stands on line {first} already", source.id));
            }
            seen.insert(source.clone(), line);
            Ok((source, movie))
        });
        match read {
            Ok((source, movie)) => import.movies.push(ImportedMovie {
                line,
                source,
                movie,
            }),
            Err(reason) => import.rejected.push(Rejected {
                line,
                row: at + 1,
                reason: printable(&reason),
            }),
        }
    }
    Ok(import)
}

fn read_row(format: Format, json: &str) -> Result<(MovieSource, Movie), String> {
    let (source, movie) = match format {
        Format::Moding => own::read(json),
        Format::PlainList => plain::read(json),
        Format::KobisList => kobis::read_listed(json),
        Format::KobisInfo => kobis::read_info(json),
    }?;
    if source.id.trim().is_empty() {
        return Err("the id is empty".to_owned());
    }
    if source.id.chars().count() > SOURCE_ID_CHARS_MAX || source.id.chars().any(char::is_control) {
        return Err("the id is too long or has control characters".to_owned());
    }
    movie.check().map_err(|error| error.to_string())?;
    Ok((source, movie))
}

/// A reason is shown on terminals and may quote the file: nothing of it may steer them.
fn printable(reason: &str) -> String {
    let shown = reason.chars().map(|c| if c.is_control() { ' ' } else { c });
    shown.take(REASON_CHARS_MAX).collect()
}

/// The catalogue that comes with the program.
///
/// # Errors
///
/// Fails when the bundled files are damaged, which a test rules out.
pub fn bundled() -> Result<Vec<Import>, ImportError> {
    BUNDLED.iter().map(|bytes| parse(bytes)).collect()
}

/// Keeps what is new. A film is known by its source: importing a file again changes nothing.
/// The same film from two sources stays two films; joining them is an editor's decision.
///
/// # Errors
///
/// Fails when the store does; then nothing is kept.
pub fn import_movies(tx: &Transaction<'_>, import: &Import) -> Result<ImportReport, StoreError> {
    let mut report = ImportReport {
        rejected: import.rejected.len(),
        ..ImportReport::default()
    };
    let mut changed: Vec<MovieId> = Vec::new();
    for imported in &import.movies {
        let Some((id, known)) = movies::known(tx, &imported.source)? else {
            changed.push(movies::add(tx, &imported.source, &imported.movie)?);
            report.added += 1;
            continue;
        };
        let movie = match import.format {
            // A list says little of each film; what another answer said in full stays.
            Format::KobisList => imported.movie.clone().completed_by(&known),
            Format::Moding | Format::PlainList | Format::KobisInfo => imported.movie.clone(),
        };
        if movie == known {
            report.unchanged += 1;
            continue;
        }
        movies::change(tx, id, &movie)?;
        changed.push(id);
        report.changed += 1;
    }
    feed::movies_changed(tx, &changed)?;
    Ok(report)
}
