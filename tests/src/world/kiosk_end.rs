//! A kiosk's program, as far as its link goes: the counterpart of `kiosk/src/mqtt.rs`.

use domain::id::NodeId;
use domain::mutant::{Mutant, is};
use kiosk::sync::{self, Heard};
use protocol::ask::Outcome;
use protocol::batch::Batch;
use protocol::message::{Command, Hello, Message, PROTOCOL, Welcome};
use protocol::row::Row;
use protocol::session::{DownReason, Input, Output, Session};
use seats::Stretch;
use seats::sqlite::recovery;
use store::StoreError;

use super::device::{Changed, DeviceAt, HUB, Line};
use super::network::Packet;
use super::{Effect, FaultKind, World};

/// A clock that the hub's word moves by more than this takes the open holds with it.
const SHIFT_FROM_MS: i64 = 2_000;

impl World {
    /// Opens a session over a new connection.
    pub(super) fn open_line(&mut self, at: DeviceAt, connection: u64) {
        let luck = self.random.next();
        let opening = self.write(at, |tx, here| sync::open_session(tx, here, luck));
        let opening = opening.expect("a session opens");
        let device = &self.devices[at];
        let hello = Hello {
            protocol: PROTOCOL,
            node: device.node.clone(),
            incarnation: opening.incarnation,
            session: opening.session,
            software: "simulated".to_owned(),
            schema: 1,
            head: opening.head,
            cursor: opening.cursor,
            clock: device.now(self.now_ms),
            token: opening.token,
            resumed: Some(opening.resumed),
            recovering: opening.recovering,
            kinds: protocol::row::RowKind::newer_names(),
        };
        self.note(format_args!(
            "{} opens session {} ({})",
            hello.node, hello.session, connection
        ));
        let hello = Box::new(hello);
        self.after_sync(at, Effect::Hello { connection, hello });
    }

    /// Says hello, unless the connection has gone meanwhile.
    pub(super) fn greets(&mut self, at: DeviceAt, connection: u64, hello: Hello) {
        if self.connections.get(&hello.node) != Some(&(at, connection)) {
            self.connect_again(at);
            return;
        }
        let now = self.devices[at].now(self.now_ms);
        self.devices[at].line = Some(Line {
            connection,
            session: Session::of_node(hello, now),
            restored_hub: false,
        });
        self.kiosk_work(at);
    }

    pub(super) fn kiosk_hears(&mut self, at: DeviceAt, packet: &Packet) {
        let Some(message) = packet.said.read() else {
            return;
        };
        match &message {
            Message::Command(Command::Welcome(welcome)) => self.set_clock(at, welcome),
            Message::Ask(ask) => {
                let answered = self.answer_want(at, &ask.want);
                self.reply(at, packet, ask, answered);
            }
            Message::Answer(answer) => {
                if let Outcome::Refused { .. } = answer.outcome {
                    self.wish_refused(at, answer.ask);
                }
            }
            Message::Hello(_) | Message::Command(_) | Message::Rows(_) | Message::Ack(_) => {}
        }
        self.kiosk_input(at, packet.connection, Input::Message(message));
    }

    pub(super) fn kiosk_input(&mut self, at: DeviceAt, connection: u64, input: Input) {
        let now = self.devices[at].now(self.now_ms);
        match &mut self.devices[at].line {
            Some(line) if line.connection == connection => line.session.handle(input, now),
            _ => return,
        }
        self.kiosk_work(at);
    }

    fn kiosk_work(&mut self, at: DeviceAt) {
        loop {
            let Some(line) = &mut self.devices[at].line else {
                return;
            };
            let (connection, restored_hub) = (line.connection, line.restored_hub);
            let session = line.session.id();
            let Some(output) = line.session.poll() else {
                return;
            };
            match output {
                Output::Send(mut message) => {
                    let node = self.devices[at].node.clone();
                    if let Message::Rows(batch) = &mut message {
                        self.forge(at, batch);
                    }
                    self.say(at, &node, connection, &message);
                }
                Output::Up => {
                    let node = self.devices[at].node.clone();
                    self.note(format_args!("{node} is up"));
                }
                Output::Keep(welcome) => self.keep(at, connection, &welcome),
                Output::ReadFeed { after } => {
                    let device = &self.devices[at];
                    let stretch = Stretch {
                        session,
                        incarnation: device.incarnation,
                        after,
                        scopes: None,
                        not_origin: (!restored_hub).then_some(&self.devices[0].node),
                        now: device.now(self.now_ms),
                    };
                    let batch = sync::read_batch(&device.db, &stretch).expect("a batch is read");
                    let input = Input::FeedRead(batch);
                    self.durably(at, connection, input, Mutant::SendBeforeDurable);
                }
                Output::Apply(batch) => self.kiosk_applies(at, connection, &batch),
                Output::Greet(_) => unreachable!("only the hub greets"),
                Output::Down(reason) => {
                    self.kiosk_down(at, &reason);
                    return;
                }
            }
        }
    }

