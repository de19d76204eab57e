//! Between the writer and who ships its commits: what is committed, what is durable in the
//! replica, who waits for it, and whether it goes on at all.

mod ending;
mod status;

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

pub(crate) use status::{Durable, Place, Work};
pub use status::{ReplicaStatus, Standing};

use super::{Durability, Policy};
use crate::batch::Answer;
use crate::error::StoreError;
use crate::stats::instant;

/// How often commits are shipped while the log is about to be moved: often enough that the writer
/// then waits for little, and not so often that each commit is a file of its own.
const KEEP_UP_EVERY: Duration = Duration::from_millis(20);

/// What stands between the two.
pub(crate) struct Gate {
    pub(crate) mode: Durability,
    pub(crate) policy: Policy,
    state: Mutex<State>,
    /// Whoever ships waits here.
    work: Condvar,
    /// The writer waits here for the replica.
    shipped: Condvar,
    durable: watch::Sender<Durable>,
    commits: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    committed: u64,
    /// When the oldest commits were made that are not in the replica.
    young: VecDeque<(u64, Instant)>,
    waiting: VecDeque<Waiting>,
    hurry: u64,
    /// Whoever ships keeps up with the writer, because the log is about to be moved.
    keeps_up: bool,
    reading_all: bool,
    /// How far the log is in the replica.
    shipped: Option<Place>,
    /// Where the log ended when all of it had been shipped and moved into the main file: it may
    /// begin anew from here.
    settled: Option<Place>,
    image_due: bool,
    /// Nothing is committed after this; never over when there is none.
    write_until: Option<Instant>,
    closing: bool,
    ended: bool,
    status: ReplicaStatus,
}

struct Waiting {
    commit: u64,
    since: Instant,
    answers: Vec<Answer>,
}

