//! What must hold in every state, and what must be possible, so that the model is known to do
//! something.

use stateright::Property;

use crate::protocol::{FENCE_EPOCHS, NODES, Node, State};
use crate::world::{Operator, Ownership, Seat, World};

pub(crate) const ONE_OWNER: &str = "a seat has one owner at most";
pub(crate) const SOLD_ONCE: &str = "no seat is sold twice";
pub(crate) const FENCED_ONLY: &str = "only what a fenced kiosk sold can be sold a second time";
pub(crate) const SAME_ROWS: &str = "once everything is heard, all hold the same rows";
pub(crate) const ACCOUNTED_FOR: &str =
    "once everything is heard, every booking has its seat or a conflict is recorded";
pub(crate) const NOT_FOR_NOBODY: &str =
    "once everything is heard, no seat is kept for a cancelled booking";
pub(crate) const NO_FALSE_ALARM: &str = "without a double there is no conflict";

const GRANTED_AND_SOLD: &str = "a kiosk sells a seat that it was granted";
const IN_NO_HANDS: &str = "a seat on its way belongs to nobody";
const SALE_CAN_BE_LOST: &str = "a crash can undo a sale that nobody was told of";
const ALL_HEARD: &str = "everything is heard and every seat is sold";
const RECOVERED_AND_SOLD: &str = "a fence takes a seat back and the hub sells it";
const DOUBLE_RECORDED: &str = "a fenced double is recorded";
const ADOPTED: &str = "what a fenced kiosk sold stays sold if its seat is still free";

/// All that is checked of this model.
pub(crate) fn of(model: &Ownership) -> Vec<Property<Ownership>> {
    let mut all = always_and_everywhere();
    match model.operator {
        Operator::Sleeps => all.extend(without_fence()),
        Operator::FencesKiosk1 => all.extend(with_fence()),
    }
    if model.seats.iter().any(|(_, grants_max)| *grants_max > 0) {
        all.extend(with_grants());
    }
    all
}

/// What holds while nobody is fenced.
fn without_fence() -> Vec<Property<Ownership>> {
    vec![
        Property::always(SOLD_ONCE, |_, world: &World| {
            world.seats.iter().all(|seat| sales(seat, &NODES) <= 1)
        }),
        Property::always(NO_FALSE_ALARM, |_, world: &World| {
            let mut seats = world.seats.iter();
            seats.all(|seat| !seat.memory(Node::Hub).conflict)
        }),
    ]
}

/// What holds although the first kiosk is fenced while it is alive.
fn with_fence() -> Vec<Property<Ownership>> {
    vec![
        Property::always(FENCED_ONLY, |_, world: &World| {
            let others = [Node::Hub, Node::Kiosk2];
            world.seats.iter().all(|seat| {
                let doubled = is_fenced(seat) && sales(seat, &others) <= 1;
                doubled || sales(seat, &NODES) <= 1
            })
        }),
        Property::always(NO_FALSE_ALARM, |_, world: &World| {
            let mut seats = world.seats.iter();
            seats.all(|seat| !seat.memory(Node::Hub).conflict || is_fenced(seat))
        }),
        Property::sometimes(RECOVERED_AND_SOLD, |_, world: &World| {
            world.seats.iter().any(|seat| {
                let sold = booked_by(seat.disk(Node::Hub).row.state);
                is_fenced(seat) && sold == Some(Node::Hub)
            })
        }),
        Property::sometimes(DOUBLE_RECORDED, |model: &Ownership, world: &World| {
            let mut seats = world.seats.iter();
            model.is_quiet(world)
                && seats.any(|seat| sales(seat, &NODES) > 1 && seat.disk(Node::Hub).conflict)
        }),
        Property::sometimes(ADOPTED, |model: &Ownership, world: &World| {
            world.seats.iter().any(|seat| {
                let row = seat.disk(Node::Hub).row;
                let adopted = row.owner == Node::Hub && booked_by(row.state) == Some(Node::Kiosk1);
                // Revision 0 would say that the hub knew of the sale when it fenced.
                model.is_quiet(world) && adopted && row.version.revision > 0
            })
        }),
    ]
}

