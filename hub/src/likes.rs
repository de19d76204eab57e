//! 좋아요: one browser likes a film once.

use domain::id::MovieId;
use protocol::api::catalog::LikeView;
use rusqlite::Transaction;
use seats::Here;
use store::StoreError;
use uuid::Uuid;

use crate::sqlite::likes as table;

/// Why nothing is noted.
#[derive(Debug, thiserror::Error)]
pub enum LikeError {
    #[error("there is no such film")]
    UnknownMovie,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for LikeError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// Notes that `device` likes the film.
///
/// # Errors
///
/// Refuses a film that is not there.
pub fn like(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (movie, device): (MovieId, Uuid),
) -> Result<LikeView, LikeError> {
    // Looked up first: a film that is not there cannot be liked.
    table::count(tx, movie)?.ok_or(LikeError::UnknownMovie)?;
    table::add(tx, (movie, device), here.now)?;
    view(tx, (movie, Some(device)))
}

/// Notes that `device` likes the film no more.
///
/// # Errors
///
/// Refuses a film that is not there.
pub fn unlike(
    tx: &Transaction<'_>,
    (movie, device): (MovieId, Option<Uuid>),
) -> Result<LikeView, LikeError> {
    if let Some(device) = device {
        table::remove(tx, (movie, device))?;
    }
    view(tx, (movie, device))
}

fn view(
    tx: &Transaction<'_>,
    (movie, device): (MovieId, Option<Uuid>),
) -> Result<LikeView, LikeError> {
    let likes = table::count(tx, movie)?.ok_or(LikeError::UnknownMovie)?;
    let liked = match device {
        Some(device) => table::is_liked(tx, (movie, device))?,
        None => false,
    };
    Ok(LikeView { liked, likes })
}

#[cfg(test)]
mod tests;
