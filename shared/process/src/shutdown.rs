//! Stopping in good order: one token that everybody watches, the signals that pull it, and
//! a limited wait for what is still running.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::task::Task;

/// How long the programs wait for their tasks before they go without them. Shorter than
/// the time after which systemd kills (90 s, or what the unit says).
pub const DRAIN_MAX: Duration = Duration::from_secs(10);

/// Asks everybody to stop, and tells whether somebody asked. Clones are the same token.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    requested: watch::Sender<bool>,
}

impl Shutdown {
    /// A token that nobody has pulled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks everybody to stop. Asking again changes nothing.
    pub fn request(&self) {
        self.requested.send_replace(true);
    }

    /// Whether somebody has asked.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        *self.requested.borrow()
    }

    /// Waits until somebody asks; at once when somebody already has. The future stands on
    /// its own and may be given away, for example to a server.
    pub fn requested(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let token = self.clone();
        async move {
            let mut receiver = token.requested.subscribe();
            // Cannot fail while the token, held here, is alive.
            let _ = receiver.wait_for(|requested| *requested).await;
        }
    }
}

/// Pulls `shutdown` on SIGTERM (systemd, `kill`) and SIGINT (Ctrl-C).
///
/// # Errors
///
/// The signals cannot be listened to.
pub fn on_signals(shutdown: Shutdown) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "shutdown.requested");
        shutdown.request();
    });
    Ok(())
}

/// A task that did not end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfinished {
    /// Still running at the end of the wait, and given up.
    Abandoned(&'static str),
    /// Died of a panic, now or earlier.
    Panicked(&'static str),
}

/// Waits until all `tasks` have ended, together at most `limit`; what runs longer is given
/// up. Returns those that did not end in good order.
pub async fn drain(tasks: Vec<Task>, limit: Duration) -> Vec<Unfinished> {
    let deadline = Instant::now() + limit;
    let mut unfinished = Vec::new();
    for Task { name, mut handle } in tasks {
        match timeout_at(deadline, &mut handle).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => unfinished.push(Unfinished::Panicked(name)),
            Err(_) => {
                handle.abort();
                unfinished.push(Unfinished::Abandoned(name));
            }
        }
    }
    unfinished
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test]
    async fn everybody_hears_of_it_even_who_asks_late() {
        let shutdown = Shutdown::new();
        let early = tokio::spawn(shutdown.requested());
        assert!(!shutdown.is_requested());
        shutdown.clone().request();
        early.await.unwrap();
        shutdown.requested().await;
        assert!(shutdown.is_requested());
    }

    #[tokio::test]
    async fn a_task_that_does_not_stop_is_given_up() {
        let shutdown = Shutdown::new();
        shutdown.request();
        let polite = Task::spawn("polite", shutdown.requested());
        assert_eq!(drain(vec![polite], DRAIN_MAX).await, []);
        let stubborn = Task::spawn("stubborn", pending());
        let left = drain(vec![stubborn], Duration::ZERO).await;
        assert_eq!(left, [Unfinished::Abandoned("stubborn")]);
    }

    #[tokio::test]
    async fn a_task_that_panicked_is_named() {
        let doomed = Task::spawn("doomed", async { panic!("on purpose") });
        assert_eq!(
            drain(vec![doomed], DRAIN_MAX).await,
            [Unfinished::Panicked("doomed")]
        );
    }
}