fn with_grants() -> Vec<Property<Ownership>> {
    vec![
        Property::sometimes(IN_NO_HANDS, |_, world: &World| {
            world.seats.iter().any(|seat| owners(seat) == 0)
        }),
        Property::sometimes(GRANTED_AND_SOLD, |_, world: &World| {
            world.seats.iter().any(|seat| {
                let row = seat.disk(Node::Kiosk2).row;
                row.version.grants() > 0 && booked_by(row.state) == Some(Node::Kiosk2)
            })
        }),
    ]
}

fn always_and_everywhere() -> Vec<Property<Ownership>> {
    vec![
        Property::always(ONE_OWNER, |_, world: &World| {
            world.seats.iter().all(|seat| owners(seat) <= 1)
        }),
        Property::always(SAME_ROWS, |model: &Ownership, world: &World| {
            !model.is_quiet(world) || world.seats.iter().all(holds_same_rows)
        }),
        Property::always(ACCOUNTED_FOR, |model: &Ownership, world: &World| {
            !model.is_quiet(world) || world.seats.iter().all(is_accounted_for)
        }),
        Property::always(NOT_FOR_NOBODY, |model: &Ownership, world: &World| {
            let is_kept = |seat: &Seat| seat.memory(Node::Hub).is_kept_for_nobody();
            !model.is_quiet(world) || !world.seats.iter().any(is_kept)
        }),
        Property::sometimes(SALE_CAN_BE_LOST, |_, world: &World| {
            world.seats.iter().any(|seat| {
                let sold = |node: &Node| seat.memory(*node).bookings != seat.disk(*node).bookings;
                NODES.iter().any(sold)
            })
        }),
        Property::sometimes(ALL_HEARD, |model: &Ownership, world: &World| {
            let mut seats = world.seats.iter();
            model.is_quiet(world) && seats.all(|seat| sales(seat, &NODES) > 0)
        }),
    ]
}

/// How many nodes own the seat by their own memory. A fenced kiosk that has not heard of it
/// does not count: the operator took the seat from it.
fn owners(seat: &Seat) -> usize {
    let owns =
        |node: &&Node| seat.memory(**node).row.owner == **node && !is_overruled(seat, **node);
    NODES.iter().filter(owns).count()
}

fn is_overruled(seat: &Seat, node: Node) -> bool {
    let unheard = seat.memory(node).row.version.epoch < FENCE_EPOCHS;
    node == Node::Kiosk1 && unheard && is_fenced(seat)
}

/// Whether the hub has taken the seat back by a fence, and somebody knows.
fn is_fenced(seat: &Seat) -> bool {
    NODES.iter().any(|node| {
        let known = [seat.memory(*node), seat.disk(*node)];
        let mut epochs = known.map(|mirror| mirror.row.version.epoch).into_iter();
        epochs.any(|epoch| epoch >= FENCE_EPOCHS)
    })
}

/// How often these nodes have sold the seat.
fn sales(seat: &Seat, nodes: &[Node]) -> usize {
    let made = |node: &Node| seat.memory(*node).bookings.live_of(*node).count();
    nodes.iter().map(made).sum()
}

fn booked_by(state: State) -> Option<Node> {
    match state {
        State::Free => None,
        State::Booked(booking) => Some(booking.node),
    }
}

fn holds_same_rows(seat: &Seat) -> bool {
    let row = seat.memory(Node::Hub).row;
    NODES.iter().all(|node| seat.memory(*node).row == row)
}

fn is_accounted_for(seat: &Seat) -> bool {
    let hub = seat.memory(Node::Hub);
    let has_seat = |booking| hub.row.state == State::Booked(booking);
    let all_have = NODES.iter().all(|node| {
        let mut made = seat.memory(*node).bookings.live_of(*node);
        made.all(has_seat)
    });
    all_have || hub.conflict
}
