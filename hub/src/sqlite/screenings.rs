//! The table `screenings`.

use std::collections::BTreeSet;

use domain::id::{AuditoriumId, MovieId, ScreeningId, SeatMapId, TheaterId};
use domain::screening::Screening;
use domain::time::Timestamp;
use protocol::row;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

use super::theaters::{revision_of, version};

/// Which screenings to list.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub from: Timestamp,
    pub until: Timestamp,
    pub theater: Option<TheaterId>,
    pub movie: Option<MovieId>,
}

const COLUMNS: &str = "SELECT screening_id, movie_id, theater_id, auditorium_id, seat_map_id,
    seat_map_version, starts_at, ends_at, sale_from, sale_until, prices, revision
    FROM screenings";

/// The screening with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, id: ScreeningId) -> Result<Option<Screening>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE screening_id = ?1"))?;
    let mut rows = statement.query([id.0])?;
    rows.next()?.map(from_row).transpose()
}

/// The screenings that begin in `[from, until)`, by time.
///
/// # Errors
///
/// Fails when the store does.
pub fn list(db: &Connection, wanted: &Wanted) -> Result<Vec<Screening>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE starts_at >= ?1 AND starts_at < ?2
            AND (?3 IS NULL OR theater_id = ?3) AND (?4 IS NULL OR movie_id = ?4)
          ORDER BY starts_at, screening_id"
    ))?;
    let (theater, movie) = (wanted.theater.map(|it| it.0), wanted.movie.map(|it| it.0));
    let bounds = params![wanted.from.0, wanted.until.0, theater, movie];
    let rows = statement.query_and_then(bounds, from_row)?;
    rows.collect()
}

/// Those of `ids` that can still be sold at `now`, by time.
///
/// # Errors
///
/// Fails when the store does.
pub fn still_sold(
    db: &Connection,
    ids: &BTreeSet<ScreeningId>,
    now: Timestamp,
) -> Result<Vec<Screening>, StoreError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let ids = serde_json::to_string(&ids).map_err(|error| inconsistent(&error))?;
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE screening_id IN (SELECT value FROM json_each(?1)) AND sale_until > ?2
          ORDER BY starts_at, screening_id"
    ))?;
    let rows = statement.query_and_then(params![ids, now.0], from_row)?;
    rows.collect()
}

/// Adds a screening, unless the room has one at that time already.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, screening: &Screening) -> Result<Option<Screening>, StoreError> {
    let prices = serde_json::to_string(&screening.prices).map_err(|error| inconsistent(&error))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO screenings (movie_id, theater_id, auditorium_id, seat_map_id,
                seat_map_version, starts_at, ends_at, sale_from, sale_until, prices, revision)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)
         ON CONFLICT (auditorium_id, starts_at) DO NOTHING RETURNING screening_id",
    )?;
    let row = params![
        screening.movie.0,
        screening.theater.0,
        screening.auditorium.0,
        screening.seat_map.0,
        screening.seat_map_version,
        screening.starts_at.0,
        screening.ends_at.0,
        screening.sale_from.0,
        screening.sale_until.0,
        prices,
    ];
    let id = statement.query_row(row, |row| row.get(0)).optional()?;
    Ok(id.map(|id| Screening {
        screening: ScreeningId(id),
        ..screening.clone()
    }))
}

/// Sets when a screening is sold. One that is sold from and up to the same time is not sold at
/// all, and stands in no list.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_sale(
    tx: &Transaction<'_>,
    id: ScreeningId,
    (from, until): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE screenings SET sale_from = ?2, sale_until = ?3, revision = revision + 1
          WHERE screening_id = ?1",
    )?;
    statement.execute(params![id.0, from.0, until.0])?;
    Ok(())
}

/// Gives a screening another version of its seat map.
///
/// # Errors
///
/// Fails when the store does, or there is no such version.
pub fn set_seat_map_version(
    tx: &Transaction<'_>,
    id: ScreeningId,
    version: i64,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE screenings SET seat_map_version = ?2, revision = revision + 1
          WHERE screening_id = ?1",
    )?;
    statement.execute(params![id.0, version])?;
    Ok(())
}

pub(super) fn row(db: &Connection, id: i64) -> Result<Option<row::Row>, StoreError> {
    let revision = revision_of(
        db,
        "SELECT revision FROM screenings WHERE screening_id = ?1",
        id,
    )?;
    let screening = find(db, ScreeningId(id))?;
    Ok(screening.map(|screening| row::Row::Screening(screening, version(revision))))
}

fn from_row(row: &Row<'_>) -> Result<Screening, StoreError> {
    let prices: String = row.get("prices")?;
    Ok(Screening {
        screening: ScreeningId(row.get("screening_id")?),
        movie: MovieId(row.get("movie_id")?),
        theater: TheaterId(row.get("theater_id")?),
        auditorium: AuditoriumId(row.get("auditorium_id")?),
        seat_map: SeatMapId(row.get("seat_map_id")?),
        seat_map_version: row.get("seat_map_version")?,
        starts_at: Timestamp(row.get("starts_at")?),
        ends_at: Timestamp(row.get("ends_at")?),
        sale_from: Timestamp(row.get("sale_from")?),
        sale_until: Timestamp(row.get("sale_until")?),
        prices: serde_json::from_str(&prices).map_err(|error| inconsistent(&error))?,
    })
}

fn inconsistent(error: &serde_json::Error) -> StoreError {
    StoreError::Inconsistent {
        table: "screenings",
        reason: error.to_string(),
    }
}
