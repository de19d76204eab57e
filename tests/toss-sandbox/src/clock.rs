//! The sandbox's own time: it runs with the machine's and can be turned on, never back.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::time::Timestamp;
use process::clock::{Clock as _, SystemClock};

/// A clock that is ahead of the machine's.
#[derive(Debug)]
pub struct VirtualClock {
    machine: SystemClock,
    ahead_ms: AtomicI64,
}

impl VirtualClock {
    /// A clock that is ahead by what it was ahead when it ran last.
    #[must_use]
    pub fn new(ahead_ms: i64) -> Self {
        Self {
            machine: SystemClock::new(Timestamp(0)),
            ahead_ms: AtomicI64::new(ahead_ms),
        }
    }

    /// What time it is here.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.machine.now().plus_ms(self.ahead_ms())
    }

    /// How far it is ahead of the machine's clock.
    #[must_use]
    pub fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::SeqCst)
    }

    /// Sets how far it is ahead; less than before changes nothing.
    pub fn set_ahead_ms(&self, ms: i64) {
        self.ahead_ms.fetch_max(ms, Ordering::SeqCst);
    }
}
