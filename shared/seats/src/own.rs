//! What only the owner of a seat may do with it besides selling: lay it out, block it, grant
//! it to another node.

use std::collections::BTreeMap;

use domain::id::{NodeId, ScreeningId, SeatId};
use domain::mutant::{Mutant, is};
use domain::screening::Screening;
use domain::seating::{ScreeningSeat, SeatState};
use domain::version::Version;
use rusqlite::Transaction;
use store::StoreError;

use crate::error::{OwnError, OwnRefused};
use crate::feed::Changes;
use crate::hold::open_scope;
use crate::{Here, sqlite};

/// Lays out the seats of a new screening with their first owners. Laying it out again
/// changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn open_screening(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: &Screening,
    owners: &BTreeMap<SeatId, NodeId>,
) -> Result<(), StoreError> {
    if sqlite::seats::is_open(tx, screening.screening)? {
        return Ok(());
    }
    let (id, theater) = (screening.screening, screening.theater);
    sqlite::seats::record_seating(tx, id, theater)?;
    let mut changes = Changes::new(theater.0);
    for (&seat, owner) in owners {
        let seat = ScreeningSeat {
            screening: id,
            seat,
            owner: owner.clone(),
            version: Version::FIRST,
            state: SeatState::Free,
        };
        sqlite::seats::record(tx, &seat)?;
        changes.seat(&seat);
    }
    changes.record(tx, here.node)
}

/// Takes free seats off sale: broken tonight, or kept by the house.
///
/// # Errors
///
/// Refuses when a seat is not ours or somebody has it; then nothing changes.
pub fn block(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: ScreeningId,
    seats: &[SeatId],
) -> Result<(), OwnError> {
    let free = free_of(tx, screening, seats, here)?;
    refuse_kept(tx, here, (screening, &free))?;
    change(tx, here, (screening, seats), |seat| {
        let free = seat.state.is_free(here.now) || seat.state == SeatState::Blocked;
        free.then(|| seat.changed_to(SeatState::Blocked))
    })
}

/// Puts blocked seats back on sale.
///
/// # Errors
///
/// Refuses when a seat is not ours or somebody has it; then nothing changes.
pub fn unblock(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: ScreeningId,
    seats: &[SeatId],
) -> Result<(), OwnError> {
    change(tx, here, (screening, seats), |seat| {
        let free = seat.state.is_free(here.now) || seat.state == SeatState::Blocked;
        free.then(|| seat.changed_to(SeatState::Free))
    })
}

/// Gives free seats to another node: our last act on them (S2).
///
/// # Errors
///
/// Refuses when a seat is not ours or somebody has it; then nothing changes.
pub fn grant(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (screening, to): (ScreeningId, &NodeId),
    seats: &[SeatId],
) -> Result<(), OwnError> {
    refuse_kept(tx, here, (screening, seats))?;
    change(tx, here, (screening, seats), |seat| {
        let free = seat.state.is_free(here.now) || is(Mutant::GrantHeldSeat);
        free.then(|| seat.granted_to(to.clone()))
    })
}

/// Those of the seats that are not blocked already.
fn free_of(
    tx: &Transaction<'_>,
    screening: ScreeningId,
    seats: &[SeatId],
    here: Here<'_>,
) -> Result<Vec<SeatId>, StoreError> {
    let mut free = Vec::new();
    for &id in seats {
        let seat = sqlite::seats::find(tx, screening, id)?;
        if seat.is_some_and(|seat| seat.state.is_free(here.now)) {
            free.push(id);
        }
    }
    Ok(free)
}

/// Refuses seats to which somebody has a claim (S6).
fn refuse_kept(
    tx: &Transaction<'_>,
    here: Here<'_>,
    seats: (ScreeningId, &[SeatId]),
) -> Result<(), OwnError> {
    if crate::claims::leaves_enough(tx, here, seats)? {
        return Ok(());
    }
    Err(OwnRefused::KeptForBackers.into())
}

fn change(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (screening, seats): (ScreeningId, &[SeatId]),
    decide: impl Fn(&ScreeningSeat) -> Option<ScreeningSeat>,
) -> Result<(), OwnError> {
    let scope = open_scope::<OwnError>(tx, screening)?;
    let mut changes = Changes::new(scope);
    for &id in seats {
        let seat = sqlite::seats::find(tx, screening, id)?;
        let ours = seat.filter(|seat| &seat.owner == here.node);
        let ours = ours.ok_or(OwnRefused::NotOurs(id))?;
        let changed = decide(&ours).ok_or(OwnRefused::Taken(id))?;
        sqlite::seats::record(tx, &changed)?;
        changes.seat(&changed);
    }
    changes.record(tx, here.node)?;
    Ok(())
}
