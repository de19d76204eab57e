//! Taking a peer's rows. Nothing is merged by guessing: the higher version stays, and a row
//! that its sender may not have written is refused.

use domain::booking::Booking;
use domain::conflict::Conflict;
use domain::daily_close::DailyClose;
use domain::id::{NodeId, ScreeningId, SeatId};
use domain::mutant::{Mutant, is};
use domain::seating::{ScreeningSeat, SeatState};
use protocol::row::{Row, RowKind, TenderFact, close_key};
use rusqlite::Transaction;
use store::{StoreError, change_feed};

use crate::feed::{Changes, HUB_ONLY, key_of};
use crate::given_up::now_or_before;
use crate::sqlite::bookings::Writer;
use crate::{Here, sqlite, ticket_fact};

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    Changed,
    /// We know this version or a later one.
    Known,
    /// Not a kind of the engine's.
    NotOurs,
}

/// Why a row is not taken. The feed goes on: the conflict is on the operator's list.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("the row cannot be taken: {0:?}")]
    Refused(Conflict),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for ApplyError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// Takes one row that `sender` told us of, and relays it in our own feed.
///
/// # Errors
///
/// Refuses what `sender` may not have written.
pub fn apply_row(
    tx: &Transaction<'_>,
    here: Here<'_>,
    sender: &NodeId,
    row: &Row,
) -> Result<Applied, ApplyError> {
    match row {
        Row::Seat(seat) => apply_seat(tx, here, sender, seat),
        Row::Booking(booking) => apply_booking(tx, here, sender, booking),
        Row::Tender(fact) => apply_tender(tx, sender, fact),
        Row::DailyClose(close) => apply_close(tx, sender, close),
        Row::TicketFact(fact) => ticket_fact::apply_ticket_fact(tx, sender, fact),
        Row::Theater(..)
        | Row::Auditorium(..)
        | Row::SeatMap(..)
        | Row::Movie(..)
        | Row::Screening(..)
        | Row::Campaign(..)
        | Row::RefundRules(..)
        | Row::SearchFact(_)
        | Row::Ranking(..)
        // What it means is for the program to say.
        | Row::Pledge(_)
        | Row::HandOff(_) => Ok(Applied::NotOurs),
    }
}

fn apply_seat(
    tx: &Transaction<'_>,
    here: Here<'_>,
    sender: &NodeId,
    seat: &ScreeningSeat,
) -> Result<Applied, ApplyError> {
    let known = sqlite::seats::find(tx, seat.screening, seat.seat)?;
    if let Some(known) = &known
        && known.version >= seat.version
        && !is(Mutant::ApplyOlder)
    {
        if known.version == seat.version {
            return known_already(tx, here, sender, (known, seat));
        }
        return Ok(Applied::Known);
    }
    if !may_write(sender, known.as_ref(), seat) && !is_believed(tx, sender)? {
        let owner = known.map_or_else(NodeId::hub, |known| known.owner);
        return Err(ApplyError::Refused(Conflict::NotTheOwner {
            screening: seat.screening,
            seat: seat.seat,
            owner,
            sender: sender.clone(),
        }));
    }
    sqlite::seats::record(tx, seat)?;
    if known.is_some_and(|known| is_sale_undone(&known, seat)) {
        suspect(tx, here, sender, (seat.screening, seat.seat))?;
    }
    let mut changes = Changes::new(sqlite::recovery::seating(tx, seat.screening)?.scope);
    changes.seat(seat);
    changes.record(tx, sender)?;
    Ok(Applied::Changed)
}

/// A row with the version that we have. A restored hub that waits for its nodes notes who says
/// that a seat is theirs: they have heard of the grant, it was not kept back.
fn known_already(
    tx: &Transaction<'_>,
    here: Here<'_>,
    sender: &NodeId,
    (known, told): (&ScreeningSeat, &ScreeningSeat),
) -> Result<Applied, ApplyError> {
    if known.owner != told.owner {
        return given_twice(tx, here, sender, (known, told));
    }
    let seating = sqlite::recovery::seating(tx, known.screening)?;
    if &known.owner == sender
        && seating.closed
        && is_believed(tx, sender)?
        && is_origin(tx, here.node, known)?
        && !is(Mutant::ForgetWhoHasIt)
    {
        let mut changes = Changes::new(seating.scope);
        changes.seat(known);
        changes.record(tx, sender)?;
    }
    Ok(Applied::Known)
}

