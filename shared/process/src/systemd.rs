//! What the service manager is told: that the program is ready, what it is doing, that it
//! is stopping, and that it is alive. Without systemd all of it does nothing.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::task::Task;

/// The program serves from now on.
pub fn ready() {
    notify(&NotifyState::Ready);
}

/// The program finishes what it is doing and takes nothing new.
pub fn stopping() {
    notify(&NotifyState::Stopping);
}

/// One line about what the program is doing, for `systemctl status`.
pub fn status(line: &str) {
    notify(&NotifyState::Status(line));
}

/// Tells systemd twice in each of its watchdog intervals that the program lives, but only
/// while `alive` says so in time. `alive` should ask the part whose hanging would be worst
/// and least visible: the thread that writes the database.
///
/// The task does not stop on shutdown: a program that hangs while it stops is to be killed
/// as well. Returns nothing when systemd does not watch this program.
pub fn spawn_watchdog<A, R>(alive: A) -> Option<Task>
where
    A: FnMut() -> R + Send + 'static,
    R: Future<Output = bool> + Send + 'static,
{
    let period = sd_notify::watchdog_enabled()? / 2;
    if period.is_zero() {
        return None;
    }
    let feed = || notify(&NotifyState::Watchdog);
    Some(Task::spawn(
        "watchdog",
        feed_while_alive(period, alive, feed),
    ))
}

async fn feed_while_alive<A, R>(period: Duration, mut alive: A, feed: impl Fn())
where
    A: FnMut() -> R,
    R: Future<Output = bool>,
{
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut was_alive = true;
    loop {
        ticks.tick().await;
        let is_alive = timeout(period, alive()).await.unwrap_or(false);
        match (was_alive, is_alive) {
            (true, false) => tracing::error!("watchdog.not_alive"),
            (false, true) => tracing::info!("watchdog.alive_again"),
            (true, true) | (false, false) => {}
        }
        if is_alive {
            feed();
        }
        was_alive = is_alive;
    }
}

fn notify(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!(%error, state = %state, "systemd.not_reached");
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::mpsc;

    use super::*;

    const PERIOD: Duration = Duration::from_millis(1);

    #[tokio::test]
    async fn the_watchdog_is_fed_only_while_the_program_is_alive() {
        let (fed, mut meals) = mpsc::unbounded_channel();
        let checks = AtomicU32::new(0);
        // Alive at the first check, then twice not, then alive again.
        let alive = || {
            let check = checks.fetch_add(1, Ordering::SeqCst) + 1;
            async move { !(2..=3).contains(&check) }
        };
        let feed = || fed.send(checks.load(Ordering::SeqCst)).unwrap();
        tokio::select! {
            () = feed_while_alive(PERIOD, alive, feed) => {}
            () = async {
                assert_eq!(meals.recv().await, Some(1));
                assert_eq!(meals.recv().await, Some(4));
            } => {}
        }
    }

    #[tokio::test]
    async fn a_check_that_hangs_counts_as_dead() {
        let (asked, mut checks) = mpsc::unbounded_channel();
        let alive = || {
            asked.send(()).unwrap();
            pending()
        };
        tokio::select! {
            () = feed_while_alive(PERIOD, alive, || panic!("fed though dead")) => {}
            () = async { for _ in 0..3 { checks.recv().await; } } => {}
        }
    }

    #[test]
    fn without_systemd_nothing_happens() {
        ready();
        status("selling");
        stopping();
        assert!(spawn_watchdog(|| async { true }).is_none());
    }
}
