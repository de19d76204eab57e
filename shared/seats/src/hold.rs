//! Holding, refreshing and releasing seats.

use std::collections::BTreeSet;

use domain::id::{HoldId, ScreeningId, SeatId};
use domain::mutant::{Mutant, is};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::seating::{
    Choice, Hold, HoldRefused, HoldRequest, HoldState, RefreshRefused, SeatState, Seats,
    decide_hold, nearly_full, stranded_seat,
};
use rusqlite::{Connection, Transaction};
use store::StoreError;

use crate::error::{Closed, HoldError, RefreshError};
use crate::feed::Changes;
use crate::{Here, sqlite};

/// Which seats are wanted.
#[derive(Clone, Copy, Debug)]
pub struct HoldSeats<'a> {
    pub hold: HoldId,
    pub screening: &'a Screening,
    pub map: &'a SeatMap,
    pub wanted: &'a [SeatId],
}

/// Keeps the wanted seats for one buyer, all or nothing (S4).
///
/// # Errors
///
/// Refuses when a seat is not ours to sell, not free, or would leave one alone (S8); then
/// nothing changes.
pub fn hold(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: HoldSeats<'_>,
) -> Result<Hold, HoldError> {
    hold_where(tx, here, request, |request| {
        refuse_stranding(tx, here, request)
    })
}

/// As [`hold`], but S8 gives way: nobody is left to choose, and nobody to come.
///
/// # Errors
///
/// Refuses when a seat is not ours to sell or not free; then nothing changes.
pub fn hold_anywhere(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: HoldSeats<'_>,
) -> Result<Hold, HoldError> {
    hold_where(tx, here, request, |_| Ok(()))
}

