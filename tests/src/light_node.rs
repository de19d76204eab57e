//! A kiosk with nothing in it but its link: the real session over a real connection, and a few
//! seats in memory. A thousand of them fit into one process.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use domain::id::{NodeId, ScreeningId, SeatId};
use domain::seating::{ScreeningSeat, SeatState};
use domain::time::Timestamp;
use mqtt::pump::{self, End, Peer};
use mqtt::{Endpoint, Link, Retain, Sender};
use process::clock::{Clock as _, SystemClock};
use protocol::batch::{BATCH_ROWS_MAX, Batch};
use protocol::codec;
use protocol::message::{Cursor, Hello, Message, PROTOCOL, Welcome};
use protocol::row::Row;
use protocol::session::Session;
use protocol::topic::{Chain, Down, Topic, Up};
use tokio::sync::{mpsc, watch};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
const INBOX_MAX: usize = 64;

/// A light node. Cheap to clone; all clones are the same node.
#[derive(Clone)]
pub struct LightNode(Arc<Inner>);

struct Inner {
    node: NodeId,
    endpoint: Endpoint,
    chain: Chain,
    clock: SystemClock,
    state: Mutex<State>,
    head: watch::Sender<i64>,
    known: watch::Sender<Option<i64>>,
}

#[derive(Default)]
struct State {
    session: i64,
    cursor: Option<Cursor>,
    own: BTreeMap<(ScreeningId, SeatId), ScreeningSeat>,
    /// The change feed: which own seat changed at which place.
    feed: BTreeMap<i64, (ScreeningId, SeatId)>,
    places: BTreeMap<(ScreeningId, SeatId), i64>,
    turn: usize,
    waiting: VecDeque<(i64, Instant)>,
    lags: Vec<Duration>,
}

impl LightNode {
    /// A node that connects to the broker on `port` of this machine.
    #[must_use]
    pub fn new(node: NodeId, port: u16, password: &str) -> Self {
        let name = node.to_string();
        Self(Arc::new(Inner {
            endpoint: Endpoint {
                host: "127.0.0.1".to_owned(),
                port,
                client_id: name.clone(),
                username: name,
                password: password.to_owned(),
            },
            node,
            chain: Chain::new("test").expect("a chain"),
            clock: SystemClock::new(Timestamp(0)),
            state: Mutex::default(),
            head: watch::Sender::new(0),
            known: watch::Sender::new(None),
        }))
    }

    /// Connects and runs one session until it or the connection ends.
    pub async fn run(&self) {
        let inner = &self.0;
        let filters = inner.chain.node_filters(&inner.node);
        let opened = Link::open(&inner.endpoint, None, &filters, CONNECT_TIMEOUT).await;
        let Ok(mut link) = opened else { return };
        let hello = self.hello();
        let session = Session::of_node(hello, inner.clock.now());
        let peer = Arc::new(HubPeer {
            node: self.clone(),
            sender: link.sender(),
        });
        let (inbox, mut messages) = mpsc::channel(INBOX_MAX);
        let mut head = inner.head.subscribe();
        let pumped = pump::run(session, peer, &mut messages, &mut head);
        tokio::pin!(pumped);
        loop {
            tokio::select! {
                end = &mut pumped => {
                    let _: End<Infallible> = end;
                    return;
                }
                incoming = link.recv() => {
                    let Some(incoming) = incoming else { return };
                    if let Some(message) = self.read(&incoming) {
                        let _ = inbox.try_send(message);
                    }
                }
            }
        }
    }

    /// It counts as up to date only when it has read the hub's feed to a head once more.
    pub fn fall_behind(&self) {
        self.0.known.send_replace(None);
    }

    /// Waits until the node has read the hub's feed to a head.
    pub async fn up_to_date(&self) {
        let mut known = self.0.known.subscribe();
        let _ = known.wait_for(Option::is_some).await;
    }

    /// Changes one of its own seats, each in turn: blocks it or puts it back on sale.
    pub fn change_one(&self) {
        let head = {
            let mut state = self.state();
            let turn = state.turn;
            state.turn += 1;
            if state.own.is_empty() {
                return;
            }
            let at = turn % state.own.len();
            let Some((&key, seat)) = state.own.iter().nth(at) else {
                return;
            };
            let next = match seat.state {
                SeatState::Blocked => seat.changed_to(SeatState::Free),
                SeatState::Free
                | SeatState::Held { .. }
                | SeatState::Kept { .. }
                | SeatState::Booked { .. } => seat.changed_to(SeatState::Blocked),
            };
            state.own.insert(key, next);
            let head = state.feed.keys().next_back().copied().unwrap_or(0) + 1;
            if let Some(place) = state.places.insert(key, head) {
                state.feed.remove(&place);
            }
            state.feed.insert(head, key);
            state.waiting.push_back((head, read_clock()));
            head
        };
        self.0.head.send_replace(head);
    }

