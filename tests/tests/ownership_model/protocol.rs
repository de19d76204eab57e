//! What a node knows of one seat and may do with it: the rules of ownership, without SQLite,
//! clocks and wires. Every rule that can be broken on purpose says where.

/// By how much a fence raises the epoch: more than any seat of the model is granted.
pub(crate) const FENCE_EPOCHS: u8 = 10;

/// How often one node sells one seat at most.
const BOOKINGS_MAX: u8 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Node {
    Hub,
    Kiosk1,
    Kiosk2,
}

pub(crate) const NODES: [Node; 3] = [Node::Hub, Node::Kiosk1, Node::Kiosk2];
pub(crate) const KIOSKS: [Node; 2] = [Node::Kiosk1, Node::Kiosk2];

/// A rule left out or done wrong, so that the checker has something to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Nothing,
    /// A grant counts the revision up, as a sale does.
    ForgetsEpoch,
    /// A grant leaves at once, durable or not.
    SendsTooEarly,
    /// A receiver takes whatever comes last.
    TakesLower,
    /// The till looks at its durable rows and misses the grant that was just written.
    SellsAfterGrant,
    /// The hub takes what a fenced kiosk says of its seats, whatever it knows better.
    TrustsFenced,
    /// A fence raises the epoch no more than a grant does.
    FencesLow,
    /// The hub keeps what a fenced kiosk sold and does not look at it.
    IgnoresFencedSales,
    /// The hub keeps a seat for a booking that a fenced kiosk has cancelled.
    KeepsForNobody,
    /// The hub looks at a booking although more of its node's rows are still to come.
    ExaminesTooEarly,
}

/// Which of two rows is the later one. Field order is the order of comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Version {
    pub(crate) epoch: u8,
    pub(crate) revision: u8,
}

/// A sale that a customer was told of as soon as it was durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Booking {
    pub(crate) node: Node,
    serial: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum State {
    Free,
    Booked(Booking),
}

/// What a booking's node says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fact {
    Made(Booking),
    Cancelled(Booking),
}

/// The row of a seat: its owner alone writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Row {
    pub(crate) version: Version,
    pub(crate) owner: Node,
    pub(crate) state: State,
}

impl Row {
    /// The row of a seat that has just been laid out.
    pub(crate) fn first(owner: Node) -> Self {
        let version = Version {
            epoch: 0,
            revision: 0,
        };
        Self {
            version,
            owner,
            state: State::Free,
        }
    }

    fn changed_to(self, state: State) -> Self {
        Self {
            version: self.version.next(),
            state,
            ..self
        }
    }

    fn granted(self, to: Node, broken: Broken) -> Self {
        let version = if broken == Broken::ForgetsEpoch {
            self.version.next()
        } else {
            self.version.raised(1)
        };
        Self {
            version,
            owner: to,
            state: State::Free,
        }
    }

    /// What is known to be sold stays sold.
    fn fenced(self, broken: Broken) -> Self {
        let epochs = if broken == Broken::FencesLow {
            1
        } else {
            FENCE_EPOCHS
        };
        Self {
            version: self.version.raised(epochs),
            owner: Node::Hub,
            ..self
        }
    }
}

impl Version {
    fn next(self) -> Self {
        Self {
            revision: self.revision + 1,
            ..self
        }
    }

    fn raised(self, epochs: u8) -> Self {
        Self {
            epoch: self.epoch + epochs,
            revision: 0,
        }
    }

    /// How often the seat was granted, not counting the fence.
    pub(crate) fn grants(self) -> u8 {
        self.epoch % FENCE_EPOCHS
    }
}

/// The bookings of one seat that a node knows of, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bookings {
    made: u8,
    cancelled: u8,
}

impl Bookings {
    fn bit(booking: Booking) -> u8 {
        1 << (booking.node as u8 * BOOKINGS_MAX + booking.serial)
    }

    fn is_made(self, booking: Booking) -> bool {
        self.made & Self::bit(booking) != 0
    }

    pub(crate) fn is_cancelled(self, booking: Booking) -> bool {
        self.cancelled & Self::bit(booking) != 0
    }

