//! Changing the seat map of a screening that is on sale (S9). Seats that somebody has are
//! moved first, booking by booking, and seats that kiosks own come to the hub; then the
//! screening is switched to the new map in one transaction, or not at all.

pub mod plan;

use std::collections::BTreeMap;

use domain::conflict::remedy::Move;
use domain::id::{BookingId, NodeId, ScreeningId, SeatId};
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::seat_map::change::{Change, ChangeInvalid, Obstacle};
use protocol::ask::AskRefused;
use protocol::row::RowKind;
use rusqlite::{Connection, Transaction};
use seats::{Here, OwnError, OwnRefused};
use store::StoreError;

use crate::conflicts::decide::{self, Act, DecideError};
use crate::sqlite::audit::{self, Act as Audited};
use crate::sqlite::{feed, screenings, theaters};

/// What the operator wants.
#[derive(Clone, Debug)]
pub struct Request {
    pub screening: ScreeningId,
    pub map: SeatMap,
    pub reach: Reach,
    /// Seats that the operator names for whoever has to move; the rule finds the others.
    pub named: BTreeMap<SeatId, SeatId>,
    pub by: String,
    pub note: String,
}

/// What the new map is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This screening alone.
    Screening,
    /// The room, too: screenings that are planned from now on.
    Room,
}

/// Why a seat map is not changed. Nothing is half done: seats that came to the hub and
/// bookings that were moved on the way stay where they are, under the old map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("there is no such screening")]
    UnknownScreening,
    #[error("the screening is over")]
    Over,
    #[error("the hub was restored and does not know yet what the kiosks have sold")]
    Recovering,
    #[error("the seats that stay would not be enough for the backers of this screening")]
    KeptForBackers,
    #[error(transparent)]
    Invalid(#[from] ChangeInvalid),
    #[error("version {0} of this seat map is known, and looks otherwise: give it a higher one")]
    OtherContent(i64),
    #[error("name a seat for seat {0}, too, or for nobody of its party")]
    NamedInPart(SeatId),
    #[error(
        "nobody can move from seat {from} to {to}: name a free seat that stays for one that goes"
    )]
    NamedWrongly { from: SeatId, to: SeatId },
    /// Nothing was asked of anybody.
    #[error("the change waits for {}, which cannot be reached; try again when it is back, or \
             fence it", nodes(.0))]
    Away(BTreeMap<NodeId, Vec<SeatId>>),
    #[error("somebody is choosing or paying for one of the seats, or it is blocked where it is")]
    InUse(BTreeMap<SeatId, Obstacle>),
    #[error("there are no seats for everybody in booking {booking}; name them")]
    NoSeats {
        booking: BookingId,
        seats: Vec<SeatId>,
    },
    /// It may be done all the same.
    #[error("{0} did not answer in time; look at the plan again")]
    NoAnswer(NodeId),
    #[error("somebody was faster: {0:?}; look at the plan again")]
    Asked(AskRefused),
    #[error("seat {0} was taken meanwhile; look at the plan again")]
    Overtaken(SeatId),
}

fn nodes(away: &BTreeMap<NodeId, Vec<SeatId>>) -> String {
    let nodes: Vec<&str> = away.keys().map(NodeId::as_str).collect();
    nodes.join(", ")
}

/// Why a seat map was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for ChangeError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

impl From<ChangeInvalid> for ChangeError {
    fn from(invalid: ChangeInvalid) -> Self {
        Self::Refused(invalid.into())
    }
}

impl From<DecideError> for ChangeError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::Store(fault) => Self::Store(fault),
            DecideError::Refused(decide::Refused::Asked(why)) => Refused::Asked(why).into(),
            DecideError::Refused(
                decide::Refused::Away(node)
                | decide::Refused::NoAnswer(node)
                | decide::Refused::NotFenced(node),
            ) => Refused::NoAnswer(node).into(),
            // Said of conflicts only.
            DecideError::Refused(
                decide::Refused::Unknown
                | decide::Refused::DecidedOtherwise { .. }
                | decide::Refused::StillLasts
                | decide::Refused::NoBooking
                | decide::Refused::NotALoser
                | decide::Refused::NoSeats,
            ) => Refused::Asked(AskRefused::NotNow).into(),
        }
    }
}

/// A screening, its map, and what the new map would change.
pub(crate) struct Compared {
    pub(crate) screening: Screening,
    pub(crate) old: SeatMap,
    /// None when the screening has the new map already.
    pub(crate) change: Option<Change>,
}

