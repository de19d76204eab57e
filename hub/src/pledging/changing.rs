//! Lowering and withdrawing a pledge until the deadline (C5): the difference goes back.

use domain::id::PledgeId;
use domain::mutant::{Mutant, is};
use domain::pledge::{Pledge, PledgeRefused, PledgeState, ReturnReason, may_lower};
use rusqlite::{Connection, Transaction};
use seats::Here;

use super::{PledgeError, giving_back};
use crate::campaigns::{self, Tickets};
use crate::selling::Phone;
use crate::sqlite::{backers, campaigns as table};

/// Leaves a pledge only `tickets`, none to withdraw it. What it has already it keeps: asking
/// again changes nothing.
///
/// # Errors
///
/// Refuses after the deadline, and what is not this person's.
pub fn lower(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (pledge, phone): (PledgeId, &Phone),
    tickets: u32,
) -> Result<Pledge, PledgeError> {
    let pledge = of_backer(tx, pledge, phone)?;
    let withdrawn = PledgeState::Returning {
        why: ReturnReason::Withdrawn,
    };
    let fewer = fewer(tx, here, (&pledge, tickets))?;
    if fewer == 0 {
        return Ok(pledge);
    }
    if !is(Mutant::ForgetDifference) {
        giving_back::want_back(tx, here, (&pledge, fewer), ReturnReason::Withdrawn)?;
    }
    seats::keep_anyway(tx, pledge.screening, (pledge.pledge.0, tickets))?;
    let lowered = if tickets == 0 {
        backers::set_over(tx, pledge.pledge)?;
        pledge.changed_to(withdrawn)
    } else {
        Pledge {
            tickets,
            ..pledge.changed_to(PledgeState::Live)
        }
    };
    giving_back::record(tx, here, &lowered)?;
    let less = Tickets {
        tickets: -i64::from(fewer),
        backers: -i64::from(tickets == 0),
    };
    campaigns::count(tx, here, pledge.campaign, less)?;
    Ok(lowered)
}

/// How many tickets the pledge loses if it is left only `tickets`; none when it was already.
///
/// # Errors
///
/// Refuses after the deadline.
pub fn fewer(
    db: &Connection,
    here: Here<'_>,
    (pledge, tickets): (&Pledge, u32),
) -> Result<u32, PledgeError> {
    let again = match pledge.state {
        PledgeState::Live => pledge.tickets == tickets,
        PledgeState::Returning { .. } | PledgeState::Returned { .. } => tickets == 0,
        PledgeState::Placed { .. } => false,
    };
    if again {
        return Ok(0);
    }
    let campaign = table::find(db, pledge.campaign)?.ok_or(PledgeRefused::Unknown)?;
    Ok(may_lower(&campaign.state, here.now, (pledge, tickets))?)
}

/// The pledge, if it is this person's.
///
/// # Errors
///
/// Refuses one that is not, as if it were not there.
pub fn of_backer(tx: &Connection, pledge: PledgeId, phone: &Phone) -> Result<Pledge, PledgeError> {
    let found = seats::sqlite::pledges::find(tx, pledge)?;
    let known = backers::phone_of(tx, pledge)?;
    let is_theirs = known.is_some_and(|known| phone.is(&known));
    let pledge = found.filter(|_| is_theirs).ok_or(PledgeRefused::Unknown)?;
    Ok(pledge)
}
