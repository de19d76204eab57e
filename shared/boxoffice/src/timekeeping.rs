//! What the database remembers of the clock, so that a node that is started without the hub
//! does not begin with a wrong one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::time::{MINUTE_MS, Timestamp};
use process::clock::{Clock as _, Remembered, STAND_STILL_MS, SystemClock};
use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};
use rusqlite::{Connection, Transaction};
use store::{StoreError, meta};
use tokio::sync::Notify;

use crate::Shop;

const OFFSET: &str = "clock_offset_ms";
const FLOOR: &str = "clock_floor";

/// The machine's clock is looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What is known of the clock is written this often …
const WRITE_EVERY_MS: i64 = 3 * MINUTE_MS;

/// … and at once when the machine's clock was moved by more than this.
const MOVED_MS: i64 = 1_000;

/// A clock that is put right by more than this takes what counts down with it: buyers keep the
/// time that they were shown. Less is within the few milliseconds by which every session puts
/// a clock right, or made up by standing still.
const SHIFT_MS: i64 = STAND_STILL_MS;

/// What was remembered when the program ran last.
///
/// # Errors
///
/// Fails when the store does.
pub fn remembered(db: &Connection) -> Result<Remembered, StoreError> {
    Ok(Remembered {
        floor: Timestamp(meta::get_i64(db, FLOOR)?.unwrap_or(0)),
        offset_ms: meta::get_i64(db, OFFSET)?.unwrap_or(0),
    })
}

/// Remembers the clock as it is now.
///
/// # Errors
///
/// Fails when the store does.
pub fn remember(tx: &Transaction<'_>, clock: &SystemClock) -> Result<(), StoreError> {
    meta::set_i64(tx, OFFSET, clock.offset_ms())?;
    // Not the highest ever: the hub's word may have put a clock back that was far ahead.
    meta::set_i64(tx, FLOOR, clock.now().0)
}

/// Carries out that the clock was put right by `by_ms`: what counts down here counts on.
/// Says by how much every other moment that was written down has to move with it.
///
/// # Errors
///
/// Fails when the store does.
pub fn put_right(
    tx: &Transaction<'_>,
    shop: &Shop,
    clock: &SystemClock,
    by_ms: i64,
) -> Result<i64, StoreError> {
    if by_ms.abs() > MOVED_MS {
        remember(tx, clock)?;
    }
    if by_ms.abs() <= SHIFT_MS {
        return Ok(0);
    }
    let holds = seats::shift_holds(tx, shop.here(), by_ms)?;
    tracing::warn!(by_ms, holds, "the clock was put right");
    shop.links.shift(by_ms);
    Ok(by_ms)
}

/// Keeps what the database remembers of the clock up to date, until `shutdown`.
pub fn keep(shop: &Shop, clock: Arc<SystemClock>, shutdown: &Shutdown) -> Task {
    let (shop, never) = (shop.clone(), Arc::new(Notify::new()));
    let written = Arc::new(Mutex::new(None));
    spawn_periodic("clock", LOOK_EVERY, never, shutdown.clone(), move || {
        look(shop.clone(), clock.clone(), written.clone())
    })
}

/// What was written last.
#[derive(Clone, Copy, Debug)]
struct Known {
    offset_ms: i64,
    /// What the machine's clock showed when the monotonic one began: it moves only when
    /// somebody sets it.
    machine_began: Timestamp,
    /// By the monotonic clock.
    written_ms: i64,
}

type Written = Arc<Mutex<Option<Known>>>;

async fn look(shop: Shop, clock: Arc<SystemClock>, written: Written) -> Result<(), StoreError> {
    let before = *written.lock().expect("no one panics inside");
    let now_ms = clock.monotonic_ms();
    let machine_began = clock.wall().plus_ms(-now_ms);
    if let Some(known) = before {
        let set_by_ms = machine_began.since_ms(known.machine_began);
        let moved_ms = clock.offset_ms() - known.offset_ms;
        if set_by_ms.abs() > MOVED_MS {
            tracing::warn!(set_by_ms, "somebody has set the machine's clock");
        } else if moved_ms.abs() <= MOVED_MS && now_ms - known.written_ms < WRITE_EVERY_MS {
            return Ok(());
        }
    }
    let asked = shop.clone();
    let wrote = shop.db.write(move |tx| {
        let by_ms = clock.look_again();
        put_right(tx, &asked, &clock, by_ms)?;
        remember(tx, &clock)?;
        Ok::<_, StoreError>(clock.offset_ms())
    });
    let known = Known {
        offset_ms: wrote.await?,
        machine_began,
        written_ms: now_ms,
    };
    *written.lock().expect("no one panics inside") = Some(known);
    Ok(())
}

#[cfg(test)]
mod tests {
    use store::{Migration, open_memory};

    use super::*;

    #[test]
    fn a_clock_is_begun_with_what_was_remembered() {
        let migration = Migration::new("0001_meta", meta::SCHEMA);
        let mut db = open_memory(&[migration]).unwrap();
        let tx = db.transaction().unwrap();
        let nothing = Remembered {
            floor: Timestamp(0),
            offset_ms: 0,
        };
        assert_eq!(remembered(&tx).unwrap(), nothing);
        let ahead = Remembered {
            floor: Timestamp(0),
            offset_ms: 3_600_000,
        };
        let clock = SystemClock::of_node(ahead);
        let before = clock.now();
        remember(&tx, &clock).unwrap();
        let known = remembered(&tx).unwrap();
        assert!((known.offset_ms - ahead.offset_ms).abs() <= 50);
        assert!(known.floor >= before);
    }
}
