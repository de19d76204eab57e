//! The hub's program, as far as its links go: the counterpart of `hub/src/mqtt/node.rs`.

use domain::id::NodeId;
use domain::mutant::Mutant;
use domain::seating::ScreeningSeat;
use hub::sqlite::nodes;
use hub::sync::{self, Heard, Unwelcome};
use protocol::ask::Outcome;
use protocol::batch::Batch;
use protocol::message::{Command, Hello, Message};
use protocol::row::Row;
use protocol::session::{Input, Output, Session};
use seats::Stretch;
use store::StoreError;

use super::device::{End, HUB};
use super::network::{Packet, Said};
use super::{Effect, What, World};

impl World {
    pub(super) fn hub_hears(&mut self, packet: &Packet) {
        if let Said::State(state) = &packet.said {
            self.hub_hears_state(&packet.node, state.session);
            return;
        }
        let Some(message) = packet.said.read() else {
            return;
        };
        let end = self.devices[HUB].ends.get(&packet.node);
        let same = end.map(|end| end.session.id());
        match message {
            Message::Hello(hello) if same != Some(hello.session) => {
                self.hub_meets(packet, hello);
                return;
            }
            // The hub was started anew and does not know the session.
            _ if same.is_none() => {
                let command = Message::Command(Command::SayHello);
                self.say(HUB, &packet.node, packet.connection, &command);
                return;
            }
            Message::Ask(ref ask) => {
                if same == Some(ask.session) {
                    self.hub_is_asked(packet, ask);
                }
            }
            Message::Answer(answer) => {
                if let Outcome::Refused { .. } = answer.outcome {
                    self.wish_refused(HUB, answer.ask);
                }
            }
            Message::Hello(_) | Message::Command(_) | Message::Rows(_) | Message::Ack(_) => {}
        }
        self.hub_input(packet.connection, Input::Message(message));
    }

    /// A will, or a goodbye. A late one of an earlier session kills nothing.
    fn hub_hears_state(&mut self, node: &NodeId, session: i64) {
        let end = self.devices[HUB].ends.get(node);
        if end.is_some_and(|end| end.session.id() == session) {
            self.note(format_args!("the hub misses {node}"));
            self.devices[HUB].ends.remove(node);
        }
    }

    fn hub_meets(&mut self, packet: &Packet, hello: Hello) {
        let (node, incarnation) = (packet.node.clone(), self.devices[HUB].incarnation);
        let judged = self.write(HUB, |tx, here| {
            let known = nodes::find(tx, &node)?;
            let verdict = sync::judge(tx, here, incarnation, &hello)?;
            if let Err(Unwelcome::HubBehind { seen }) = verdict {
                sync::mark_restored(tx, seen)?;
            }
            Ok::<_, StoreError>((known, verdict))
        });
        let (known, verdict) = judged.expect("a node is judged");
        assert!(known.is_some(), "every node of a run is in the hub's list");
        if let Err(unwelcome) = verdict {
            self.note(format_args!(
                "the hub turns {} away: {unwelcome}",
                packet.node
            ));
            let command = Message::Command(unwelcome.command(hello.session));
            self.say(HUB, &packet.node, packet.connection, &command);
            if matches!(unwelcome, Unwelcome::HubBehind { .. }) {
                self.hub_found_behind();
            }
            return;
        }
        let now = self.devices[HUB].now(self.now_ms);
        let end = End {
            connection: packet.connection,
            recovering: hello.recovering,
            session: Session::of_hub(hello, now),
        };
        self.devices[HUB].ends.insert(packet.node.clone(), end);
        self.hub_work(&packet.node);
    }

    /// The hub's database is an older copy: its program ends and recovers at the next start.
    fn hub_found_behind(&mut self) {
        for effect in self.devices[HUB].sync() {
            self.release(HUB, effect);
        }
        self.stop(HUB);
        self.later(1_000, What::Start(HUB));
    }

    pub(super) fn hub_input(&mut self, connection: u64, input: Input) {
        let now = self.devices[HUB].now(self.now_ms);
        let mut ends = self.devices[HUB].ends.iter_mut();
        let Some((node, end)) = ends.find(|(_, end)| end.connection == connection) else {
            return;
        };
        let node = node.clone();
        end.session.handle(input, now);
        self.hub_work(&node);
    }

