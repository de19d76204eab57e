//! Two sessions over a bad network: whatever is lost, doubled or late, the feeds arrive.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, VecDeque};

use domain::time::Timestamp;
use proptest::prelude::*;
use protocol::batch::Batch;
use protocol::message::{Command, Cursor, Hello, Message, PROTOCOL, Welcome};
use protocol::row::Envelope;
use protocol::session::{DownReason, Input, Output, RESEND_MS, SILENCE_MS, Session};
use serde_json::value::RawValue;

/// One end: a feed of numbered rows, and what it has of the other's.
struct End {
    session: Session,
    incarnation: i64,
    head: i64,
    applied: i64,
    rows: BTreeMap<i64, i64>,
    down: Option<DownReason>,
}

impl End {
    fn new(session: Session, incarnation: i64, head: i64) -> Self {
        Self {
            session,
            incarnation,
            head,
            applied: 0,
            rows: BTreeMap::new(),
            down: None,
        }
    }

    /// Does what the session wants; returns what is to be sent.
    fn work(&mut self, now: Timestamp) -> Vec<Message> {
        let mut sent = Vec::new();
        while let Some(output) = self.session.poll() {
            let input = match output {
                Output::Send(message) => {
                    sent.push(message);
                    continue;
                }
                Output::Up => continue,
                Output::Keep(_) => Input::Kept,
                Output::Down(reason) => {
                    self.down = Some(reason);
                    continue;
                }
                Output::ReadFeed { after } => Input::FeedRead(self.read(after, now)),
                Output::Apply(batch) => {
                    assert!(batch.base <= self.applied, "a gap was applied");
                    for row in &batch.rows {
                        let seq = row.key.parse().unwrap();
                        self.rows.insert(seq, row.version.1);
                    }
                    self.applied = self.applied.max(batch.last);
                    Input::Applied { seq: batch.last }
                }
                Output::Greet(hello) => Input::Greeted(Welcome {
                    session: hello.session,
                    incarnation: self.incarnation,
                    cursor: Some(Cursor {
                        incarnation: hello.incarnation,
                        seq: self.applied,
                    }),
                    head: self.head,
                    clock: now,
                    token: None,
                    recovering: false,
                    pays_at: None,
                    kinds: Vec::new(),
                }),
            };
            self.session.handle(input, now);
        }
        sent
    }

    fn read(&self, after: i64, now: Timestamp) -> Batch {
        let last = self.head.min(after + 3);
        let rows = (after + 1..=last).map(|seq| Envelope {
            kind: "seat".to_owned(),
            key: seq.to_string(),
            version: (1, seq),
            body: RawValue::from_string("{}".to_owned()).unwrap(),
        });
        Batch {
            session: self.session.id(),
            incarnation: self.incarnation,
            base: after,
            last,
            watermark: (last == self.head).then_some(now),
            rows: rows.collect(),
        }
    }
}

fn hello(head: i64, cursor: Option<Cursor>) -> Hello {
    Hello {
        protocol: PROTOCOL,
        node: "seoul-1".parse().unwrap(),
        incarnation: 7,
        session: 1,
        software: "test".to_owned(),
        schema: 1,
        head,
        cursor,
        clock: Timestamp(0),
        token: None,
        resumed: None,
        recovering: false,
        kinds: Vec::new(),
    }
}

/// What the network does to the next message.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Arrives,
    Lost,
    Doubled,
    /// After the next one.
    Late,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        6 => Just(Fate::Arrives),
        2 => Just(Fate::Lost),
        1 => Just(Fate::Doubled),
        1 => Just(Fate::Late),
    ];
    prop::collection::vec(fate, 0..200)
}

struct Network {
    fates: VecDeque<Fate>,
    late: Vec<Message>,
}

impl Network {
    fn carry(&mut self, sent: Vec<Message>) -> Vec<Message> {
        let mut arrived = Vec::new();
        for message in sent {
            // When the bad luck is used up the network is good.
            match self.fates.pop_front().unwrap_or(Fate::Arrives) {
                Fate::Arrives => arrived.push(message),
                Fate::Lost => {}
                Fate::Doubled => arrived.extend([message.clone(), message]),
                Fate::Late => {
                    self.late.push(message);
                    continue;
                }
            }
            arrived.append(&mut self.late);
        }
        arrived
    }
}

proptest! {
    #[test]
    fn both_feeds_arrive_whatever_the_network_does(
        fates in fates(),
        heads in (0i64..60, 0i64..60),
    ) {
        let mut now = Timestamp(1_000_000);
        let mut node = End::new(Session::of_node(hello(heads.0, None), now), 7, heads.0);
        let mut hub: Option<End> = None;
        let mut network = Network { fates: fates.into(), late: Vec::new() };
        for _ in 0..2_000 {
            for message in network.carry(node.work(now)) {
                match (&mut hub, message) {
                    (None, Message::Hello(hello)) => {
                        let session = Session::of_hub(hello, now);
                        hub = Some(End::new(session, 9, heads.1));
                        hub.as_mut().unwrap().session.handle(Input::FeedHead(heads.1), now);
                    }
                    (None, _) => {}
                    (Some(hub), message) => hub.session.handle(Input::Message(message), now),
                }
            }
            let said = hub.as_mut().map(|hub| hub.work(now)).unwrap_or_default();
            for message in network.carry(said) {
                node.session.handle(Input::Message(message), now);
            }
            let both = hub.as_ref().is_some_and(|hub| hub.applied >= heads.0);
            if both && node.applied >= heads.1 {
                break;
            }
            // Messages that meet bad luck for too long end the session; that is its own test.
            if node.down.is_some() || hub.as_ref().is_some_and(|hub| hub.down.is_some()) {
                return Ok(());
            }
            now = now.plus_ms(250);
            node.session.handle(Input::Tick, now);
            if let Some(hub) = &mut hub {
                hub.session.handle(Input::Tick, now);
            }
        }
        let hub = hub.expect("the hello arrived");
        prop_assert_eq!(hub.rows.len(), usize::try_from(heads.0).unwrap());
        prop_assert_eq!(node.rows.len(), usize::try_from(heads.1).unwrap());
    }
}

