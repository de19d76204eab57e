//! Holds when the clock is put right: a buyer's seven minutes are seven minutes, whatever the
//! clock on the wall did meanwhile.

use domain::mutant::{Mutant, is};
use domain::seating::{Hold, HoldState, SeatState};
use rusqlite::Transaction;
use store::StoreError;

use crate::hold::{kept_seats, put};
use crate::{Here, sqlite};

/// Moves every open hold by as much as the clock was put right; says how many.
///
/// # Errors
///
/// Fails when the store does.
pub fn shift_holds(tx: &Transaction<'_>, here: Here<'_>, by_ms: i64) -> Result<usize, StoreError> {
    if is(Mutant::LeaveHoldsBehind) {
        return Ok(0);
    }
    let mut shifted = 0;
    for hold in sqlite::holds::open(tx)? {
        let seating = sqlite::recovery::seating(tx, hold.screening)?;
        let (HoldState::Open { until }, false) = (hold.state, seating.closed) else {
            continue;
        };
        let until = until.plus_ms(by_ms);
        let moved = Hold {
            made_at: hold.made_at.plus_ms(by_ms),
            state: HoldState::Open { until },
            ..hold
        };
        sqlite::holds::record(tx, &moved)?;
        sqlite::holds::set_made_at(tx, moved.hold, moved.made_at)?;
        if let Some(seats) = kept_seats(tx, &moved)? {
            let held = SeatState::Held {
                hold: moved.hold,
                until,
            };
            put(tx, here, (&moved, &seats), held, seating.scope)?;
        }
        shifted += 1;
    }
    Ok(shifted)
}
