//! Money of pledges that goes back: each piece exactly once, for exactly one reason (C4, C5).
//!
//! What is to go back is recorded in the transaction that decides it, under an id that follows
//! from the order. Asking the payments module is a task of its own: after a crash it asks again
//! for the same refunds.

use domain::campaign::Phase;
use domain::conflict::Conflict;
use domain::id::{CampaignId, OrderId, PledgeId, RefundId};
use domain::money::Won;
use domain::mutant::{Mutant, is};
use domain::pledge::{Pledge, PledgeState, ReturnReason, give_back};
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction};
use seats::Here;
use sha2::{Digest as _, Sha256};
use store::StoreError;
use uuid::Builder;

use crate::campaigns::{self, Tickets};
use crate::sqlite::awaited_accounts;
use crate::sqlite::backers::{self, Told};
use crate::sqlite::campaigns as table;
use crate::sqlite::pledge_orders::{self, PledgeOrder};
use crate::sqlite::pledge_refunds::{self, Became, WantedRefund};

/// Pledges that one transaction gives back: buyers wait for the same writer.
pub const PLEDGES_IN_ONE_GO_MAX: u32 = 200;

/// Wants back what `tickets` of a pledge have cost, from the orders that paid it.
///
/// # Errors
///
/// Fails when the store does, or less was paid.
pub fn want_back(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (pledge, tickets): (&Pledge, u32),
    why: ReturnReason,
) -> Result<(), StoreError> {
    let amount = Won(pledge.price.0 * i64::from(tickets));
    want_amount_back(tx, here, (pledge, amount), why)
}

/// Wants `amount` of a pledge's money back, from the orders that paid it.
///
/// # Errors
///
/// Fails when the store does, or less was paid.
pub(super) fn want_amount_back(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (pledge, amount): (&Pledge, Won),
    why: ReturnReason,
) -> Result<(), StoreError> {
    let parts = pledge_orders::parts(tx, pledge.pledge)?;
    let pieces = give_back(&parts, amount).ok_or_else(|| StoreError::Inconsistent {
        table: "pledge_orders",
        reason: format!("less than {amount} was paid for pledge {}", pledge.pledge),
    })?;
    for (order, amount) in pieces {
        let of = (pledge.campaign, pledge.pledge, order);
        want_piece(tx, here, of, (amount, why))?;
    }
    backers::tell(tx, pledge.pledge, (Told::Returning { why }, here.now))
}

/// Wants back what was paid by one order that came to nothing.
pub(super) fn want_order_back(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (order, amount): (&PledgeOrder, Won),
    why: ReturnReason,
) -> Result<(), StoreError> {
    let of = (order.campaign, order.pledge, order.order);
    want_piece(tx, here, of, (amount, why))
}

fn want_piece(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (campaign, pledge, order): (CampaignId, PledgeId, OrderId),
    (amount, why): (Won, ReturnReason),
) -> Result<(), StoreError> {
    let earlier = pledge_refunds::count_refunds(tx, order)?;
    let wanted = WantedRefund {
        refund: refund_id(order, earlier),
        campaign,
        pledge,
        order,
        amount,
        why,
        times: 1,
    };
    pledge_refunds::want_back(tx, &wanted, here.now)
}

/// The id of an order's refund, counted from 0: the same whenever it is asked for.
fn refund_id(order: OrderId, number: u32) -> RefundId {
    let mut digest = Sha256::new();
    digest.update(b"moding pledge refund");
    digest.update(order.0.as_bytes());
    digest.update(number.to_be_bytes());
    let digest = digest.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    RefundId(Builder::from_custom_bytes(bytes).into_uuid())
}

/// Records a pledge as the hub writes it, with what of it goes back over its kiosk's counter.
///
/// # Errors
///
/// Fails when the store does.
pub(crate) fn record(
    tx: &Transaction<'_>,
    here: Here<'_>,
    pledge: &Pledge,
) -> Result<(), StoreError> {
    if pledge.node.is_hub() {
        return seats::record_pledge(tx, here, pledge);
    }
    let wanted = pledge_refunds::back_of(tx, pledge.order)?;
    let told = Pledge {
        // A hub that was restored may have forgotten what it wanted.
        back_at_counter: wanted.max(pledge.back_at_counter),
        ..pledge.clone()
    };
    seats::record_pledge(tx, here, &told)
}

/// Gives a whole pledge back. Without a claim it has no seats any more (C7): a booking that the
/// claim had become is cancelled by the caller first.
///
/// # Errors
///
/// Fails when the store does.
pub fn return_pledge(
    tx: &Transaction<'_>,
    here: Here<'_>,
    pledge: &Pledge,
    why: ReturnReason,
) -> Result<Pledge, StoreError> {
    if !pledge.is_live() {
        return Ok(pledge.clone());
    }
    want_back(tx, here, (pledge, pledge.tickets), why)?;
    if !is(Mutant::KeepClaimOfRefunded) {
        seats::let_go(tx, pledge.pledge.0)?;
    }
    backers::set_over(tx, pledge.pledge)?;
    let returning = pledge.changed_to(PledgeState::Returning { why });
    record(tx, here, &returning)?;
    Ok(returning)
}