    /// Whether `fact` is known already.
    pub(crate) fn knows(self, fact: Fact) -> bool {
        match fact {
            Fact::Made(booking) => self.is_made(booking),
            Fact::Cancelled(booking) => self.is_cancelled(booking),
        }
    }

    /// A cancelled booking was made: the two facts may come in either order.
    fn with(self, fact: Fact) -> Self {
        let (bit, cancelled) = match fact {
            Fact::Made(booking) => (Self::bit(booking), 0),
            Fact::Cancelled(booking) => (Self::bit(booking), Self::bit(booking)),
        };
        Self {
            made: self.made | bit,
            cancelled: self.cancelled | cancelled,
        }
    }

    /// All that `node` has done.
    pub(crate) fn facts_of(self, node: Node) -> impl Iterator<Item = Fact> {
        let made = bookings_of(node).map(Fact::Made);
        let cancelled = bookings_of(node).map(Fact::Cancelled);
        made.chain(cancelled).filter(move |fact| self.knows(*fact))
    }

    /// The live bookings that `node` has made.
    pub(crate) fn live_of(self, node: Node) -> impl Iterator<Item = Booking> {
        let live = move |booking: &Booking| self.is_made(*booking) && !self.is_cancelled(*booking);
        bookings_of(node).filter(live)
    }

    fn live(self) -> impl Iterator<Item = Booking> {
        NODES.into_iter().flat_map(move |node| self.live_of(node))
    }

    fn next_of(self, node: Node) -> Option<Booking> {
        bookings_of(node).find(|booking| !self.is_made(*booking))
    }
}

fn bookings_of(node: Node) -> impl Iterator<Item = Booking> {
    (0..BOOKINGS_MAX).map(move |serial| Booking { node, serial })
}

/// All that one node knows of one seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mirror {
    pub(crate) row: Row,
    pub(crate) bookings: Bookings,
    /// At the hub: the seat has to be looked at when its nodes' feeds have been read.
    pub(crate) suspect: bool,
    /// At the hub: the operator was told.
    pub(crate) conflict: bool,
}

impl Mirror {
    /// What every node knows in the beginning.
    pub(crate) fn first(owner: Node) -> Self {
        Self {
            row: Row::first(owner),
            bookings: Bookings::default(),
            suspect: false,
            conflict: false,
        }
    }

    /// After `node` has sold the seat, if it may. `durable` is what it had made durable.
    pub(crate) fn sold(self, durable: &Self, node: Node, broken: Broken) -> Option<Self> {
        let booking = self.bookings.next_of(node)?;
        let bookings = self.bookings.with(Fact::Made(booking));
        let mine = self.row.owner == node && self.row.state == State::Free;
        if mine {
            let row = self.row.changed_to(State::Booked(booking));
            return Some(Self {
                row,
                bookings,
                ..self
            });
        }
        let was_mine = durable.row.owner == node && durable.row.state == State::Free;
        let forgets = broken == Broken::SellsAfterGrant && was_mine;
        forgets.then_some(Self { bookings, ..self })
    }

    /// After `node` has cancelled its booking of its seat, if it may.
    pub(crate) fn cancelled(self, node: Node) -> Option<Self> {
        let State::Booked(booking) = self.row.state else {
            return None;
        };
        let mine = self.row.owner == node && booking.node == node;
        mine.then_some(Self {
            row: self.row.changed_to(State::Free),
            bookings: self.bookings.with(Fact::Cancelled(booking)),
            ..self
        })
    }

    /// After `node` has given the free seat to `to`, if it may: its last act on the seat.
    pub(crate) fn granted(self, node: Node, to: Node, broken: Broken) -> Option<Self> {
        let mine = self.row.owner == node && self.row.state == State::Free;
        let row = self.row.granted(to, broken);
        (mine && to != node).then_some(Self { row, ..self })
    }

