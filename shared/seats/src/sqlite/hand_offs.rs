//! The table `hand_offs`.

use domain::hand_off::{HandOff, HandOffEnd, HandOffState};
use domain::id::{BookingId, OrderId, ScreeningId};
use domain::time::Timestamp;
use domain::version::Version;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;

use super::holds::seats_as_text;
use super::{inconsistent, parsed, uuid_at, uuid_or_none};

/// The hand-off of this order.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<HandOff>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, node, screening_id, seats, epoch, revision, made_at, until, state,
                booking_id, why
           FROM hand_offs WHERE order_id = ?1",
    )?;
    let mut rows = statement.query([order.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// Inserts the hand-off, or puts its newer state over the older.
pub(crate) fn record(tx: &Transaction<'_>, hand_off: &HandOff) -> Result<(), StoreError> {
    let (state, booking, why) = match hand_off.state {
        HandOffState::Given => ("given", None, None),
        HandOffState::Open => ("open", None, None),
        HandOffState::Paying => ("paying", None, None),
        HandOffState::Paid { booking } => ("paid", Some(*booking.0.as_bytes()), None),
        HandOffState::Over { why } => ("over", None, Some(why.name())),
    };
    let mut statement = tx.prepare_cached(
        "INSERT INTO hand_offs (order_id, node, screening_id, seats, epoch, revision, made_at,
                                until, state, booking_id, why)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (order_id) DO UPDATE
            SET epoch = ?5, revision = ?6, until = ?8, state = ?9, booking_id = ?10, why = ?11",
    )?;
    statement.execute(params![
        hand_off.order.0.as_bytes(),
        hand_off.node.as_str(),
        hand_off.screening.0,
        seats_as_text(&hand_off.seats),
        hand_off.version.epoch,
        hand_off.version.revision,
        hand_off.made_at.0,
        hand_off.until.0,
        state,
        booking,
        why,
    ])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> Result<HandOff, StoreError> {
    let order = OrderId(uuid_at(row, "order_id")?);
    let wrong = |what: String| inconsistent("hand_offs", format!("hand-off {order}: {what}"));
    let booking = uuid_or_none(row, "booking_id")?.map(BookingId);
    let why: Option<String> = row.get("why")?;
    let why = match why {
        None => None,
        Some(name) => Some(HandOffEnd::from_name(&name).ok_or_else(|| wrong(name))?),
    };
    let state = match (row.get_ref("state")?.as_str().unwrap_or(""), booking, why) {
        ("given", None, None) => HandOffState::Given,
        ("open", None, None) => HandOffState::Open,
        ("paying", None, None) => HandOffState::Paying,
        ("paid", Some(booking), None) => HandOffState::Paid { booking },
        ("over", None, Some(why)) => HandOffState::Over { why },
        (state, ..) => return Err(wrong(format!("it is {state}"))),
    };
    let seats: String = row.get("seats")?;
    Ok(HandOff {
        order,
        node: parsed(row, "node")?,
        screening: ScreeningId(row.get("screening_id")?),
        seats: serde_json::from_str(&seats).map_err(|error| wrong(error.to_string()))?,
        version: Version {
            epoch: row.get("epoch")?,
            revision: row.get("revision")?,
        },
        made_at: Timestamp(row.get("made_at")?),
        until: Timestamp(row.get("until")?),
        state,
    })
}
