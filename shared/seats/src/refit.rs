//! The seats of a screening under another seat map (S9): those that go are blocked for good,
//! those that come are the hub's own.

use domain::id::{ScreeningId, SeatId};
use domain::seat_map::change::{Change, Tickets};
use domain::seating::{ScreeningSeat, SeatState};
use domain::version::Version;
use rusqlite::Transaction;
use store::StoreError;

use crate::error::{OwnError, OwnRefused};
use crate::feed::Changes;
use crate::hold::open_scope;
use crate::{Here, sqlite};

/// Makes the change, all of it or nothing. Rows never go away, so that a seat which comes back
/// goes on from its last version.
///
/// # Errors
///
/// Refuses when a seat that goes, or one that comes back, is not ours or somebody has it.
///
/// # Panics
///
/// Panics at a node that is not the hub: nobody else changes a seat map.
pub fn refit(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: ScreeningId,
    change: &Change,
) -> Result<(), OwnError> {
    assert!(here.node.is_hub(), "only the hub changes seat maps");
    let scope = open_scope::<OwnError>(tx, screening)?;
    let seats = sqlite::seats::of_screening(tx, screening)?;
    let tickets: Tickets = sqlite::bookings::live_tickets(tx, screening)?;
    let in_the_way = change.obstacles(&seats, &tickets, (here.node, here.now));
    if let Some((&seat, _)) = in_the_way.first_key_value() {
        let ours = seats.get(&seat).is_some_and(|row| &row.owner == here.node);
        return Err(if ours {
            OwnRefused::Taken(seat).into()
        } else {
            OwnRefused::NotOurs(seat).into()
        });
    }
    let mut changes = Changes::new(scope);
    let mut record = |row: &ScreeningSeat| -> Result<(), StoreError> {
        sqlite::seats::record(tx, row)?;
        changes.seat(row);
        Ok(())
    };
    for seat in &change.removed {
        record(&seats[seat].taken_out())?;
    }
    for &seat in &change.added {
        let fresh = || brand_new(here, screening, seat);
        let row = seats.get(&seat).map(ScreeningSeat::brought_back);
        record(&row.unwrap_or_else(fresh))?;
    }
    if sqlite::claims::kept(tx, screening)? > 0 && crate::unclaimed(tx, here, screening)? < 0 {
        return Err(OwnRefused::KeptForBackers.into());
    }
    changes.record(tx, here.node)?;
    Ok(())
}

fn brand_new(here: Here<'_>, screening: ScreeningId, seat: SeatId) -> ScreeningSeat {
    ScreeningSeat {
        screening,
        seat,
        owner: here.node.clone(),
        version: Version::FIRST,
        state: SeatState::Free,
    }
}
