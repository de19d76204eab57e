//! Pledges as rows: made at a kiosk within the seats that it owns, handed over to the hub with
//! so many of them (S6), and kept by everybody else as a copy.

use domain::conflict::Conflict;
use domain::id::{HoldId, NodeId};
use domain::pledge::Pledge;
use domain::seating::{BookRefused, Hold, HoldState};
use domain::time::MINUTE_MS;
use domain::version::Version;
use protocol::row::Row;
use rusqlite::Transaction;
use store::StoreError;

use crate::apply::{Applied, ApplyError, is_believed};
use crate::error::{BookError, HoldError};
use crate::feed::Changes;
use crate::hold::{HoldSeats, kept_seats, open_scope};
use crate::{Here, sqlite};

/// Keeps seats of this node's own while a pledge for them is being paid here. The screening is
/// not on sale; whether the campaign takes pledges the caller has looked at.
///
/// # Errors
///
/// Refuses as [`crate::hold()`] does.
pub fn hold_for_pledge(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: HoldSeats<'_>,
) -> Result<Hold, HoldError> {
    let on_sale = domain::screening::Screening {
        sale_from: here.now,
        sale_until: here.now.plus_ms(MINUTE_MS),
        ..request.screening.clone()
    };
    let screening = &on_sale;
    crate::hold(
        tx,
        here,
        HoldSeats {
            screening,
            ..request
        },
    )
}

/// The pledge that `hold` is kept for is paid: it goes to the hub together with the hold's
/// seats, which are this node's last word on both. It is the hub's when the hub has heard of it;
/// until then the seats are nobody's. Handing it over again changes nothing (M3).
///
/// # Errors
///
/// Refuses when the hold has run out, or its seats are not as many as the pledge's tickets.
pub fn hand_over(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (hold, pledge): (HoldId, &Pledge),
) -> Result<Pledge, BookError> {
    if let Some(known) = sqlite::pledges::find(tx, pledge.pledge)? {
        return Ok(known);
    }
    let hold = sqlite::holds::find(tx, hold)?.ok_or(BookRefused::UnknownHold)?;
    let scope = open_scope::<BookError>(tx, hold.screening)?;
    let alive = match hold.state {
        HoldState::Paying => true,
        HoldState::Open { until } => here.now < until,
        HoldState::Booked { .. } | HoldState::Released => false,
    };
    let seats = kept_seats(tx, &hold)?.filter(|_| alive);
    let seats = seats.ok_or(BookRefused::Expired)?;
    let whole = usize::try_from(pledge.tickets) == Ok(seats.len());
    if !whole || pledge.screening != hold.screening || &pledge.node != here.node {
        return Err(BookRefused::UnknownHold.into());
    }
    let mut changes = Changes::new(scope);
    for seat in seats.values() {
        assert_eq!(&seat.owner, here.node, "only the owner gives a seat (S1)");
        let granted = seat.granted_to(NodeId::hub());
        sqlite::seats::record(tx, &granted)?;
        changes.seat(&granted);
    }
    let state = HoldState::Released;
    sqlite::holds::record(tx, &Hold { state, ..hold })?;
    let given = Pledge {
        version: Version::FIRST,
        ..pledge.clone()
    }
    .handed_over();
    sqlite::pledges::record(tx, &given)?;
    changes.pledge(&given);
    changes.record(tx, here.node)?;
    Ok(given)
}

/// Records a pledge that this node writes.
///
/// # Errors
///
/// Fails when the store does.
///
/// # Panics
///
/// Panics at a node that does not write the pledge.
pub fn record_pledge(
    tx: &Transaction<'_>,
    here: Here<'_>,
    pledge: &Pledge,
) -> Result<(), StoreError> {
    assert!(pledge.is_written_by(here.node), "one row, one writer");
    sqlite::pledges::record(tx, pledge)?;
    let scope = sqlite::recovery::seating(tx, pledge.screening)?.scope;
    let mut changes = Changes::new(scope);
    changes.pledge(pledge);
    changes.record(tx, here.node)
}

/// Takes a pledge that `sender` told us of, and relays it in our own feed.
///
/// # Errors
///
/// Refuses what `sender` may not have written.
pub fn apply_pledge(
    tx: &Transaction<'_>,
    sender: &NodeId,
    pledge: &Pledge,
) -> Result<Applied, ApplyError> {
    let known = sqlite::pledges::find(tx, pledge.pledge)?;
    if known
        .as_ref()
        .is_some_and(|it| it.version >= pledge.version)
    {
        return Ok(Applied::Known);
    }
    // A kiosk tells of a pledge once: when it hands it over.
    let given = known.is_none() && &pledge.node == sender && is_handed_over(pledge);
    if !sender.is_hub() && !given && !is_believed(tx, sender)? {
        return Err(ApplyError::Refused(Conflict::RowRefused {
            sender: sender.clone(),
            row: "pledge".to_owned(),
            key: Row::Pledge(pledge.clone()).key(),
            reason: format!("it was sold at {} and is the hub's", pledge.node),
        }));
    }
    sqlite::pledges::record(tx, pledge)?;
    let scope = sqlite::recovery::seating(tx, pledge.screening)?.scope;
    let mut changes = Changes::new(scope);
    changes.pledge(pledge);
    changes.record(tx, sender)?;
    Ok(Applied::Changed)
}

fn is_handed_over(pledge: &Pledge) -> bool {
    pledge.version == Version::FIRST.granted()
}
