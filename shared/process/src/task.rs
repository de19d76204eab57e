//! Background tasks that take no input: they look at the state, finish what is unfinished,
//! and may therefore run at any time and any number of times.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tracing::Instrument as _;

use crate::shutdown::Shutdown;
use crate::telemetry::chain;

/// The longest first wait after a failure; a task with a shorter period waits its period.
const RETRY_FIRST_MAX: Duration = Duration::from_secs(1);
/// The longest wait after many failures in a row, unless the period itself is longer.
const RETRY_WAIT_MAX: Duration = Duration::from_secs(60);
/// More doublings than this change nothing.
const DOUBLINGS_MAX: u32 = 16;

/// Something that runs beside the requests, with a name for whoever waits for its end.
#[derive(Debug)]
pub struct Task {
    pub(crate) name: &'static str,
    pub(crate) handle: JoinHandle<()>,
}

impl Task {
    /// Starts `work`, which ends by itself when shutdown is requested.
    pub fn spawn(name: &'static str, work: impl Future<Output = ()> + Send + 'static) -> Self {
        let span = tracing::info_span!("task", task = name);
        Self {
            name,
            handle: tokio::spawn(work.instrument(span)),
        }
    }

    /// Whether it has ended, in whatever way.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.handle.is_finished()
    }
}

/// Runs `work` now, then each `period` after its last end, and whenever `nudge` is notified
/// (with `notify_one`, so that a nudge during a run is not lost). Never twice at a time.
///
/// A failure is traced when it begins and when it is over, not at each attempt between, and
/// each attempt waits twice as long as the one before. A run that has begun is let finish on
/// shutdown; `shutdown::drain` limits how long.
pub fn spawn_periodic<W, R, E>(
    name: &'static str,
    period: Duration,
    nudge: Arc<Notify>,
    shutdown: Shutdown,
    mut work: W,
) -> Task
where
    W: FnMut() -> R + Send + 'static,
    R: Future<Output = Result<(), E>> + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>> + Send + 'static,
{
    Task::spawn(name, async move {
        let mut failures = 0;
        while !shutdown.is_requested() {
            failures = match work().await {
                Ok(()) => recovered(failures),
                Err(error) => failed(failures, error.into().as_ref()),
            };
            let rest = async {
                if failures > 0 {
                    // Deaf to nudges: they tend to come fastest when something is broken.
                    sleep(retry_wait(period, failures)).await;
                    return;
                }
                tokio::select! {
                    () = sleep(period) => {}
                    () = nudge.notified() => {}
                }
            };
            tokio::select! {
                () = rest => {}
                () = shutdown.requested() => {}
            }
        }
    })
}

fn recovered(failures: u32) -> u32 {
    if failures > 0 {
        tracing::info!(failures, "task.recovered");
    }
    0
}

fn failed(failures: u32, error: &(dyn Error + 'static)) -> u32 {
    let failures = failures.saturating_add(1);
    if failures == 1 {
        tracing::warn!(error = chain(error), "task.failed");
    } else {
        tracing::debug!(error = chain(error), failures, "task.failed_again");
    }
    failures
}

fn retry_wait(period: Duration, failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(DOUBLINGS_MAX);
    let wait = period.min(RETRY_FIRST_MAX).saturating_mul(1 << doublings);
    wait.min(period.max(RETRY_WAIT_MAX))
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;
    use crate::shutdown::{DRAIN_MAX, drain};

    const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
    const AT_ONCE: Duration = Duration::from_millis(1);

    /// A task that reports the number of each of its runs, and fails the first few.
    fn counting(
        period: Duration,
        failing: u32,
        shutdown: &Shutdown,
    ) -> (Task, Arc<Notify>, mpsc::Receiver<u32>) {
        let (report, runs) = mpsc::channel(1);
        let nudge = Arc::new(Notify::new());
        let mut run = 0;
        let work = move || {
            run += 1;
            let report = report.clone();
            async move {
                let _ = report.send(run).await;
                if run <= failing {
                    Err("on purpose")
                } else {
                    Ok(())
                }
            }
        };
        let task = spawn_periodic("counting", period, nudge.clone(), shutdown.clone(), work);
        (task, nudge, runs)
    }

    #[tokio::test]
    async fn a_task_runs_at_once_and_when_nudged_and_stops_on_shutdown() {
        let shutdown = Shutdown::new();
        let (task, nudge, mut runs) = counting(NEVER, 0, &shutdown);
        assert_eq!(runs.recv().await, Some(1));
        nudge.notify_one();
        assert_eq!(runs.recv().await, Some(2));
        shutdown.request();
        assert_eq!(drain(vec![task], DRAIN_MAX).await, []);
        assert_eq!(runs.recv().await, None);
    }

    #[tokio::test]
    async fn a_task_runs_again_after_its_period() {
        let (_task, _nudge, mut runs) = counting(AT_ONCE, 0, &Shutdown::new());
        for run in 1..=3 {
            assert_eq!(runs.recv().await, Some(run));
        }
    }

    #[tokio::test]
    async fn a_task_that_fails_tries_again() {
        let (_task, _nudge, mut runs) = counting(AT_ONCE, 2, &Shutdown::new());
        for run in 1..=4 {
            assert_eq!(runs.recv().await, Some(run));
        }
    }

    #[test]
    fn each_attempt_waits_twice_as_long_up_to_a_limit() {
        let waits = |period_ms, failures: &[u32]| {
            let wait = |&n: &u32| retry_wait(Duration::from_millis(period_ms), n).as_millis();
            failures.iter().map(wait).collect::<Vec<_>>()
        };
        assert_eq!(
            waits(100, &[1, 2, 3, 10, u32::MAX]),
            [100, 200, 400, 51_200, 60_000]
        );
        assert_eq!(waits(30_000, &[1, 2, 7]), [1_000, 2_000, 60_000]);
        assert_eq!(waits(600_000, &[1, 20]), [1_000, 600_000]);
    }
}
