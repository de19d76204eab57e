//! The bundled theaters, and planning what is on in them.

use std::collections::BTreeMap;

use domain::allotment::{Policy, first_allotment};
use domain::id::{MovieId, NodeId, ScreeningId, SeatId, SeatMapId, TheaterId};
use domain::money::Won;
use domain::screening::{Screening, ZonePrice};
use domain::seat_map::layout::{self, Layout};
use domain::seat_map::{SeatMap, SeatMapFacts, ZoneId};
use domain::theater::{Auditorium, Theater};
use domain::time::{DAY_MS, MINUTE_MS, Timestamp, UtcOffset};
use protocol::row::RowKind;
use rusqlite::Transaction;
use seats::Here;
use serde::Deserialize;
use store::StoreError;

use crate::sqlite::{feed, nodes, screenings, theaters};

/// Web and kiosk stop selling this long after the beginning.
const SALE_AFTER_START_MS: i64 = 10 * MINUTE_MS;

/// Seats go on sale this long before.
const SALE_BEFORE_MS: i64 = 14 * DAY_MS;

/// Trailers, and the time to leave and clean.
const BETWEEN_MIN: i64 = 30;

/// What begins before noon is cheaper …
const NOON_MIN: i64 = 12 * 60;

/// … by this much.
const MATINEE_OFF: Won = Won(2_000);

/// When the first film of a day begins, in minutes since midnight …
const FIRST_MIN: i64 = 10 * 60;

/// … and when the last may: half past two at night, which is still the same business day.
const LAST_MIN: i64 = 26 * 60 + 30;

/// The bundled theaters, in the drawing that people can read.
const BUNDLED: &str = include_str!("../catalogue/theaters.json");

