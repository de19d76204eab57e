//! The hub, two kiosks, and a network that loses, doubles and reorders: every state that they
//! can get into.
//!
//! What is durable counts as sent from that moment on, to all who may hear it, and can arrive
//! at any later time, again and again, or never. That is each loss, each doubling, each change
//! of order and each resend from state at once, so none of them is a step of its own.
//!
//! An ask is only a reason to grant. Here an owner may grant a free seat to anybody at any
//! time, which is every ask that can come, late, doubled and lost ones too.

use stateright::{Model, Property};

use crate::properties;
use crate::protocol::{Broken, Fact, KIOSKS, Mirror, NODES, Node, Row, Sender};

/// What is explored.
#[derive(Clone, Debug)]
pub(crate) struct Ownership {
    /// Each seat's first owner, and how often it is granted at most, before and after
    /// a fence together.
    pub(crate) seats: Vec<(Node, u8)>,
    pub(crate) buyers: Buyers,
    pub(crate) operator: Operator,
    pub(crate) broken: Broken,
}

/// What buyers do with what they have bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Buyers {
    Keep,
    MayCancel,
}

/// What the operator at the hub does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Sleeps,
    /// Says once, at any time, that the first kiosk is off for good. It is not.
    FencesKiosk1,
}

/// What a node has in its database. A crash falls back to what is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Stored<T> {
    pub(crate) memory: T,
    pub(crate) disk: T,
}

impl<T: Copy> Stored<T> {
    fn first(value: T) -> Self {
        Self {
            memory: value,
            disk: value,
        }
    }
}

/// A row on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Message {
    /// What a kiosk knows of the seat, to the hub.
    Up(Node, Row),
    /// What a kiosk says of a booking that it made, to the hub.
    Sale(Node, Fact),
    /// What the hub knows of the seat, to each kiosk.
    Down(Row),
}

/// Everything about one seat: what the nodes know, and what may still arrive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Seat {
    pub(crate) nodes: [Stored<Mirror>; 3],
    /// Ascending, each once.
    pub(crate) wire: Vec<Message>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) seats: Vec<Seat>,
    /// Whether the hub has fenced the first kiosk.
    pub(crate) fenced: Stored<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Sell(Node, usize),
    Cancel(Node, usize),
    Grant(Node, usize, Node),
    /// Everything that the node has committed becomes durable, and so may be heard.
    Sync(Node),
    /// The node forgets what is not durable and starts again.
    Crash(Node),
    Hear(Node, usize, Message),
    /// The hub looks at a suspect seat.
    Examine(usize),
    Fence,
}

impl Seat {
    fn first(owner: Node) -> Self {
        Self {
            nodes: [Stored::first(Mirror::first(owner)); 3],
            wire: Vec::new(),
        }
    }

    pub(crate) fn memory(&self, node: Node) -> &Mirror {
        &self.nodes[node as usize].memory
    }

    pub(crate) fn disk(&self, node: Node) -> &Mirror {
        &self.nodes[node as usize].disk
    }

    fn send(&mut self, message: Message) {
        if let Err(place) = self.wire.binary_search(&message) {
            self.wire.insert(place, message);
        }
    }

    /// Puts what a node is about to make durable on the wire.
    fn send_news(&mut self, node: Node) {
        let (memory, disk) = (*self.memory(node), *self.disk(node));
        if memory.row != disk.row {
            self.send(row_message(node, memory.row));
        }
        if node != Node::Hub {
            let facts = memory.bookings.facts_of(node);
            for fact in facts.filter(|fact| !disk.bookings.knows(*fact)) {
                self.send(Message::Sale(node, fact));
            }
        }
    }
}

impl World {
    /// Whether all that the node has committed is durable.
    fn is_durable(&self, node: Node) -> bool {
        let fence = node != Node::Hub || self.fenced.memory == self.fenced.disk;
        let mut seats = self.seats.iter();
        fence && seats.all(|seat| seat.memory(node) == seat.disk(node))
    }
}

fn row_message(node: Node, row: Row) -> Message {
    match node {
        Node::Hub => Message::Down(row),
        Node::Kiosk1 | Node::Kiosk2 => Message::Up(node, row),
    }
}

impl Ownership {
    /// What `node` knows of the seat after it has heard the message, if that is any news.
    fn heard(&self, world: &World, (node, seat): (Node, &Seat), what: Message) -> Option<Mirror> {
        let memory = *seat.memory(node);
        match what {
            Message::Up(from, row) => {
                let fenced = world.fenced.memory && from == Node::Kiosk1;
                let sender = Sender { node: from, fenced };
                memory.reported(row, sender, self.broken)
            }
            Message::Sale(_, fact) => memory.told(fact),
            Message::Down(row) => memory.relayed(row, self.broken),
        }
    }

    /// What the hub finds when it looks at the seat. It waits until it has heard all that
    /// the nodes with a booking of the seat have to say.
    fn examined(&self, world: &World, seat: &Seat) -> Option<Mirror> {
        let hub = seat.memory(Node::Hub);
        let waits = seat.wire.iter().any(|message| {
            let from = match message {
                Message::Up(node, _) | Message::Sale(node, _) => *node,
                Message::Down(_) => return false,
            };
            hub.bookings.live_of(from).next().is_some()
                && self.heard(world, (Node::Hub, seat), *message).is_some()
        });
        if waits && self.broken != Broken::ExaminesTooEarly {
            return None;
        }
        hub.examined(self.broken)
    }