    /// How long each change took to be durable at the hub, since this was last asked.
    #[must_use]
    pub fn take_lags(&self) -> Vec<Duration> {
        std::mem::take(&mut self.state().lags)
    }

    /// How many of its changes the hub has not acknowledged.
    #[must_use]
    pub fn unacknowledged(&self) -> usize {
        self.state().waiting.len()
    }

    fn hello(&self) -> Hello {
        let now = self.0.clock.now();
        let mut state = self.state();
        state.session = now.0.max(state.session + 1);
        let head = state.feed.keys().next_back().copied().unwrap_or(0);
        Hello {
            protocol: PROTOCOL,
            node: self.0.node.clone(),
            incarnation: 1,
            session: state.session,
            software: "light".to_owned(),
            schema: 1,
            head,
            cursor: state.cursor,
            clock: now,
            token: None,
            resumed: None,
            recovering: false,
            kinds: protocol::row::RowKind::newer_names(),
        }
    }

    fn read(&self, incoming: &mqtt::Incoming) -> Option<Message> {
        let payload = &incoming.payload;
        match self.0.chain.read(&incoming.topic)? {
            Topic::Down(_, Down::Rows) => codec::decode(payload).ok().map(Message::Rows),
            Topic::Down(_, Down::Ack) => codec::decode(payload).ok().map(Message::Ack),
            Topic::Down(_, Down::Command) => codec::decode(payload).ok().map(Message::Command),
            Topic::Down(_, Down::Ask | Down::Viewers) | Topic::Up(..) | Topic::HubState => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("no one panics inside")
    }
}

struct HubPeer {
    node: LightNode,
    sender: Sender,
}

impl Peer for HubPeer {
    type Fault = Infallible;

    async fn read(&self, session: i64, after: i64) -> Result<Batch, Infallible> {
        let state = self.node.state();
        let entries = state.feed.range(after + 1..).take(BATCH_ROWS_MAX);
        let (mut rows, mut last) = (Vec::new(), after);
        for (seq, key) in entries {
            let row = Row::Seat(state.own[key].clone());
            rows.push(row.to_envelope().expect("a row is written as JSON"));
            last = *seq;
        }
        let head = state.feed.keys().next_back().copied().unwrap_or(0);
        Ok(Batch {
            session,
            incarnation: 1,
            base: after,
            last,
            watermark: (last >= head).then(|| self.node.0.clock.now()),
            rows,
        })
    }

    async fn apply(&self, batch: Batch) -> Result<(), Infallible> {
        let mut state = self.node.state();
        for envelope in &batch.rows {
            let Ok(Row::Seat(seat)) = Row::from_envelope(envelope) else {
                continue;
            };
            let key = (seat.screening, seat.seat);
            let known = state.own.get(&key);
            let newer = known.is_none_or(|known| known.version < seat.version);
            if seat.owner == self.node.0.node && newer {
                state.own.insert(key, seat);
            }
        }
        state.cursor = Some(Cursor {
            incarnation: batch.incarnation,
            seq: batch.last,
        });
        drop(state);
        if batch.watermark.is_some() {
            self.node.0.known.send_replace(Some(batch.last));
        }
        Ok(())
    }

    async fn greet(&self, _: Hello) -> Result<Welcome, Infallible> {
        unreachable!("only the hub greets")
    }

    async fn keep(&self, _: Welcome) -> Result<(), Infallible> {
        Ok(())
    }

    fn send(&self, message: &Message) {
        let (chain, node) = (&self.node.0.chain, self.node.0.node.clone());
        let (topic, payload) = match message {
            Message::Hello(hello) => (Up::Hello, codec::encode(hello)),
            Message::Rows(batch) => (Up::Rows, codec::encode(batch)),
            Message::Ack(ack) => (Up::Ack, codec::encode(ack)),
            Message::Ask(_) | Message::Answer(_) | Message::Command(_) => return,
        };
        let topic = chain.write(&Topic::Up(node, topic));
        // What does not go out is said again by the session.
        let _ = self
            .sender
            .try_publish(&topic, payload.expect("it is written"), Retain::Drop);
    }

    fn heard(&self, message: &Message) {
        let Message::Ack(ack) = message else { return };
        let mut state = self.node.state();
        while let Some(&(seq, since)) = state.waiting.front() {
            if seq > ack.seq {
                break;
            }
            state.waiting.pop_front();
            state.lags.push(since.elapsed());
        }
    }

    fn up(&self) {}

    fn now(&self) -> Timestamp {
        self.node.0.clock.now()
    }
}

/// When a change was made, to measure how long its acknowledgement takes.
#[expect(
    clippy::disallowed_methods,
    reason = "only a figure for people; no rule sees it"
)]
fn read_clock() -> Instant {
    Instant::now()
}
