//! What time it is: the machine's clock, corrected by the hub's, or a clock that tests turn.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;

/// Tells the time. Operations get its answer as an argument and never ask themselves.
pub trait Clock: Send + Sync {
    /// The corrected wall time.
    fn now(&self) -> Timestamp;

    /// Milliseconds since some fixed moment; never runs backwards, never jumps.
    fn monotonic_ms(&self) -> i64;
}

/// No correction has been heard yet.
const UNCORRECTED: i64 = i64::MIN;

/// The machine's clock.
///
/// Until the hub has told its time this is the wall clock. From then on the time runs from
/// the hub's word by the monotonic clock, so that a wall clock that jumps or is set by hand
/// moves no deadline. Either way the answer never falls below the floor: a machine whose
/// clock battery is empty does not sell tickets in 1970.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
    floor: AtomicI64,
    /// Corrected time minus monotonic time, or `UNCORRECTED`.
    anchor: AtomicI64,
}

impl SystemClock {
    /// A clock that never answers less than `floor`: a moment that is known to have passed,
    /// such as the newest one in the database.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn new(floor: Timestamp) -> Self {
        Self {
            started: Instant::now(),
            floor: AtomicI64::new(floor.0),
            anchor: AtomicI64::new(UNCORRECTED),
        }
    }

    /// The machine's wall clock as it stands, uncorrected: what an offset is measured from.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn wall(&self) -> Timestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        // A clock before 1970 is wrong anyway; the floor takes over.
        Timestamp(since_epoch.map_or(0, |elapsed| whole_ms(elapsed.as_millis())))
    }

    /// The true time is the wall clock plus `offset_ms`, as measured against the hub just now.
    pub fn set_offset_ms(&self, offset_ms: i64) {
        let corrected = self.wall().plus_ms(offset_ms);
        let anchor = corrected.0.saturating_sub(self.monotonic_ms());
        self.anchor.store(anchor, Ordering::Relaxed);
    }

    /// How far the corrected time is ahead of the wall clock at this moment.
    #[must_use]
    pub fn offset_ms(&self) -> i64 {
        self.now().since_ms(self.wall())
    }

    /// Moves the floor up to `passed`; a floor never moves down.
    pub fn raise_floor(&self, passed: Timestamp) {
        self.floor.fetch_max(passed.0, Ordering::Relaxed);
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let anchor = self.anchor.load(Ordering::Relaxed);
        let time = if anchor == UNCORRECTED {
            self.wall()
        } else {
            Timestamp(anchor.saturating_add(self.monotonic_ms()))
        };
        time.max(Timestamp(self.floor.load(Ordering::Relaxed)))
    }

    fn monotonic_ms(&self) -> i64 {
        whole_ms(self.started.elapsed().as_millis())
    }
}

fn whole_ms(ms: u128) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// A clock that stands still until a test or the simulation turns it.
#[derive(Debug)]
pub struct ManualClock {
    now: AtomicI64,
    monotonic: AtomicI64,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            now: AtomicI64::new(now.0),
            monotonic: AtomicI64::new(0),
        }
    }

    /// Sets the wall time, as an operator would: the monotonic time does not move.
    pub fn set(&self, now: Timestamp) {
        self.now.store(now.0, Ordering::SeqCst);
    }

    /// Lets `ms` pass on both.
    ///
    /// # Panics
    ///
    /// When `ms` is negative: time does not run backwards, `set` does.
    pub fn advance_ms(&self, ms: i64) {
        assert!(ms >= 0, "time does not run backwards");
        self.now.fetch_add(ms, Ordering::SeqCst);
        self.monotonic.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    fn monotonic_ms(&self) -> i64 {
        self.monotonic.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR_9999: Timestamp = Timestamp(253_370_764_800_000);

    #[test]
    fn the_clock_never_falls_below_its_floor() {
        let clock = SystemClock::new(YEAR_9999);
        assert_eq!(clock.now(), YEAR_9999);
        clock.raise_floor(Timestamp(0));
        assert_eq!(clock.now(), YEAR_9999);
        clock.raise_floor(YEAR_9999.plus_ms(1));
        assert_eq!(clock.now(), YEAR_9999.plus_ms(1));
    }

    #[test]
    fn an_uncorrected_clock_is_the_wall_clock() {
        let clock = SystemClock::new(Timestamp(0));
        let before = clock.wall();
        let now = clock.now();
        assert!(before <= now && now <= clock.wall());
    }

    #[test]
    fn a_corrected_clock_runs_from_the_hubs_word() {
        let clock = SystemClock::new(Timestamp(0));
        let hour_ms = domain::time::HOUR_MS;
        let before = clock.wall();
        clock.set_offset_ms(hour_ms);
        // One millisecond of slack: each of the two clocks is cut to whole milliseconds.
        assert!(clock.now() >= before.plus_ms(hour_ms - 1));
        assert!(clock.now() <= clock.wall().plus_ms(hour_ms + 1));
        clock.set_offset_ms(-hour_ms);
        assert!(clock.now() <= clock.wall().plus_ms(1 - hour_ms));
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = ManualClock::new(Timestamp(5_000));
        clock.advance_ms(250);
        assert_eq!((clock.now(), clock.monotonic_ms()), (Timestamp(5_250), 250));
        clock.set(Timestamp(1_000));
        assert_eq!((clock.now(), clock.monotonic_ms()), (Timestamp(1_000), 250));
    }
}
