//! The table `seats`, and `seatings` beside it.

use std::collections::BTreeSet;

use domain::id::{BookingId, HoldId, NodeId, ScreeningId, SeatId, TheaterId};
use domain::seating::{ScreeningSeat, SeatState, Seats};
use domain::time::Timestamp;
use domain::version::Version;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;

use super::{inconsistent, parsed, uuid_or_none};

/// All seats of a screening.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_screening(db: &Connection, screening: ScreeningId) -> Result<Seats, StoreError> {
    in_range(db, screening, SeatId(0), SeatId(u32::MAX))
}

/// The seats of a screening with ids from `first` to `last`.
///
/// # Errors
///
/// Fails when the store does.
pub fn in_range(
    db: &Connection,
    screening: ScreeningId,
    first: SeatId,
    last: SeatId,
) -> Result<Seats, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT screening_id, seat_id, owner, epoch, revision, state, hold_id, held_until,
                booking_id
           FROM seats
          WHERE screening_id = ?1 AND seat_id BETWEEN ?2 AND ?3",
    )?;
    let mut rows = statement.query(params![screening.0, first.0, last.0])?;
    let mut seats = Seats::new();
    while let Some(row) = rows.next()? {
        let seat = from_row(row)?;
        seats.insert(seat.seat, seat);
    }
    Ok(seats)
}

/// The seats with ids from `first` to `last` that nobody can choose any more at `now`,
/// whoever owns them.
pub(crate) fn taken_in_range(
    db: &Connection,
    screening: ScreeningId,
    (first, last): (SeatId, SeatId),
    now: Timestamp,
) -> Result<BTreeSet<SeatId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT seat_id FROM seats
          WHERE screening_id = ?1 AND seat_id BETWEEN ?2 AND ?3
            AND NOT (state = 'free' OR (state = 'held' AND held_until <= ?4))",
    )?;
    let rows = statement.query_map(params![screening.0, first.0, last.0, now.0], |row| {
        row.get(0).map(SeatId)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One seat.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(
    db: &Connection,
    screening: ScreeningId,
    seat: SeatId,
) -> Result<Option<ScreeningSeat>, StoreError> {
    Ok(in_range(db, screening, seat, seat)?.remove(&seat))
}

/// These seats of a screening, read at once.
///
/// # Errors
///
/// Fails when the store does.
pub fn some(
    db: &Connection,
    screening: ScreeningId,
    seats: &BTreeSet<SeatId>,
) -> Result<Seats, StoreError> {
    let ids: Vec<String> = seats.iter().map(ToString::to_string).collect();
    let mut statement = db.prepare_cached(
        "SELECT screening_id, seat_id, owner, epoch, revision, state, hold_id, held_until,
                booking_id
           FROM seats
          WHERE screening_id = ?1 AND seat_id IN (SELECT value FROM json_each(?2))",
    )?;
    let mut rows = statement.query(params![screening.0, format!("[{}]", ids.join(","))])?;
    let mut found = Seats::new();
    while let Some(row) = rows.next()? {
        let seat = from_row(row)?;
        found.insert(seat.seat, seat);
    }
    Ok(found)
}

pub(crate) fn record(tx: &Transaction<'_>, seat: &ScreeningSeat) -> Result<(), StoreError> {
    let (state, hold, until, booking) = columns_of(seat.state);
    let mut statement = tx.prepare_cached(
        "INSERT INTO seats (screening_id, seat_id, owner, epoch, revision, state, hold_id,
                            held_until, booking_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (screening_id, seat_id) DO UPDATE
            SET owner = ?3, epoch = ?4, revision = ?5, state = ?6, hold_id = ?7,
                held_until = ?8, booking_id = ?9",
    )?;
    statement.execute(params![
        seat.screening.0,
        seat.seat.0,
        seat.owner.as_str(),
        seat.version.epoch,
        seat.version.revision,
        state,
        hold.map(|hold| *hold.0.as_bytes()),
        until.map(|until| until.0),
        booking.map(|booking| *booking.0.as_bytes()),
    ])?;
    Ok(())
}

/// Puts the owner's new state over a row that is there.
pub(crate) fn change(tx: &Transaction<'_>, seat: &ScreeningSeat) -> Result<(), StoreError> {
    let (state, hold, until, booking) = columns_of(seat.state);
    let mut statement = tx.prepare_cached(
        "UPDATE seats
            SET revision = ?3, state = ?4, hold_id = ?5, held_until = ?6, booking_id = ?7
          WHERE screening_id = ?1 AND seat_id = ?2",
    )?;
    let changed = statement.execute(params![
        seat.screening.0,
        seat.seat.0,
        seat.version.revision,
        state,
        hold.map(|hold| *hold.0.as_bytes()),
        until.map(|until| until.0),
        booking.map(|booking| *booking.0.as_bytes()),
    ])?;
    assert_eq!(changed, 1, "a decided seat is there");
    Ok(())
}

/// How many seats of a screening can be chosen at `node`.
///
/// # Errors
///
/// Fails when the store does.
pub fn count_free(
    db: &Connection,
    screening: ScreeningId,
    node: &NodeId,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM seats
          WHERE screening_id = ?1 AND owner = ?2
            AND (state = 'free' OR (state = 'held' AND held_until <= ?3))",
    )?;
    let count =
        statement.query_row(params![screening.0, node.as_str(), now.0], |row| row.get(0))?;
    Ok(count)
}

/// How many seats of a screening somebody has, whoever owns them, and how many there are.
pub(crate) fn count_taken(
    db: &Connection,
    screening: ScreeningId,
    now: Timestamp,
) -> Result<(u32, u32), StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FILTER (WHERE NOT (state = 'free'
                                 OR (state = 'held' AND held_until <= ?2))),
                count(*)
           FROM seats WHERE screening_id = ?1",
    )?;
    let counts = statement.query_row(params![screening.0, now.0], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(counts)
}

