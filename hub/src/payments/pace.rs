//! How fast the gateway is called by itself: buyers go first, and the gateway has limits.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Lets so many calls through in a minute, evenly.
#[derive(Debug)]
pub struct Pace {
    /// None: as fast as it goes.
    every: Option<Duration>,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many calls a minute; 0 is as many as there are.
    #[must_use]
    pub fn per_minute(calls: u32) -> Self {
        Self {
            every: (calls > 0).then(|| Duration::from_secs(60) / calls),
            next: Mutex::new(None),
        }
    }

    /// Waits for the next turn.
    pub async fn turn(&self) {
        let Some(every) = self.every else {
            return;
        };
        let turn = take_turn(&mut *self.next.lock().await, Instant::now(), every);
        sleep_until(turn).await;
    }
}

/// The first free turn, which is then taken. Turns that nobody took are lost: there is no rush
/// after a rest.
fn take_turn(next: &mut Option<Instant>, now: Instant, every: Duration) -> Instant {
    let turn = next.map_or(now, |next| next.max(now));
    *next = Some(turn + every);
    turn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_evenly_and_are_not_saved_up() {
        let (mut next, every) = (None, Duration::from_secs(1));
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        for turn in 0..3 {
            assert_eq!(take_turn(&mut next, begun, every), after(turn));
        }
        assert_eq!(take_turn(&mut next, after(60), every), after(60));
        assert_eq!(take_turn(&mut next, after(60), every), after(61));
    }

    #[tokio::test]
    async fn without_a_pace_nobody_waits() {
        let pace = Pace::per_minute(0);
        for _ in 0..1_000 {
            pace.turn().await;
        }
        assert_eq!(*pace.next.lock().await, None);
    }
}
