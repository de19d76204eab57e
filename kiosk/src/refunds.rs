//! Money back at the counter, for what was paid at this kiosk: the seats are free first, then the
//! money goes back. By card that is begin → ask the terminal → settle (M2); cash from
//! the drawer is given in one step.
//!
//! What the buyer gets back is a rule with a date (M5), not a decision of the staff.

mod owed;

use domain::booking::{Booking, BookingState, Ticket};
use domain::id::{BookingId, OrderId, PledgeId, RefundId, TicketId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::pledge::PledgeState;
use domain::refund::Share;
use domain::tender::{GivenBack, GivenBackFor, KioskTender, PaidFor};
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction};
use seats::{CancelError, Here};
use store::StoreError;

use crate::{pledging, sqlite};

#[cfg(test)]
mod tests;

/// Money that goes back. Known only to the kiosk; what came of it is a tender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub refund: RefundId,
    /// The order that had been paid with it.
    pub order: OrderId,
    /// What had been paid for with it.
    pub paid_for: PaidFor,
    /// How it goes back.
    pub kind: TenderKind,
    pub amount: Won,
    pub asked_at: Timestamp,
    pub state: RefundState,
}

/// How far a refund has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// The terminal has not said yes yet. It is asked until it does.
    Asked,
    Done,
    /// The terminal refuses for good: the staff pay it from the drawer.
    Refused,
}

/// What a buyer would get back now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub booking: Booking,
    /// The order that paid it, and how.
    pub order: OrderId,
    pub kind: TenderKind,
    pub share: Share,
    /// Each ticket with what comes back for it.
    pub tickets: Vec<(Ticket, Won)>,
}

/// Which tickets are brought back.
#[derive(Clone, Copy, Debug)]
pub struct AskRefund<'a> {
    pub refund: RefundId,
    pub booking: BookingId,
    pub tickets: &'a [TicketId],
    pub starts_at: Timestamp,
}

/// What the terminal said of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Given { approval_no: String, at: Timestamp },
    Refused,
}

/// Why there is no money back here.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    #[error("there is no such booking")]
    Unknown,
    /// Another node made it, and has its money.
    #[error("the booking was made elsewhere")]
    Elsewhere,
    /// No money was taken for it here.
    #[error("the booking was not paid at this kiosk")]
    NotPaidHere,
    #[error("the booking is cancelled, or has none of these tickets")]
    Over,
    /// The rule gives nothing any more.
    #[error("nothing comes back any more")]
    NothingBack,
    #[error("this kiosk is recovering; try again in a while")]
    Recovering,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for RefundError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

impl From<CancelError> for RefundError {
    fn from(error: CancelError) -> Self {
        use domain::booking::CancelRefused;
        match error {
            CancelError::Refused(refused) => match refused {
                CancelRefused::Unknown => Self::Unknown,
                CancelRefused::Elsewhere => Self::Elsewhere,
                CancelRefused::Begun => Self::NothingBack,
                CancelRefused::Paid => Self::Over,
                CancelRefused::Recovering => Self::Recovering,
                // Asked on the web alone: this is the counter.
                CancelRefused::Used | CancelRefused::TheaterAway => Self::Elsewhere,
            },
            CancelError::Store(fault) => Self::Store(fault),
        }
    }
}