/// Notes whom a screening concerns.
///
/// # Errors
///
/// Fails when the store does.
pub fn record_seating(
    tx: &Transaction<'_>,
    screening: ScreeningId,
    theater: TheaterId,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO seatings (screening_id, theater_id) VALUES (?1, ?2)
         ON CONFLICT (screening_id) DO UPDATE SET theater_id = ?2 WHERE theater_id <> ?2",
    )?;
    statement.execute(params![screening.0, theater.0])?;
    Ok(())
}

/// Whether the screening's seats were laid out here.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_open(db: &Connection, screening: ScreeningId) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached("SELECT 1 FROM seatings WHERE screening_id = ?1")?;
    Ok(statement.exists([screening.0])?)
}

/// Every seat that `node` owns, by screening.
pub(crate) fn owned_by(db: &Connection, node: &NodeId) -> Result<Vec<ScreeningSeat>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT screening_id, seat_id, owner, epoch, revision, state, hold_id, held_until,
                booking_id
           FROM seats WHERE owner = ?1",
    )?;
    let seats = statement.query_and_then([node.as_str()], from_row)?;
    seats.collect()
}

type Columns = (
    &'static str,
    Option<HoldId>,
    Option<Timestamp>,
    Option<BookingId>,
);

fn columns_of(state: SeatState) -> Columns {
    match state {
        SeatState::Free => ("free", None, None, None),
        SeatState::Held { hold, until } => ("held", Some(hold), Some(until), None),
        SeatState::Kept { hold } => ("kept", Some(hold), None, None),
        SeatState::Booked { booking } => ("booked", None, None, Some(booking)),
        SeatState::Blocked => ("blocked", None, None, None),
    }
}

/// Reads the columns by their place in [`in_range`]'s list: this is the hottest read of all,
/// and looking columns up by name was a tenth of it.
fn from_row(row: &Row<'_>) -> Result<ScreeningSeat, StoreError> {
    let hold = uuid_or_none(row, 6)?.map(HoldId);
    let until: Option<i64> = row.get(7)?;
    let booking = uuid_or_none(row, 8)?.map(BookingId);
    let seat = SeatId(row.get(1)?);
    let state = match (row.get_ref(5)?.as_str().unwrap_or(""), hold, until, booking) {
        ("free", None, None, None) => SeatState::Free,
        ("blocked", None, None, None) => SeatState::Blocked,
        ("kept", Some(hold), None, None) => SeatState::Kept { hold },
        ("booked", None, None, Some(booking)) => SeatState::Booked { booking },
        ("held", Some(hold), Some(until), None) => SeatState::Held {
            hold,
            until: Timestamp(until),
        },
        (state, ..) => {
            return Err(inconsistent("seats", format!("seat {seat} is {state}")));
        }
    };
    Ok(ScreeningSeat {
        screening: ScreeningId(row.get(0)?),
        seat,
        owner: parsed(row, 2)?,
        version: Version {
            epoch: row.get(3)?,
            revision: row.get(4)?,
        },
        state,
    })
}
