//! One session between a node and the hub, as a state machine without I/O.
//!
//! It is fed messages, ticks and database results and says what to do next. The MQTT part
//! is a thin pump around it; the simulation drives the very same machine.
//!
//! Both directions run alike: [`outbound::Outbound`] sends our feed, [`inbound::Inbound`]
//! takes the peer's. Only the introduction differs: a node says [`Hello`], the hub answers
//! with [`Welcome`].

mod inbound;
mod outbound;
mod step;

use std::collections::VecDeque;

use domain::mutant::{Mutant, is};
use domain::time::Timestamp;

use crate::batch::Batch;
use crate::message::{Ack, Command, Cursor, Hello, Message, Welcome};
pub use inbound::WAITING_MAX;
use inbound::{Inbound, Offered};
use outbound::Outbound;
pub use outbound::{IN_FLIGHT_MAX, RESEND_MS};
pub use step::{DownReason, Input, Output};

/// A hello that is not answered is said again after this long.
pub const HELLO_AGAIN_MS: i64 = 3_000;

/// When nothing else is to be said, the watermark is told this often. It is also the sign
/// of life.
pub const HEARTBEAT_MS: i64 = 2_000;

/// A peer that was silent for this long is gone, whatever the transport believes.
pub const SILENCE_MS: i64 = 7_000;

/// Which end of the session this is.
#[derive(Clone, Debug)]
enum Phase {
    /// A node that waits to be welcomed. The hello is said again with the same session.
    Greeting {
        hello: Hello,
        said_at: Timestamp,
    },
    /// A node that keeps the hub's token before it says anything. The hub, which knows where the
    /// two stand, sends its first rows meanwhile; they wait.
    Keeping {
        welcome: Welcome,
        hello: Hello,
        early: Vec<Batch>,
    },
    /// The hub, before it has looked up where the two stand.
    Looking {
        hello: Hello,
    },
    Up,
    Over,
}

/// One session.
#[derive(Debug)]
pub struct Session {
    id: i64,
    incarnation: i64,
    phase: Phase,
    /// The hub that welcomed us was restored and wants to hear everything.
    recovering_hub: bool,
    head: i64,
    outbound: Outbound,
    inbound: Inbound,
    heard_at: Timestamp,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A node's end; says `hello` at once. `hello.head` and `hello.cursor` are where it is.
    #[must_use]
    pub fn of_node(hello: Hello, now: Timestamp) -> Self {
        let mut session = Self::new(&hello, now);
        session.incarnation = hello.incarnation;
        session.head = hello.head;
        let message = Message::Hello(hello.clone());
        session.outputs.push_back(Output::Send(message));
        session.phase = Phase::Greeting {
            hello,
            said_at: now,
        };
        session
    }

    /// The hub's end, begun by a node's hello.
    #[must_use]
    pub fn of_hub(hello: Hello, now: Timestamp) -> Self {
        let mut session = Self::new(&hello, now);
        session.outputs.push_back(Output::Greet(hello.clone()));
        session.phase = Phase::Looking { hello };
        session
    }

    fn new(hello: &Hello, now: Timestamp) -> Self {
        Self {
            id: hello.session,
            incarnation: 0,
            phase: Phase::Over,
            recovering_hub: false,
            head: 0,
            outbound: Outbound::default(),
            inbound: Inbound::default(),
            heard_at: now,
            outputs: VecDeque::new(),
        }
    }

