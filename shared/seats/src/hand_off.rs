//! Orders that are paid on the buyer's phone: given to the hub by the kiosk together with the
//! seats, taken by the hub, and kept by everybody else as a copy.

use domain::conflict::Conflict;
use domain::hand_off::{HandOff, HandOffState};
use domain::id::{HoldId, NodeId, OrderId};
use domain::screening::Screening;
use domain::seating::{
    BookRefused, HOLD_TOTAL_MS, Hold, HoldRequest, HoldState, SeatState, decide_hold,
};
use domain::time::{MINUTE_MS, Timestamp};
use domain::version::Version;
use protocol::row::Row;
use rusqlite::Transaction;
use store::StoreError;

use crate::apply::{Applied, ApplyError, is_believed};
use crate::error::{BookError, HoldError};
use crate::feed::Changes;
use crate::hold::{HoldSeats, kept_seats, load_wanted, open_scope, put};
use crate::{Here, sqlite};

/// Ends `hold` and gives its seats to the hub, together with an order for them that can be paid
/// up to `until`. It is this node's last word on both; until the hub has heard of it the seats
/// are nobody's. Handing the order off again changes nothing.
///
/// # Errors
///
/// Refuses when the hold has run out or is being paid.
pub fn hand_off(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (order, hold): (OrderId, HoldId),
    until: Timestamp,
) -> Result<HandOff, BookError> {
    if let Some(known) = sqlite::hand_offs::find(tx, order)? {
        return Ok(known);
    }
    let hold = sqlite::holds::find(tx, hold)?.ok_or(BookRefused::UnknownHold)?;
    let scope = open_scope::<BookError>(tx, hold.screening)?;
    match hold.state {
        HoldState::Open { until } if here.now < until => {}
        HoldState::Open { .. } | HoldState::Released => return Err(BookRefused::Expired.into()),
        HoldState::Paying | HoldState::Booked { .. } => return Err(BookRefused::BeingPaid.into()),
    }
    let seats = kept_seats(tx, &hold)?.ok_or(BookRefused::Expired)?;
    let mut changes = Changes::new(scope);
    for seat in seats.values() {
        assert_eq!(&seat.owner, here.node, "only the owner gives a seat (S1)");
        let granted = seat.granted_to(NodeId::hub());
        sqlite::seats::record(tx, &granted)?;
        changes.seat(&granted);
    }
    let given = HandOff {
        order,
        node: here.node.clone(),
        screening: hold.screening,
        seats: hold.seats.clone(),
        version: Version::FIRST,
        made_at: here.now,
        until,
        state: HandOffState::Given,
    }
    .given();
    let state = HoldState::Released;
    sqlite::holds::record(tx, &Hold { state, ..hold })?;
    sqlite::hand_offs::record(tx, &given)?;
    // After the seats: whoever takes the order finds them.
    changes.hand_off(&given);
    changes.record(tx, here.node)?;
    Ok(given)
}

/// Keeps seats that came with a hand-off, up to `until`. They were chosen where they were sold:
/// neither a single seat that is left alone nor the end of the sale is a reason any more, and the
/// claims that are kept here had no part in them.
///
/// # Errors
///
/// Refuses when a seat has not come, or somebody has it; then nothing changes.
pub fn hold_handed_off(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: HoldSeats<'_>,
    until: Timestamp,
) -> Result<Hold, HoldError> {
    let scope = open_scope::<HoldError>(tx, request.screening.screening)?;
    let on_sale = Screening {
        sale_from: here.now,
        sale_until: here.now.plus_ms(MINUTE_MS),
        ..request.screening.clone()
    };
    let seats = load_wanted(tx, &request)?;
    let decided = decide_hold(
        &HoldRequest {
            hold: request.hold,
            node: here.node,
            screening: &on_sale,
            map: request.map,
            wanted: request.wanted,
            now: here.now,
        },
        &seats,
    )?;
    let hold = Hold {
        // So that no refresh passes the end.
        made_at: until.plus_ms(-HOLD_TOTAL_MS),
        state: HoldState::Open { until },
        ..decided
    };
    sqlite::holds::record(tx, &hold)?;
    let held = SeatState::Held {
        hold: hold.hold,
        until,
    };
    put(tx, here, (&hold, &seats), held, scope)?;
    Ok(hold)
}

/// Records what has become of a hand-off: the hub's word.
///
/// # Errors
///
/// Fails when the store does.
///
/// # Panics
///
/// Panics at a node that is not the hub.
pub fn record_hand_off(
    tx: &Transaction<'_>,
    node: &NodeId,
    hand_off: &HandOff,
) -> Result<(), StoreError> {
    assert!(node.is_hub(), "one row, one writer");
    sqlite::hand_offs::record(tx, hand_off)?;
    tell(tx, node, hand_off)
}

/// Takes a hand-off that `sender` told us of, and relays it in our own feed.
///
/// # Errors
///
/// Refuses what `sender` may not have written.
pub fn apply_hand_off(
    tx: &Transaction<'_>,
    sender: &NodeId,
    hand_off: &HandOff,
) -> Result<Applied, ApplyError> {
    let known = sqlite::hand_offs::find(tx, hand_off.order)?;
    if known
        .as_ref()
        .is_some_and(|known| known.version >= hand_off.version)
    {
        return Ok(Applied::Known);
    }
    // A kiosk tells of it once: when it gives it away.
    let first = known.is_none() && hand_off.version == Version::FIRST.granted();
    let given = first && &hand_off.node == sender;
    if !sender.is_hub() && !given && !is_believed(tx, sender)? {
        return Err(ApplyError::Refused(Conflict::RowRefused {
            sender: sender.clone(),
            row: "hand_off".to_owned(),
            key: Row::HandOff(hand_off.clone()).key(),
            reason: format!("it was made at {} and is the hub's", hand_off.node),
        }));
    }
    sqlite::hand_offs::record(tx, hand_off)?;
    tell(tx, sender, hand_off)?;
    Ok(Applied::Changed)
}

fn tell(tx: &Transaction<'_>, origin: &NodeId, hand_off: &HandOff) -> Result<(), StoreError> {
    let scope = sqlite::recovery::seating(tx, hand_off.screening)?.scope;
    let mut changes = Changes::new(scope);
    changes.hand_off(hand_off);
    changes.record(tx, origin)
}
