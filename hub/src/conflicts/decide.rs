//! An operator's decision: what has to be done, and doing it together with its record.

use std::collections::BTreeMap;

use domain::conflict::remedy::Move;
use domain::conflict::{Conflict, Decision, Outcome, Remedy};
use domain::id::{BookingId, NodeId, ScreeningId, SeatId};
use domain::money::Won;
use domain::version::Version;
use protocol::ask::{AskRefused, Want};
use rusqlite::{Connection, Transaction};
use seats::Here;
use seats::sqlite::conflicts;
use store::StoreError;

use super::{Claim, Proposal, Scene, Writer, lasts};
use crate::refunds;
use crate::sqlite::audit::{self, Act as Audited};
use crate::sqlite::nodes::{self, Standing};
use crate::sqlite::pledge_refunds;

/// More open conflicts than this are not looked through for those that a decision settles as
/// well; the rest is settled when it is decided itself.
const OPEN_MAX: i64 = 1_000;

/// What the operator wants.
#[derive(Clone, Debug)]
pub struct Request {
    pub key: String,
    pub remedy: Remedy,
    pub by: String,
    pub note: String,
    /// Which of several bookings; else the first.
    pub booking: Option<BookingId>,
}

/// What has to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It was decided so before.
    Decided,
    /// Nothing but to record it.
    Record(Outcome),
    Act(Act),
}

/// A change of one booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub booking: BookingId,
    pub screening: ScreeningId,
    pub writer: Writer,
    pub change: Change,
    /// The seats that the booking leaves.
    pub left: Vec<SeatId>,
}

/// What becomes of the booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Void {
        due: Won,
    },
    Move {
        moves: Vec<Move>,
        /// Where its new seats are now.
        owners: BTreeMap<NodeId, Vec<SeatId>>,
    },
}

/// Why a decision is not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("there is no such conflict")]
    Unknown,
    #[error("{by} has decided otherwise: {remedy:?}")]
    DecidedOtherwise { by: String, remedy: Remedy },
    #[error("somebody is still without a seat: reseat, upgrade or refund")]
    StillLasts,
    #[error("this conflict is not about a booking; dismiss it with a note")]
    NoBooking,
    #[error("this booking has not lost the seat")]
    NotALoser,
    #[error("there are no such seats free now")]
    NoSeats,
    #[error("{0} cannot be reached; try again when it is back, or fence it")]
    Away(NodeId),
    #[error("{0} is not fenced any more; try again")]
    NotFenced(NodeId),
    /// What it was asked may be done all the same.
    #[error("{0} did not answer in time; look at the conflict again")]
    NoAnswer(NodeId),
    #[error("the booking's writer said no: {0:?}")]
    Asked(AskRefused),
}

/// Why a decision was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for DecideError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

impl Act {
    /// What the booking's writer is asked to do, and on which rows.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub fn want(&self, db: &Connection) -> Result<Want, StoreError> {
        let booking = self.booking;
        let Change::Move { moves, .. } = &self.change else {
            return Ok(Want::Void { booking });
        };
        let mut known = Vec::with_capacity(moves.len());
        for one in moves {
            let row = seats::sqlite::seats::find(db, self.screening, one.to)?;
            known.push(row.map_or_else(Version::default, |row| row.version));
        }
        Ok(Want::Reseat {
            booking,
            moves: pairs(moves),
            known,
        })
    }
}

/// What has come of it, as the rows say: a node that was asked twice did the first.
fn outcome(tx: &Transaction<'_>, act: &Act) -> Result<Outcome, StoreError> {
    let booking = act.booking;
    let known = seats::sqlite::bookings::find(tx, booking)?;
    let sits = |seat| {
        known
            .iter()
            .any(|it| it.tickets.iter().any(|it| it.seat == seat))
    };
    Ok(match &act.change {
        Change::Void { due } => Outcome::Refunded {
            booking,
            due_won: *due,
        },
        Change::Move { moves, .. } if moves.iter().all(|one| sits(one.to)) => Outcome::Reseated {
            booking,
            moves: moves.clone(),
        },
        Change::Move { .. } => Outcome::Settled,
    })
}