    /// After the hub has taken the seat back from `node`, if it knows it as the owner.
    pub(crate) fn fenced(self, node: Node, broken: Broken) -> Option<Self> {
        let row = self.row.fenced(broken);
        let taken = Self { row, ..self };
        let suspect = taken.suspect || taken.is_kept_for_nobody();
        (self.row.owner == node).then_some(Self { suspect, ..taken })
    }

    /// After a row from the hub has come. A kiosk believes the hub: it relays the owners' words.
    pub(crate) fn relayed(self, row: Row, broken: Broken) -> Option<Self> {
        let later = row.version > self.row.version || broken == Broken::TakesLower;
        (later && row != self.row).then_some(Self { row, ..self })
    }

    /// After a row that kiosk `sender` wrote has come to the hub.
    pub(crate) fn reported(self, row: Row, sender: Sender, broken: Broken) -> Option<Self> {
        let later = row.version > self.row.version || broken == Broken::TakesLower;
        let allowed = later && may_write(sender.node, self.row, row);
        let trusted = broken == Broken::TrustsFenced && sender.fenced;
        if !(allowed || trusted) || row == self.row {
            return None;
        }
        let undone = matches!(self.row.state, State::Booked(_)) && self.row.state != row.state;
        let suspect = self.suspect || undone;
        Some(Self {
            row,
            suspect,
            ..self
        })
    }

    /// After the hub has heard of a kiosk's booking.
    pub(crate) fn told(self, fact: Fact) -> Option<Self> {
        if self.bookings.knows(fact) {
            return None;
        }
        let bookings = self.bookings.with(fact);
        let told = Self { bookings, ..self };
        let fine = match fact {
            Fact::Made(booking) if !bookings.is_cancelled(booking) => {
                let mut live = bookings.live();
                let alone = live.next().is_some() && live.next().is_none();
                alone && self.row.state == State::Booked(booking)
            }
            Fact::Made(_) | Fact::Cancelled(_) => !told.is_kept_for_nobody(),
        };
        let suspect = self.suspect || !fine;
        Some(Self { suspect, ..told })
    }

    /// Whether the hub's seat is booked by a booking that is cancelled. The booking's node
    /// could not free the seat: it was fenced.
    pub(crate) fn is_kept_for_nobody(&self) -> bool {
        match self.row.state {
            State::Free => false,
            State::Booked(booking) => {
                self.row.owner == Node::Hub && self.bookings.is_cancelled(booking)
            }
        }
    }

    /// After the hub has looked at a suspect seat: a booking without its seat gets it if the
    /// hub still has it; else the operator has to decide. A seat without its booking is free.
    pub(crate) fn examined(self, broken: Broken) -> Option<Self> {
        if !self.suspect {
            return None;
        }
        let seen = Self {
            suspect: false,
            ..self
        };
        let mut live = self.bookings.live();
        let (Some(booking), another) = (live.next(), live.next()) else {
            let free = self.is_kept_for_nobody() && broken != Broken::KeepsForNobody;
            let row = self.row.changed_to(State::Free);
            return Some(if free { Self { row, ..seen } } else { seen });
        };
        if broken == Broken::IgnoresFencedSales {
            return Some(seen);
        }
        let conflict = Self {
            conflict: true,
            ..seen
        };
        if another.is_some() {
            return Some(conflict);
        }
        if self.row.state == State::Booked(booking) {
            return Some(seen);
        }
        if self.row.owner != Node::Hub {
            return Some(conflict);
        }
        let row = self.row.changed_to(State::Booked(booking));
        Some(Self { row, ..seen })
    }
}

/// Who sent a row to the hub, and whether the hub has fenced it.
#[derive(Clone, Copy)]
pub(crate) struct Sender {
    pub(crate) node: Node,
    pub(crate) fenced: bool,
}

/// Whether kiosk `sender` may have written `row` over `known`: it changes its own seats, and
/// as its last act grants them.
fn may_write(sender: Node, known: Row, row: Row) -> bool {
    let changed = row.version.epoch == known.version.epoch && row.owner == sender;
    let granted = row.version.epoch == known.version.epoch + 1 && row.owner != sender;
    known.owner == sender && (changed || granted)
}
