//! The world's time: whoever waits, waits for one of these.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Mutex;

use domain::time::Timestamp;
use process::clock::ManualClock;
use tokio::sync::oneshot;

use super::lock;

/// Timers, fired in the order of their time, and of their making where that is the same.
#[derive(Default)]
pub(super) struct Timers(Mutex<State>);

#[derive(Default)]
struct State {
    queue: BinaryHeap<Reverse<(i64, u64)>>,
    waiting: BTreeMap<u64, oneshot::Sender<()>>,
    made: u64,
    fired: u64,
}

impl Timers {
    /// Waits for `ms` from `now` on, at least one.
    pub(super) async fn pause(&self, now: Timestamp, ms: i64) {
        let (fire, fired) = oneshot::channel();
        {
            let mut state = lock(&self.0);
            state.made += 1;
            let number = state.made;
            state.queue.push(Reverse((now.0 + ms.max(1), number)));
            state.waiting.insert(number, fire);
        }
        // Dropped with the world only.
        let _ = fired.await;
    }

    /// Lets the time go on to the next timer and fires it; says whether there was one.
    pub(super) fn fire_next(&self, clock: &ManualClock) -> bool {
        let mut state = lock(&self.0);
        loop {
            let Some(Reverse((at, number))) = state.queue.pop() else {
                return false;
            };
            let Some(fire) = state.waiting.remove(&number) else {
                continue;
            };
            // Whoever waited may have given up.
            if fire.is_closed() {
                continue;
            }
            let now = process::clock::Clock::now(clock);
            clock.advance_ms((at - now.0).max(0));
            state.fired += 1;
            // It was not closed.
            let _ = fire.send(());
            return true;
        }
    }

    /// How many were fired so far.
    pub(super) fn fired(&self) -> u64 {
        lock(&self.0).fired
    }
}
