//! Orders that kiosks hand off: taken with their seats in one transaction, then paid as any other
//! order on the web. The kiosk is told what becomes of them.

use domain::hand_off::{HandOff, HandOffEnd, HandOffState};
use domain::id::{HoldId, NodeId, OrderId};
use domain::version::Version;
use domain::web_order::{IfGone, OrderFor, SeatsGiven, WebOrder, WebOrderState};
use rusqlite::Transaction;
use seats::{Applied, ApplyError, Here, HoldError, HoldSeats};
use sha2::{Digest as _, Sha256};
use store::StoreError;
use uuid::Builder;

use crate::selling;
use crate::sqlite::{orders, screenings, theaters};

/// Takes a hand-off that `sender` tells of: its seats are held and its order is open, or it is
/// over at once. Told again, it changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn take(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (sender, hand_off): (&NodeId, &HandOff),
) -> Result<Applied, StoreError> {
    match seats::apply_hand_off(tx, sender, hand_off) {
        Ok(Applied::Changed) => {}
        Ok(other) => return Ok(other),
        // The conflict is recorded by whoever applies the batch.
        Err(ApplyError::Refused(_)) => return Ok(Applied::NotOurs),
        Err(ApplyError::Store(fault)) => return Err(fault),
    }
    if hand_off.version > Version::FIRST.granted() {
        // The hub's own word of before it was restored, from a node that has a copy of it.
        return Ok(Applied::Changed);
    }
    let state = match orders::find(tx, hand_off.order)? {
        Some(known) => HandOffState::of_order(&known.state),
        None => match open(tx, here, hand_off)? {
            Ok(()) => HandOffState::Open,
            Err(why) => HandOffState::Over { why },
        },
    };
    seats::record_hand_off(tx, here.node, &hand_off.changed_to(state))?;
    Ok(Applied::Changed)
}

/// Holds the seats and opens the order. The prices are the hub's own (M1).
fn open(
    tx: &Transaction<'_>,
    here: Here<'_>,
    hand_off: &HandOff,
) -> Result<Result<(), HandOffEnd>, StoreError> {
    if here.now >= hand_off.until {
        return Ok(Err(HandOffEnd::Expired));
    }
    let Some(screening) = screenings::find(tx, hand_off.screening)? else {
        return Ok(Err(HandOffEnd::SeatsGone));
    };
    let map = theaters::seat_map(tx, screening.seat_map, screening.seat_map_version)?;
    let Some(map) = map else {
        return Ok(Err(HandOffEnd::SeatsGone));
    };
    let request = HoldSeats {
        hold: hold_id(hand_off.order),
        screening: &screening,
        map: &map,
        wanted: &hand_off.seats,
    };
    let hold = match seats::hold_handed_off(tx, here, request, hand_off.until) {
        Ok(hold) => hold,
        Err(HoldError::Refused(_)) => return Ok(Err(HandOffEnd::SeatsGone)),
        Err(HoldError::Store(fault)) => return Err(fault),
    };
    let order = WebOrder {
        order: hand_off.order,
        what: OrderFor::Seats {
            hold: hold.hold,
            screening: hold.screening,
            lines: selling::lines(&screening, &map, &hold.seats)?,
            given: SeatsGiven::AsChosen,
        },
        // The buyer has chosen these seats on a map, a few steps from the room.
        if_gone: IfGone::Refund,
        made_at: here.now,
        expires_at: hand_off.until,
        state: WebOrderState::Open,
    };
    orders::add(tx, &order, None)?;
    Ok(Ok(()))
}

/// The id of the hold of an order that was handed off: it follows from the order.
fn hold_id(order: OrderId) -> HoldId {
    let mut digest = Sha256::new();
    digest.update(b"moding hand-off");
    digest.update(order.0.as_bytes());
    let digest = digest.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    HoldId(Builder::from_custom_bytes(bytes).into_uuid())
}

/// An order has come to another state: if a kiosk waits for it, it is told.
///
/// # Errors
///
/// Fails when the store does.
pub fn follow(tx: &Transaction<'_>, order: &WebOrder) -> Result<(), StoreError> {
    let Some(known) = seats::sqlite::hand_offs::find(tx, order.order)? else {
        return Ok(());
    };
    let state = HandOffState::of_order(&order.state);
    if state == known.state {
        return Ok(());
    }
    seats::record_hand_off(tx, &NodeId::hub(), &known.changed_to(state))
}
