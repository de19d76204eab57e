//! What has to be done before a screening can have another seat map, as things are now.

use std::collections::{BTreeMap, BTreeSet};

use domain::booking::Booking;
use domain::conflict::remedy::Move;
use domain::id::{BookingId, NodeId, SeatId};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::seat_map::change::{Change, Obstacle};
use domain::seat_map::rehouse::Rehousing;
use domain::seating::{SeatState, Seats};

use super::{ChangeError, Refused, Request, compare};
use crate::conflicts::decide::{self, Act};
use crate::conflicts::{Scene, Writer};

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Plan {
    pub screening: Screening,
    pub old: SeatMap,
    /// None when the screening has the new map already.
    pub change: Option<Change>,
    /// What stands in the way.
    pub obstacles: BTreeMap<SeatId, Obstacle>,
    pub moves: Vec<Moving>,
}

/// A booking that has to move.
#[derive(Clone, Debug)]
pub struct Moving {
    pub booking: Booking,
    pub writer: Writer,
    /// The seats that it has to leave, ascending.
    pub lost: Vec<SeatId>,
    /// None when the rule finds no seats and nobody has named any.
    pub act: Option<Act>,
}

/// Plans the change. Changes nothing.
///
/// # Errors
///
/// Refuses what no waiting and no move could make possible, and seats that were named wrongly.
pub fn plan(scene: &Scene<'_>, request: &Request) -> Result<Plan, ChangeError> {
    let compared = compare(scene.db, scene.here, request)?;
    let mut plan = Plan {
        screening: compared.screening,
        old: compared.old,
        change: compared.change,
        obstacles: BTreeMap::new(),
        moves: Vec::new(),
    };
    let Some(change) = plan.change.clone() else {
        return Ok(plan);
    };
    let (db, id) = (scene.db, request.screening);
    let mut seats = seats::sqlite::seats::of_screening(db, id)?;
    let tickets = seats::sqlite::bookings::live_tickets(db, id)?;
    plan.obstacles = change.obstacles(&seats, &tickets, (scene.here.node, scene.here.now));
    let stays = |from: &SeatId| change.removed.binary_search(from).is_err();
    if let Some((&from, &to)) = request.named.iter().find(|(from, _)| stays(from)) {
        return Err(Refused::NamedWrongly { from, to }.into());
    }
    for seat in tickets.keys().chain(request.named.values()) {
        promise(&mut seats, *seat);
    }
    for booking in booked(scene, &plan.obstacles)? {
        let moving = moving(scene, request, (&plan, &change), (booking, &seats))?;
        for one in moving.act.iter().flat_map(super::moves_of) {
            promise(&mut seats, one.to);
        }
        plan.moves.push(moving);
    }
    Ok(plan)
}

/// The bookings in the way, the largest first: they are the hardest to seat.
fn booked(
    scene: &Scene<'_>,
    obstacles: &BTreeMap<SeatId, Obstacle>,
) -> Result<Vec<Booking>, ChangeError> {
    let ids: BTreeSet<BookingId> = obstacles.values().filter_map(booking_in).collect();
    let mut bookings = Vec::new();
    for id in ids {
        let found = seats::sqlite::bookings::find(scene.db, id)?;
        // One that has not come yet is looked for at the next look.
        bookings.extend(found.filter(Booking::is_live));
    }
    bookings.sort_by_key(|booking| std::cmp::Reverse(booking.tickets.len()));
    Ok(bookings)
}

fn booking_in(obstacle: &Obstacle) -> Option<BookingId> {
    match obstacle {
        Obstacle::Booked(booking) => Some(*booking),
        Obstacle::Elsewhere(_)
        | Obstacle::BlockedElsewhere(_)
        | Obstacle::Held { .. }
        | Obstacle::Kept { .. }
        | Obstacle::Unknown => None,
    }
}

/// The seat is nobody else's to have.
fn promise(seats: &mut Seats, seat: SeatId) {
    if let Some(row) = seats.get_mut(&seat) {
        row.state = SeatState::Blocked;
    }
}

fn moving(
    scene: &Scene<'_>,
    request: &Request,
    (plan, change): (&Plan, &Change),
    (booking, seats): (Booking, &Seats),
) -> Result<Moving, ChangeError> {
    let writer = scene.writer(&booking)?;
    let node = match &writer {
        Writer::Hub | Writer::Fenced(_) => scene.here.node,
        Writer::Reachable(node) | Writer::Away(node) => node,
    };
    let mut reachable: BTreeSet<NodeId> = scene.reachable.iter().cloned().collect();
    reachable.insert(scene.here.node.clone());
    let rehousing = Rehousing {
        booking: &booking,
        screening: &plan.screening,
        change,
        old: &plan.old,
        new: &request.map,
        seats,
        now: scene.here.now,
        writer: node,
        reachable: &reachable,
    };
    let lost: Vec<SeatId> = rehousing.lost().into_iter().collect();
    let named = named(scene, request, (change, &lost))?;
    let moves = match named {
        Some(moves) => Some(moves),
        None => rehousing.moves(),
    };
    let act = moves.filter(|moves| !moves.is_empty()).map(|moves| Act {
        booking: booking.booking,
        screening: booking.screening,
        writer: writer.clone(),
        change: decide::Change::Move {
            owners: owners(seats, &moves),
            moves,
        },
        left: lost.clone(),
    });
    Ok(Moving {
        booking,
        writer,
        lost,
        act,
    })
}