/// Compares the new map with the screening's.
///
/// # Errors
///
/// Refuses what no waiting and no move could make possible.
pub(crate) fn compare(
    db: &Connection,
    here: Here<'_>,
    request: &Request,
) -> Result<Compared, ChangeError> {
    let (id, map) = (request.screening, &request.map);
    let screening = screenings::find(db, id)?.ok_or(Refused::UnknownScreening)?;
    if screening.ends_at <= here.now {
        return Err(Refused::Over.into());
    }
    if seats::sqlite::recovery::is_closed(db, id)? {
        return Err(Refused::Recovering.into());
    }
    let known = theaters::seat_map(db, map.id, map.version)?;
    if known.is_some_and(|known| &known != map) {
        return Err(Refused::OtherContent(map.version).into());
    }
    let version = screening.seat_map_version;
    let old = theaters::seat_map(db, screening.seat_map, version)?;
    let old = old.ok_or_else(|| StoreError::Inconsistent {
        table: "seat_maps",
        reason: format!("screening {id} has no seat map"),
    })?;
    let change = match &old == map {
        true => None,
        false => Some(Change::between(&old, map, &screening)?),
    };
    Ok(Compared {
        screening,
        old,
        change,
    })
}

/// Switches the screening to the new map. The feed tells of the map before the seats and of
/// the seats before the screening: whoever has heard of the screening has all of it.
///
/// # Errors
///
/// Refuses while a seat that goes is not the hub's own or somebody has it; then nothing has
/// changed.
pub fn switch(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &Request,
) -> Result<Change, ChangeError> {
    let compared = compare(tx, here, request)?;
    let (map, theater) = (&request.map, compared.screening.theater);
    let Some(change) = compared.change else {
        return Ok(Change::default());
    };
    if theaters::add_seat_map(tx, map)? {
        let key = format!("{}/{}", map.id, map.version);
        feed::changed(tx, (RowKind::SeatMap, key), theater)?;
    }
    let id = request.screening;
    seats::refit(tx, here, id, &change).map_err(|error| match error {
        OwnError::Refused(OwnRefused::NotOurs(seat) | OwnRefused::Taken(seat)) => {
            Refused::Overtaken(seat).into()
        }
        OwnError::Refused(OwnRefused::KeptForBackers) => Refused::KeptForBackers.into(),
        OwnError::Refused(OwnRefused::Recovering) => Refused::Recovering.into(),
        OwnError::Store(fault) => ChangeError::Store(fault),
    })?;
    screenings::set_seat_map_version(tx, id, map.version)?;
    feed::changed(tx, (RowKind::Screening, id.to_string()), theater)?;
    let room = compared.screening.auditorium;
    match request.reach {
        Reach::Room if theaters::set_seat_map(tx, room, map)? => {
            feed::changed(tx, (RowKind::Auditorium, room.to_string()), theater)?;
        }
        Reach::Room | Reach::Screening => {}
    }
    let act = Audited::SeatMapChanged {
        screening: id,
        from: compared.old.version,
        to: map.version,
        added: change.added.clone(),
        removed: change.removed.clone(),
        note: request.note.clone(),
    };
    audit::record(tx, here.now, &request.by, &act)?;
    Ok(change)
}

/// Moves a booking that the hub itself may change.
///
/// # Errors
///
/// Refuses when a seat was taken meanwhile; then nothing has changed.
pub fn move_here(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &Request,
    act: &Act,
) -> Result<(), ChangeError> {
    decide::change_booking(tx, here, act)?;
    note_moved(tx, here, request, act)
}

/// Records that a booking was moved, wherever that was done.
///
/// # Errors
///
/// Fails when the store does.
pub fn note_moved(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &Request,
    act: &Act,
) -> Result<(), ChangeError> {
    let moved = Audited::Moved {
        screening: act.screening,
        booking: act.booking,
        moves: moves_of(act).to_vec(),
        note: request.note.clone(),
    };
    Ok(audit::record(tx, here.now, &request.by, &moved)?)
}

/// Where the tickets of the booking go.
#[must_use]
pub fn moves_of(act: &Act) -> &[Move] {
    match &act.change {
        decide::Change::Move { moves, .. } => moves,
        decide::Change::Void { .. } => &[],
    }
}

#[cfg(test)]
mod tests;
