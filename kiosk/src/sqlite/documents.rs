//! The tables `documents` and `screenings`: the kiosk's mirror of what the hub writes.

use boxoffice::sqlite::searches;
use domain::id::{MovieId, ScreeningId};
use domain::screening::Screening;
use domain::time::Timestamp;
use domain::version::Version;
use protocol::row::{MovieFacts, Row, RowKind};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::StoreError;

/// The document with this kind and key.
///
/// # Errors
///
/// Fails when the store does, or the document does not have the expected form.
pub fn find<T: DeserializeOwned>(
    db: &Connection,
    kind: RowKind,
    key: &str,
) -> Result<Option<T>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT body FROM documents WHERE kind = ?1 AND key = ?2")?;
    let mut rows = statement.query(params![kind.code(), key])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(read("documents", row.get_ref("body")?.as_str())?))
}

/// The first document of a kind of which a kiosk has only one: its theater.
///
/// # Errors
///
/// Fails when the store does, or the document does not have the expected form.
pub fn find_only<T: DeserializeOwned>(
    db: &Connection,
    kind: RowKind,
) -> Result<Option<T>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT body FROM documents WHERE kind = ?1 ORDER BY key LIMIT 1")?;
    let mut rows = statement.query([kind.code()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(read("documents", row.get_ref("body")?.as_str())?))
}

/// Every document of a kind, by key.
///
/// # Errors
///
/// Fails when the store does, or a document does not have the expected form.
pub fn all<T: DeserializeOwned>(db: &Connection, kind: RowKind) -> Result<Vec<T>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT body FROM documents WHERE kind = ?1 ORDER BY key")?;
    let mut rows = statement.query([kind.code()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read("documents", row.get_ref("body")?.as_str())?);
    }
    Ok(found)
}

/// Up to `max` films after `after`, in the order of their keys as texts.
///
/// # Errors
///
/// Fails when the store does, or a document does not have the expected form.
pub fn films_after(
    db: &Connection,
    after: MovieId,
    max: u32,
) -> Result<Vec<MovieFacts>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT body FROM documents WHERE kind = ?1 AND key > ?2 ORDER BY key LIMIT ?3",
    )?;
    let mut rows = statement.query(params![RowKind::Movie.code(), after.to_string(), max])?;
    let mut films = Vec::new();
    while let Some(row) = rows.next()? {
        films.push(read("documents", row.get_ref("body")?.as_str())?);
    }
    Ok(films)
}

/// Puts a newer version over an older one; says whether it was newer.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(
    tx: &Transaction<'_>,
    (kind, key): (RowKind, &str),
    version: Version,
    body: &impl Serialize,
) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO documents (kind, key, epoch, revision, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kind, key) DO UPDATE SET epoch = ?3, revision = ?4, body = ?5
          WHERE (?3, ?4) > (epoch, revision)",
    )?;
    let body = write("documents", body)?;
    let (epoch, revision) = (version.epoch, version.revision);
    Ok(statement.execute(params![kind.code(), key, epoch, revision, body])? == 1)
}

/// The screening with this id.
///
/// # Errors
///
/// Fails when the store does, or the row does not have the expected form.
pub fn screening(db: &Connection, id: ScreeningId) -> Result<Option<Screening>, StoreError> {
    let mut statement = db.prepare_cached("SELECT body FROM screenings WHERE screening_id = ?1")?;
    let body: Option<String> = statement
        .query_row([id.0], |row| row.get("body"))
        .optional()?;
    body.map(|body| read("screenings", Ok(&body))).transpose()
}

/// The screenings that begin in `[from, until)`, by time.
///
/// # Errors
///
/// Fails when the store does, or a row does not have the expected form.
pub fn screenings_between(
    db: &Connection,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Screening>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT body FROM screenings WHERE starts_at >= ?1 AND starts_at < ?2
          ORDER BY starts_at, screening_id",
    )?;
    let mut rows = statement.query(params![from.0, until.0])?;
    let mut screenings = Vec::new();
    while let Some(row) = rows.next()? {
        screenings.push(read("screenings", row.get_ref("body")?.as_str())?);
    }
    Ok(screenings)
}