/// The moves that the operator has named for these seats; none when the rule shall find them.
fn named(
    scene: &Scene<'_>,
    request: &Request,
    (change, lost): (&Change, &[SeatId]),
) -> Result<Option<Vec<Move>>, ChangeError> {
    let mut moves: Vec<Move> = Vec::new();
    for &from in lost {
        let Some(&to) = request.named.get(&from) else {
            continue;
        };
        let row = seats::sqlite::seats::find(scene.db, request.screening, to)?;
        let tickets = seats::sqlite::bookings::live_on_seat(scene.db, request.screening, to)?;
        let free = row.is_some_and(|row| row.state.is_free(scene.here.now));
        let stays = change.kept.binary_search(&to).is_ok();
        let once = request.named.values().filter(|it| **it == to).count() == 1;
        if !(free && stays && once && tickets.is_empty()) {
            return Err(Refused::NamedWrongly { from, to }.into());
        }
        moves.push(Move { from, to });
    }
    if moves.is_empty() {
        return Ok(None);
    }
    match lost.iter().find(|&seat| !request.named.contains_key(seat)) {
        Some(&seat) => Err(Refused::NamedInPart(seat).into()),
        None => Ok(Some(moves)),
    }
}

fn owners(seats: &Seats, moves: &[Move]) -> BTreeMap<NodeId, Vec<SeatId>> {
    let mut owners: BTreeMap<NodeId, Vec<SeatId>> = BTreeMap::new();
    for one in moves {
        if let Some(row) = seats.get(&one.to) {
            owners.entry(row.owner.clone()).or_default().push(one.to);
        }
    }
    owners
}

impl Plan {
    /// Looks whether the plan can be carried out with the nodes that are `reachable` now.
    ///
    /// # Errors
    ///
    /// Says for whom or for what the change waits: first nodes that cannot be reached, then
    /// seats that somebody is about to buy, then bookings without other seats.
    pub fn check(&self, hub: &NodeId, reachable: &[NodeId]) -> Result<(), Refused> {
        let mut away: BTreeMap<NodeId, Vec<SeatId>> = BTreeMap::new();
        for (seat, obstacle) in &self.obstacles {
            let node = owner_in(obstacle);
            let gone = node.filter(|node| node != &hub && !reachable.contains(node));
            if let Some(node) = gone {
                away.entry(node.clone()).or_default().push(*seat);
            }
        }
        for moving in &self.moves {
            if let Writer::Away(node) = &moving.writer {
                away.entry(node.clone()).or_default().extend(&moving.lost);
            }
        }
        if !away.is_empty() {
            return Err(Refused::Away(away));
        }
        let used = self.obstacles.iter().filter(|(_, it)| is_in_use(it));
        let used: BTreeMap<_, _> = used.map(|(seat, it)| (*seat, it.clone())).collect();
        if !used.is_empty() {
            return Err(Refused::InUse(used));
        }
        match self.moves.iter().find(|moving| moving.act.is_none()) {
            Some(moving) => Err(Refused::NoSeats {
                booking: moving.booking.booking,
                seats: moving.lost.clone(),
            }),
            None => Ok(()),
        }
    }

    /// The seats that have to be granted to the hub, by owner.
    #[must_use]
    pub fn missing(&self) -> BTreeMap<NodeId, Vec<SeatId>> {
        let mut missing: BTreeMap<NodeId, Vec<SeatId>> = BTreeMap::new();
        for (seat, obstacle) in &self.obstacles {
            if let Obstacle::Elsewhere(owner) = obstacle {
                missing.entry(owner.clone()).or_default().push(*seat);
            }
        }
        missing
    }
}

/// Who would have to act on the seat itself.
fn owner_in(obstacle: &Obstacle) -> Option<&NodeId> {
    match obstacle {
        Obstacle::Elsewhere(owner)
        | Obstacle::BlockedElsewhere(owner)
        | Obstacle::Held { owner, .. }
        | Obstacle::Kept { owner } => Some(owner),
        Obstacle::Booked(_) | Obstacle::Unknown => None,
    }
}

/// Whether nothing but time, or somebody at the seat's owner, helps.
fn is_in_use(obstacle: &Obstacle) -> bool {
    match obstacle {
        Obstacle::BlockedElsewhere(_)
        | Obstacle::Held { .. }
        | Obstacle::Kept { .. }
        | Obstacle::Unknown => true,
        Obstacle::Elsewhere(_) | Obstacle::Booked(_) => false,
    }
}
