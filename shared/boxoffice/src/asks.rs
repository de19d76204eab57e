//! Questions to the writers of other rows, and who waits for which answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use domain::id::NodeId;
use protocol::ask::{ASK_MS, ASKS_MAX, Answer, Ask, AskRefused, Outcome, Want};
use tokio::sync::oneshot;
use uuid::Uuid;

/// How a question goes out to a node with which a session is up.
pub type Line = Arc<dyn Fn(&Ask) + Send + Sync>;

/// Who can be asked, and what was asked. Cheap to clone; all clones see the same.
#[derive(Clone, Default)]
pub struct Asks(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    lines: BTreeMap<NodeId, (i64, Line)>,
    waiting: BTreeMap<Uuid, oneshot::Sender<Outcome>>,
}

/// Why a question came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskFailed {
    /// No session with that node is up.
    #[error("the node cannot be reached")]
    Unreachable,
    /// It did not answer in time. What it was asked may be done all the same.
    #[error("the node did not answer in time")]
    TimedOut,
    /// It said no.
    #[error("the node refused: {0:?}")]
    Refused(AskRefused),
    /// Too many questions wait already.
    #[error("too many questions wait for their answer")]
    Overloaded,
}

impl Asks {
    /// A session with `node` is up: it can be asked over `line`.
    pub fn connected(&self, node: NodeId, session: i64, line: Line) {
        self.state().lines.insert(node, (session, line));
    }

    /// The session with `node` is over; a newer one is not.
    pub fn gone(&self, node: &NodeId, session: i64) {
        let mut state = self.state();
        if state
            .lines
            .get(node)
            .is_some_and(|(known, _)| *known == session)
        {
            state.lines.remove(node);
        }
    }

    /// Whether a session with `node` is up.
    #[must_use]
    pub fn reaches(&self, node: &NodeId) -> bool {
        self.state().lines.contains_key(node)
    }

    /// Every node with which a session is up.
    #[must_use]
    pub fn reachable(&self) -> Vec<NodeId> {
        self.state().lines.keys().cloned().collect()
    }

    /// An answer came. One that nobody waits for any more is dropped.
    pub fn answered(&self, answer: &Answer) {
        let waiting = self.state().waiting.remove(&answer.ask);
        if let Some(waiting) = waiting {
            // Whoever asked may have gone meanwhile.
            let _ = waiting.send(answer.outcome);
        }
    }

    /// Asks `node` and waits for its yes. The rows come through the feed, mostly before it.
    ///
    /// # Errors
    ///
    /// Says why it came to nothing, after [`ASK_MS`] at the latest.
    pub async fn ask(&self, node: &NodeId, ask: Uuid, want: Want) -> Result<(), AskFailed> {
        let answer = self.send(node, ask, want)?;
        let forget = Forget { asks: self, ask };
        let outcome = tokio::time::timeout(Duration::from_millis(ASK_MS.unsigned_abs()), answer);
        let outcome = outcome.await.map_err(|_| AskFailed::TimedOut)?;
        drop(forget);
        match outcome.map_err(|_| AskFailed::Unreachable)? {
            Outcome::Done => Ok(()),
            Outcome::Refused { why } => Err(AskFailed::Refused(why)),
        }
    }

    fn send(
        &self,
        node: &NodeId,
        ask: Uuid,
        want: Want,
    ) -> Result<oneshot::Receiver<Outcome>, AskFailed> {
        let mut state = self.state();
        let (session, line) = state.lines.get(node).ok_or(AskFailed::Unreachable)?.clone();
        if state.waiting.len() >= ASKS_MAX {
            return Err(AskFailed::Overloaded);
        }
        let (waiting, answer) = oneshot::channel();
        state.waiting.insert(ask, waiting);
        drop(state);
        line(&Ask { ask, session, want });
        Ok(answer)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no one panics inside")
    }
}

/// Forgets a question when nobody waits for its answer any more, however that came about.
struct Forget<'a> {
    asks: &'a Asks,
    ask: Uuid,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.asks.state().waiting.remove(&self.ask);
    }
}