    /// A faulty program claims a seat of the hub's. A restored hub has to believe what nodes
    /// say of their seats: only they know whether it granted them before the loss. So nobody
    /// lies to it then.
    fn forge(&mut self, at: DeviceAt, batch: &mut Batch) {
        if !self.devices[at].forges {
            return;
        }
        let hub = &self.devices[HUB];
        let unheard = recovery::unheard(&hub.db, &self.devices[at].node);
        let is_believed = unheard.expect("it is read").is_some();
        if self.closing || hub.rolled_back || is_believed || self.is_waiting_for_nodes() {
            return;
        }
        self.devices[at].forges = false;
        let theater = self.devices[at].theater;
        let theirs = self.screenings.values();
        let theirs = theirs.filter(|(screening, _)| screening.theater == theater);
        let hub = &self.devices[HUB];
        let claimed = theirs.flat_map(|(screening, _)| {
            let seats = seats::sqlite::seats::of_screening(&hub.db, screening.screening);
            seats.expect("seats are read").into_values()
        });
        let Some(seat) = claimed.into_iter().find(|seat| seat.owner.is_hub()) else {
            return;
        };
        let node = self.devices[at].node.clone();
        self.note(format_args!(
            "{node} claims seat {} of {}",
            seat.seat, seat.screening
        ));
        let row = Row::Seat(seat.granted_to(node));
        batch
            .rows
            .push(row.to_envelope().expect("a row is written"));
        *self.faults.entry(FaultKind::Forge).or_default() += 1;
    }

    /// The session gets its answer when the disk has everything.
    pub(super) fn durably(&mut self, at: DeviceAt, connection: u64, input: Input, hasty: Mutant) {
        if is(hasty) {
            self.answer(at, connection, input);
        } else {
            self.after_sync(at, Effect::Answer { connection, input });
        }
    }

    fn keep(&mut self, at: DeviceAt, connection: u64, welcome: &Welcome) {
        self.write(at, |tx, _| sync::keep(tx, welcome))
            .expect("the token is kept");
        if let Some(line) = &mut self.devices[at].line {
            line.restored_hub = welcome.recovering;
        }
        // The hub has found nothing wrong with this disk.
        self.devices[at].rolled_back = false;
        let input = Input::Kept;
        self.after_sync(at, Effect::Answer { connection, input });
    }

    fn kiosk_applies(&mut self, at: DeviceAt, connection: u64, batch: &Batch) {
        let heard = self.write(at, |tx, here| sync::apply_batch(tx, here, batch));
        let heard = heard.expect("a batch is applied");
        let (node, rows) = (self.devices[at].node.clone(), batch.rows.len());
        self.note(format_args!(
            "{node} applies {}..{}, {rows} rows",
            batch.base, batch.last
        ));
        let input = Input::Applied { seq: batch.last };
        self.durably(at, connection, input, Mutant::AcknowledgeBeforeDurable);
        if heard == Heard::Everything {
            let node = self.devices[at].node.clone();
            self.note(format_args!("{node} has recovered"));
            self.drop_line(at);
            self.connect_again(at);
        }
    }

    fn kiosk_down(&mut self, at: DeviceAt, reason: &DownReason) {
        let node = self.devices[at].node.clone();
        self.note(format_args!("{node} is down: {reason:?}"));
        self.drop_line(at);
        match reason {
            DownReason::MustRecover { above, .. } => self.begin_recovery(at, *above),
            DownReason::PutAside { above, .. } => {
                self.write(at, |tx, _| sync::put_aside(tx, *above))
                    .expect("it is put aside");
            }
            DownReason::Silent | DownReason::Refused { .. } | DownReason::Forgotten => {}
        }
        self.connect_again(at);
    }

    /// The device takes everything back that the hub knows of it.
    pub(super) fn begin_recovery(&mut self, at: DeviceAt, above: i64) {
        let begun = self.write(at, |tx, here| sync::begin_recovery(tx, here, above));
        self.devices[at].incarnation = begun.expect("it begins to recover");
        self.lose_what_nobody_knows(at);
    }

    /// The hub's first word in a session sets the clock, and the holds go with it. What is said
    /// once more is older.
    fn set_clock(&mut self, at: DeviceAt, welcome: &Welcome) {
        let line = self.devices[at].line.as_ref();
        if line.is_none_or(|line| line.session.is_up() || line.session.id() != welcome.session) {
            return;
        }
        let by_ms = welcome.clock.since_ms(self.devices[at].now(self.now_ms));
        self.devices[at].offset_ms += by_ms;
        if by_ms.abs() > SHIFT_FROM_MS {
            let shifted = self.write(at, |tx, here| seats::shift_holds(tx, here, by_ms));
            let shifted = shifted.expect("holds are moved");
            let node = self.devices[at].node.clone();
            self.note(format_args!(
                "{node} sets its clock by {by_ms}, {shifted} holds"
            ));
        }
    }

    /// One operation at a device, and its change on the way to the disk.
    pub(super) fn write<T, E: From<rusqlite::Error> + From<StoreError>>(
        &mut self,
        at: DeviceAt,
        act: impl FnOnce(&rusqlite::Transaction<'_>, seats::Here<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (now, lossy) = (self.now_ms, self.profile.lossy_crashes);
        let (done, changed) = self.devices[at].act(now, lossy, act)?;
        match changed {
            Changed::Rows => self.written(at),
            Changed::Nothing => {}
        }
        Ok(done)
    }

    /// The hub's name.
    pub(super) fn hub() -> NodeId {
        NodeId::hub()
    }
}
