//! The tables `theaters`, `auditoriums` and `seat_maps`.

use domain::id::{AuditoriumId, SeatMapId, TheaterId};
use domain::seat_map::{SeatMap, SeatMapFacts};
use domain::theater::{Auditorium, Theater};
use domain::time::UtcOffset;
use domain::version::Version;
use protocol::row;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

/// A theater that is to be there, as an import knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TheaterFacts {
    pub source_key: String,
    pub name: String,
    pub name_en: String,
    pub region: String,
    pub area: String,
    pub utc_offset: UtcOffset,
}

/// The theater with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, id: TheaterId) -> Result<Option<Theater>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT theater_id, name, name_en, region, area, utc_offset_min, revision
           FROM theaters WHERE theater_id = ?1",
    )?;
    Ok(statement.query_row([id.0], theater_from).optional()?)
}

/// Every theater, by region and name.
///
/// # Errors
///
/// Fails when the store does.
pub fn all(db: &Connection) -> Result<Vec<Theater>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT theater_id, name, name_en, region, area, utc_offset_min, revision
           FROM theaters ORDER BY region, name",
    )?;
    let rows = statement.query_map([], theater_from)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds the theater or brings it up to date; says which it is and whether anything changed.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, facts: &TheaterFacts) -> Result<(TheaterId, bool), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO theaters (source_key, name, name_en, region, area, utc_offset_min, revision)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)
         ON CONFLICT (source_key) DO UPDATE
            SET name = ?2, name_en = ?3, region = ?4, area = ?5, utc_offset_min = ?6,
                revision = revision + 1
          WHERE (name, name_en, region, area, utc_offset_min) <> (?2, ?3, ?4, ?5, ?6)",
    )?;
    let changed = statement.execute(params![
        facts.source_key,
        facts.name,
        facts.name_en,
        facts.region,
        facts.area,
        facts.utc_offset.minutes,
    ])?;
    let mut statement =
        tx.prepare_cached("SELECT theater_id FROM theaters WHERE source_key = ?1")?;
    let id = statement.query_row([&facts.source_key], |row| row.get(0).map(TheaterId))?;
    Ok((id, changed == 1))
}

/// The rooms of a theater with their number of seats, by name.
///
/// # Errors
///
/// Fails when the store does.
pub fn auditoriums_of(
    db: &Connection,
    theater: TheaterId,
) -> Result<Vec<(Auditorium, i64)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT auditorium_id, theater_id, name, seat_map_id, seat_map_version, seats, revision
           FROM auditoriums WHERE theater_id = ?1 ORDER BY name",
    )?;
    let rows = statement.query_map([theater.0], |row| {
        Ok((auditorium_from(row)?, row.get("seats")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The room with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn auditorium(db: &Connection, id: AuditoriumId) -> Result<Option<Auditorium>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT auditorium_id, theater_id, name, seat_map_id, seat_map_version, seats, revision
           FROM auditoriums WHERE auditorium_id = ?1",
    )?;
    Ok(statement.query_row([id.0], auditorium_from).optional()?)
}

/// Adds a room with the first version of its seat map.
///
/// # Errors
///
/// Fails when the store does.
pub fn add_auditorium(
    tx: &Transaction<'_>,
    theater: TheaterId,
    name: &str,
    map: &SeatMap,
) -> Result<AuditoriumId, StoreError> {
    add_seat_map(tx, map)?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO auditoriums
                (theater_id, name, seat_map_id, seat_map_version, seats, revision)
         VALUES (?1, ?2, ?3, ?4, ?5, 0) RETURNING auditorium_id",
    )?;
    let seats = i64::try_from(map.seats().len()).unwrap_or(i64::MAX);
    let id = statement.query_row(
        params![theater.0, name, map.id.0, map.version, seats],
        |row| row.get(0).map(AuditoriumId),
    )?;
    Ok(id)
}

/// Keeps a version of a seat map for good; says whether it is new.
///
/// # Errors
///
/// Fails when the store does.
pub fn add_seat_map(tx: &Transaction<'_>, map: &SeatMap) -> Result<bool, StoreError> {
    let facts = SeatMapFacts::from(map.clone());
    let body = serde_json::to_string(&facts).map_err(|error| inconsistent(&error))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO seat_maps (seat_map_id, version, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (seat_map_id, version) DO NOTHING",
    )?;
    Ok(statement.execute(params![map.id.0, map.version, body])? == 1)
}

/// Gives a room a later version of its seat map, for screenings that are planned from now on;
/// says whether it had an earlier one.
///
/// # Errors
///
/// Fails when the store does, or there is no such version.
pub fn set_seat_map(
    tx: &Transaction<'_>,
    room: AuditoriumId,
    map: &SeatMap,
) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE auditoriums SET seat_map_version = ?3, seats = ?4, revision = revision + 1
          WHERE auditorium_id = ?1 AND seat_map_id = ?2 AND seat_map_version < ?3",
    )?;
    let seats = i64::try_from(map.seats().len()).unwrap_or(i64::MAX);
    let changed = statement.execute(params![room.0, map.id.0, map.version, seats])?;
    Ok(changed == 1)
}

