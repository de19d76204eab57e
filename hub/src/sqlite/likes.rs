//! The table `likes`; how many there are is counted by its triggers, in `movies`.

use domain::id::MovieId;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;
use uuid::Uuid;

/// Adds a like; says whether it is new.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(
    tx: &Transaction<'_>,
    (movie, device): (MovieId, Uuid),
    since: Timestamp,
) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO likes (movie_id, device, since) VALUES (?1, ?2, ?3)
         ON CONFLICT (movie_id, device) DO NOTHING",
    )?;
    Ok(statement.execute(params![movie.0, device.as_bytes(), since.0])? == 1)
}

/// Takes a like back; says whether there was one.
///
/// # Errors
///
/// Fails when the store does.
pub fn remove(tx: &Transaction<'_>, (movie, device): (MovieId, Uuid)) -> Result<bool, StoreError> {
    let mut statement =
        tx.prepare_cached("DELETE FROM likes WHERE movie_id = ?1 AND device = ?2")?;
    Ok(statement.execute(params![movie.0, device.as_bytes()])? == 1)
}

/// Whether `device` likes the film.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_liked(db: &Connection, (movie, device): (MovieId, Uuid)) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM likes WHERE movie_id = ?1 AND device = ?2")?;
    Ok(statement.exists(params![movie.0, device.as_bytes()])?)
}

/// How many like the film; none when it is not there.
///
/// # Errors
///
/// Fails when the store does.
pub fn count(db: &Connection, movie: MovieId) -> Result<Option<u32>, StoreError> {
    let mut statement = db.prepare_cached("SELECT likes FROM movies WHERE movie_id = ?1")?;
    Ok(statement
        .query_row([movie.0], |row| row.get("likes"))
        .optional()?)
}
