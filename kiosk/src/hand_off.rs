//! Handing an order off to the hub, so that it is paid on the buyer's own phone. Only with the
//! hub: from the hand-off on the seats are the hub's, and so is the order.

use domain::hand_off::{HAND_OFF_MS, HandOff};
use domain::id::{HoldId, NodeId, OrderId};
use rusqlite::{Connection, Transaction};
use seats::{Applied, ApplyError, BookError, Here};
use store::{StoreError, meta};

/// Where orders are paid that this kiosk hands off; empty for a hub that takes none.
const PAYS_AT: &str = "pays_at";

/// Keeps what the hub has said of where orders are paid.
///
/// # Errors
///
/// Fails when the store does.
pub fn keep_address(tx: &Transaction<'_>, pays_at: Option<&str>) -> Result<(), StoreError> {
    let pays_at = pays_at.unwrap_or_default();
    if meta::get_text(tx, PAYS_AT)?.unwrap_or_default() == pays_at {
        return Ok(());
    }
    meta::set_text(tx, PAYS_AT, pays_at)
}

/// Where orders are paid, without a path; none for a hub that takes no hand-offs.
///
/// # Errors
///
/// Fails when the store does.
pub fn address(db: &Connection) -> Result<Option<String>, StoreError> {
    let known = meta::get_text(db, PAYS_AT)?;
    Ok(known.filter(|address| !address.is_empty()))
}

/// Ends the hold and gives its seats to the hub together with the order, in one transaction. The
/// order has the hold's id: asked for again, it is the same.
///
/// # Errors
///
/// Refuses when the hold has run out or is being paid.
pub fn begin(tx: &Transaction<'_>, here: Here<'_>, hold: HoldId) -> Result<HandOff, BookError> {
    let until = here.now.plus_ms(HAND_OFF_MS);
    seats::hand_off(tx, here, (OrderId(hold.0), hold), until)
}

/// What the hub says of a hand-off.
///
/// # Errors
///
/// Fails when the store does.
pub fn take(tx: &Transaction<'_>, hub: &NodeId, hand_off: &HandOff) -> Result<Applied, StoreError> {
    match seats::apply_hand_off(tx, hub, hand_off) {
        Ok(applied) => Ok(applied),
        Err(ApplyError::Refused(_)) => Ok(Applied::NotOurs),
        Err(ApplyError::Store(fault)) => Err(fault),
    }
}