/// Puts a newer version of a screening over an older one; says whether it was newer.
///
/// # Errors
///
/// Fails when the store does.
pub fn record_screening(
    tx: &Transaction<'_>,
    screening: &Screening,
    version: Version,
) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO screenings (screening_id, starts_at, epoch, revision, body)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (screening_id) DO UPDATE
            SET starts_at = ?2, epoch = ?3, revision = ?4, body = ?5
          WHERE (?3, ?4) > (epoch, revision)",
    )?;
    let changed = statement.execute(params![
        screening.screening.0,
        screening.starts_at.0,
        version.epoch,
        version.revision,
        write("screenings", screening)?,
    ])?;
    Ok(changed == 1)
}

/// The present row of the hub's with this kind and key, for a hub that was restored.
///
/// # Errors
///
/// Fails when the store does, or the row does not have the expected form.
pub fn load_row(db: &Connection, kind: RowKind, key: &str) -> Result<Option<Row>, StoreError> {
    let query = match kind {
        RowKind::Screening => {
            "SELECT epoch, revision, body FROM screenings
              WHERE ?1 = ?1 AND screening_id = CAST(?2 AS INTEGER)"
        }
        RowKind::Theater
        | RowKind::Auditorium
        | RowKind::SeatMap
        | RowKind::Movie
        | RowKind::Campaign
        | RowKind::RefundRules
        | RowKind::Ranking => {
            "SELECT epoch, revision, body FROM documents WHERE kind = ?1 AND key = ?2"
        }
        RowKind::SearchFact => return Ok(searches::with_key(db, key)?.map(Row::SearchFact)),
        RowKind::Seat
        | RowKind::Booking
        | RowKind::Tender
        | RowKind::Pledge
        | RowKind::DailyClose
        | RowKind::HandOff
        | RowKind::TicketFact => return Ok(None),
    };
    let mut statement = db.prepare_cached(query)?;
    let mut rows = statement.query(params![kind.code(), key])?;
    let Some(found) = rows.next()? else {
        return Ok(None);
    };
    let version = Version {
        epoch: found.get("epoch")?,
        revision: found.get("revision")?,
    };
    let body = found.get_ref("body")?.as_str();
    Ok(Some(match kind {
        RowKind::Theater => Row::Theater(read("documents", body)?, version),
        RowKind::Auditorium => Row::Auditorium(read("documents", body)?, version),
        RowKind::SeatMap => Row::SeatMap(read("documents", body)?, version),
        RowKind::Movie => Row::Movie(read("documents", body)?, version),
        RowKind::Screening => Row::Screening(read("screenings", body)?, version),
        RowKind::Campaign => Row::Campaign(read("documents", body)?, version),
        RowKind::RefundRules => Row::RefundRules(read("documents", body)?, version),
        RowKind::Ranking => Row::Ranking(read("documents", body)?, version),
        RowKind::SearchFact
        | RowKind::Seat
        | RowKind::Booking
        | RowKind::Tender
        | RowKind::Pledge
        | RowKind::DailyClose
        | RowKind::HandOff
        | RowKind::TicketFact => return Ok(None),
    }))
}

fn read<T: DeserializeOwned>(
    table: &'static str,
    body: Result<&str, rusqlite::types::FromSqlError>,
) -> Result<T, StoreError> {
    let body = body.map_err(|error| inconsistent(table, &error))?;
    serde_json::from_str(body).map_err(|error| inconsistent(table, &error))
}

fn write(table: &'static str, body: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(body).map_err(|error| inconsistent(table, &error))
}

fn inconsistent(table: &'static str, error: &dyn std::error::Error) -> StoreError {
    StoreError::Inconsistent {
        table,
        reason: error.to_string(),
    }
}
