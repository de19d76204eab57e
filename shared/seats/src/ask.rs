//! Grants on demand: which seats are missing here, and the owner's answer to who asks for them.

use std::collections::BTreeMap;

use domain::id::{NodeId, ScreeningId, SeatId};
use domain::seating::{HoldRefused, HoldRequest, SeatRefusal, Seats, decide_hold};
use protocol::ask::AskRefused;
use rusqlite::{Connection, Transaction};
use store::StoreError;

use crate::error::{HoldError, OwnError, OwnRefused};
use crate::hold::{HoldSeats, load_wanted, refuse_stranding};
use crate::{Here, sqlite};

/// The free seats that other nodes own and would have to grant before the wanted seats can be
/// held here, by owner. Empty when all are ours.
///
/// Nothing is asked for in vain: what would be refused anyway is refused first.
///
/// # Errors
///
/// Refuses what [`crate::hold()`] would refuse even if all the seats were ours.
pub fn find_missing(
    db: &Connection,
    here: Here<'_>,
    request: &HoldSeats<'_>,
) -> Result<BTreeMap<NodeId, Vec<SeatId>>, HoldError> {
    let screening = request.screening.screening;
    if sqlite::recovery::is_closed(db, screening)? {
        return Err(HoldRefused::Recovering(screening).into());
    }
    let seats = load_wanted(db, request)?;
    let decided = decide_hold(
        &HoldRequest {
            hold: request.hold,
            node: here.node,
            screening: request.screening,
            map: request.map,
            wanted: request.wanted,
            now: here.now,
        },
        &seats,
    );
    let missing = match decided {
        Ok(_) => return Ok(BTreeMap::new()),
        Err(HoldRefused::Seats(refused)) => {
            owners_of(&refused, &seats).ok_or(HoldRefused::Seats(refused))?
        }
        Err(refused) => return Err(refused.into()),
    };
    refuse_stranding(db, here, request)?;
    Ok(missing)
}

/// The owners of the refused seats, if nothing else is wrong with any of them.
fn owners_of(
    refused: &[(SeatId, SeatRefusal)],
    seats: &Seats,
) -> Option<BTreeMap<NodeId, Vec<SeatId>>> {
    let mut missing: BTreeMap<NodeId, Vec<SeatId>> = BTreeMap::new();
    for (seat, why) in refused {
        if *why != SeatRefusal::Elsewhere {
            return None;
        }
        let owner = seats.get(seat)?.owner.clone();
        missing.entry(owner).or_default().push(*seat);
    }
    Some(missing)
}

/// Grants seats to a node that asked for them, all or none. Seats that are its own already
/// were granted when it asked the first time.
///
/// # Errors
///
/// Fails when the store does; the inner result is the answer.
pub fn grant_asked(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (screening, to): (ScreeningId, &NodeId),
    seats: &[SeatId],
) -> Result<Result<(), AskRefused>, StoreError> {
    let mut ours = Vec::with_capacity(seats.len());
    for &id in seats {
        match sqlite::seats::find(tx, screening, id)? {
            None => return Ok(Err(AskRefused::Elsewhere)),
            Some(seat) if &seat.owner == to => {}
            Some(seat) if &seat.owner != here.node => return Ok(Err(AskRefused::Elsewhere)),
            Some(_) => ours.push(id),
        }
    }
    Ok(match crate::own::grant(tx, here, (screening, to), &ours) {
        Ok(()) => Ok(()),
        Err(OwnError::Refused(OwnRefused::Taken(_) | OwnRefused::KeptForBackers)) => {
            Err(AskRefused::Taken)
        }
        Err(OwnError::Refused(OwnRefused::NotOurs(_))) => Err(AskRefused::Elsewhere),
        Err(OwnError::Refused(OwnRefused::Recovering)) => Err(AskRefused::NotNow),
        Err(OwnError::Store(fault)) => return Err(fault),
    })
}
