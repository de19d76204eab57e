//! What a restored hub takes back of its own programme from the nodes that mirror it.
//!
//! A node keeps of a film only what it shows. Such a film comes back with that much, so that
//! its screenings can be sold; the next import brings the rest.

use domain::id::{MovieId, TheaterId};
use domain::movie::fold;
use domain::screening::Screening;
use domain::seat_map::SeatMapFacts;
use domain::theater::Auditorium;
use protocol::row::{MovieFacts, Row};
use rusqlite::{Transaction, params};
use seats::Applied;
use store::StoreError;

use super::{boards, campaigns, feed};

/// Takes a row of the hub's own programme that a node has and the hub has forgotten.
///
/// # Errors
///
/// Fails when the store does. A row that contradicts another one is refused by the tables and
/// becomes a conflict.
pub fn take_back(tx: &Transaction<'_>, row: &Row) -> Result<Applied, StoreError> {
    let (kind, key) = (row.kind(), row.key());
    let (changed, theater) = match row {
        Row::SeatMap(map, _) => (seat_map(tx, map)?, None),
        Row::Auditorium(room, _) => (auditorium(tx, room)?, Some(room.theater)),
        Row::Movie(movie, _) => (film(tx, movie)?, None),
        Row::Screening(screening, version) => (
            take_screening(tx, screening, version.revision)?,
            Some(screening.theater),
        ),
        // A theater is older than every node in it, and so than every loss that one survives.
        Row::Theater(..) => (0, None),
        Row::Campaign(campaign, version) => (
            campaigns::take_back(tx, campaign, version.revision)?,
            Some(campaign.theater),
        ),
        // They stand in the settings.
        Row::RefundRules(..) => (0, None),
        // Nobody else has the facts that it was made from: it stays what was published.
        Row::Ranking(board, _) => (boards::take_back(tx, board)?, None),
        Row::Seat(_)
        | Row::Booking(_)
        | Row::Tender(_)
        | Row::Pledge(_)
        | Row::DailyClose(_)
        | Row::HandOff(_)
        | Row::SearchFact(_)
        | Row::TicketFact(_) => return Ok(Applied::NotOurs),
    };
    if changed == 0 {
        return Ok(Applied::Known);
    }
    if let Row::Movie(movie, _) = row {
        feed::movies_changed(tx, &[movie.movie])?;
    } else {
        let everybody = TheaterId(seats::EVERY_NODE);
        feed::changed(tx, (kind, key), theater.unwrap_or(everybody))?;
    }
    Ok(Applied::Changed)
}

fn seat_map(tx: &Transaction<'_>, map: &SeatMapFacts) -> Result<usize, StoreError> {
    let body = serde_json::to_string(map).map_err(|error| StoreError::Inconsistent {
        table: "seat_maps",
        reason: error.to_string(),
    })?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO seat_maps (seat_map_id, version, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (seat_map_id, version) DO NOTHING",
    )?;
    Ok(statement.execute(params![map.id.0, map.version, body])?)
}

fn auditorium(tx: &Transaction<'_>, room: &Auditorium) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO auditoriums (auditorium_id, theater_id, name, seat_map_id,
                                  seat_map_version, seats, revision)
         SELECT ?1, ?2, ?3, ?4, ?5, json_array_length(body, '$.seats'), 0
           FROM seat_maps WHERE seat_map_id = ?4 AND version = ?5
         ON CONFLICT (auditorium_id) DO NOTHING",
    )?;
    let (map, version) = (room.seat_map.0, room.seat_map_version);
    let row = params![room.auditorium.0, room.theater.0, room.name, map, version];
    Ok(statement.execute(row)?)
}

fn film(tx: &Transaction<'_>, movie: &MovieFacts) -> Result<usize, StoreError> {
    let MovieId(id) = movie.movie;
    let mut statement = tx.prepare_cached(
        "INSERT INTO movies (movie_id, source, source_id, title, title_fold, original_title,
                             title_en, search_fold, year, sort_date, runtime_min, rating,
                             revision)
         VALUES (?1, 'restored', ?1, ?2, ?3, ?4, ?5, ?3, ?6, coalesce(?6, ''), ?7, ?8, 0)
         ON CONFLICT (movie_id) DO NOTHING",
    )?;
    Ok(statement.execute(params![
        id,
        movie.title,
        fold(&movie.title),
        movie.original_title,
        movie.title_en,
        movie.year,
        movie.runtime_min,
        movie.rating.code(),
    ])?)
}

fn take_screening(
    tx: &Transaction<'_>,
    screening: &Screening,
    revision: i64,
) -> Result<usize, StoreError> {
    let prices = serde_json::to_string(&screening.prices);
    let prices = prices.map_err(|error| StoreError::Inconsistent {
        table: "screenings",
        reason: error.to_string(),
    })?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO screenings (screening_id, movie_id, theater_id, auditorium_id, seat_map_id,
                seat_map_version, starts_at, ends_at, sale_from, sale_until, prices, revision)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (screening_id) DO UPDATE
            SET movie_id = ?2, auditorium_id = ?4, seat_map_id = ?5, seat_map_version = ?6,
                starts_at = ?7, ends_at = ?8, sale_from = ?9, sale_until = ?10, prices = ?11,
                revision = ?12
          WHERE revision < ?12",
    )?;
    let changed = statement.execute(params![
        screening.screening.0,
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
        revision,
    ])?;
    if changed > 0 {
        let (id, theater) = (screening.screening, screening.theater);
        seats::sqlite::recovery::record_closed(tx, id, theater)?;
    }
    Ok(changed)
}