/// The next free seat map id.
///
/// # Errors
///
/// Fails when the store does.
pub fn next_seat_map(db: &Connection) -> Result<SeatMapId, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT coalesce(max(seat_map_id), 0) + 1 FROM seat_maps")?;
    Ok(statement.query_row([], |row| row.get(0).map(SeatMapId))?)
}

/// One version of a seat map.
///
/// # Errors
///
/// Fails when the store does, or the map does not make sense.
pub fn seat_map(
    db: &Connection,
    id: SeatMapId,
    version: i64,
) -> Result<Option<SeatMap>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT body FROM seat_maps WHERE seat_map_id = ?1 AND version = ?2")?;
    let body: Option<String> = statement
        .query_row(params![id.0, version], |row| row.get("body"))
        .optional()?;
    let map = body.map(|body| serde_json::from_str(&body));
    map.transpose().map_err(|error| inconsistent(&error))
}

/// The versions of a seat map up to `latest`, the latest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn seat_map_versions(
    db: &Connection,
    id: SeatMapId,
    latest: i64,
) -> Result<Vec<i64>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT version FROM seat_maps WHERE seat_map_id = ?1 AND version <= ?2
          ORDER BY version DESC",
    )?;
    let versions = statement.query_map(params![id.0, latest], |row| row.get(0))?;
    Ok(versions.collect::<Result<_, _>>()?)
}

pub(super) fn row(db: &Connection, id: TheaterId) -> Result<Option<row::Row>, StoreError> {
    let revision = revision_of(
        db,
        "SELECT revision FROM theaters WHERE theater_id = ?1",
        id.0,
    )?;
    let theater = find(db, id)?;
    Ok(theater.map(|theater| row::Row::Theater(theater, version(revision))))
}

pub(super) fn auditorium_row(db: &Connection, id: i64) -> Result<Option<row::Row>, StoreError> {
    let query = "SELECT revision FROM auditoriums WHERE auditorium_id = ?1";
    let revision = revision_of(db, query, id)?;
    let room = auditorium(db, AuditoriumId(id))?;
    Ok(room.map(|room| row::Row::Auditorium(room, version(revision))))
}

pub(super) fn seat_map_row(
    db: &Connection,
    id: i64,
    map_version: i64,
) -> Result<Option<row::Row>, StoreError> {
    let map = seat_map(db, SeatMapId(id), map_version)?;
    Ok(map.map(|map| row::Row::SeatMap(SeatMapFacts::from(map), version(0))))
}

/// The hub is the only writer of its own rows: its epoch is always the first.
pub(super) fn version(revision: i64) -> Version {
    Version {
        revision,
        ..Version::FIRST
    }
}

pub(super) fn revision_of(
    db: &Connection,
    query: &'static str,
    id: i64,
) -> Result<i64, StoreError> {
    let mut statement = db.prepare_cached(query)?;
    Ok(statement
        .query_row([id], |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

fn theater_from(row: &Row<'_>) -> rusqlite::Result<Theater> {
    Ok(Theater {
        theater: TheaterId(row.get("theater_id")?),
        name: row.get("name")?,
        name_en: row.get("name_en")?,
        region: row.get("region")?,
        area: row.get("area")?,
        utc_offset: UtcOffset {
            minutes: row.get("utc_offset_min")?,
        },
    })
}

fn auditorium_from(row: &Row<'_>) -> rusqlite::Result<Auditorium> {
    Ok(Auditorium {
        auditorium: AuditoriumId(row.get("auditorium_id")?),
        theater: TheaterId(row.get("theater_id")?),
        name: row.get("name")?,
        seat_map: SeatMapId(row.get("seat_map_id")?),
        seat_map_version: row.get("seat_map_version")?,
    })
}

fn inconsistent(error: &serde_json::Error) -> StoreError {
    StoreError::Inconsistent {
        table: "seat_maps",
        reason: error.to_string(),
    }
}
