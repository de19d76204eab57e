//! The table `holds`.

use domain::id::{BookingId, HoldId, ScreeningId, SeatId};
use domain::seating::{Hold, HoldState};
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;

use super::{inconsistent, uuid_at, uuid_or_none};

/// The hold with this id, if this node made it.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, hold: HoldId) -> Result<Option<Hold>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hold_id, screening_id, seats, made_at, state, until, booking_id
           FROM holds WHERE hold_id = ?1",
    )?;
    let mut rows = statement.query([hold.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

pub(crate) fn record(tx: &Transaction<'_>, hold: &Hold) -> Result<(), StoreError> {
    let (state, until, booking) = match hold.state {
        HoldState::Open { until } => ("open", Some(until.0), None),
        HoldState::Paying => ("paying", None, None),
        HoldState::Booked { booking } => ("booked", None, Some(*booking.0.as_bytes())),
        HoldState::Released => ("released", None, None),
    };
    let mut statement = tx.prepare_cached(
        "INSERT INTO holds (hold_id, screening_id, seats, made_at, state, until, booking_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (hold_id) DO UPDATE SET state = ?5, until = ?6, booking_id = ?7",
    )?;
    statement.execute(params![
        hold.hold.0.as_bytes(),
        hold.screening.0,
        seats_as_text(&hold.seats),
        hold.made_at.0,
        state,
        until,
        booking,
    ])?;
    Ok(())
}

/// Up to `limit` open holds that have run out at `now`, the oldest first.
pub(crate) fn expired(
    db: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Hold>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hold_id, screening_id, seats, made_at, state, until, booking_id
           FROM holds
          WHERE state = 'open' AND until <= ?1
            AND screening_id NOT IN (SELECT screening_id FROM seatings WHERE closed = 1)
          ORDER BY until LIMIT ?2",
    )?;
    let rows = statement.query_and_then(params![now.0, limit], from_row)?;
    rows.collect()
}

/// Every open hold.
pub(crate) fn open(db: &Connection) -> Result<Vec<Hold>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT hold_id, screening_id, seats, made_at, state, until, booking_id
           FROM holds WHERE state = 'open' ORDER BY until, hold_id",
    )?;
    let rows = statement.query_and_then([], from_row)?;
    rows.collect()
}

/// Moves the beginning of a hold: the clock by which it was measured was put right.
pub(crate) fn set_made_at(
    tx: &Transaction<'_>,
    hold: HoldId,
    made_at: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("UPDATE holds SET made_at = ?2 WHERE hold_id = ?1")?;
    statement.execute(params![hold.0.as_bytes(), made_at.0])?;
    Ok(())
}

pub(super) fn seats_as_text(seats: &[SeatId]) -> String {
    let ids: Vec<String> = seats.iter().map(ToString::to_string).collect();
    format!("[{}]", ids.join(","))
}

fn from_row(row: &Row<'_>) -> Result<Hold, StoreError> {
    let hold = HoldId(uuid_at(row, "hold_id")?);
    let until: Option<i64> = row.get("until")?;
    let booking = uuid_or_none(row, "booking_id")?.map(BookingId);
    let state = match (row.get_ref("state")?.as_str().unwrap_or(""), until, booking) {
        ("open", Some(until), None) => HoldState::Open {
            until: Timestamp(until),
        },
        ("paying", None, None) => HoldState::Paying,
        ("booked", None, Some(booking)) => HoldState::Booked { booking },
        ("released", None, None) => HoldState::Released,
        (state, ..) => return Err(inconsistent("holds", format!("hold {hold} is {state}"))),
    };
    let seats: String = row.get("seats")?;
    let seats = serde_json::from_str(&seats)
        .map_err(|error| inconsistent("holds", format!("hold {hold}: {error}")))?;
    Ok(Hold {
        hold,
        screening: ScreeningId(row.get("screening_id")?),
        seats,
        made_at: Timestamp(row.get("made_at")?),
        state,
    })
}