    /// The session's number.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Whether both sides know where they stand.
    #[must_use]
    pub fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Up)
    }

    /// How far the peer has acknowledged our feed.
    #[must_use]
    pub fn acked(&self) -> i64 {
        self.outbound.acked()
    }

    /// Takes one input. What is to be done is fetched with [`Self::poll`].
    pub fn handle(&mut self, input: Input, now: Timestamp) {
        match input {
            Input::Message(message) => self.handle_message(message, now),
            Input::FeedHead(head) => self.head = self.head.max(head),
            Input::FeedRead(batch) => {
                if self.is_up()
                    && let Some(batch) = self.outbound.read(batch, now)
                {
                    self.send(Message::Rows(batch));
                }
            }
            Input::Applied { seq } => self.applied(seq),
            Input::Greeted(welcome) => self.greeted(welcome, now),
            Input::Kept => self.kept(now),
            Input::Tick => self.tick(now),
        }
        self.pump(now);
    }

    /// The next thing to do, oldest first; none when there is nothing.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn handle_message(&mut self, message: Message, now: Timestamp) {
        if matches!(self.phase, Phase::Over) {
            return;
        }
        match message {
            Message::Hello(hello) => self.hello_again(&hello, now),
            Message::Command(command) => self.command(command),
            Message::Rows(batch) if batch.session == self.id => {
                self.heard_at = now;
                self.offered(batch);
            }
            Message::Ack(ack) if ack.session == self.id => {
                self.heard_at = now;
                if self.is_up() && ack.incarnation == self.incarnation {
                    self.outbound.acknowledged(ack, now);
                }
            }
            // Whoever runs the session answers questions; here they are a sign of life.
            Message::Ask(ask) if ask.session == self.id => self.heard_at = now,
            Message::Answer(answer) if answer.session == self.id => self.heard_at = now,
            // Said in an earlier session: whatever it was, it will be said again.
            Message::Rows(_) | Message::Ack(_) | Message::Ask(_) | Message::Answer(_) => {}
        }
    }

    /// The hub hears the hello of its own session again: the welcome was lost.
    fn hello_again(&mut self, hello: &Hello, now: Timestamp) {
        if hello.session == self.id && self.is_up() {
            self.heard_at = now;
            self.phase = Phase::Looking {
                hello: hello.clone(),
            };
            self.outputs.push_back(Output::Greet(hello.clone()));
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Welcome(welcome) => self.welcomed(welcome),
            Command::SayHello => {
                if self.is_up() {
                    self.end(DownReason::Forgotten);
                }
            }
            Command::Refused { session, reason } => {
                if session == self.id {
                    self.end(DownReason::Refused { reason });
                }
            }
            Command::Recover {
                session,
                reason,
                above,
            } => {
                if session == self.id {
                    self.end(DownReason::MustRecover { reason, above });
                }
            }
            Command::PutAside {
                session,
                reason,
                above,
            } => {
                if session == self.id {
                    self.end(DownReason::PutAside { reason, above });
                }
            }
        }
    }

    fn welcomed(&mut self, welcome: Welcome) {
        if welcome.session != self.id {
            return;
        }
        let Phase::Greeting { hello, .. } = &self.phase else {
            // A hello of this session came once more. What a restored hub wants to hear is said
            // by the first welcome; one that has heard it all begins anew (and the word by which
            // it said so was lost).
            if self.is_up() && welcome.recovering != self.recovering_hub {
                self.end(DownReason::Forgotten);
            }
            return;
        };
        self.recovering_hub = welcome.recovering;
        self.phase = Phase::Keeping {
            welcome: welcome.clone(),
            hello: hello.clone(),
            early: Vec::new(),
        };
        self.outputs.push_back(Output::Keep(welcome));
    }

    fn kept(&mut self, now: Timestamp) {
        let Phase::Keeping {
            welcome,
            hello,
            early,
        } = &mut self.phase
        else {
            return;
        };
        let early = std::mem::take(early);
        let ours = cursor_in(hello.cursor, welcome.incarnation);
        // A hub that was restored wants everything, whatever it remembers.
        let theirs = match welcome.recovering {
            true => 0,
            false => cursor_in(welcome.cursor, self.incarnation),
        };
        self.inbound = Inbound::after(welcome.incarnation, ours);
        self.outbound = Outbound::after(theirs, now);
        self.up(now);
        for batch in early {
            self.offered(batch);
        }
    }

    fn greeted(&mut self, welcome: Welcome, now: Timestamp) {
        let Phase::Looking { hello } = &self.phase else {
            return;
        };
        self.incarnation = welcome.incarnation;
        self.head = self.head.max(welcome.head);
        let ours = match welcome.recovering {
            true => 0,
            false => cursor_in(welcome.cursor, hello.incarnation),
        };
        let theirs = match hello.recovering {
            true => 0,
            false => cursor_in(hello.cursor, welcome.incarnation),
        };
        self.inbound = Inbound::after(hello.incarnation, ours);
        self.outbound = Outbound::after(theirs, now);
        self.send(Message::Command(Command::Welcome(welcome)));
        self.up(now);
    }

    fn up(&mut self, now: Timestamp) {
        self.heard_at = now;
        self.phase = Phase::Up;
        self.outputs.push_back(Output::Up);
    }

    fn offered(&mut self, batch: Batch) {
        if let Phase::Keeping { early, .. } = &mut self.phase
            && early.len() < WAITING_MAX
        {
            early.push(batch);
            return;
        }
        if !self.is_up() {
            return;
        }
        match self.inbound.offer(batch) {
            Offered::Apply(batch) => self.outputs.push_back(Output::Apply(batch)),
            Offered::Known { seq } => self.acknowledge(seq, Gap::None),
            Offered::Gap { wanted } => self.acknowledge(wanted, Gap::Missed),
            Offered::Waiting | Offered::Dropped => {}
            Offered::OtherIncarnation => self.end(DownReason::Forgotten),
        }
    }

    fn applied(&mut self, seq: i64) {
        if !self.is_up() {
            return;
        }
        let next = self.inbound.applied(seq);
        self.acknowledge(self.inbound.cursor(), Gap::None);
        if let Some(batch) = next {
            self.outputs.push_back(Output::Apply(batch));
        }
    }

    fn acknowledge(&mut self, seq: i64, gap: Gap) {
        self.send(Message::Ack(Ack {
            session: self.id,
            incarnation: self.inbound.incarnation(),
            seq,
            gap: match gap {
                Gap::None => false,
                Gap::Missed => true,
            },
        }));
    }

    fn tick(&mut self, now: Timestamp) {
        if !matches!(self.phase, Phase::Over) && now.since_ms(self.heard_at) >= SILENCE_MS {
            self.end(DownReason::Silent);
        }
        if let Phase::Greeting { hello, said_at } = &mut self.phase
            && now.since_ms(*said_at) >= HELLO_AGAIN_MS
        {
            *said_at = now;
            let hello = hello.clone();
            self.send(Message::Hello(hello));
        }
        if self.is_up() {
            self.outbound.tick(now);
        }
    }

    /// Asks for the next stretch of our feed where the window allows.
    fn pump(&mut self, now: Timestamp) {
        if self.is_up()
            && let Some(after) = self.outbound.wants(self.head, now)
        {
            self.outputs.push_back(Output::ReadFeed { after });
        }
    }

    fn send(&mut self, message: Message) {
        self.outputs.push_back(Output::Send(message));
    }

    fn end(&mut self, reason: DownReason) {
        self.phase = Phase::Over;
        self.outputs.push_back(Output::Down(reason));
    }
}

enum Gap {
    None,
    Missed,
}

/// Where to go on in a feed of `incarnation`: a cursor of another one counts for nothing.
fn cursor_in(cursor: Option<Cursor>, incarnation: i64) -> i64 {
    let believed = is(Mutant::KeepOldCursor);
    cursor
        .filter(|cursor| cursor.incarnation == incarnation || believed)
        .map_or(0, |cursor| cursor.seq)
}
