//! Who listens to what, and what waits for each of them. Nothing waits without bound: of states
//! the newest is kept, and of a client that is too slow for the changes only that it is.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::{Bytes, BytesMut};
use tokio::sync::Notify;

use super::frame::{Frame, Kind};
use super::topic::Topic;

/// Events that wait for a slow client; after that it is brought to the present instead.
pub(crate) const WAITING_MAX: usize = 32;

/// All listeners by topic. Cheap to clone; all clones see the same.
#[derive(Clone, Default)]
pub(crate) struct Rooms(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    /// Rung when somebody wants the state of a topic that nobody listened to before.
    wanted: Notify,
}

#[derive(Default)]
struct State {
    rooms: HashMap<Topic, Room>,
    next: u64,
    over: bool,
}

#[derive(Default)]
struct Room {
    /// The state as it was told last, by event: for those who come later.
    known: BTreeMap<&'static str, Frame>,
    listeners: BTreeMap<u64, Arc<Mailbox>>,
}

/// What waits for one client.
#[derive(Default)]
struct Mailbox {
    inbox: Mutex<Inbox>,
    bell: Notify,
}

#[derive(Default)]
struct Inbox {
    frames: VecDeque<Frame>,
    behind: bool,
    over: bool,
}

/// One client's place; it leaves its rooms when it is dropped.
pub(crate) struct Listener {
    rooms: Rooms,
    number: u64,
    topics: Vec<Topic>,
    mailbox: Arc<Mailbox>,
    /// It has read for itself what the feed says up to here.
    caught_up: i64,
    /// The id of the last change that it was told.
    told: i64,
}

/// What a client has to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Send this.
    Send(Bytes),
    /// Send this, and that is the end of the stream.
    Last(Bytes),
    /// It was too slow: read what it missed.
    CatchUp,
    /// Nothing more will come.
    Over,
}

impl Rooms {
    /// Takes a place in every room of `topics`. What is known of their state waits already.
    pub(crate) fn enter(&self, topics: Vec<Topic>) -> Listener {
        let mailbox = Arc::new(Mailbox::default());
        let mut state = self.state();
        state.next += 1;
        let (number, over) = (state.next, state.over);
        for &topic in &topics {
            let room = state.rooms.entry(topic).or_default();
            for frame in room.known.values() {
                mailbox.inbox().push(frame.clone());
            }
            room.listeners.insert(number, mailbox.clone());
        }
        drop(state);
        if over {
            mailbox.end();
        }
        self.0.wanted.notify_one();
        Listener {
            rooms: self.clone(),
            number,
            topics,
            mailbox,
            caught_up: 0,
            told: 0,
        }
    }

    /// Tells everybody who listens to the frame's topic.
    pub(crate) fn tell(&self, frame: &Frame) {
        let mut state = self.state();
        let Some(room) = state.rooms.get_mut(&frame.topic) else {
            return;
        };
        if frame.kind == Kind::State {
            room.known.insert(frame.event, frame.clone());
        }
        for mailbox in room.listeners.values() {
            mailbox.put(frame.clone());
        }
    }

    /// The topics that somebody listens to.
    pub(crate) fn topics(&self) -> Vec<Topic> {
        self.state().rooms.keys().copied().collect()
    }

    /// How many streams there are in `topic`.
    #[cfg(test)]
    pub(crate) fn listeners(&self, topic: Topic) -> usize {
        let state = self.state();
        state
            .rooms
            .get(&topic)
            .map_or(0, |room| room.listeners.len())
    }

    /// Waits until somebody has come.
    pub(crate) async fn entered(&self) {
        self.0.wanted.notified().await;
    }

    /// Ends all streams, and those that still come.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.over = true;
        for room in state.rooms.values() {
            room.listeners.values().for_each(|mailbox| mailbox.end());
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("no one panics inside")
    }
}

impl Mailbox {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().expect("no one panics inside")
    }

    fn put(&self, frame: Frame) {
        self.inbox().push(frame);
        self.bell.notify_one();
    }

    fn end(&self) {
        self.inbox().over = true;
        self.bell.notify_one();
    }
}

impl Inbox {
    fn push(&mut self, frame: Frame) {
        if frame.kind == Kind::State {
            let same = |it: &&mut Frame| {
                it.kind == Kind::State && (it.topic, it.event) == (frame.topic, frame.event)
            };
            if let Some(waiting) = self.frames.iter_mut().find(same) {
                *waiting = frame;
                return;
            }
        } else if self.behind {
            return;
        }
        let changes = self.frames.iter().filter(|it| it.kind != Kind::State);
        if frame.kind != Kind::State && changes.count() >= WAITING_MAX {
            self.frames.retain(|it| it.kind == Kind::State);
            self.behind = true;
            return;
        }
        self.frames.push_back(frame);
    }
}

impl Listener {
    /// What this client listens to.
    pub(crate) fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The client knows everything up to `seq`: what was told before and still waits is old.
    pub(crate) fn caught_up(&mut self, seq: i64) {
        self.caught_up = seq;
    }

    /// The place in the feed up to which this client knows everything.
    pub(crate) fn known_up_to(&self) -> i64 {
        self.caught_up.max(self.told)
    }

    /// Waits for what comes next.
    pub(crate) async fn next(&mut self) -> Next {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.mailbox.bell.notified().await;
        }
    }

    fn take(&mut self) -> Option<Next> {
        let mut inbox = self.mailbox.inbox();
        if inbox.over {
            return Some(Next::Over);
        }
        if inbox.behind {
            inbox.behind = false;
            return Some(Next::CatchUp);
        }
        let mut sent = Vec::new();
        for frame in inbox.frames.drain(..) {
            match frame.kind {
                Kind::Change { upto, .. } | Kind::Reset { upto } if upto <= self.caught_up => {}
                Kind::Reset { .. } => return Some(Next::Last(frame.bytes)),
                Kind::Change { id, .. } => {
                    self.told = self.told.max(id);
                    sent.push(frame.bytes);
                }
                Kind::State => sent.push(frame.bytes),
            }
        }
        drop(inbox);
        match sent.len() {
            0 => None,
            1 => sent.pop().map(Next::Send),
            _ => {
                let mut all = BytesMut::with_capacity(sent.iter().map(Bytes::len).sum());
                sent.iter().for_each(|bytes| all.extend_from_slice(bytes));
                Some(Next::Send(all.freeze()))
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut state = self.rooms.state();
        for topic in &self.topics {
            if let Some(room) = state.rooms.get_mut(topic) {
                room.listeners.remove(&self.number);
                if room.listeners.is_empty() {
                    state.rooms.remove(topic);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
