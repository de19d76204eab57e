//! Conflicts on the operator's list: who keeps the seat, who has lost one, and what can be
//! done for them.

pub mod decide;

use std::collections::{BTreeMap, BTreeSet};

use domain::booking::Booking;
use domain::conflict::remedy::{self, Move, Stranded};
use domain::conflict::{Conflict, Remedy, winner};
use domain::id::{BookingId, NodeId, ScreeningId, SeatId};
use domain::money::Won;
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::seating::SeatState;
use rusqlite::Connection;
use seats::Here;
use seats::sqlite::conflicts::{self, Recorded};
use store::StoreError;

use crate::sqlite::nodes::{self, Standing};
use crate::sqlite::{screenings, theaters};

/// The hub's rows at one moment, and the nodes that can be asked now.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub db: &'a Connection,
    pub here: Here<'a>,
    pub reachable: &'a [NodeId],
}

/// A conflict, and how things are now.
#[derive(Clone, Debug)]
pub struct Case {
    pub recorded: Recorded,
    /// The bookings that it was found with and those that want the seat now, the first first.
    pub claims: Vec<Claim>,
}

/// A booking that wants the seat of a conflict, or did.
#[derive(Clone, Debug)]
pub struct Claim {
    pub booking: Booking,
    pub state: ClaimState,
    pub writer: Writer,
}

/// What becomes of the booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimState {
    Wins,
    Loses,
    Gone,
}

/// Who has to change a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writer {
    Hub,
    /// The hub takes it over from this node, which is off for good.
    Fenced(NodeId),
    Reachable(NodeId),
    Away(NodeId),
}

/// What can be done for a booking that has lost a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub remedy: Remedy,
    /// Empty for a refund.
    pub moves: Vec<Move>,
    /// What has been paid and is due back.
    pub due: Won,
}

impl Case {
    /// The bookings that are without the seat.
    pub fn losers(&self) -> impl Iterator<Item = &Claim> {
        let claims = self.claims.iter();
        claims.filter(|claim| claim.state == ClaimState::Loses)
    }
}

impl Scene<'_> {
    /// The conflict with this key; none when there is none.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub fn case(&self, key: &str) -> Result<Option<Case>, StoreError> {
        let Some(recorded) = conflicts::find(self.db, key)? else {
            return Ok(None);
        };
        let ids: Vec<BookingId> = match &recorded.conflict {
            Conflict::SeatSoldTwice { bookings, .. } => bookings.clone(),
            Conflict::SeatLost { booking, .. } => vec![*booking],
            Conflict::CopyFound { .. }
            | Conflict::NotTheOwner { .. }
            | Conflict::RowRefused { .. }
            | Conflict::RefundRefused { .. } => Vec::new(),
        };
        let place = recorded.conflict.place();
        let mut claims = Vec::new();
        if let Some(place) = place.filter(|_| recorded.conflict.is_of_bookings()) {
            let (live, losers) = claims_on(self.db, self.here, place)?;
            let now = live.iter().map(|booking| booking.booking);
            let ids: BTreeSet<BookingId> = ids.into_iter().chain(now).collect();
            for id in ids {
                let Some(booking) = seats::sqlite::bookings::find(self.db, id)? else {
                    continue;
                };
                let wants = live.iter().any(|it| it.booking == id);
                claims.push(Claim {
                    state: match (wants, losers.contains(&id)) {
                        (false, _) => ClaimState::Gone,
                        (true, true) => ClaimState::Loses,
                        (true, false) => ClaimState::Wins,
                    },
                    writer: self.writer(&booking)?,
                    booking,
                });
            }
            claims.sort_by_key(|claim| (claim.booking.booked_at, claim.booking.booking));
        }
        Ok(Some(Case { recorded, claims }))
    }

    /// What can be done for a booking that has lost seats, the least first.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub fn proposals(&self, booking: &Booking) -> Result<Vec<Proposal>, StoreError> {
        let mut proposals = Vec::new();
        for remedy in [Remedy::Reseat, Remedy::Upgrade, Remedy::Refund] {
            proposals.extend(self.proposal(booking, remedy)?);
        }
        Ok(proposals)
    }

    /// One remedy for a booking; none when it is not possible now.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub fn proposal(
        &self,
        booking: &Booking,
        remedy: Remedy,
    ) -> Result<Option<Proposal>, StoreError> {
        let find = match remedy {
            Remedy::Reseat => remedy::reseat,
            Remedy::Upgrade => remedy::upgrade,
            Remedy::Refund => {
                let paid = booking.is_paid().then(|| booking.amount());
                return Ok(Some(Proposal {
                    remedy,
                    moves: Vec::new(),
                    due: paid.unwrap_or(Won(0)),
                }));
            }
            Remedy::Dismiss => return Ok(None),
        };
        let Some(screening) = screenings::find(self.db, booking.screening)? else {
            return Ok(None);
        };
        let Some(map) = self.map_with(&screening, booking)? else {
            return Ok(None);
        };
        let free = self.free(booking.screening)?.into_keys().collect();
        let moves = find(&Stranded {
            booking,
            lost: &lost_seats(self.db, self.here, booking)?,
            screening: &screening,
            map: &map,
            free: &free,
        });
        let moves = moves.filter(|moves| !moves.is_empty());
        Ok(moves.map(|moves| Proposal {
            remedy,
            moves,
            due: Won(0),
        }))
    }

    /// The screening's map, or an earlier version if a seat of the booking went out of it
    /// before the hub had heard of the booking.
    fn map_with(
        &self,
        screening: &Screening,
        booking: &Booking,
    ) -> Result<Option<SeatMap>, StoreError> {
        let (id, latest) = (screening.seat_map, screening.seat_map_version);
        for version in theaters::seat_map_versions(self.db, id, latest)? {
            let map = theaters::seat_map(self.db, id, version)?;
            let has = |map: &SeatMap| {
                let mut tickets = booking.tickets.iter();
                tickets.all(|ticket| map.seat(ticket.seat).is_some())
            };
            if let Some(map) = map.filter(has) {
                return Ok(Some(map));
            }
        }
        Ok(None)
    }

    /// The free seats that can be had now, with their owners.
    fn free(&self, screening: ScreeningId) -> Result<BTreeMap<SeatId, NodeId>, StoreError> {
        let wanted = seats::sqlite::bookings::live_seats(self.db, screening)?;
        let mut seats = seats::sqlite::seats::of_screening(self.db, screening)?;
        seats.retain(|id, seat| {
            let at_hand = &seat.owner == self.here.node || self.reachable.contains(&seat.owner);
            at_hand && seat.state.is_free(self.here.now) && !wanted.contains(id)
        });
        let owners = seats.into_iter().map(|(id, seat)| (id, seat.owner));
        Ok(owners.collect())
    }

    pub(crate) fn writer(&self, booking: &Booking) -> Result<Writer, StoreError> {
        let node = booking.node.clone();
        if booking.is_written_by(self.here.node) {
            return Ok(Writer::Hub);
        }
        Ok(match nodes::standing(self.db, &node)? {
            Some(Standing::Fenced(_)) => Writer::Fenced(node),
            Some(Standing::InService) if self.reachable.contains(&node) => Writer::Reachable(node),
            Some(Standing::InService) | None => Writer::Away(node),
        })
    }
}