impl Gate {
    /// Before anything is known of the replica. What the log has from an earlier life counts
    /// as one commit.
    pub(crate) fn new(mode: Durability, policy: Policy, commits: watch::Sender<u64>) -> Arc<Self> {
        let state = State {
            committed: 1,
            young: VecDeque::from([(1, instant())]),
            ..State::default()
        };
        Arc::new(Self {
            mode,
            policy,
            state: Mutex::new(state),
            work: Condvar::new(),
            shipped: Condvar::new(),
            durable: watch::Sender::new(Durable::default()),
            commits,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // What the writer does.

    /// Why nothing may be committed now.
    pub(crate) fn refusal(&self) -> Option<StoreError> {
        if let Some(error) = self.durable.borrow().stopped.clone() {
            return Some(error);
        }
        let state = self.lock();
        if state.write_until.is_some_and(|until| instant() >= until) {
            return Some(StoreError::LeaseOver);
        }
        let unreachable = state.status.standing == Standing::Unreachable;
        (self.mode == Durability::Sync && unreachable).then_some(StoreError::ReplicaUnreachable)
    }

    /// Nothing is committed after `until`, unless it is made longer.
    pub(crate) fn write_until(&self, until: Instant) {
        self.lock().write_until = Some(until);
    }

    /// There is one more commit.
    pub(crate) fn committed(&self) {
        let mut state = self.lock();
        state.committed += 1;
        let committed = state.committed;
        state.young.push_back((committed, instant()));
        if self.mode != Durability::Sync {
            drop(state);
            self.commits.send_modify(|commits| *commits += 1);
        }
        self.work.notify_all();
    }

    /// Whether a commit is answered only when it is in the replica.
    pub(crate) fn answers_wait(&self) -> bool {
        self.mode == Durability::Sync
    }

    /// Answers when everything that is committed now is durable.
    pub(crate) fn answer_later(&self, answers: Vec<Answer>) {
        let mut state = self.lock();
        if self.durable.borrow().upto >= state.committed {
            drop(state);
            answer(answers, &Ok(()));
            return;
        }
        let waiting = Waiting {
            commit: state.committed,
            since: instant(),
            answers,
        };
        state.waiting.push_back(waiting);
        self.work.notify_all();
    }

    /// Gives up on what has waited too long. The writer calls it twice a second.
    pub(crate) fn expire(&self) {
        let mut state = self.lock();
        let limit = self.policy.wait_max;
        let late = state
            .young
            .iter()
            .take_while(|(_, since)| since.elapsed() > limit);
        let given_up = late.map(|(commit, _)| *commit).last();
        let mut answers = Vec::new();
        while let Some(waiting) = state.waiting.front()
            && waiting.since.elapsed() > limit
        {
            answers.extend(state.waiting.pop_front().map(|waiting| waiting.answers));
        }
        drop(state);
        if let Some(given_up) = given_up {
            self.durable.send_if_modified(|durable| {
                let news = durable.given_up < given_up;
                durable.given_up = durable.given_up.max(given_up);
                news
            });
        }
        for late in answers {
            answer(late, &Err(StoreError::NotReplicated));
        }
    }

    /// Waits until all that is committed is in the replica, if that may be soon.
    pub(crate) fn caught_up(&self, within: Duration) -> bool {
        let mut state = self.lock();
        state.hurry = state.committed;
        self.work.notify_all();
        let started = instant();
        loop {
            if self.durable.borrow().upto >= state.committed {
                return true;
            }
            let left = within.saturating_sub(started.elapsed());
            let soon = state.status.standing == Standing::Following && !state.reading_all;
            if !soon || left.is_zero() || state.ended {
                return false;
            }
            let waited = self.shipped.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// From now on what is committed is shipped soon, or not any more.
    pub(crate) fn keep_up(&self, keep: bool) {
        let mut state = self.lock();
        if state.keeps_up != keep {
            state.keeps_up = keep;
            self.work.notify_all();
        }
    }

    /// The main file has all of the log, which ends there.
    pub(crate) fn settled(&self, end: u64) {
        let mut state = self.lock();
        if state.shipped.is_some_and(|(_, shipped)| shipped == end) {
            state.settled = state.shipped;
        }
    }

    /// Ends the shipping, after a last try to ship the rest.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.work.notify_all();
    }

    /// Everything up to this commit is in the replica.
    #[cfg(test)]
    pub(crate) fn durable_upto(&self) -> u64 {
        self.durable.borrow().upto
    }

    // What readers do.

    /// The latest commit.
    pub(crate) fn latest(&self) -> u64 {
        self.lock().committed
    }

    /// Has everything up to `commit` shipped now, and says how far that has come.
    pub(crate) fn hurry(&self, commit: u64) -> watch::Receiver<Durable> {
        let mut state = self.lock();
        state.hurry = state.hurry.max(commit);
        self.work.notify_all();
        self.durable.subscribe()
    }

    pub(crate) fn status(&self) -> ReplicaStatus {
        let state = self.lock();
        let lag = state
            .young
            .front()
            .map_or(Duration::ZERO, |(_, since)| since.elapsed());
        ReplicaStatus {
            lag_ms: u64::try_from(lag.as_millis()).unwrap_or(u64::MAX),
            ..state.status.clone()
        }
    }

    // What whoever ships does.

    /// Waits for work: at once when somebody waits for it, else by the policy's interval.
    pub(crate) fn wait(&self, pause: Duration) -> Work {
        let mut state = self.lock();
        let started = instant();
        loop {
            if state.closing {
                return Work::End(state.committed);
            }
            let upto = self.durable.borrow().upto;
            let hurried = state.hurry > upto || !state.waiting.is_empty();
            let due = match (pause.is_zero(), hurried) {
                (true, true) => Duration::ZERO,
                (true, false) if state.keeps_up => self.policy.interval.min(KEEP_UP_EVERY),
                (true, false) => self.policy.interval,
                (false, _) => pause,
            };
            let left = due.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Work::Ship(state.committed);
            }
            let waited = self.work.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Everything up to `commit` is in the replica.
    pub(crate) fn shipped(&self, commit: u64, place: Option<Place>, tx: u64) {
        let mut state = self.lock();
        state.shipped = place;
        state.status.tx = tx;
        if state.status.standing == Standing::Unreachable {
            tracing::info!("the replica can be reached again and has everything");
        }
        state.status.standing = Standing::Following;
        state.status.trouble = None;
        state.status.lag_bytes = 0;
        while state
            .young
            .front()
            .is_some_and(|(young, _)| *young <= commit)
        {
            state.young.pop_front();
        }
        let mut answers = Vec::new();
        while let Some(waiting) = state.waiting.front()
            && waiting.commit <= commit
        {
            answers.extend(state.waiting.pop_front().map(|waiting| waiting.answers));
        }
        let news = self.durable.send_if_modified(|durable| {
            let news = durable.upto < commit;
            durable.upto = durable.upto.max(commit);
            news
        });
        drop(state);
        if news && self.mode == Durability::Sync {
            // Before the answers: whoever has one finds the watch changed.
            self.commits.send_modify(|commits| *commits += 1);
        }
        for durable in answers {
            answer(durable, &Ok(()));
        }
        self.shipped.notify_all();
    }

    /// One file more is in the replica.
    pub(crate) fn counted(&self, bytes: u64) {
        let mut state = self.lock();
        state.status.files += 1;
        state.status.bytes += bytes;
    }

    /// So many bytes of the log are not in the replica yet.
    pub(crate) fn lags(&self, bytes: u64) {
        self.lock().status.lag_bytes = bytes;
    }

    pub(crate) fn snapshot_at(&self, at_ms: Option<i64>) {
        self.lock().status.snapshot_at_ms = at_ms;
    }

    pub(crate) fn reading_all(&self, reading: bool) {
        self.lock().reading_all = reading;
    }

    /// The log may begin anew from here without anything being missed.
    pub(crate) fn may_begin_anew(&self, place: Place) -> bool {
        self.lock().settled == Some(place)
    }

    pub(crate) fn set_settled(&self, place: Option<Place>) {
        self.lock().settled = place;
    }

    /// The replica has a hole: it needs the whole database once more.
    pub(crate) fn ask_for_image(&self) {
        self.lock().image_due = true;
        self.work.notify_all();
    }

    pub(crate) fn take_image_due(&self) -> bool {
        std::mem::take(&mut self.lock().image_due)
    }
}

fn answer(answers: Vec<Answer>, outcome: &Result<(), StoreError>) {
    for answer in answers {
        answer(outcome.clone());
    }
}
