//! Coming back after a loss: a fenced node, a node restored from an older copy, a restored
//! hub. In between a screening is *closed*: nobody touches its seats here.

use std::collections::BTreeMap;

use domain::id::{BookingId, NodeId, ScreeningId, SeatId, TheaterId};
use domain::mutant::{Mutant, is};
use domain::seating::{Hold, HoldState, ScreeningSeat, SeatState};
use protocol::row::RowKind;
use rusqlite::Transaction;
use store::{StoreError, change_feed};

use crate::feed::Changes;
use crate::given_up::without_gone_booking;
use crate::hold::kept_seats;
use crate::{Here, sqlite};

/// The hub takes back every seat of a node that is off for good (fencing): with an epoch so
/// far above that nothing the node may still do can reach it. Says how many seats.
///
/// # Errors
///
/// Fails when the store does.
pub fn take_back(tx: &Transaction<'_>, here: Here<'_>, node: &NodeId) -> Result<usize, StoreError> {
    let mut seats = sqlite::seats::owned_by(tx, node)?;
    for seat in &mut seats {
        // A booking that the node did not live to hear the end of.
        seat.state = without_gone_booking(tx, seat)?;
    }
    rewrite(tx, here, &seats, |seat| seat.fenced_to(here.node.clone()))?;
    Ok(seats.len())
}

/// Closes every screening: from here on this node changes nothing until it has recovered.
///
/// # Errors
///
/// Fails when the store does.
pub fn close_all(tx: &Transaction<'_>) -> Result<(), StoreError> {
    sqlite::recovery::close(tx, None)
}

/// The node has taken back from the hub every row of its own that the hub knows. What it
/// owns and what looks free may have been sold after the copy was made: it is blocked until
/// staff have looked ([`settle_doubts`]). They look at what is blocked as well: it may be so
/// because of doubts that another copy has taken with it. Everything else is open again.
///
/// # Errors
///
/// Fails when the store does.
pub fn finish_recovery(tx: &Transaction<'_>, here: Here<'_>) -> Result<(), StoreError> {
    let seats = sqlite::seats::owned_by(tx, here.node)?;
    if !is(Mutant::TrustRestoredSeats) {
        let sold = sqlite::bookings::live_by(tx, here.node)?;
        let mut own = Vec::with_capacity(seats.len());
        for seat in seats {
            let seat = without_lost_payment(tx, with_its_booking(tx, seat, &sold)?, &sold)?;
            // Blocked may mean in doubt since an earlier recovery, in a copy that nobody has.
            if matches!(
                seat.state,
                SeatState::Free | SeatState::Held { .. } | SeatState::Blocked
            ) {
                sqlite::recovery::doubt(tx, seat.screening, seat.seat)?;
            }
            own.push(seat);
        }
        rewrite(tx, here, &own, |seat| seat.recovered(here.now))?;
        for hold in sqlite::holds::open(tx)? {
            let state = HoldState::Released;
            sqlite::holds::record(tx, &Hold { state, ..hold })?;
        }
    }
    sqlite::recovery::reopen(tx, None)
}

/// A seat that a booking of ours has is sold, whatever its row says: the row may have been
/// changed before anybody knew that this database is an older copy. One whose booking was
/// cancelled, or of which only the seat's row was told before the loss, is in doubt.
///
/// Another node's booking has a seat of ours if that was sold twice.
fn with_its_booking(
    tx: &Transaction<'_>,
    seat: ScreeningSeat,
    sold: &BTreeMap<(ScreeningId, SeatId), BookingId>,
) -> Result<ScreeningSeat, StoreError> {
    let live = sqlite::bookings::live_on_seat(tx, seat.screening, seat.seat)?;
    let state = match (sold.get(&(seat.screening, seat.seat)), seat.state) {
        (Some(&booking), _) => SeatState::Booked { booking },
        (None, SeatState::Booked { booking }) if live.contains(&booking) => seat.state,
        (None, SeatState::Booked { .. }) => SeatState::Free,
        (None, state) => state,
    };
    Ok(ScreeningSeat { state, ..seat })
}