fn pairs(moves: &[Move]) -> Vec<(SeatId, SeatId)> {
    moves.iter().map(|it| (it.from, it.to)).collect()
}

/// What has to be done for the decision, as things are now.
///
/// # Errors
///
/// Refuses what is not possible, and what was decided otherwise before.
pub fn plan(scene: &Scene<'_>, request: &Request) -> Result<Plan, DecideError> {
    let case = scene.case(&request.key)?.ok_or(Refused::Unknown)?;
    if let Some((decision, _)) = &case.recorded.decided {
        if decision.remedy == request.remedy {
            return Ok(Plan::Decided);
        }
        let (by, remedy) = (decision.by.clone(), decision.remedy);
        return Err(Refused::DecidedOtherwise { by, remedy }.into());
    }
    let losers: Vec<&Claim> = case.losers().collect();
    match request.remedy {
        Remedy::Dismiss if losers.is_empty() => return Ok(Plan::Record(Outcome::Dismissed)),
        Remedy::Dismiss => return Err(Refused::StillLasts.into()),
        Remedy::Reseat | Remedy::Upgrade | Remedy::Refund => {}
    }
    if let Conflict::RefundRefused { refund, amount, .. } = case.recorded.conflict
        && request.remedy == Remedy::Refund
    {
        return Ok(Plan::Record(Outcome::AskedAgain {
            refund,
            due_won: amount,
        }));
    }
    if !case.recorded.conflict.is_of_bookings() {
        return Err(Refused::NoBooking.into());
    }
    if losers.is_empty() {
        return Ok(Plan::Record(Outcome::Settled));
    }
    let meant = |id: BookingId| request.booking.is_none_or(|it| it == id);
    let claim = losers.iter().find(|claim| meant(claim.booking.booking));
    let claim = claim.ok_or(Refused::NotALoser)?;
    if let Writer::Away(node) = &claim.writer {
        return Err(Refused::Away(node.clone()).into());
    }
    let proposal = scene.proposal(&claim.booking, request.remedy)?;
    let proposal = proposal.ok_or(Refused::NoSeats)?;
    let screening = claim.booking.screening;
    let left: Vec<SeatId> = match request.remedy {
        Remedy::Refund => claim.booking.tickets.iter().map(|it| it.seat).collect(),
        Remedy::Reseat | Remedy::Upgrade | Remedy::Dismiss => {
            proposal.moves.iter().map(|it| it.from).collect()
        }
    };
    Ok(Plan::Act(Act {
        booking: claim.booking.booking,
        screening,
        writer: claim.writer.clone(),
        change: change_of(scene, screening, proposal)?,
        left,
    }))
}

fn change_of(
    scene: &Scene<'_>,
    screening: ScreeningId,
    proposal: Proposal,
) -> Result<Change, StoreError> {
    let Proposal { moves, due, .. } = proposal;
    if moves.is_empty() {
        return Ok(Change::Void { due });
    }
    let free = scene.free(screening)?;
    let mut owners: BTreeMap<NodeId, Vec<SeatId>> = BTreeMap::new();
    for one in &moves {
        if let Some(owner) = free.get(&one.to) {
            owners.entry(owner.clone()).or_default().push(one.to);
        }
    }
    Ok(Change::Move { moves, owners })
}

/// Carries a change out that the hub itself may make, and records the decision with it.
///
/// # Errors
///
/// Refuses when a seat was taken meanwhile; then nothing has changed.
pub fn carry_out(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &Request,
    act: &Act,
) -> Result<(), DecideError> {
    change_booking(tx, here, act)?;
    conclude(tx, here, request, act)
}

