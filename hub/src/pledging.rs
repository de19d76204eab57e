//! Pledging on the web (펀딩 참여): tickets are kept while an order for them is paid; money that
//! has come becomes a pledge, raises one, or goes back.
//!
//! An order for a pledge is in one of three ways over: [`paid`], [`given_up`], or its campaign
//! decided first. Each may be told any number of times.

pub mod arriving;
pub mod changing;
pub mod giving_back;
pub mod returning;
mod target;
#[cfg(test)]
mod tests;

use domain::booking::BookingNumber;
use domain::campaign::Campaign;
use domain::id::{CampaignId, OrderId, PledgeId, ScreeningId, TheaterId};
use domain::money::Won;
use domain::pledge::{PAY_MS, Pledge, PledgeRefused, PledgeState, ReturnReason, may_begin};
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction};
use seats::{Here, KeepError, KeepRefused};
use store::StoreError;

use crate::selling::Phone;
use crate::sqlite::pledge_orders::{self, PartState, PledgeOrder};
use crate::sqlite::{backers, campaigns as table, pledge_refunds};

/// A person wants to pay for tickets of a campaign.
#[derive(Clone, Debug)]
pub struct BeginPledge {
    pub order: OrderId,
    pub campaign: CampaignId,
    pub tickets: u32,
    pub phone: Phone,
    /// The id and the number that a new pledge gets.
    pub pledge: PledgeId,
    pub number: BookingNumber,
    /// The number of the person's own pledge, to raise it (C5); none for a new one.
    pub raises: Option<BookingNumber>,
}

/// What is to be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    pub campaign: CampaignId,
    pub theater: TheaterId,
    pub pledge: PledgeId,
    pub tickets: u32,
    /// The server's amount (M1).
    pub amount: Won,
    /// The tickets are kept up to here, and on while the outcome of a payment is not known.
    pub pay_until: Timestamp,
}

/// The money for an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PledgePaid {
    pub order: OrderId,
    pub paid_at: Timestamp,
}

/// What became of the money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PledgeOutcome {
    /// It is a pledge, or has raised one.
    Accepted(Pledge),
    /// It came too late, or no seat was left. It goes back by itself ([`giving_back`]): whoever
    /// is told only tells the buyer.
    PaidBack(ReturnReason),
}

