//! Seats that are kept for claims (S6): for each node and screening,
//! `sold + held + claims kept here ≤ seats owned here`. A claim needs no particular seat.

use domain::id::{ScreeningId, SeatId};
use rusqlite::{Connection, Transaction};
use store::StoreError;
use uuid::Uuid;

use crate::error::{KeepError, KeepRefused};
use crate::hold::open_scope;
use crate::{Here, sqlite};

/// Keeps seats for a claim, in place of what was kept for it before.
///
/// # Errors
///
/// Refuses when so many are not left here; then nothing changes.
pub fn keep(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: ScreeningId,
    (claim, seats): (Uuid, u32),
) -> Result<(), KeepError> {
    open_scope::<KeepError>(tx, screening)?;
    let before = sqlite::claims::clear(tx, claim)?;
    let left = unclaimed(tx, here, screening)?;
    if left < i64::from(seats) {
        if before > 0 {
            sqlite::claims::set(tx, screening, (claim, before))?;
        }
        return Err(KeepRefused::NoSeat { left: left.max(0) }.into());
    }
    keep_anyway(tx, screening, (claim, seats)).map_err(KeepError::from)
}

/// Keeps seats for a claim whether there are so many or not: somebody has paid, and what is
/// free next is theirs. None lets go of what was kept.
///
/// # Errors
///
/// Fails when the store does.
pub fn keep_anyway(
    tx: &Transaction<'_>,
    screening: ScreeningId,
    (claim, seats): (Uuid, u32),
) -> Result<(), StoreError> {
    if seats == 0 {
        return let_go(tx, claim);
    }
    sqlite::claims::set(tx, screening, (claim, seats))
}

/// Keeps nothing for a claim any more.
///
/// # Errors
///
/// Fails when the store does.
pub fn let_go(tx: &Transaction<'_>, claim: Uuid) -> Result<(), StoreError> {
    sqlite::claims::clear(tx, claim).map(drop)
}

/// Notes the seats that no claim can have (S7).
///
/// # Errors
///
/// Fails when the store does.
pub fn leave_out(
    tx: &Transaction<'_>,
    screening: ScreeningId,
    seats: &[SeatId],
) -> Result<(), StoreError> {
    for &seat in seats {
        sqlite::claims::leave_out(tx, screening, seat)?;
    }
    Ok(())
}

/// How many free seats are here that nobody has a claim to; below zero when a claim came in
/// for which there is no seat.
///
/// # Errors
///
/// Fails when the store does.
pub fn unclaimed(
    db: &Connection,
    here: Here<'_>,
    screening: ScreeningId,
) -> Result<i64, StoreError> {
    let free = sqlite::claims::count_free(db, (screening, here.node), here.now)?;
    Ok(free - sqlite::claims::kept(db, screening)?)
}

/// Whether `seats`, which are free and ours, can be had by somebody without a claim.
pub(crate) fn leaves_enough(
    db: &Connection,
    here: Here<'_>,
    (screening, seats): (ScreeningId, &[SeatId]),
) -> Result<bool, StoreError> {
    // Nearly every screening: no second look at its seats.
    if sqlite::claims::kept(db, screening)? == 0 {
        return Ok(true);
    }
    let mut wanted = 0;
    for &seat in seats {
        if !sqlite::claims::is_without(db, screening, seat)? {
            wanted += 1;
        }
    }
    Ok(wanted == 0 || unclaimed(db, here, screening)? >= wanted)
}
