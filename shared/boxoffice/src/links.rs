//! Who can be reached, and how well: at the hub every node, at a kiosk the hub.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::{NodeId, TheaterId};
use domain::link::{Link, LinkState, Pace, Quality};
use domain::time::Timestamp;
use tokio::sync::watch;

use crate::asks::AskFailed;

/// The state of every link by the node at its other end. Cheap to clone; all clones see the
/// same.
#[derive(Clone)]
pub struct Links {
    state: Arc<watch::Sender<State>>,
    started_at: Timestamp,
}

/// The links at this moment.
#[derive(Clone, Debug, Default)]
struct State {
    by_node: BTreeMap<NodeId, NodeLink>,
    /// Since when staff have taken this node offline.
    by_hand: Option<Timestamp>,
}

/// The link to one node.
#[derive(Clone, Debug)]
struct NodeLink {
    /// The theater that it concerns.
    theater: Option<TheaterId>,
    link: Link,
    quality: Quality,
}

/// Tells that the state of some theater's link has changed.
pub struct Changes(watch::Receiver<State>);

impl Links {
    /// No link has been tried yet.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            state: Arc::new(watch::Sender::new(State::default())),
            started_at: now,
        }
    }

    /// What a screen says of `theater`: as good as the best of its nodes.
    #[must_use]
    pub fn of(&self, theater: TheaterId) -> Link {
        let link = self.by_theater().remove(&theater);
        link.unwrap_or_else(|| Link::never_heard(self.started_at))
    }

    /// The link to `node` itself, whatever staff have done.
    #[must_use]
    pub fn of_node(&self, node: &NodeId) -> Link {
        let state = self.state.borrow();
        let link = state.by_node.get(node).map(|known| known.link);
        link.unwrap_or_else(|| Link::never_heard(self.started_at))
    }

    /// What screens say of every theater that was ever heard.
    #[must_use]
    pub fn by_theater(&self) -> BTreeMap<TheaterId, Link> {
        self.state.borrow().by_theater()
    }

    /// Whether a customer may wait for what `node` is asked.
    #[must_use]
    pub fn usable(&self, node: &NodeId) -> bool {
        let state = self.state.borrow();
        let pace = state.by_node.get(node).map(|known| known.quality.pace());
        state.by_hand.is_none() && pace != Some(Pace::Slow)
    }

    /// The node was heard. It concerns `theater`, if that is known.
    pub fn heard(&self, node: &NodeId, theater: Option<TheaterId>, now: Timestamp) {
        self.change(node, |known| {
            known.theater = theater.or(known.theater);
            known.link = known.link.heard(now, known.quality.pace());
        });
    }

    /// The node was found gone.
    pub fn lost(&self, node: &NodeId, now: Timestamp) {
        self.change(node, |known| known.link = known.link.lost(now));
    }

    /// The node answered a call after `took_ms`, at `at_ms` of the monotonic clock.
    pub fn answered(&self, node: &NodeId, (took_ms, at_ms): (i64, i64), now: Timestamp) {
        self.judge(node, now, |quality| quality.answered(took_ms, at_ms));
    }

    /// The node did not answer a call in time.
    pub fn failed(&self, node: &NodeId, now: Timestamp) {
        self.judge(node, now, Quality::failed);
    }

    /// A question came to its end after `took_ms`, at `at_ms` of the monotonic clock.
    pub fn asked(
        &self,
        node: &NodeId,
        (took_ms, at_ms): (i64, i64),
        (outcome, now): (&Result<(), AskFailed>, Timestamp),
    ) {
        match outcome {
            Ok(()) | Err(AskFailed::Refused(_)) => self.answered(node, (took_ms, at_ms), now),
            Err(AskFailed::TimedOut) => self.failed(node, now),
            // It was not even asked.
            Err(AskFailed::Unreachable | AskFailed::Overloaded) => {}
        }
    }

    /// Staff have taken this node offline since then, or not any more.
    pub fn set_by_hand(&self, since: Option<Timestamp>) {
        self.state.send_if_modified(|state| {
            let changed = state.by_hand != since;
            state.by_hand = since;
            changed
        });
    }

    /// The clock was put right by `by_ms`: every moment known so far moves with it.
    pub fn shift(&self, by_ms: i64) {
        self.state.send_if_modified(|state| {
            for known in state.by_node.values_mut() {
                known.link = known.link.shifted(by_ms);
            }
            state.by_hand = state.by_hand.map(|since| since.plus_ms(by_ms));
            // Watchers care for states.
            false
        });
    }

    /// Tells of every change of a state.
    #[must_use]
    pub fn watch(&self) -> Changes {
        Changes(self.state.subscribe())
    }

    fn judge(&self, node: &NodeId, now: Timestamp, call: impl FnOnce(&mut Quality)) {
        self.change(node, |known| {
            let before = known.quality.pace();
            call(&mut known.quality);
            let pace = known.quality.pace();
            known.link = known.link.paced(now, pace);
            match (before, pace) {
                (Pace::Good, Pace::Slow) => {
                    tracing::warn!(%node, "the link is slow; the seats of the other side are not offered");
                }
                (Pace::Slow, Pace::Good) => tracing::info!(%node, "the link is good again"),
                (Pace::Good, Pace::Good) | (Pace::Slow, Pace::Slow) => {}
            }
        });
    }

    fn change(&self, node: &NodeId, change: impl FnOnce(&mut NodeLink)) {
        self.state.send_if_modified(|state| {
            let known = state.by_node.entry(node.clone());
            let known = known.or_insert_with(|| NodeLink {
                theater: None,
                link: Link::never_heard(self.started_at),
                quality: Quality::default(),
            });
            let before = (known.theater, known.link.state);
            change(known);
            // "Last heard" moves all the time; watchers care when the state does.
            before != (known.theater, known.link.state)
        });
    }
}