    fn hub_work(&mut self, node: &NodeId) {
        loop {
            let Some(end) = self.devices[HUB].ends.get_mut(node) else {
                return;
            };
            let (connection, recovering) = (end.connection, end.recovering);
            let session = end.session.id();
            let Some(output) = end.session.poll() else {
                return;
            };
            match output {
                Output::Send(message) => self.say(HUB, node, connection, &message),
                Output::Up => self.note(format_args!("the hub has {node}")),
                Output::Greet(hello) => self.greet(node, connection, &hello),
                Output::ReadFeed { after } => {
                    let device = &self.devices[HUB];
                    let known = nodes::find(&device.db, node).expect("it is read");
                    let known = known.expect("every node is known");
                    let stretch = Stretch {
                        session,
                        incarnation: device.incarnation,
                        after,
                        scopes: None,
                        not_origin: None,
                        now: device.now(self.now_ms),
                    };
                    let batch = sync::read_batch(&device.db, (&known, recovering), &stretch);
                    let batch = batch.expect("a batch is read");
                    self.gives(node, &batch);
                    let input = Input::FeedRead(batch);
                    self.durably(HUB, connection, input, Mutant::SendBeforeDurable);
                }
                Output::Apply(batch) => {
                    let heard =
                        self.write(HUB, |tx, here| sync::apply_batch(tx, here, node, &batch));
                    let heard = heard.expect("a batch is applied");
                    let rows = batch.rows.len();
                    let (base, last) = (batch.base, batch.last);
                    self.note(format_args!(
                        "the hub applies {base}..{last} of {node}, {rows} rows"
                    ));
                    let input = Input::Applied { seq: batch.last };
                    self.durably(HUB, connection, input, Mutant::AcknowledgeBeforeDurable);
                    if heard == Heard::Everything {
                        self.fences_come_into_force();
                        self.note(format_args!("{node} has told the restored hub everything"));
                        let command = Message::Command(Command::SayHello);
                        self.say(HUB, node, connection, &command);
                        // What was applied is durable when the next hello is judged.
                        self.devices[HUB].ends.remove(node);
                        return;
                    }
                }
                Output::Keep(_) => unreachable!("only a node is welcomed"),
                Output::Down(reason) => {
                    self.note(format_args!("the hub loses {node}: {reason:?}"));
                    self.devices[HUB].ends.remove(node);
                    return;
                }
            }
        }
    }

    /// Nobody can know yet that a hub that was rolled back gave a seat to another node before.
    fn gives(&mut self, node: &NodeId, batch: &Batch) {
        if !self.devices[HUB].rolled_back {
            return;
        }
        let has_another = |seat: &ScreeningSeat| {
            let others = self.devices.iter().skip(1);
            let others = others.filter(|other| &other.node != node && !other.gone);
            let mut rows = others.map(|other| {
                let row = seats::sqlite::seats::find(&other.db, seat.screening, seat.seat);
                (row.expect("a seat is read"), &other.node)
            });
            rows.any(|(row, other)| row.is_some_and(|row| &row.owner == other))
        };
        for row in &batch.rows {
            if let Ok(Row::Seat(seat)) = Row::from_envelope(row)
                && &seat.owner == node
                && has_another(&seat)
            {
                let place = (seat.screening, seat.seat);
                self.ledger.given_blindly.insert(place);
            }
        }
    }

    fn greet(&mut self, node: &NodeId, connection: u64, hello: &Hello) {
        let (incarnation, fresh) = (self.devices[HUB].incarnation, self.random.uuid());
        let greeted = self.write(HUB, |tx, here| {
            sync::greet(tx, here, (incarnation, fresh), hello)
        });
        let welcome = greeted.expect("a node is greeted");
        self.note(format_args!(
            "the hub greets {node}, session {}, cursor {:?}",
            hello.session, welcome.cursor
        ));
        let input = Input::Greeted(welcome);
        self.after_sync(HUB, Effect::Answer { connection, input });
    }
}