/// A node that has been welcomed by a hub whose feed is empty.
fn welcomed(head: i64) -> (Session, Timestamp) {
    let now = Timestamp(1_000_000);
    let mut session = Session::of_node(hello(head, None), now);
    session.handle(Input::Message(welcome(now, false)), now);
    session.handle(Input::Kept, now);
    (session, now)
}

fn welcome(now: Timestamp, recovering: bool) -> Message {
    Message::Command(Command::Welcome(Welcome {
        session: 1,
        incarnation: 9,
        cursor: None,
        head: 0,
        clock: now,
        token: None,
        recovering,
        pays_at: None,
        kinds: Vec::new(),
    }))
}

fn outputs(session: &mut Session) -> Vec<Output> {
    std::iter::from_fn(|| session.poll()).collect()
}

#[test]
fn a_silent_peer_is_gone() {
    let (mut session, now) = welcomed(0);
    outputs(&mut session);
    session.handle(Input::Tick, now.plus_ms(SILENCE_MS - 1));
    assert!(
        outputs(&mut session)
            .iter()
            .all(|it| !matches!(it, Output::Down(_)))
    );
    session.handle(Input::Tick, now.plus_ms(SILENCE_MS));
    let down = outputs(&mut session);
    assert!(
        down.iter()
            .any(|it| matches!(it, Output::Down(DownReason::Silent)))
    );
}

/// A hello came twice, the second time when the restored hub had heard everything; the word by
/// which it says so was lost. The session lived on, and the node told all the hub's rows as if
/// they were its own to tell (seed 1550).
#[test]
fn a_welcome_that_says_otherwise_than_the_first_ends_the_session() {
    let now = Timestamp(1_000_000);
    let mut session = Session::of_node(hello(4, None), now);
    session.handle(Input::Message(welcome(now, true)), now);
    session.handle(Input::Kept, now);
    assert!(session.is_up());
    session.handle(Input::Message(welcome(now, true)), now);
    assert!(session.is_up(), "it says what is known");
    session.handle(Input::Message(welcome(now, false)), now);
    let last = outputs(&mut session).pop();
    assert!(matches!(last, Some(Output::Down(DownReason::Forgotten))));
}

#[test]
fn what_the_hub_sends_while_its_token_is_being_kept_is_applied_after_that() {
    let now = Timestamp(1_000_000);
    let mut hub = End::new(Session::of_hub(hello(0, None), now), 9, 5);
    hub.session.handle(Input::FeedHead(5), now);
    let mut node = Session::of_node(hello(0, None), now);
    for message in hub.work(now) {
        node.handle(Input::Message(message), now);
    }
    let is_apply = |output: &Output| matches!(output, Output::Apply(_));
    let meanwhile = outputs(&mut node);
    assert!(
        !meanwhile.iter().any(is_apply),
        "not before the token is kept"
    );
    node.handle(Input::Kept, now);
    let after = outputs(&mut node);
    let first = after.iter().find(|output| is_apply(output));
    let Some(Output::Apply(first)) = first else {
        panic!("nothing is applied: {after:?}");
    };
    assert_eq!((first.base, first.last), (0, 3));
    node.handle(Input::Applied { seq: 3 }, now);
    let next = outputs(&mut node);
    assert!(
        next.iter().any(is_apply),
        "and what came behind it: {next:?}"
    );
}

#[test]
fn a_gap_rewinds_at_once() {
    let (mut session, now) = welcomed(10);
    let feed = End::new(welcomed(10).0, 7, 10);
    assert!(matches!(
        outputs(&mut session).last(),
        Some(Output::ReadFeed { after: 0 })
    ));
    session.handle(Input::FeedRead(feed.read(0, now)), now);
    assert!(matches!(
        outputs(&mut session).last(),
        Some(Output::ReadFeed { after: 3 })
    ));
    let ack = |seq, gap| {
        Input::Message(Message::Ack(protocol::message::Ack {
            session: 1,
            incarnation: 7,
            seq,
            gap,
        }))
    };
    session.handle(ack(1, true), now);
    // The read after 3 is under way; its answer is not wanted any more.
    session.handle(Input::FeedRead(feed.read(3, now)), now);
    assert!(matches!(
        outputs(&mut session).last(),
        Some(Output::ReadFeed { after: 1 })
    ));
}

#[test]
fn what_is_not_acknowledged_is_sent_again() {
    let (mut session, now) = welcomed(3);
    let feed = End::new(welcomed(3).0, 7, 3);
    outputs(&mut session);
    session.handle(Input::FeedRead(feed.read(0, now)), now);
    assert!(matches!(
        outputs(&mut session)[..],
        [Output::Send(Message::Rows(_))]
    ));
    session.handle(Input::Tick, now.plus_ms(RESEND_MS));
    assert!(matches!(
        outputs(&mut session).last(),
        Some(Output::ReadFeed { after: 0 })
    ));
}
