//! What time it is: the machine's clock, corrected by the hub's, or a clock that tests turn.

mod anchor;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use domain::time::{ClockBound, Timestamp};

use anchor::{Anchor, Machine};
pub use anchor::{DRIFT_PPM, STAND_STILL_MS, Word};

/// Tells the time. Operations get its answer as an argument and never ask themselves.
pub trait Clock: Send + Sync {
    /// The corrected wall time.
    fn now(&self) -> Timestamp;

    /// Milliseconds since some fixed moment; never runs backwards, never jumps.
    fn monotonic_ms(&self) -> i64;

    /// How far [`Self::now`] may be off.
    fn bound(&self) -> ClockBound;
}

/// What a database remembers of the clock since the program ran last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// A moment that is known to have passed.
    pub floor: Timestamp,
    /// How far the true time was ahead of the machine's clock.
    pub offset_ms: i64,
}

/// The machine's clock.
///
/// From its start it runs by the monotonic clock: a wall clock that jumps or is set by hand
/// moves no deadline. It begins at the wall clock, corrected by what was remembered, and never
/// below the floor: a machine whose battery is empty does not sell tickets in 1970. At a node
/// the hub's word puts it right; at the hub there is nobody to ask.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
    anchor: Mutex<Anchor>,
}

impl SystemClock {
    /// The hub's clock, by which all others go: the machine's own, but never less than
    /// `floor`, a moment that is known to have passed.
    #[must_use]
    pub fn new(floor: Timestamp) -> Self {
        Self::begin(|wall| Anchor::of_hub(wall, floor))
    }

    /// A node's clock, until the hub tells the time.
    #[must_use]
    pub fn of_node(remembered: Remembered) -> Self {
        Self::begin(|wall| Anchor::of_node(wall, remembered))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn begin(anchor: impl FnOnce(Timestamp) -> Anchor) -> Self {
        Self {
            started: Instant::now(),
            anchor: Mutex::new(anchor(machine_time())),
        }
    }

    /// The machine's wall clock as it stands, uncorrected.
    #[must_use]
    pub fn wall(&self) -> Timestamp {
        machine_time()
    }

    /// The hub has told its time. Says by how much that moved this clock.
    pub fn told(&self, word: Word) -> i64 {
        let mut anchor = self.anchor();
        let monotonic_ms = self.monotonic_ms();
        let before = anchor.now(monotonic_ms);
        *anchor = anchor.told(word, monotonic_ms);
        anchor.now(monotonic_ms).since_ms(before)
    }

    /// Looks whether a machine's clock that was plainly wrong at the start has been set since,
    /// and takes it over if so. Says by how much that moved this clock.
    pub fn look_again(&self) -> i64 {
        let mut anchor = self.anchor();
        let machine = Machine {
            wall: machine_time(),
            monotonic_ms: self.monotonic_ms(),
        };
        let before = anchor.now(machine.monotonic_ms);
        *anchor = anchor.looked_again(machine);
        anchor.now(machine.monotonic_ms).since_ms(before)
    }

    /// How far the corrected time is ahead of the wall clock at this moment.
    #[must_use]
    pub fn offset_ms(&self) -> i64 {
        self.now().since_ms(self.wall())
    }

    fn anchor(&self) -> MutexGuard<'_, Anchor> {
        self.anchor.lock().expect("no one panics inside")
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.anchor().now(self.monotonic_ms())
    }

    fn monotonic_ms(&self) -> i64 {
        whole_ms(self.started.elapsed().as_millis())
    }

    fn bound(&self) -> ClockBound {
        self.anchor().bound(self.monotonic_ms())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn machine_time() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    // A clock before 1970 is wrong anyway; the floor takes over.
    Timestamp(since_epoch.map_or(0, |elapsed| whole_ms(elapsed.as_millis())))
}

fn whole_ms(ms: u128) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// A clock that stands still until a test or the simulation turns it. It is always right.
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

    fn bound(&self) -> ClockBound {
        ClockBound::Within { ms: 0 }
    }
}

#[cfg(test)]
mod tests {
    use domain::time::HOUR_MS;

    use super::*;

    const YEAR_9999: Timestamp = Timestamp(253_370_764_800_000);

    #[test]
    fn the_hubs_clock_is_the_machines() {
        let clock = SystemClock::new(Timestamp(0));
        assert!(clock.offset_ms().abs() <= 50);
        assert_eq!(clock.bound(), ClockBound::Within { ms: 0 });
    }

    #[test]
    fn a_machine_whose_battery_is_empty_goes_on_from_what_is_known() {
        let clock = SystemClock::new(YEAR_9999);
        assert!(clock.now() >= YEAR_9999);
        assert_eq!(clock.bound(), ClockBound::Unknown);
        assert_eq!(clock.look_again(), 0);
    }

    #[test]
    fn a_corrected_clock_runs_from_the_hubs_word() {
        let clock = SystemClock::of_node(Remembered {
            floor: Timestamp(0),
            offset_ms: 0,
        });
        for ahead_ms in [HOUR_MS, -HOUR_MS] {
            let word = Word {
                time: clock.wall().plus_ms(ahead_ms),
                at_ms: clock.monotonic_ms(),
                within_ms: 20,
            };
            clock.told(word);
            assert!((clock.offset_ms() - ahead_ms).abs() <= 50);
            assert_eq!(clock.bound(), ClockBound::Within { ms: 20 });
        }
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
