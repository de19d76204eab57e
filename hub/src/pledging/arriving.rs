//! Pledges that a kiosk sold and has handed over with so many of its seats. Some arrive when the
//! campaign has gone on (C3).

use domain::campaign::Campaign;
use domain::id::NodeId;
use domain::pledge::{Pledge, PledgeState, ReturnReason, Welcome, welcome};
use domain::version::Version;
use rusqlite::Transaction;
use seats::{Applied, ApplyError, Here, KeepError, KeepRefused};
use store::StoreError;

use super::giving_back;
use crate::campaigns::{self, Tickets};
use crate::selling::Phone;
use crate::sqlite::pledge_orders::{self, PartState, PledgeOrder};
use crate::sqlite::{backers, campaigns as table};

/// Takes a pledge that `sender` tells of. What becomes of it the hub decides at once, and tells
/// in its own next version of the row, without the phone number.
///
/// # Errors
///
/// Fails when the store does.
pub fn take(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (sender, pledge): (&NodeId, &Pledge),
) -> Result<Applied, StoreError> {
    match seats::apply_pledge(tx, sender, pledge) {
        Ok(Applied::Changed) => {}
        Ok(other) => return Ok(other),
        // The conflict is recorded by whoever applies the batch.
        Err(ApplyError::Refused(_)) => return Ok(Applied::NotOurs),
        Err(ApplyError::Store(fault)) => return Err(fault),
    }
    if pledge_orders::find(tx, pledge.order)?.is_none() {
        note_payment(tx, pledge)?;
    }
    if let Some(phone) = pledge
        .phone
        .as_deref()
        .and_then(|it| it.parse::<Phone>().ok())
    {
        backers::record(tx, (pledge.pledge, pledge.campaign), phone.digits())?;
    }
    let known = Pledge {
        phone: None,
        ..pledge.clone()
    };
    if pledge.version > Version::FIRST.granted() {
        // The hub's own word of before it was restored, from a node that has a copy of it.
        take_back(tx, here, &known)?;
    } else if known.state == PledgeState::Live {
        settle(tx, here, known)?;
    }
    Ok(Applied::Changed)
}

/// The kiosk has taken the money before it told of the pledge.
fn note_payment(tx: &Transaction<'_>, pledge: &Pledge) -> Result<(), StoreError> {
    let order = PledgeOrder {
        order: pledge.order,
        pledge: pledge.pledge,
        campaign: pledge.campaign,
        number: pledge.number.clone(),
        phone: None,
        node: pledge.node.clone(),
        tickets: pledge.tickets,
        amount: pledge.amount(),
        made_at: pledge.made_at,
        state: PartState::Paid {
            paid_at: pledge.made_at,
        },
    };
    pledge_orders::add(tx, &order).map(drop)
}

/// What the hub decided it does not decide again. The phone number is lost.
fn take_back(tx: &Transaction<'_>, here: Here<'_>, pledge: &Pledge) -> Result<(), StoreError> {
    let kept = match pledge.state {
        PledgeState::Live => pledge.tickets,
        PledgeState::Placed { .. }
        | PledgeState::Returning { .. }
        | PledgeState::Returned { .. } => 0,
    };
    seats::keep_anyway(tx, pledge.screening, (pledge.pledge.0, kept))?;
    campaigns::recount(tx, here, pledge.campaign)
}

/// Decides what becomes of a live pledge that has arrived.
fn settle(tx: &Transaction<'_>, here: Here<'_>, pledge: Pledge) -> Result<(), StoreError> {
    let Some(campaign) = table::find(tx, pledge.campaign)? else {
        // Told of by a node to a hub that was restored: the campaign comes as well.
        return seats::keep_anyway(tx, pledge.screening, (pledge.pledge.0, pledge.tickets));
    };
    let counted = pledge.changed_to(PledgeState::Live);
    match verdict(tx, here, (&campaign, &pledge))? {
        Ok(()) => {
            giving_back::record(tx, here, &counted)?;
            let more = Tickets {
                tickets: i64::from(pledge.tickets),
                backers: 1,
            };
            campaigns::count(tx, here, pledge.campaign, more)
        }
        Err(why) => giving_back::return_pledge(tx, here, &counted, why).map(drop),
    }
}

/// Whether the pledge is honoured; its seats are then kept.
fn verdict(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (campaign, pledge): (&Campaign, &Pledge),
) -> Result<Result<(), ReturnReason>, StoreError> {
    let claim = (pledge.pledge.0, pledge.tickets);
    match welcome(&campaign.state) {
        Welcome::PaidBack(why) => Ok(Err(why)),
        Welcome::Counts => seats::keep_anyway(tx, pledge.screening, claim).map(Ok),
        Welcome::IfSeatLeft => {
            let starts_at = campaign.state.offer().map(|offer| offer.starts_at);
            if starts_at.is_none_or(|at| here.now >= at) {
                return Ok(Err(ReturnReason::NoSeat));
            }
            match seats::keep(tx, here, pledge.screening, claim) {
                Ok(()) => Ok(Ok(())),
                Err(KeepError::Refused(KeepRefused::NoSeat { .. })) => {
                    Ok(Err(ReturnReason::NoSeat))
                }
                // Nobody knows yet what is free: it is honoured, and seated when that is known.
                Err(KeepError::Refused(KeepRefused::Recovering)) => {
                    seats::keep_anyway(tx, pledge.screening, claim).map(Ok)
                }
                Err(KeepError::Store(fault)) => Err(fault),
            }
        }
    }
}