/// A seat that is kept for a payment which this database knows nothing of (any more), or whose
/// other seats somebody else has, is in as much doubt as a free one.
fn without_lost_payment(
    tx: &Transaction<'_>,
    seat: ScreeningSeat,
    sold: &BTreeMap<(ScreeningId, SeatId), BookingId>,
) -> Result<ScreeningSeat, StoreError> {
    let SeatState::Kept { hold } = seat.state else {
        return Ok(seat);
    };
    let is_sold = |id: &SeatId| sold.contains_key(&(seat.screening, *id));
    if let Some(known) = sqlite::holds::find(tx, hold)?
        && known.state == HoldState::Paying
        && kept_seats(tx, &known)?.is_some()
        && !known.seats.iter().any(is_sold)
    {
        return Ok(seat);
    }
    Ok(ScreeningSeat {
        state: SeatState::Free,
        ..seat
    })
}

/// Staff have looked: of the seats in doubt, `sold` were sold before the loss and stay
/// blocked; the others are free. Says how many are free.
///
/// # Errors
///
/// Fails when the store does.
pub fn settle_doubts(
    tx: &Transaction<'_>,
    here: Here<'_>,
    screening: ScreeningId,
    sold: &[SeatId],
) -> Result<usize, StoreError> {
    let mut free = Vec::new();
    for id in sqlite::recovery::take_doubts(tx, screening)? {
        let seat = sqlite::seats::find(tx, screening, id)?;
        let ours = seat.filter(|seat| &seat.owner == here.node);
        if let Some(seat) = ours
            && seat.state == SeatState::Blocked
            && !sold.contains(&id)
        {
            free.push(seat);
        }
    }
    rewrite(tx, here, &free, |seat| seat.changed_to(SeatState::Free))?;
    Ok(free.len())
}

/// A node that a restored hub wants to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    pub node: NodeId,
    pub theater: TheaterId,
    /// A node that is off for good is listened to, but nobody waits for it.
    pub fenced: bool,
}

/// The hub was restored: until each of its nodes has told everything it knows, the hub
/// touches no seat of its theater. A theater that nobody is waited for in goes on at once.
///
/// # Errors
///
/// Fails when the store does.
pub fn wait_for_nodes(
    tx: &Transaction<'_>,
    here: Here<'_>,
    nodes: &[Awaited],
) -> Result<(), StoreError> {
    for awaited in nodes {
        sqlite::recovery::wait_for(tx, &awaited.node, awaited.theater, awaited.fenced)?;
    }
    for theater in sqlite::recovery::theaters(tx)? {
        if sqlite::recovery::waited_for(tx, theater)?.is_empty() {
            go_on(tx, here, theater)?;
        } else if !is(Mutant::SellBeforeReports) {
            sqlite::recovery::close(tx, Some(theater))?;
        }
    }
    Ok(())
}

/// Another copy of the node has told the restored hub everything, and this one was there before
/// the hub's loss: it may know what that one does not. So it is listened to as well, and waited
/// for if the hub waits for somebody anyway.
///
/// # Errors
///
/// Fails when the store does.
pub fn listen_again(tx: &Transaction<'_>, late: &Awaited) -> Result<(), StoreError> {
    let waits = !sqlite::recovery::waited_for(tx, late.theater)?.is_empty();
    sqlite::recovery::wait_for(tx, &late.node, late.theater, late.fenced || !waits)
}

/// A node has told the restored hub everything it knows. When it was the last one of its
/// theater, the hub sells there again. Whoever comes after that tells rows of the hub's own
/// as well, and of those, too, it may have written later versions.
///
/// # Errors
///
/// Fails when the store does.
pub fn node_reported(
    tx: &Transaction<'_>,
    here: Here<'_>,
    node: &NodeId,
) -> Result<(), StoreError> {
    let Some(theater) = sqlite::recovery::unheard(tx, node)? else {
        return Ok(());
    };
    sqlite::recovery::heard(tx, node)?;
    if sqlite::recovery::waited_for(tx, theater)?.is_empty() {
        go_on(tx, here, theater)?;
    }
    Ok(())
}

