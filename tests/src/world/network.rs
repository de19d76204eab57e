//! What carries messages: a broker that lives in the hub's program, and lines that lose,
//! double, delay and reorder.

use domain::id::NodeId;
use protocol::ask::Asking;
use protocol::codec;
use protocol::message::{Message, NodeState};

use super::device::{DeviceAt, HUB};
use super::{What, World};

/// A message on its way.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    pub(super) node: NodeId,
    pub(super) connection: u64,
    pub(super) way: Way,
    pub(super) said: Said,
}

/// In which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// What is said, as it goes over the wire.
#[derive(Clone, Debug)]
pub(super) enum Said {
    Hello(Vec<u8>),
    Rows(Vec<u8>),
    Ack(Vec<u8>),
    Command(Vec<u8>),
    Asking(Vec<u8>),
    /// A node's will, or its goodbye.
    State(NodeState),
}

impl Said {
    /// Writes a message as the programs do.
    pub(super) fn write(message: &Message) -> Self {
        let fits = "what a session says can be written";
        match message {
            Message::Hello(hello) => Self::Hello(codec::encode(hello).expect(fits)),
            Message::Rows(batch) => Self::Rows(codec::encode(batch).expect(fits)),
            Message::Ack(ack) => Self::Ack(codec::encode(ack).expect(fits)),
            Message::Command(command) => Self::Command(codec::encode(command).expect(fits)),
            Message::Ask(ask) => {
                Self::Asking(codec::encode(&Asking::Ask(ask.clone())).expect(fits))
            }
            Message::Answer(answer) => {
                Self::Asking(codec::encode(&Asking::Answer(*answer)).expect(fits))
            }
        }
    }

    /// Reads it again; none for a node's state.
    pub(super) fn read(&self) -> Option<Message> {
        let written = "what was written can be read";
        Some(match self {
            Self::Hello(bytes) => Message::Hello(codec::decode(bytes).expect(written)),
            Self::Rows(bytes) => Message::Rows(codec::decode(bytes).expect(written)),
            Self::Ack(bytes) => Message::Ack(codec::decode(bytes).expect(written)),
            Self::Command(bytes) => Message::Command(codec::decode(bytes).expect(written)),
            Self::Asking(bytes) => match codec::decode(bytes).expect(written) {
                Asking::Ask(ask) => Message::Ask(ask),
                Asking::Answer(answer) => Message::Answer(answer),
            },
            Self::State(_) => return None,
        })
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Rows(_) => "rows",
            Self::Ack(_) => "ack",
            Self::Command(_) => "command",
            Self::Asking(_) => "ask",
            Self::State(_) => "state",
        }
    }
}

impl World {
    /// Says something over the connection of a node.
    pub(super) fn say(&mut self, at: DeviceAt, node: &NodeId, connection: u64, message: &Message) {
        let way = if at == HUB { Way::Down } else { Way::Up };
        let said = Said::write(message);
        let packet = Packet {
            node: node.clone(),
            connection,
            way,
            said,
        };
        self.send(at, packet);
    }

    /// Gives a packet to the network, which does what it likes.
    pub(super) fn send(&mut self, at: DeviceAt, packet: Packet) {
        let Some(&(device, connection)) = self.connections.get(&packet.node) else {
            return;
        };
        let kiosk = if at == HUB { device } else { at };
        if connection != packet.connection {
            return;
        }
        let kiosk = &self.devices[kiosk];
        let cut = match packet.way {
            Way::Up => kiosk.cut_up,
            Way::Down => kiosk.cut_down,
        };
        let (loss, doubling) = (self.profile.loss, self.profile.doubling);
        if cut || (!self.closing && self.random.chance(loss)) {
            self.note(format_args!("lost {}", packet.said.name()));
            return;
        }
        if !self.closing && self.random.chance(doubling) {
            let delay = self.delay();
            self.later(delay, What::Deliver(packet.clone()));
        }
        let delay = self.delay();
        self.later(delay, What::Deliver(packet));
    }

    fn delay(&mut self) -> i64 {
        let (usual, reordering) = (self.profile.delay_ms, self.profile.reordering);
        if self.closing {
            return 1;
        }
        if self.random.chance(reordering) {
            return self.random_within(usual * 10);
        }
        usual
    }

    pub(super) fn deliver(&mut self, packet: Packet) {
        let known = self.connections.get(&packet.node).copied();
        let Some((device, connection)) = known else {
            return;
        };
        let late_will = matches!(packet.said, Said::State(_));
        if connection != packet.connection && !late_will {
            return;
        }
        let to = match packet.way {
            Way::Up => HUB,
            Way::Down => device,
        };
        if !self.devices[to].running {
            return;
        }
        self.note(format_args!(
            "{} {} {}",
            packet.node,
            match packet.way {
                Way::Up => "->",
                Way::Down => "<-",
            },
            packet.said.name()
        ));
        match packet.way {
            Way::Up => self.hub_hears(&packet),
            Way::Down => self.kiosk_hears(device, &packet),
        }
    }

    /// A kiosk tries to reach the broker.
    pub(super) fn connect(&mut self, at: DeviceAt, life: u64) {
        let device = &self.devices[at];
        if device.life != life || !device.running || device.line.is_some() {
            return;
        }
        if device.cut_up || device.cut_down || !self.devices[HUB].running {
            self.connect_again(at);
            return;
        }
        let node = self.devices[at].node.clone();
        self.connections_made += 1;
        let connection = self.connections_made;
        if let Some((other, old)) = self.connections.insert(node, (at, connection)) {
            // Whoever had the name before is thrown out.
            let delay = self.random_within(2_000);
            self.later(delay, What::Broken(other, old));
        }
        self.open_line(at, connection);
    }

    pub(super) fn connect_again(&mut self, at: DeviceAt) {
        let life = self.devices[at].life;
        let wait = if self.closing { 500 } else { 5_000 };
        let wait = self.random_within(wait);
        self.later(wait, What::Connect(at, life));
    }

    /// A device notices that its connection is gone.
    pub(super) fn broken(&mut self, at: DeviceAt, connection: u64) {
        let line = &self.devices[at].line;
        if line
            .as_ref()
            .is_some_and(|line| line.connection == connection)
        {
            self.drop_line(at);
            self.connect_again(at);
        }
    }

    /// A kiosk leaves its connection; the broker publishes the will some time later.
    pub(super) fn drop_line(&mut self, at: DeviceAt) {
        let Some(line) = self.devices[at].line.take() else {
            return;
        };
        let node = self.devices[at].node.clone();
        if self.connections.get(&node) == Some(&(at, line.connection)) {
            self.connections.remove(&node);
        }
        self.publish_will(node, line.connection, line.session.id());
    }

    pub(super) fn publish_will(&mut self, node: NodeId, connection: u64, session: i64) {
        let state = NodeState {
            online: false,
            session,
            viewers: None,
        };
        let delay = self.random_within(12_000);
        let packet = Packet {
            node,
            connection,
            way: Way::Up,
            said: Said::State(state),
        };
        self.later(delay, What::Deliver(packet));
    }
}