/// Why an order for a pledge does not begin.
#[derive(Debug, thiserror::Error)]
pub enum PledgeError {
    #[error(transparent)]
    Refused(#[from] PledgeRefused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for PledgeError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// Keeps tickets while an order for them is paid: a pledge in payment counts against the
/// capacity, and against the seats that the hub owns (S6). Beginning it again is the same.
///
/// # Errors
///
/// Refuses when the campaign takes none, there are too few left, or the person has a pledge
/// already.
pub fn begin(
    tx: &Transaction<'_>,
    here: Here<'_>,
    request: &BeginPledge,
) -> Result<Begun, PledgeError> {
    let campaign = table::find(tx, request.campaign)?.ok_or(PledgeRefused::Unknown)?;
    if let Some(known) = pledge_orders::find(tx, request.order)? {
        return Ok(begun(&campaign, &known));
    }
    let raised = raised(tx, request)?;
    let live = raised.as_ref().map_or(0, |pledge| pledge.tickets);
    may_begin(&campaign.state, here.now, (request.tickets, live))?;
    let screening = planned(&campaign)?;
    let left = left(tx, here, &campaign)?;
    if request.tickets > left {
        return Err(PledgeRefused::SoldOut { left }.into());
    }
    keep(tx, here, (screening, request.order, request.tickets))?;
    let order = PledgeOrder {
        order: request.order,
        pledge: raised.as_ref().map_or(request.pledge, |it| it.pledge),
        campaign: request.campaign,
        number: raised.map_or_else(|| request.number.clone(), |it| it.number),
        phone: Some(request.phone.digits().to_owned()),
        node: here.node.clone(),
        tickets: request.tickets,
        amount: amount(&campaign, request.tickets),
        made_at: here.now,
        state: PartState::Paying,
    };
    pledge_orders::add(tx, &order)?;
    Ok(begun(&campaign, &order))
}

/// Nothing was paid for the order, and nothing will be: its tickets are for others.
///
/// # Errors
///
/// Fails when the store does. An order that is settled stays as it is.
pub fn given_up(tx: &Transaction<'_>, order: OrderId) -> Result<(), StoreError> {
    let Some(known) = pledge_orders::find(tx, order)? else {
        return Ok(());
    };
    match known.state {
        PartState::Paying => {
            seats::let_go(tx, order.0)?;
            pledge_orders::set_state(tx, (order, known.pledge), PartState::GivenUp)
        }
        PartState::Paid { .. } | PartState::GivenUp => Ok(()),
    }
}

/// The money for an order has come, in time or not (C3). Told again it changes nothing (M3).
///
/// # Errors
///
/// Fails when the store does, or nobody has begun this order.
pub fn paid(
    tx: &Transaction<'_>,
    here: Here<'_>,
    told: &PledgePaid,
) -> Result<PledgeOutcome, StoreError> {
    let order = pledge_orders::find(tx, told.order)?.ok_or_else(|| unknown(told.order))?;
    let campaign = table::find(tx, order.campaign)?.ok_or_else(|| unknown(told.order))?;
    if let PartState::Paid { .. } = order.state {
        return became(tx, &order);
    }
    seats::let_go(tx, told.order.0)?;
    let state = PartState::Paid {
        paid_at: told.paid_at,
    };
    let wanted = target::Wanted {
        campaign: &campaign,
        order: &order,
    };
    match wanted.target(tx, here)? {
        Ok(target) => {
            pledge_orders::set_state(tx, (told.order, target.pledge), state)?;
            Ok(PledgeOutcome::Accepted(target::accept(
                tx, here, &wanted, target,
            )?))
        }
        Err(why) => {
            // A pledge that it should have raised stays as it is.
            pledge_orders::set_state(tx, (told.order, order.pledge), state)?;
            giving_back::want_order_back(tx, here, (&order, order.amount), why)?;
            Ok(PledgeOutcome::PaidBack(why))
        }
    }
}

/// What has become of money that was told of before.
fn became(db: &Connection, order: &PledgeOrder) -> Result<PledgeOutcome, StoreError> {
    if let Some(why) = pledge_refunds::why_whole(db, order.order)? {
        return Ok(PledgeOutcome::PaidBack(why));
    }
    let pledge = seats::sqlite::pledges::find(db, order.pledge)?;
    let pledge = pledge.ok_or_else(|| unknown(order.order))?;
    Ok(PledgeOutcome::Accepted(pledge))
}

/// The pledge that the request raises; refuses a second one of the same person (C5).
fn raised(tx: &Transaction<'_>, request: &BeginPledge) -> Result<Option<Pledge>, PledgeError> {
    let Some(number) = &request.raises else {
        let live = backers::live_pledge(tx, request.campaign, request.phone.digits())?;
        return match live {
            Some(_) => Err(PledgeRefused::PledgedAlready.into()),
            None => Ok(None),
        };
    };
    let pledge = of_person(tx, number, &request.phone)?.ok_or(PledgeRefused::Unknown)?;
    if pledge.campaign != request.campaign {
        return Err(PledgeRefused::Unknown.into());
    }
    if pledge.state != PledgeState::Live {
        return Err(PledgeRefused::Over.into());
    }
    Ok(Some(pledge))
}

/// The pledge with this number, if it is this person's.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_person(
    db: &Connection,
    number: &BookingNumber,
    phone: &Phone,
) -> Result<Option<Pledge>, StoreError> {
    let pledge = seats::sqlite::pledges::find_by_number(db, number)?;
    let Some(pledge) = pledge else {
        return Ok(None);
    };
    let known = backers::phone_of(db, pledge.pledge)?;
    Ok(known.filter(|known| phone.is(known)).map(|_| pledge))
}

/// How many tickets can still be pledged on the web.
///
/// # Errors
///
/// Fails when the store does.
pub fn left(db: &Connection, here: Here<'_>, campaign: &Campaign) -> Result<u32, StoreError> {
    let (Some(offer), Some(screening)) = (campaign.state.offer(), campaign.state.screening())
    else {
        return Ok(0);
    };
    let (_, in_flight) = pledge_orders::in_flight(db, campaign.campaign)?;
    let capacity = offer
        .capacity
        .saturating_sub(campaign.paid_tickets + in_flight);
    let seats = seats::unclaimed(db, here, screening)?.max(0);
    Ok(capacity.min(u32::try_from(seats).unwrap_or(u32::MAX)))
}

fn keep(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (screening, order, tickets): (ScreeningId, OrderId, u32),
) -> Result<(), PledgeError> {
    match seats::keep(tx, here, screening, (order.0, tickets)) {
        Ok(()) => Ok(()),
        Err(KeepError::Refused(KeepRefused::NoSeat { left })) => {
            let left = u32::try_from(left).unwrap_or(0);
            Err(PledgeRefused::SoldOut { left }.into())
        }
        Err(KeepError::Refused(KeepRefused::Recovering)) => Err(PledgeRefused::NotOpen.into()),
        Err(KeepError::Store(fault)) => Err(fault.into()),
    }
}

fn planned(campaign: &Campaign) -> Result<ScreeningId, PledgeError> {
    Ok(campaign.state.screening().ok_or(PledgeRefused::NotOpen)?)
}

fn amount(campaign: &Campaign, tickets: u32) -> Won {
    let offer = campaign.state.offer();
    offer.map_or(Won(0), |offer| offer.amount(tickets))
}

fn begun(campaign: &Campaign, order: &PledgeOrder) -> Begun {
    Begun {
        campaign: order.campaign,
        theater: campaign.theater,
        pledge: order.pledge,
        tickets: order.tickets,
        amount: order.amount,
        pay_until: order.made_at.plus_ms(PAY_MS),
    }
}

fn unknown(order: OrderId) -> StoreError {
    StoreError::Inconsistent {
        table: "pledge_orders",
        reason: format!("order {order} was not begun here"),
    }
}