/// The node is off for good: its word would still be welcome to a restored hub, but nobody
/// waits for it.
///
/// # Errors
///
/// Fails when the store does.
pub fn node_given_up(
    tx: &Transaction<'_>,
    here: Here<'_>,
    node: &NodeId,
) -> Result<(), StoreError> {
    let Some(theater) = sqlite::recovery::unheard(tx, node)? else {
        return Ok(());
    };
    let waited = !sqlite::recovery::waited_for(tx, theater)?.is_empty();
    sqlite::recovery::wait_for(tx, node, theater, true)?;
    if waited && sqlite::recovery::waited_for(tx, theater)?.is_empty() {
        go_on(tx, here, theater)?;
    }
    Ok(())
}

/// The operator says go: the hub sells in the theater although not every node has reported.
///
/// # Errors
///
/// Fails when the store does.
pub fn go(tx: &Transaction<'_>, here: Here<'_>, theater: TheaterId) -> Result<(), StoreError> {
    if !sqlite::recovery::waited_for(tx, theater)?.is_empty() {
        sqlite::recovery::stop_waiting(tx, theater)?;
        go_on(tx, here, theater)?;
    }
    Ok(())
}

fn go_on(tx: &Transaction<'_>, here: Here<'_>, theater: TheaterId) -> Result<(), StoreError> {
    // Above everything that it may have written before it was restored and has forgotten.
    let seats = sqlite::seats::owned_by(tx, here.node)?;
    let mut ours = Vec::new();
    for seat in seats {
        if sqlite::recovery::seating(tx, seat.screening)?.scope == theater.0 {
            ours.push(without_lost_hold(tx, seat)?);
        }
    }
    rewrite(tx, here, &ours, |seat| ScreeningSeat {
        version: seat.version.recovered(here.now),
        ..seat.clone()
    })?;
    tell_owners(tx, theater)?;
    sqlite::recovery::reopen(tx, Some(theater))
}

/// While it waited the hub told no node what it owns.
fn tell_owners(tx: &Transaction<'_>, theater: TheaterId) -> Result<(), StoreError> {
    let keys = sqlite::recovery::given_away(tx, theater)?;
    change_feed::repeat(tx, RowKind::Seat.code(), &keys)
}

/// A hold that was lost with the hub's database, or one of whose seats was, ends; its buyer
/// chooses again.
fn without_lost_hold(
    tx: &Transaction<'_>,
    seat: ScreeningSeat,
) -> Result<ScreeningSeat, StoreError> {
    if let SeatState::Booked { booking } = seat.state {
        let state = match sqlite::bookings::find(tx, booking)? {
            Some(_) => without_gone_booking(tx, &seat)?,
            // Somebody has it, and the operator has to find out who.
            None => SeatState::Blocked,
        };
        return Ok(ScreeningSeat { state, ..seat });
    }
    let (SeatState::Held { hold, .. } | SeatState::Kept { hold }) = seat.state else {
        return Ok(seat);
    };
    let is_whole = match sqlite::holds::find(tx, hold)? {
        None => false,
        Some(known) => match known.state {
            HoldState::Open { .. } => true,
            HoldState::Paying => kept_seats(tx, &known)?.is_some(),
            HoldState::Booked { .. } | HoldState::Released => false,
        },
    };
    let state = if is_whole {
        seat.state
    } else {
        SeatState::Free
    };
    Ok(ScreeningSeat { state, ..seat })
}

fn rewrite(
    tx: &Transaction<'_>,
    here: Here<'_>,
    seats: &[ScreeningSeat],
    change: impl Fn(&ScreeningSeat) -> ScreeningSeat,
) -> Result<(), StoreError> {
    for seats in seats.chunk_by(|a, b| a.screening == b.screening) {
        let scope = sqlite::recovery::seating(tx, seats[0].screening)?.scope;
        let mut changes = Changes::new(scope);
        for seat in seats {
            let changed = change(seat);
            sqlite::seats::record(tx, &changed)?;
            changes.seat(&changed);
        }
        changes.record(tx, here.node)?;
    }
    Ok(())
}