/// Two rows with one version give the seat to two nodes. That is so when the hub was restored: it
/// gave the seat away in the time that it has forgotten, and again before it was found out.
///
/// What a node says counts more than a grant of ours that is kept back until all were heard.
/// When nodes may say both, each may have sold the seat: it comes back to the hub, above both of
/// them, and what they have sold is looked at.
fn given_twice(
    tx: &Transaction<'_>,
    here: Here<'_>,
    sender: &NodeId,
    (known, told): (&ScreeningSeat, &ScreeningSeat),
) -> Result<Applied, ApplyError> {
    let is_ours = is_origin(tx, here.node, known)?;
    if sender.is_hub() {
        return given_by_copies(tx, here, is_ours, (known, told));
    }
    if is(Mutant::KeepOwnGrant) || !is_believed(tx, sender)? {
        return Ok(Applied::Known);
    }
    let seating = sqlite::recovery::seating(tx, known.screening)?;
    let is_kept_back = is_ours && (seating.closed || is(Mutant::TakeToldGrant));
    let mut changes = Changes::new(seating.scope);
    if is_kept_back {
        sqlite::seats::record(tx, told)?;
        changes.seat(told);
        changes.record(tx, sender)?;
    } else {
        let is_sold = matches!(told.state, SeatState::Booked { .. });
        let back = if is_sold { told } else { known }.fenced_to(here.node.clone());
        sqlite::seats::record(tx, &back)?;
        suspect(tx, here, sender, (known.screening, known.seat))?;
        changes.seat(&back);
        changes.record(tx, here.node)?;
    }
    Ok(Applied::Changed)
}

/// Two copies of this node have each given the seat away as their last act on it, and the hub
/// has heard the other one: that grant is what everybody knows, and this one never counted. Only
/// a node that recovers comes upon that.
fn given_by_copies(
    tx: &Transaction<'_>,
    here: Here<'_>,
    is_ours: bool,
    (known, told): (&ScreeningSeat, &ScreeningSeat),
) -> Result<Applied, ApplyError> {
    let seating = sqlite::recovery::seating(tx, told.screening)?;
    let is_grant = is_ours && &known.owner != here.node;
    if !is_grant || !seating.closed || is(Mutant::KeepUnheardGrant) {
        return Ok(Applied::Known);
    }
    sqlite::seats::record(tx, told)?;
    let mut changes = Changes::new(seating.scope);
    changes.seat(told);
    changes.record(tx, &NodeId::hub())?;
    Ok(Applied::Changed)
}

/// Whether the row that is known here was written by `node`.
fn is_origin(
    tx: &Transaction<'_>,
    node: &NodeId,
    known: &ScreeningSeat,
) -> Result<bool, StoreError> {
    let key = key_of(known.screening, known.seat);
    let origin = change_feed::origin(tx, RowKind::Seat.code(), &key)?;
    Ok(origin.as_deref() == Some(node.as_str()))
}

/// Whether `seat` takes the seat away from a booking: it was cancelled, which the booking's
/// own row will say, or something is wrong.
fn is_sale_undone(known: &ScreeningSeat, seat: &ScreeningSeat) -> bool {
    matches!(known.state, SeatState::Booked { .. }) && known.state != seat.state
}

/// Whether `sender` may have written `seat` over `known`. The hub relays the rows of all; a
/// kiosk writes its own seats, and as its last act grants them.
fn may_write(sender: &NodeId, known: Option<&ScreeningSeat>, seat: &ScreeningSeat) -> bool {
    if sender.is_hub() || is(Mutant::TrustAnyone) {
        return true;
    }
    let Some(known) = known else {
        return false;
    };
    if &known.owner != sender {
        return false;
    }
    let sold = seat.version.epoch == known.version.epoch && &seat.owner == sender;
    let granted = seat.version.epoch == known.version.epoch + 1 && &seat.owner != sender;
    sold || granted
}

/// Whether this hub was restored and takes every row that `sender` has at a higher version:
/// it may have written it itself before, and forgotten.
pub(crate) fn is_believed(tx: &Transaction<'_>, sender: &NodeId) -> Result<bool, StoreError> {
    if is(Mutant::RefuseOwnRowsBack) {
        return Ok(false);
    }
    Ok(sqlite::recovery::unheard(tx, sender)?.is_some())
}

