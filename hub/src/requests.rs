//! Screening requests (재상영 요청): wishes to see a film again, counted per film and area. One
//! open request per person and film.

use domain::id::MovieId;
use domain::request::{RequestRefused, Slot};
use rusqlite::Transaction;
use seats::Here;
use store::StoreError;

use crate::selling::Phone;
use crate::sqlite::requests as table;

/// A person's wish.
#[derive(Clone, Debug)]
pub struct Wish {
    pub movie: MovieId,
    pub area: String,
    pub slot: Slot,
    pub phone: Phone,
}

/// Whether a wish is a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    New,
    /// There was one for this film; it now names this area and time.
    Moved,
}

/// Why a wish is not noted.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    #[error(transparent)]
    Refused(#[from] RequestRefused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for RequestError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// Notes a wish. Noting it again changes nothing.
///
/// # Errors
///
/// Refuses a film that is not there, and an area without a theater.
pub fn note(tx: &Transaction<'_>, here: Here<'_>, wish: &Wish) -> Result<Noted, RequestError> {
    if !table::is_movie(tx, wish.movie)? {
        return Err(RequestRefused::UnknownMovie.into());
    }
    if !table::is_area(tx, &wish.area)? {
        return Err(RequestRefused::UnknownArea.into());
    }
    let (who, what) = ((wish.movie, wish.phone.digits()), (&*wish.area, wish.slot));
    let is_new = table::record(tx, who, what, here.now)?;
    Ok(if is_new { Noted::New } else { Noted::Moved })
}

/// Takes a wish back.
///
/// # Errors
///
/// Refuses when there is none.
pub fn withdraw(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (movie, phone): (MovieId, &Phone),
) -> Result<(), RequestError> {
    if table::withdraw(tx, (movie, phone.digits()), here.now)? {
        return Ok(());
    }
    Err(RequestRefused::Unknown.into())
}
