//! Holds when the clock is put right: a buyer's seven minutes are seven minutes, whatever the
//! clock on the wall did meanwhile, and never more.

use domain::mutant::{Mutant, is};
use domain::seating::{HOLD_MS, Hold, HoldState, SeatState};
use rusqlite::Transaction;
use store::StoreError;

use crate::hold::{kept_seats, put};
use crate::{Here, sqlite};

/// Moves every open hold by as much as the clock was put right; says how many moved. Called
/// at the start of a program with no move at all: nobody knows for how long it was off, and a
/// clock that went back meanwhile would keep the seats for hours.
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
        let latest = here.now.plus_ms(HOLD_MS);
        let moved_until = until.plus_ms(by_ms).min(latest);
        if moved_until == until {
            continue;
        }
        let moved = Hold {
            made_at: hold.made_at.plus_ms(moved_until.since_ms(until)),
            state: HoldState::Open { until: moved_until },
            ..hold
        };
        let until = moved_until;
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