impl State {
    fn by_theater(&self) -> BTreeMap<TheaterId, Link> {
        let mut links: BTreeMap<TheaterId, Vec<Link>> = BTreeMap::new();
        for known in self.by_node.values() {
            if let Some(theater) = known.theater {
                links.entry(theater).or_default().push(known.link);
            }
        }
        let best = links.into_iter().filter_map(|(theater, links)| {
            let best = Link::best(links)?;
            Some((theater, self.as_shown(best)))
        });
        best.collect()
    }

    /// For a customer it is all the same why the other side is not asked.
    fn as_shown(&self, link: Link) -> Link {
        match self.by_hand {
            None => link,
            Some(since) => Link {
                state: LinkState::Offline,
                since,
                ..link
            },
        }
    }
}

impl Changes {
    /// Waits for the next change; none when the links are gone.
    pub async fn next(&mut self) -> Option<BTreeMap<TheaterId, Link>> {
        self.0.changed().await.ok()?;
        Some(self.0.borrow_and_update().by_theater())
    }
}

#[cfg(test)]
mod tests {
    use domain::link::{CALLS_MIN, FAILED_CALLS, SLOW_MS};

    use super::*;

    const T: [Timestamp; 3] = [Timestamp(0), Timestamp(1_000), Timestamp(2_000)];
    const HERE: TheaterId = TheaterId(7);

    fn node(name: &str) -> NodeId {
        name.parse().unwrap()
    }

    #[test]
    fn one_kiosk_of_two_that_is_lost_does_not_cut_off_the_theater() {
        let links = Links::new(T[0]);
        let (one, other) = (node("kiosk-1"), node("kiosk-2"));
        links.heard(&one, Some(HERE), T[1]);
        links.heard(&other, Some(HERE), T[1]);
        links.lost(&one, T[2]);
        assert_eq!(links.of(HERE).state, LinkState::Online);
        assert_eq!(links.of_node(&one).state, LinkState::Offline);
        links.lost(&other, T[2]);
        assert_eq!(links.of(HERE).state, LinkState::Offline);
        assert_eq!(links.of(TheaterId(8)), Link::never_heard(T[0]));
    }

    #[test]
    fn a_slow_node_is_not_asked_while_its_rows_still_come() {
        let links = Links::new(T[0]);
        let kiosk = node("kiosk-1");
        links.heard(&kiosk, Some(HERE), T[1]);
        assert!(links.usable(&kiosk));
        for at_ms in 0..i64::try_from(CALLS_MIN).unwrap() {
            links.answered(&kiosk, (SLOW_MS + 1, at_ms), T[1]);
        }
        assert!(!links.usable(&kiosk));
        links.heard(&kiosk, Some(HERE), T[2]);
        let link = links.of(HERE);
        assert_eq!(
            (link.state, link.last_heard_at),
            (LinkState::Slow, Some(T[2]))
        );
        // Another session is the same link.
        links.lost(&kiosk, T[2]);
        links.heard(&kiosk, Some(HERE), T[2]);
        assert!(!links.usable(&kiosk));
    }

    #[test]
    fn only_questions_that_were_asked_say_something_of_the_link() {
        let links = Links::new(T[0]);
        let kiosk = node("kiosk-1");
        links.heard(&kiosk, Some(HERE), T[1]);
        for outcome in [AskFailed::Unreachable, AskFailed::Overloaded] {
            links.asked(&kiosk, (0, 0), (&Err(outcome), T[1]));
            assert!(links.usable(&kiosk), "{outcome:?}");
        }
        for _ in 0..FAILED_CALLS {
            assert!(links.usable(&kiosk));
            links.asked(&kiosk, (1_500, 0), (&Err(AskFailed::TimedOut), T[1]));
        }
        assert!(!links.usable(&kiosk));
    }

    #[test]
    fn who_is_offline_by_hand_asks_nobody_and_shows_it() {
        let links = Links::new(T[0]);
        links.heard(&NodeId::hub(), Some(HERE), T[1]);
        links.set_by_hand(Some(T[2]));
        assert!(!links.usable(&NodeId::hub()));
        let shown = Link {
            state: LinkState::Offline,
            since: T[2],
            last_heard_at: Some(T[1]),
        };
        assert_eq!(links.of(HERE), shown);
        assert_eq!(links.of_node(&NodeId::hub()).state, LinkState::Online);
        links.set_by_hand(None);
        assert!(links.usable(&NodeId::hub()));
        assert_eq!(links.of(HERE).state, LinkState::Online);
    }

    #[tokio::test]
    async fn watchers_hear_of_states_and_not_of_every_word() {
        let links = Links::new(T[0]);
        let mut changes = links.watch();
        let kiosk = node("kiosk-1");
        links.heard(&kiosk, Some(HERE), T[1]);
        let told = changes.next().await.unwrap();
        assert_eq!(told[&HERE].state, LinkState::Online);
        links.heard(&kiosk, Some(HERE), T[2]);
        assert!(!changes.0.has_changed().unwrap());
        links.lost(&kiosk, T[2]);
        let told = changes.next().await.unwrap();
        assert_eq!(told[&HERE].state, LinkState::Offline);
    }
}