/// What comes back for a booking whose screening begins at `starts_at`.
///
/// # Errors
///
/// Refuses what this kiosk has not made or was not paid for, and what is cancelled.
pub fn quote(
    db: &Connection,
    here: Here<'_>,
    booking: BookingId,
    starts_at: Timestamp,
) -> Result<Quote, RefundError> {
    let found = seats::sqlite::bookings::find(db, booking)?;
    let booking = found.ok_or(RefundError::Unknown)?;
    if !booking.is_written_by(here.node) {
        return Err(RefundError::Elsewhere);
    }
    let called_off = pledging::called_off(db, booking.screening)?;
    match booking.state {
        BookingState::Confirmed => {}
        // Cancelled by the hub's wish, and its money is still here.
        BookingState::Cancelled { cancelled_at }
            if called_off
                && !sqlite::refunds::is_returned(db, (booking.booking, cancelled_at))? => {}
        BookingState::Cancelled { .. } => return Err(RefundError::Over),
    }
    let order = booking.order.ok_or(RefundError::NotPaidHere)?;
    let paid = seats::sqlite::tenders::find(db, order)?;
    let paid = paid.filter(|fact| &fact.node == here.node);
    let kind = paid.ok_or(RefundError::NotPaidHere)?.tender.kind;
    let rules = owed::rules(db)?;
    let share = if called_off {
        Share::WHOLE
    } else {
        rules
            .of_booking(booking.booked_at)
            .share(starts_at, here.now)
    };
    let tickets = booking.tickets.iter();
    Ok(Quote {
        order,
        kind,
        share,
        tickets: tickets
            .map(|ticket| (ticket.clone(), share.of(ticket.price)))
            .collect(),
        booking,
    })
}

/// Takes the tickets back and frees their seats; cash is given back with it. The same refund
/// again is the same refund (M3).
///
/// # Errors
///
/// Refuses where [`quote`] does, and when nothing comes back.
pub fn begin(
    tx: &Transaction<'_>,
    here: Here<'_>,
    asked: AskRefund<'_>,
) -> Result<Refund, RefundError> {
    if let Some(refund) = sqlite::refunds::find(tx, asked.refund)? {
        return Ok(refund);
    }
    let quote = quote(tx, here, asked.booking, asked.starts_at)?;
    if quote.share.percent == 0 {
        return Err(RefundError::NothingBack);
    }
    let booking = asked.booking;
    let returned = owed::take_back(tx, here, (&quote, asked))?;
    let amount: Won = returned
        .iter()
        .map(|ticket| quote.share.of(ticket.price))
        .sum();
    if returned.is_empty() {
        return Err(RefundError::Over);
    }
    if amount == Won(0) {
        return Err(RefundError::NothingBack);
    }
    let refund = Refund {
        refund: asked.refund,
        order: quote.order,
        paid_for: PaidFor::Booking(booking),
        kind: quote.kind,
        amount,
        asked_at: here.now,
        state: RefundState::Asked,
    };
    begun(tx, here, refund)
}

fn begun(tx: &Transaction<'_>, here: Here<'_>, refund: Refund) -> Result<Refund, RefundError> {
    sqlite::refunds::record(tx, &refund)?;
    match refund.kind {
        TenderKind::Card => Ok(refund),
        TenderKind::Cash => Ok(given(tx, here, refund, (String::new(), here.now))?),
    }
}

/// A pledge whose money goes back, and which was paid here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PledgeQuote {
    pub order: OrderId,
    pub kind: TenderKind,
    pub amount: Won,
}

/// What comes back here for a pledge: all that was paid here once the hub has given the pledge
/// back, and what the hub has said when it was lowered.
///
/// # Errors
///
/// Refuses a pledge that still counts as it was paid, was not paid here, or whose money has gone
/// back.
pub fn quote_pledge(
    db: &Connection,
    here: Here<'_>,
    pledge: PledgeId,
) -> Result<PledgeQuote, RefundError> {
    let pledge = seats::sqlite::pledges::find(db, pledge)?.ok_or(RefundError::Unknown)?;
    let paid = seats::sqlite::tenders::find(db, pledge.order)?;
    let paid = paid.filter(|fact| &fact.node == here.node);
    let paid = paid.ok_or(RefundError::NotPaidHere)?.tender;
    let due = match pledge.state {
        PledgeState::Returning { .. } => paid.amount,
        // A hub that does not say it yet has taken nothing that its tickets do not show: the
        // order that made it is the last to go back, what came in later goes first.
        PledgeState::Live | PledgeState::Placed { .. } => {
            pledge.back_at_counter.max(paid.amount - pledge.amount())
        }
        PledgeState::Returned { .. } => return Err(RefundError::NothingBack),
    };
    let amount = due - sqlite::refunds::asked_of(db, pledge.order)?;
    if amount <= Won(0) {
        return Err(RefundError::NothingBack);
    }
    Ok(PledgeQuote {
        order: pledge.order,
        kind: paid.kind,
        amount,
    })
}

