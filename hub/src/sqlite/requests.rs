//! The table `requests`.

use domain::id::{CampaignId, MovieId};
use domain::request::Slot;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

/// How often a film is wished for in one area at one time of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    pub movie: MovieId,
    pub area: String,
    pub slot: Slot,
    pub count: u32,
}

/// Notes a person's wish; one that is open already moves to the new area and time. Says whether
/// it is new.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(
    tx: &Transaction<'_>,
    (movie, phone): (MovieId, &str),
    (area, slot): (&str, Slot),
    made_at: Timestamp,
) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE requests SET area = ?3, slot = ?4
          WHERE movie_id = ?1 AND phone = ?2 AND ended_at IS NULL",
    )?;
    if statement.execute(params![movie.0, phone, area, slot.name()])? > 0 {
        return Ok(false);
    }
    let mut statement = tx.prepare_cached(
        "INSERT INTO requests (movie_id, phone, area, slot, made_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute(params![movie.0, phone, area, slot.name(), made_at.0])?;
    Ok(true)
}

/// Ends a person's open wish; says whether there was one.
///
/// # Errors
///
/// Fails when the store does.
pub fn withdraw(
    tx: &Transaction<'_>,
    (movie, phone): (MovieId, &str),
    ended_at: Timestamp,
) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE requests SET ended_at = ?3
          WHERE movie_id = ?1 AND phone = ?2 AND ended_at IS NULL",
    )?;
    Ok(statement.execute(params![movie.0, phone, ended_at.0])? > 0)
}

/// The open wishes for a film in an area are answered by a campaign; says how many.
///
/// # Errors
///
/// Fails when the store does.
pub fn answer(
    tx: &Transaction<'_>,
    (movie, area): (MovieId, &str),
    (campaign, ended_at): (CampaignId, Timestamp),
) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE requests SET ended_at = ?4, campaign_id = ?3
          WHERE movie_id = ?1 AND area = ?2 AND ended_at IS NULL",
    )?;
    Ok(statement.execute(params![movie.0, area, campaign.0, ended_at.0])?)
}

/// The open wishes, of one film or of all, by film, area and slot; the films with most wishes
/// first.
///
/// # Errors
///
/// Fails when the store does.
pub fn count(
    db: &Connection,
    movie: Option<MovieId>,
    limit: u32,
) -> Result<Vec<Wishes>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT movie_id, area, slot, count(*) AS wishes FROM requests
          WHERE ended_at IS NULL AND (?1 IS NULL OR movie_id = ?1)
          GROUP BY movie_id, area, slot
          ORDER BY sum(count(*)) OVER (PARTITION BY movie_id) DESC, movie_id, area, slot
          LIMIT ?2",
    )?;
    let mut rows = statement.query(params![movie.map(|it| it.0), limit])?;
    let mut wishes = Vec::new();
    while let Some(row) = rows.next()? {
        let slot = row.get_ref("slot")?.as_str().unwrap_or("");
        wishes.push(Wishes {
            movie: MovieId(row.get("movie_id")?),
            area: row.get("area")?,
            slot: Slot::from_name(slot).ok_or_else(|| StoreError::Inconsistent {
                table: "requests",
                reason: format!("slot {slot}"),
            })?,
            count: row.get("wishes")?,
        });
    }
    Ok(wishes)
}

/// Whether a theater stands in the area.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_area(db: &Connection, area: &str) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached("SELECT 1 FROM theaters WHERE area = ?1")?;
    Ok(statement.exists([area])?)
}

/// Whether there is such a film.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_movie(db: &Connection, movie: MovieId) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached("SELECT 1 FROM movies WHERE movie_id = ?1")?;
    Ok(statement
        .query_row([movie.0], |_| Ok(()))
        .optional()?
        .is_some())
}