    /// Whether everything durable was heard and everything heard is durable.
    pub(crate) fn is_quiet(&self, world: &World) -> bool {
        let heard = |seat: &Seat| {
            seat.wire.iter().all(|message| {
                receivers(*message)
                    .iter()
                    .all(|node| self.heard(world, (*node, seat), *message).is_none())
            })
        };
        let examined = |seat: &Seat| self.examined(world, seat).is_none();
        let durable = NODES.iter().all(|node| world.is_durable(*node));
        let mut seats = world.seats.iter();
        durable && seats.all(|seat| heard(seat) && examined(seat))
    }

    /// Whether a message can never be news again: all who may hear it have later durable rows.
    /// To forget it makes many states one.
    fn is_spent(&self, seat: &Seat, message: &Message) -> bool {
        // Here a row that is older may be news all the same.
        if matches!(self.broken, Broken::TakesLower | Broken::TrustsFenced) {
            return false;
        }
        receivers(*message).iter().all(|node| {
            let disk = seat.disk(*node);
            match message {
                Message::Up(_, row) | Message::Down(row) => disk.row.version >= row.version,
                Message::Sale(_, fact) => disk.bookings.knows(*fact),
            }
        })
    }

    fn sync(&self, world: &World, node: Node) -> Option<World> {
        if world.is_durable(node) {
            return None;
        }
        let mut next = world.clone();
        for seat in &mut next.seats {
            seat.send_news(node);
            seat.nodes[node as usize].disk = *seat.memory(node);
            let mut wire = std::mem::take(&mut seat.wire);
            wire.retain(|message| !self.is_spent(seat, message));
            seat.wire = wire;
        }
        if node == Node::Hub {
            next.fenced.disk = next.fenced.memory;
        }
        Some(next)
    }

    fn cancel(&self, world: &World, (node, seat): (Node, usize)) -> Option<World> {
        if self.buyers == Buyers::Keep {
            return None;
        }
        let cancelled = world.seats[seat].memory(node).cancelled(node)?;
        Some(with(world, (node, seat), cancelled))
    }

    fn grant(&self, world: &World, (node, seat): (Node, usize), to: Node) -> Option<World> {
        let known = world.seats[seat].memory(node);
        let shut = node == Node::Hub && to == Node::Kiosk1 && world.fenced.memory;
        if shut || known.row.version.grants() >= self.seats[seat].1 {
            return None;
        }
        let granted = known.granted(node, to, self.broken)?;
        let mut next = with(world, (node, seat), granted);
        if self.broken == Broken::SendsTooEarly {
            next.seats[seat].send(row_message(node, granted.row));
        }
        Some(next)
    }

    fn fence(&self, world: &World) -> Option<World> {
        if self.operator == Operator::Sleeps || world.fenced.memory {
            return None;
        }
        let mut next = world.clone();
        next.fenced.memory = true;
        for seat in &mut next.seats {
            let hub = *seat.memory(Node::Hub);
            let fenced = hub.fenced(Node::Kiosk1, self.broken);
            seat.nodes[Node::Hub as usize].memory = fenced.unwrap_or(hub);
        }
        Some(next)
    }
}

fn receivers(message: Message) -> &'static [Node] {
    match message {
        Message::Up(..) | Message::Sale(..) => &[Node::Hub],
        Message::Down(_) => &KIOSKS,
    }
}

fn crash(world: &World, node: Node) -> Option<World> {
    if world.is_durable(node) {
        return None;
    }
    let mut next = world.clone();
    for seat in &mut next.seats {
        seat.nodes[node as usize].memory = *seat.disk(node);
    }
    if node == Node::Hub {
        next.fenced.memory = next.fenced.disk;
    }
    Some(next)
}

fn with(world: &World, (node, seat): (Node, usize), known: Mirror) -> World {
    let mut next = world.clone();
    next.seats[seat].nodes[node as usize].memory = known;
    next
}

impl Model for Ownership {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            seats: self
                .seats
                .iter()
                .map(|(owner, _)| Seat::first(*owner))
                .collect(),
            fenced: Stored::first(false),
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        actions.push(Action::Fence);
        for node in NODES {
            actions.extend([Action::Sync(node), Action::Crash(node)]);
        }
        for (number, seat) in world.seats.iter().enumerate() {
            actions.push(Action::Examine(number));
            for node in NODES {
                actions.extend([Action::Sell(node, number), Action::Cancel(node, number)]);
                actions.extend(NODES.map(|to| Action::Grant(node, number, to)));
            }
            for message in &seat.wire {
                let hear = |node: &Node| Action::Hear(*node, number, *message);
                actions.extend(receivers(*message).iter().map(hear));
            }
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let next = match action {
            Action::Sell(node, seat) => {
                let known = &world.seats[seat];
                let sold = known
                    .memory(node)
                    .sold(known.disk(node), node, self.broken)?;
                with(world, (node, seat), sold)
            }
            Action::Cancel(node, seat) => self.cancel(world, (node, seat))?,
            Action::Grant(node, seat, to) => self.grant(world, (node, seat), to)?,
            Action::Sync(node) => self.sync(world, node)?,
            Action::Crash(node) => crash(world, node)?,
            Action::Hear(node, seat, message) => {
                let known = self.heard(world, (node, &world.seats[seat]), message)?;
                with(world, (node, seat), known)
            }
            Action::Examine(seat) => {
                let known = self.examined(world, &world.seats[seat])?;
                with(world, (Node::Hub, seat), known)
            }
            Action::Fence => self.fence(world)?,
        };
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::of(self)
    }
}