/// Gives the money of a pledge back. The same refund again is the same refund (M3).
///
/// # Errors
///
/// Refuses where [`quote_pledge`] does.
pub fn begin_pledge(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (refund, pledge): (RefundId, PledgeId),
) -> Result<Refund, RefundError> {
    if let Some(refund) = sqlite::refunds::find(tx, refund)? {
        return Ok(refund);
    }
    let quote = quote_pledge(tx, here, pledge)?;
    let refund = Refund {
        refund,
        order: quote.order,
        paid_for: PaidFor::Pledge(pledge),
        kind: quote.kind,
        amount: quote.amount,
        asked_at: here.now,
        state: RefundState::Asked,
    };
    begun(tx, here, refund)
}

/// Records what the terminal said. A refund that is settled stays as it is (M3).
///
/// # Errors
///
/// Fails when the store does.
pub fn settle(
    tx: &Transaction<'_>,
    here: Here<'_>,
    refund: RefundId,
    outcome: &Outcome,
) -> Result<Option<Refund>, StoreError> {
    let Some(refund) = sqlite::refunds::find(tx, refund)? else {
        return Ok(None);
    };
    match (refund.state, outcome) {
        (RefundState::Done | RefundState::Refused, _) => Ok(Some(refund)),
        (RefundState::Asked, Outcome::Given { approval_no, at }) => {
            given(tx, here, refund, (approval_no.clone(), *at)).map(Some)
        }
        (RefundState::Asked, Outcome::Refused) => {
            tracing::warn!(refund = %refund.refund, "the terminal gives no money back");
            let refused = Refund {
                state: RefundState::Refused,
                ..refund
            };
            sqlite::refunds::record(tx, &refused)?;
            Ok(Some(refused))
        }
    }
}

/// The staff have paid from the drawer what the terminal refuses to give back. Paying again
/// changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn pay_in_cash(
    tx: &Transaction<'_>,
    here: Here<'_>,
    refund: RefundId,
) -> Result<Option<Refund>, StoreError> {
    let Some(refund) = sqlite::refunds::find(tx, refund)? else {
        return Ok(None);
    };
    if refund.state != RefundState::Refused {
        return Ok(Some(refund));
    }
    let in_cash = Refund {
        kind: TenderKind::Cash,
        ..refund
    };
    given(tx, here, in_cash, (String::new(), here.now)).map(Some)
}

fn given(
    tx: &Transaction<'_>,
    here: Here<'_>,
    refund: Refund,
    (approval_no, taken_at): (String, Timestamp),
) -> Result<Refund, StoreError> {
    let (screening, why) = match refund.paid_for {
        PaidFor::Booking(booking) => {
            let found = seats::sqlite::bookings::find(tx, booking)?;
            let screening = found.map(|booking| booking.screening);
            (screening, GivenBackFor::BookingCancelled)
        }
        PaidFor::Pledge(pledge) => {
            let found = seats::sqlite::pledges::find(tx, pledge)?;
            let screening = found.map(|pledge| pledge.screening);
            (screening, GivenBackFor::PledgeReturned)
        }
    };
    let screening = screening.ok_or_else(|| StoreError::Inconsistent {
        table: "refunds",
        reason: format!("refund {} is for nothing", refund.refund),
    })?;
    let tender = KioskTender {
        order: OrderId(refund.refund.0),
        kind: refund.kind,
        paid_for: refund.paid_for,
        amount: -refund.amount,
        approval_no,
        taken_at,
        gives_back: Some(GivenBack {
            order: refund.order,
            why,
        }),
    };
    seats::record_tender(tx, here, screening, tender)?;
    let done = Refund {
        state: RefundState::Done,
        ..refund
    };
    sqlite::refunds::record(tx, &done)?;
    tracing::info!(refund = %done.refund, amount = done.amount.0, "money was given back");
    Ok(done)
}