/// Changes a booking that the hub itself may change, after taking it over if it must.
///
/// # Errors
///
/// Refuses when a seat was taken meanwhile; then nothing has changed.
pub fn change_booking(tx: &Transaction<'_>, here: Here<'_>, act: &Act) -> Result<(), DecideError> {
    if let Writer::Fenced(node) = &act.writer {
        if !matches!(nodes::standing(tx, node)?, Some(Standing::Fenced(_))) {
            return Err(Refused::NotFenced(node.clone()).into());
        }
        seats::take_over(tx, here, act.booking)?;
    }
    let before = seats::sqlite::bookings::find(tx, act.booking)?;
    let done = match &act.change {
        Change::Void { .. } => seats::void(tx, here, act.booking)?,
        Change::Move { moves, .. } => seats::reseat(tx, here, act.booking, &pairs(moves))?,
    };
    done.map_err(Refused::Asked)?;
    let void = matches!(act.change, Change::Void { .. });
    if let Some(booking) = before.filter(|booking| void && booking.is_live()) {
        refunds::by_operator(tx, here, &booking)?;
    }
    Ok(())
}

/// Records a decision whose change is in the hub's rows, with every other conflict that it has
/// settled. With a third booking for the seat the conflict stays open.
///
/// # Errors
///
/// Fails when the store does.
pub fn conclude(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &Request,
    act: &Act,
) -> Result<(), DecideError> {
    for &seat in &act.left {
        seats::look_again(tx, here, (act.screening, seat))?;
    }
    let decision = decision(request, outcome(tx, act)?);
    for open in conflicts::open(tx, OPEN_MAX)? {
        let place = open.conflict.place();
        let touched = place.is_some_and(|(screening, seat)| {
            screening == act.screening && act.left.contains(&seat)
        });
        let about = open.conflict.is_of_bookings() && touched;
        if about && !lasts(tx, here, &open.conflict)? {
            conflicts::decide(tx, &open.conflict.key(), &decision, here.now)?;
        }
    }
    note(tx, here, request, decision)
}

/// Records a decision that changes nothing.
///
/// # Errors
///
/// Refuses when there is no such conflict.
pub fn record(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &Request,
    outcome: Outcome,
) -> Result<(), DecideError> {
    let known = conflicts::find(tx, &request.key)?.ok_or(Refused::Unknown)?;
    if known.conflict.is_of_bookings()
        && let Some(place) = known.conflict.place()
    {
        seats::look_again(tx, here, place)?;
        if lasts(tx, here, &known.conflict)? {
            return Err(Refused::StillLasts.into());
        }
    }
    if let (Conflict::RefundRefused { refund, .. }, Outcome::AskedAgain { .. }) =
        (&known.conflict, &outcome)
    {
        refunds::ask_again(tx, *refund)?;
        pledge_refunds::want_again(tx, *refund, here.now)?;
    }
    let decision = decision(request, outcome);
    if conflicts::decide(tx, &request.key, &decision, here.now)? {
        note(tx, here, request, decision)?;
    }
    Ok(())
}

fn decision(request: &Request, outcome: Outcome) -> Decision {
    Decision {
        remedy: request.remedy,
        by: request.by.clone(),
        note: request.note.clone(),
        outcome,
    }
}

fn note(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &Request,
    decision: Decision,
) -> Result<(), DecideError> {
    let conflict = request.key.clone();
    let act = Audited::Decided { conflict, decision };
    Ok(audit::record(tx, here.now, &request.by, &act)?)
}

/// Whether what another node was asked to do has arrived in the hub's rows.
///
/// # Errors
///
/// Fails when the store does.
pub fn has_arrived(db: &rusqlite::Connection, act: &Act) -> Result<bool, StoreError> {
    let booking = seats::sqlite::bookings::find(db, act.booking)?;
    Ok(booking.is_some_and(|booking| {
        let left = !booking.tickets.iter().any(|it| act.left.contains(&it.seat));
        match act.change {
            Change::Void { .. } => !booking.is_live(),
            Change::Move { .. } => left || !booking.is_live(),
        }
    }))
}