/// The form of the bundled file.
#[derive(Debug, Deserialize)]
struct Bundle {
    theaters: Vec<BundledTheater>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BundledTheater {
    id: String,
    name: String,
    name_en: String,
    region: String,
    area: String,
    utc_offset_min: i32,
    auditoriums: Vec<BundledRoom>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BundledRoom {
    name: String,
    layout: Layout,
}

/// Adds the bundled theaters; says how many there are. Doing it again changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn seed(tx: &Transaction<'_>) -> Result<usize, StoreError> {
    let bundle: Bundle = serde_json::from_str(BUNDLED).map_err(|error| wrong(&error))?;
    let count = bundle.theaters.len();
    for theater in bundle.theaters {
        let rooms = theater.auditoriums.into_iter().map(room_of);
        let rooms = rooms.collect::<Result<Vec<_>, _>>()?;
        let facts = theaters::TheaterFacts {
            source_key: theater.id,
            name: theater.name,
            name_en: theater.name_en,
            region: theater.region,
            area: theater.area,
            utc_offset: UtcOffset {
                minutes: theater.utc_offset_min,
            },
        };
        record_theater(tx, &facts, &rooms)?;
    }
    Ok(count)
}

fn room_of(room: BundledRoom) -> Result<RoomFacts, StoreError> {
    let seats = room.layout.seats().map_err(|error| wrong(&error))?;
    let map = SeatMap::new(SeatMapFacts {
        // Given when the room is added.
        id: SeatMapId(0),
        version: 1,
        zones: layout::zones(),
        seats,
    });
    Ok(RoomFacts {
        name: room.name,
        map: map.map_err(|error| wrong(&error))?,
    })
}

fn wrong(error: &dyn std::error::Error) -> StoreError {
    StoreError::Inconsistent {
        table: "seat_maps",
        reason: error.to_string(),
    }
}

/// A room that is to be there.
#[derive(Clone, Debug)]
pub struct RoomFacts {
    pub name: String,
    pub map: SeatMap,
}

/// Adds the theater and its rooms, or brings the theater's facts up to date. A room that is
/// there keeps its seat map: a changed map is a new version with a move of bookings (S9).
///
/// # Errors
///
/// Fails when the store does.
pub fn record_theater(
    tx: &Transaction<'_>,
    facts: &theaters::TheaterFacts,
    rooms: &[RoomFacts],
) -> Result<TheaterId, StoreError> {
    let (id, changed) = theaters::record(tx, facts)?;
    if changed {
        feed::changed(tx, (RowKind::Theater, id.to_string()), id)?;
    }
    let known = theaters::auditoriums_of(tx, id)?;
    for room in rooms {
        if known.iter().any(|(known, _)| known.name == room.name) {
            continue;
        }
        let mut facts = SeatMapFacts::from(room.map.clone());
        facts.id = theaters::next_seat_map(tx)?;
        let map = SeatMap::new(facts).map_err(|error| wrong(&error))?;
        let auditorium = theaters::add_auditorium(tx, id, &room.name, &map)?;
        let key = format!("{}/{}", map.id, map.version);
        feed::changed(tx, (RowKind::SeatMap, key), id)?;
        feed::changed(tx, (RowKind::Auditorium, auditorium.to_string()), id)?;
    }
    Ok(id)
}

/// A film that can be shown.
#[derive(Clone, Copy, Debug)]
pub struct Showable {
    pub movie: MovieId,
    pub runtime_min: i64,
}

/// Plans a day in every room of a theater, film after film; says how many screenings were
/// added. Planning a day again adds nothing: the same day always comes out the same.
///
/// # Errors
///
/// Fails when the store does.
pub fn fill_day(
    tx: &Transaction<'_>,
    here: Here<'_>,
    theater: &Theater,
    (day, films): (i64, &[Showable]),
) -> Result<usize, StoreError> {
    let mut added = 0;
    if films.is_empty() {
        return Ok(added);
    }
    for (at, (room, _)) in theaters::auditoriums_of(tx, theater.theater)?
        .iter()
        .enumerate()
    {
        let map = theaters::seat_map(tx, room.seat_map, room.seat_map_version)?;
        let Some(map) = map else { continue };
        let midnight = theater.utc_offset.at_minutes(
            theater
                .utc_offset
                .business_date(here.now.plus_ms(day * DAY_MS)),
            0,
        );
        // A different part of the catalogue for every room and day.
        let days = midnight.0.div_euclid(DAY_MS);
        let first = (room.auditorium.0 * 17 + days * 5).unsigned_abs();
        let mut turn = usize::try_from(first).unwrap_or(0);
        let mut start = FIRST_MIN + 20 * i64::try_from(at).unwrap_or(0);
        while start <= LAST_MIN {
            let film = films[turn % films.len()];
            turn += 1;
            let starts_at = midnight.plus_ms(start * MINUTE_MS);
            let off = if start < NOON_MIN {
                MATINEE_OFF
            } else {
                Won(0)
            };
            let screening = screening((room, off), &map, film, starts_at);
            added += usize::from(publish(tx, here, &screening, &map)?);
            start = next_tenth(start + film.runtime_min + BETWEEN_MIN);
        }
    }
    Ok(added)
}

/// Puts a screening on the programme and deals its seats by the plan; says whether it is new.
///
/// # Errors
///
/// Fails when the store does.
pub fn publish(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: &Screening,
    map: &SeatMap,
) -> Result<bool, StoreError> {
    Ok(announce(tx, here, screening, map)?.is_some())
}

/// As [`publish`]; the screening with its id, or none if the room has one at that time.
///
/// # Errors
///
/// Fails when the store does.
pub fn announce(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: &Screening,
    map: &SeatMap,
) -> Result<Option<Screening>, StoreError> {
    let nodes = nodes::of_theater(tx, screening.theater)?;
    let before_show_ms = screening.starts_at.since_ms(here.now);
    let owners = first_allotment(map, &nodes, before_show_ms, &Policy::default());
    deal(tx, here, screening, &owners)
}

/// As [`publish`], with each seat's first owner.
///
/// # Errors
///
/// Fails when the store does.
pub fn publish_dealt(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: &Screening,
    owners: &BTreeMap<SeatId, NodeId>,
) -> Result<bool, StoreError> {
    Ok(deal(tx, here, screening, owners)?.is_some())
}

fn deal(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: &Screening,
    owners: &BTreeMap<SeatId, NodeId>,
) -> Result<Option<Screening>, StoreError> {
    let Some(screening) = screenings::add(tx, screening)? else {
        return Ok(None);
    };
    let theater = screening.theater;
    feed::changed(
        tx,
        (RowKind::Screening, screening.screening.to_string()),
        theater,
    )?;
    seats::open_screening(tx, here, &screening, owners)?;
    Ok(Some(screening))
}

fn screening(
    (room, off): (&Auditorium, Won),
    map: &SeatMap,
    film: Showable,
    starts_at: Timestamp,
) -> Screening {
    let prices = map.zones.iter().map(|zone| ZonePrice {
        zone: zone.zone.clone(),
        price: price_of(&zone.zone, off),
    });
    Screening {
        // Given by the table.
        screening: ScreeningId(0),
        movie: film.movie,
        theater: room.theater,
        auditorium: room.auditorium,
        seat_map: room.seat_map,
        seat_map_version: room.seat_map_version,
        starts_at,
        ends_at: starts_at.plus_ms(film.runtime_min * MINUTE_MS),
        sale_from: starts_at.plus_ms(-SALE_BEFORE_MS),
        sale_until: starts_at.plus_ms(SALE_AFTER_START_MS),
        prices: prices.collect(),
    }
}

fn price_of(zone: &ZoneId, off: Won) -> Won {
    let full = match zone.0.as_str() {
        "premium" => Won(15_000),
        "couple" => Won(14_000),
        _ => Won(12_000),
    };
    full - off
}

/// The next minute that ends in zero: nobody announces 19:07.
fn next_tenth(minute: i64) -> i64 {
    (minute + 9).div_euclid(10) * 10
}