fn hold_where(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: HoldSeats<'_>,
    judge: impl Fn(&HoldSeats<'_>) -> Result<(), HoldError>,
) -> Result<Hold, HoldError> {
    let scope = open_scope::<HoldError>(tx, request.screening.screening)?;
    let seats = load_wanted(tx, &request)?;
    let hold = decide_hold(
        &HoldRequest {
            hold: request.hold,
            node: here.node,
            screening: request.screening,
            map: request.map,
            wanted: request.wanted,
            now: here.now,
        },
        &seats,
    )?;
    refuse_kept(tx, here, &request)?;
    judge(&request)?;
    sqlite::holds::record(tx, &hold)?;
    let until = here.now.plus_ms(domain::seating::HOLD_MS);
    let held = SeatState::Held {
        hold: hold.hold,
        until,
    };
    put(tx, here, (&hold, &seats), held, scope)?;
    Ok(hold)
}

/// Gives the buyer more time, up to the hold's absolute end (S5).
///
/// # Errors
///
/// Refuses when the hold has run out, is being paid or is over.
pub fn refresh(tx: &Transaction<'_>, here: Here<'_>, hold: HoldId) -> Result<Hold, RefreshError> {
    let hold = sqlite::holds::find(tx, hold)?.ok_or(RefreshRefused::Expired)?;
    let scope = open_scope::<RefreshError>(tx, hold.screening)?;
    let until = hold.refreshed(here.now)?;
    if (HoldState::Open { until }) == hold.state {
        return Ok(hold);
    }
    let seats = kept_seats(tx, &hold)?.ok_or(RefreshRefused::Expired)?;
    let refreshed = Hold {
        state: HoldState::Open { until },
        ..hold
    };
    sqlite::holds::record(tx, &refreshed)?;
    let held = SeatState::Held {
        hold: refreshed.hold,
        until,
    };
    put(tx, here, (&refreshed, &seats), held, scope)?;
    Ok(refreshed)
}

/// Frees the seats of an open hold. Releasing what is over already changes nothing.
///
/// # Errors
///
/// Refuses while a payment is under way or when the hold is booked.
pub fn release(tx: &Transaction<'_>, here: Here<'_>, hold: HoldId) -> Result<(), RefreshError> {
    let Some(hold) = sqlite::holds::find(tx, hold)? else {
        return Ok(());
    };
    match hold.state {
        HoldState::Open { .. } => {
            let scope = open_scope::<RefreshError>(tx, hold.screening)?;
            Ok(end(tx, here, &hold, scope)?)
        }
        HoldState::Released => Ok(()),
        HoldState::Paying => Err(RefreshRefused::BeingPaid.into()),
        HoldState::Booked { .. } => Err(RefreshRefused::Booked.into()),
    }
}

/// Frees the seats of holds that have run out, up to `limit` of them; says how many. Not
/// needed for correctness: it only makes the picture at other nodes simpler.
///
/// # Errors
///
/// Fails when the store does.
pub fn release_expired(
    tx: &Transaction<'_>,
    here: Here<'_>,
    limit: u32,
) -> Result<usize, StoreError> {
    let expired = sqlite::holds::expired(tx, here.now, limit)?;
    for hold in &expired {
        let scope = sqlite::recovery::seating(tx, hold.screening)?.scope;
        end(tx, here, hold, scope)?;
    }
    Ok(expired.len())
}

/// The seats of a hold, if it still has every one of them: an expired hold may have lost
/// some to the next buyer, and with a clock that jumped back it would not know.
pub(crate) fn kept_seats(tx: &Transaction<'_>, hold: &Hold) -> Result<Option<Seats>, StoreError> {
    let seats = seats_of(tx, hold)?;
    let kept = seats.len() == hold.seats.len()
        && seats
            .values()
            .all(|seat| seat.state.is_of(hold.hold) || is(Mutant::BookExpired));
    Ok(kept.then_some(seats))
}

/// The feed's scope of a screening that this node may sell now.
pub(crate) fn open_scope<E: From<StoreError> + From<Closed>>(
    tx: &Transaction<'_>,
    screening: ScreeningId,
) -> Result<i64, E> {
    let seating = sqlite::recovery::seating(tx, screening)?;
    if seating.closed && !is(Mutant::SellWhileRecovering) {
        return Err(Closed(screening).into());
    }
    Ok(seating.scope)
}

/// Puts every seat of the hold into `state` and tells the feed.
pub(crate) fn put(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (hold, seats): (&Hold, &Seats),
    state: SeatState,
    scope: i64,
) -> Result<(), StoreError> {
    let mut changes = Changes::new(scope);
    put_seats(tx, here, hold, seats, (state, &mut changes))?;
    changes.record(tx, here.node)
}

/// The same as [`put`], for an operation that changes more than the seats.
pub(crate) fn put_seats(
    tx: &Transaction<'_>,
    here: Here<'_>,
    hold: &Hold,
    seats: &Seats,
    (state, changes): (SeatState, &mut Changes),
) -> Result<(), StoreError> {
    for id in &hold.seats {
        let seat = &seats[id];
        let ours = &seat.owner == here.node || is(Mutant::SellElsewhere);
        assert!(ours, "only the owner changes a seat (S1)");
        let changed = seat.changed_to(state);
        sqlite::seats::change(tx, &changed)?;
        changes.seat(&changed);
    }
    Ok(())
}

fn end(tx: &Transaction<'_>, here: Here<'_>, hold: &Hold, scope: i64) -> Result<(), StoreError> {
    let released = Hold {
        state: HoldState::Released,
        ..hold.clone()
    };
    sqlite::holds::record(tx, &released)?;
    let mut seats = seats_of(tx, hold)?;
    seats.retain(|_, seat| seat.state.is_of(hold.hold) && &seat.owner == here.node);
    let still = Hold {
        seats: seats.keys().copied().collect(),
        ..released
    };
    put(tx, here, (&still, &seats), SeatState::Free, scope)
}

fn seats_of(tx: &Transaction<'_>, hold: &Hold) -> Result<Seats, StoreError> {
    let mut seats = Seats::new();
    for &id in &hold.seats {
        if let Some(seat) = sqlite::seats::find(tx, hold.screening, id)? {
            seats.insert(id, seat);
        }
    }
    Ok(seats)
}

pub(crate) fn load_wanted(tx: &Connection, request: &HoldSeats<'_>) -> Result<Seats, StoreError> {
    let mut seats = Seats::new();
    for &id in request.wanted.iter().take(domain::seating::HOLD_SEATS_MAX) {
        if let Some(seat) = sqlite::seats::find(tx, request.screening.screening, id)? {
            seats.insert(id, seat);
        }
    }
    Ok(seats)
}

/// Refuses seats to which somebody else has a claim (S6).
fn refuse_kept(db: &Connection, here: Here<'_>, request: &HoldSeats<'_>) -> Result<(), HoldError> {
    let screening = request.screening.screening;
    if crate::claims::leaves_enough(db, here, (screening, request.wanted))? {
        return Ok(());
    }
    Err(HoldRefused::KeptForBackers(screening).into())
}

pub(crate) fn refuse_stranding(
    tx: &Connection,
    here: Here<'_>,
    request: &HoldSeats<'_>,
) -> Result<(), HoldError> {
    let wanted: BTreeSet<SeatId> = request.wanted.iter().copied().collect();
    let screening = request.screening.screening;
    let mut rows_seen = BTreeSet::new();
    for id in request.wanted {
        let row = request.map.row_of(*id);
        let (Some(first), Some(last)) = (row.first(), row.last()) else {
            continue;
        };
        if !rows_seen.insert(first.seat) {
            continue;
        }
        let ends = (first.seat, last.seat);
        let taken = sqlite::seats::taken_in_range(tx, screening, ends, here.now)?;
        let choice = Choice {
            row,
            taken: &taken,
            wanted: &wanted,
        };
        let Some(stranded) = stranded_seat(&choice) else {
            continue;
        };
        let (taken, rows) = sqlite::seats::count_taken(tx, screening, here.now)?;
        let capacity = u32::try_from(request.map.seats().len()).unwrap_or(u32::MAX);
        // The rows of seats that were taken out of the map are blocked for good.
        let taken_out = rows.saturating_sub(capacity);
        if !nearly_full(taken.saturating_sub(taken_out), capacity) {
            return Err(HoldRefused::StrandsSingle(stranded).into());
        }
    }
    Ok(())
}