fn apply_booking(
    tx: &Transaction<'_>,
    here: Here<'_>,
    sender: &NodeId,
    booking: &Booking,
) -> Result<Applied, ApplyError> {
    let known = sqlite::bookings::find(tx, booking.booking)?;
    // Also a word of the hub's own that a node says back, when the hub is not restored any more.
    if matches!(&known, Some(known) if known.version >= booking.version) {
        return Ok(Applied::Known);
    }
    if !sender.is_hub() && &booking.node != sender && !is_believed(tx, sender)? {
        return Err(ApplyError::Refused(Conflict::RowRefused {
            sender: sender.clone(),
            row: "booking".to_owned(),
            key: booking.booking.to_string(),
            reason: format!("it was made by {}", booking.node),
        }));
    }
    sqlite::bookings::record(tx, booking, Writer::Peer)?;
    for seat in now_or_before(known.as_ref(), booking) {
        if !fits_its_seat(tx, booking, seat)? {
            suspect(tx, here, sender, (booking.screening, seat))?;
        }
    }
    let mut changes = Changes::new(sqlite::recovery::seating(tx, booking.screening)?.scope);
    changes.booking(booking);
    changes.record(tx, sender)?;
    Ok(Applied::Changed)
}

/// Whether the live booking that has the seat is the only one, and the seat knows; or the seat
/// knows that the booking was cancelled or put elsewhere.
fn fits_its_seat(
    tx: &Transaction<'_>,
    booking: &Booking,
    seat: SeatId,
) -> Result<bool, StoreError> {
    let live = sqlite::bookings::live_on_seat(tx, booking.screening, seat)?;
    let known = sqlite::seats::find(tx, booking.screening, seat)?;
    let sold = SeatState::Booked {
        booking: booking.booking,
    };
    let has_it = known.is_some_and(|known| known.state == sold);
    Ok(if live.contains(&booking.booking) {
        live.len() == 1 && has_it
    } else {
        !has_it
    })
}

/// Notes that a seat has to be looked at when the sender's feed has been read to its head. In the
/// middle of a feed a row may be ahead of the row that made room for it. The hub looks at all
/// seats, since only the hub hears everybody; others at their own.
fn suspect(
    tx: &Transaction<'_>,
    here: Here<'_>,
    sender: &NodeId,
    seat: (ScreeningId, SeatId),
) -> Result<(), StoreError> {
    let row = sqlite::seats::find(tx, seat.0, seat.1)?;
    let is_ours = row.is_some_and(|row| &row.owner == here.node);
    if is_ours || here.node.is_hub() {
        sqlite::conflicts::suspect(tx, sender, seat)?;
    }
    Ok(())
}

fn apply_tender(
    tx: &Transaction<'_>,
    sender: &NodeId,
    fact: &TenderFact,
) -> Result<Applied, ApplyError> {
    refuse_others(
        sender,
        &fact.node,
        ("tender", fact.tender.order.to_string()),
    )?;
    if !sqlite::tenders::record(tx, fact)? {
        return Ok(Applied::Known);
    }
    // Only the hub keeps the books: a tender concerns no other node.
    let mut changes = Changes::new(HUB_ONLY);
    changes.tender(fact);
    changes.record(tx, sender)?;
    Ok(Applied::Changed)
}

fn apply_close(
    tx: &Transaction<'_>,
    sender: &NodeId,
    close: &DailyClose,
) -> Result<Applied, ApplyError> {
    let key = close_key(&close.node, close.closed_at);
    refuse_others(sender, &close.node, ("daily_close", key))?;
    if !sqlite::closes::record(tx, close)? {
        return Ok(Applied::Known);
    }
    let mut changes = Changes::new(HUB_ONLY);
    changes.close(close);
    changes.record(tx, sender)?;
    Ok(Applied::Changed)
}

/// A kiosk tells of its own money only.
fn refuse_others(
    sender: &NodeId,
    node: &NodeId,
    (row, key): (&str, String),
) -> Result<(), ApplyError> {
    if sender.is_hub() || node == sender {
        return Ok(());
    }
    Err(ApplyError::Refused(Conflict::RowRefused {
        sender: sender.clone(),
        row: row.to_owned(),
        key,
        reason: format!("it is of {node}"),
    }))
}
