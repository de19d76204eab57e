//! Orders for pledges: their tickets are kept from the moment they are opened, and their money
//! becomes a pledge, or goes back with the campaign's own refunds.

use domain::id::{CampaignId, OrderId};
use domain::pledge::{PledgeRefused, Welcome, welcome};
use domain::time::Timestamp;
use domain::web_order::{IfGone, OrderFor, WebOrder, WebOrderState};
use rusqlite::Transaction;
use seats::Here;
use store::StoreError;

use super::{OrderError, OrderRefused, put};
use crate::pledging::{self, BeginPledge, PledgeError, PledgeOutcome, PledgePaid};
use crate::sqlite::{campaigns, orders};

/// Opens an order for a pledge, or for more tickets in one, and keeps the tickets for it.
///
/// # Errors
///
/// Refuses when the campaign takes none, there are too few left, or the person has a pledge.
pub fn open(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &BeginPledge,
) -> Result<WebOrder, PledgeError> {
    let begun = pledging::begin(tx, here, request)?;
    if let Some(known) = orders::find(tx, request.order)? {
        return Ok(known);
    }
    let campaign = campaigns::find(tx, request.campaign)?.ok_or(PledgeRefused::Unknown)?;
    let (Some(screening), Some(offer)) = (campaign.state.screening(), campaign.state.offer())
    else {
        return Err(PledgeRefused::NotOpen.into());
    };
    let order = WebOrder {
        order: request.order,
        what: OrderFor::Pledge {
            campaign: request.campaign,
            screening,
            tickets: begun.tickets,
            price: offer.price,
        },
        // No seats are chosen yet, so there are no others.
        if_gone: IfGone::Refund,
        made_at: here.now,
        expires_at: begun.pay_until,
        state: WebOrderState::Open,
    };
    orders::add(tx, &order, Some(request.phone.digits()))?;
    Ok(order)
}

/// Whether money for the campaign would still be taken: nobody is sent to pay for nothing.
///
/// # Errors
///
/// Refuses when the campaign has come to nothing.
pub(super) fn still_welcome(tx: &Transaction<'_>, campaign: CampaignId) -> Result<(), OrderError> {
    let campaign = campaigns::find(tx, campaign)?.ok_or(OrderRefused::Unknown)?;
    match welcome(&campaign.state) {
        Welcome::Counts | Welcome::IfSeatLeft => Ok(()),
        Welcome::PaidBack(_) => Err(domain::web_order::BeginRefused::Over.into()),
    }
}

/// The money has come. Told again it changes nothing (M3).
pub(super) fn give(
    tx: &Transaction<'_>,
    here: Here<'_>,
    order: WebOrder,
    paid_at: Timestamp,
) -> Result<WebOrder, StoreError> {
    let told = PledgePaid {
        order: order.order,
        paid_at,
    };
    let state = match pledging::paid(tx, here, &told)? {
        PledgeOutcome::Accepted(pledge) => WebOrderState::Pledged {
            pledge: pledge.pledge,
            paid_at,
        },
        PledgeOutcome::PaidBack(_) => WebOrderState::PledgeReturned { paid_at },
    };
    put(tx, order, state)
}

/// Nothing was paid, and nothing will be: the tickets are for others.
pub(super) fn let_go(tx: &Transaction<'_>, order: OrderId) -> Result<(), StoreError> {
    pledging::given_up(tx, order)
}