/// Gives back a page of the live pledges of a campaign that came to nothing; says how many
/// (C4). Called until there are none left, in as many transactions and after as many crashes as
/// it takes.
///
/// # Errors
///
/// Fails when the store does.
pub fn return_page(
    tx: &Transaction<'_>,
    here: Here<'_>,
    campaign: CampaignId,
) -> Result<usize, StoreError> {
    let Some(why) = table::find(tx, campaign)?.and_then(|it| why(it.state.phase())) else {
        return Ok(0);
    };
    let limit = PLEDGES_IN_ONE_GO_MAX;
    let mut page = seats::sqlite::pledges::unplaced(tx, campaign, limit)?;
    page.extend(seats::sqlite::pledges::placed(tx, campaign, limit)?);
    page.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    for pledge in &page {
        if let PledgeState::Placed { booking } = pledge.state {
            // Its seats were the hub's to give, and so is the booking.
            let _ended = seats::void(tx, here, booking)?;
        }
        return_pledge(tx, here, pledge, why)?;
    }
    Ok(page.len())
}

fn why(phase: Phase) -> Option<ReturnReason> {
    match phase {
        Phase::Failed => Some(ReturnReason::CampaignFailed),
        Phase::Cancelled => Some(ReturnReason::CampaignCancelled),
        Phase::Requested
        | Phase::Offered
        | Phase::Scheduled
        | Phase::Open
        | Phase::Tallying
        | Phase::Succeeded
        | Phase::Booking
        | Phase::Screened
        | Phase::Settled
        | Phase::Refunded => None,
    }
}

/// The payments module has said what became of a refund; one that is not a pledge's is none of
/// ours, and says so by none. Told again it changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn refund_became(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (refund, became): (RefundId, &Became),
) -> Result<Option<WantedRefund>, StoreError> {
    let Some((wanted, is_done)) = pledge_refunds::find_refund(tx, refund)? else {
        return Ok(None);
    };
    if is_done {
        return Ok(Some(wanted));
    }
    pledge_refunds::set_refund(tx, refund, became)?;
    match became {
        Became::Asked => {}
        Became::Done { at } => {
            arrived(tx, here, (&wanted, *at))?;
            campaigns::look_soon(tx, here, wanted.campaign)?;
        }
        Became::Refused { code } => {
            let conflict = Conflict::RefundRefused {
                refund,
                order: wanted.order,
                booking: None,
                amount: wanted.amount,
                times: wanted.times,
                code: code.clone(),
            };
            seats::sqlite::conflicts::record(tx, &conflict, here.now)?;
        }
    }
    Ok(Some(wanted))
}

/// The pledge has its money back when the last of its refunds has arrived.
fn arrived(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (wanted, at): (&WantedRefund, Timestamp),
) -> Result<(), StoreError> {
    let Some(pledge) = seats::sqlite::pledges::find(tx, wanted.pledge)? else {
        return Ok(());
    };
    let PledgeState::Returning { why } = pledge.state else {
        return Ok(());
    };
    if pledge_refunds::count_open(tx, pledge.pledge)? > 0 {
        return Ok(());
    }
    let returned_at = at;
    let returned = pledge.changed_to(PledgeState::Returned { why, returned_at });
    record(tx, here, &returned)?;
    backers::tell(tx, pledge.pledge, (Told::Returned { at }, here.now))
}

/// How far a campaign has paid its backers back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaidBack {
    /// Backers who had or have something to get back.
    pub all: u32,
    /// Those who have it.
    pub done: u32,
    /// Refunds that the gateway refuses: somebody has to see to them.
    pub refused: u32,
    /// Refunds whose backers have to say first where the money goes.
    pub awaiting_account: u32,
}

/// How far a campaign has paid its backers back.
///
/// # Errors
///
/// Fails when the store does.
pub fn progress(db: &Connection, campaign: CampaignId) -> Result<PaidBack, StoreError> {
    let sum = seats::sqlite::pledges::sum(db, campaign)?;
    Ok(PaidBack {
        all: sum.backers + sum.returning + sum.returned,
        done: sum.returned,
        refused: pledge_refunds::count_refused(db, campaign)?,
        awaiting_account: awaited_accounts::count_of_campaign(db, campaign)?,
    })
}

/// Takes the tickets of a page of pledges out of the campaign's count.
///
/// # Errors
///
/// Fails when the store does.
pub(crate) fn discount(
    tx: &Transaction<'_>,
    here: Here<'_>,
    pledge: &Pledge,
) -> Result<(), StoreError> {
    let less = Tickets {
        tickets: -i64::from(pledge.tickets),
        backers: -1,
    };
    campaigns::count(tx, here, pledge.campaign, less)
}