/// The live bookings that want a seat, and those of them that are without it.
fn claims_on(
    db: &Connection,
    here: Here<'_>,
    (screening, seat): (ScreeningId, SeatId),
) -> Result<(Vec<Booking>, BTreeSet<BookingId>), StoreError> {
    let mut claims = Vec::new();
    for id in seats::sqlite::bookings::live_on_seat(db, screening, seat)? {
        claims.extend(seats::sqlite::bookings::find(db, id)?);
    }
    let row = seats::sqlite::seats::find(db, screening, seat)?;
    let keeps = winner(row.as_ref().map(|row| row.state), &claims);
    let alone = claims.len() == 1;
    // The only one that wants it has it, or is given it when the seat is looked at again.
    let has = row.is_some_and(|row| match row.state {
        SeatState::Booked { booking } if Some(booking) == keeps => true,
        SeatState::Free | SeatState::Held { .. } | SeatState::Booked { .. } => {
            &row.owner == here.node
        }
        // A payment is under way: what comes of it is looked at then.
        SeatState::Kept { .. } => &row.owner == here.node,
        SeatState::Blocked => false,
    });
    let ids = claims.iter().map(|claim| claim.booking);
    let losers = ids.filter(|id| Some(*id) != keeps || alone && !has);
    let losers = losers.collect();
    Ok((claims, losers))
}

/// The seats of the booking that it is without.
pub(crate) fn lost_seats(
    db: &Connection,
    here: Here<'_>,
    booking: &Booking,
) -> Result<BTreeSet<SeatId>, StoreError> {
    let mut lost = BTreeSet::new();
    for ticket in &booking.tickets {
        let (_, losers) = claims_on(db, here, (booking.screening, ticket.seat))?;
        if losers.contains(&booking.booking) {
            lost.insert(ticket.seat);
        }
    }
    Ok(lost)
}

/// Whether somebody is without the seat of the conflict. One that is not about bookings is
/// told once and lasts until it has been read.
pub(crate) fn lasts(
    db: &Connection,
    here: Here<'_>,
    conflict: &Conflict,
) -> Result<bool, StoreError> {
    match conflict.place() {
        Some(place) if conflict.is_of_bookings() => {
            let (_, losers) = claims_on(db, here, place)?;
            Ok(!losers.is_empty())
        }
        Some(_) | None => Ok(false),
    }
}
