//! Which pledge money is for when it comes: the one that it was to raise, a new one, or none.

use domain::campaign::Campaign;
use domain::id::ScreeningId;
use domain::money::Won;
use domain::pledge::{PLEDGE_TICKETS_MAX, Pledge, PledgeState, ReturnReason, Welcome, welcome};
use domain::version::Version;
use rusqlite::Transaction;
use seats::{Here, KeepError, KeepRefused};
use store::StoreError;

use super::giving_back;
use crate::campaigns::{self, Tickets};
use crate::sqlite::backers;
use crate::sqlite::pledge_orders::PledgeOrder;

/// Paid tickets that look for a pledge.
pub(super) struct Wanted<'a> {
    pub(super) campaign: &'a Campaign,
    pub(super) order: &'a PledgeOrder,
}

impl Wanted<'_> {
    /// The pledge with the tickets in it, which are kept from now on; or why the money goes
    /// back.
    pub(super) fn target(
        &self,
        tx: &Transaction<'_>,
        here: Here<'_>,
    ) -> Result<Result<Pledge, ReturnReason>, StoreError> {
        if let Welcome::PaidBack(why) = welcome(&self.campaign.state) {
            return Ok(Err(why));
        }
        let (Some(screening), Some(offer)) =
            (self.campaign.state.screening(), self.campaign.state.offer())
        else {
            return Ok(Err(ReturnReason::NoSeat));
        };
        if here.now >= offer.starts_at {
            return Ok(Err(ReturnReason::NoSeat));
        }
        let pledge = match self.raised(tx)? {
            Some(raised) => raised,
            None => match seats::sqlite::pledges::find(tx, self.order.pledge)? {
                None => self.fresh(here, screening),
                // It has its seats, and they stay as they are.
                Some(placed) if placed.is_live() => return Ok(Err(ReturnReason::NoSeat)),
                // It was withdrawn before the money for more came: it is a pledge again.
                Some(withdrawn) => Pledge {
                    tickets: 0,
                    ..withdrawn
                },
            },
        };
        let tickets = pledge.tickets + self.order.tickets;
        if tickets > PLEDGE_TICKETS_MAX {
            return Ok(Err(ReturnReason::NoSeat));
        }
        match seats::keep(tx, here, screening, (pledge.pledge.0, tickets)) {
            Ok(()) => Ok(Ok(Pledge { tickets, ..pledge })),
            Err(KeepError::Refused(KeepRefused::NoSeat { .. } | KeepRefused::Recovering)) => {
                Ok(Err(ReturnReason::NoSeat))
            }
            Err(KeepError::Store(fault)) => Err(fault),
        }
    }

    /// The live pledge that the order raises: the one it was made for, or another one of the
    /// same person, who paid twice at a time.
    fn raised(&self, tx: &Transaction<'_>) -> Result<Option<Pledge>, StoreError> {
        let (campaign, order) = (self.campaign.campaign, self.order);
        let other = match &order.phone {
            Some(phone) => backers::live_pledge(tx, campaign, phone)?,
            None => None,
        };
        for id in [Some(order.pledge), other].into_iter().flatten() {
            let found = seats::sqlite::pledges::find(tx, id)?;
            if let Some(pledge) = found.filter(|it| it.state == PledgeState::Live) {
                return Ok(Some(pledge));
            }
        }
        Ok(None)
    }

    fn fresh(&self, here: Here<'_>, screening: ScreeningId) -> Pledge {
        Pledge {
            pledge: self.order.pledge,
            number: self.order.number.clone(),
            campaign: self.campaign.campaign,
            screening,
            node: here.node.clone(),
            version: Version::FIRST,
            tickets: 0,
            price: self.campaign.state.offer().map_or(Won(0), |it| it.price),
            order: self.order.order,
            made_at: here.now,
            state: PledgeState::Live,
            back_at_counter: Won(0),
            phone: None,
        }
    }
}

/// Records the pledge as it is from now on, and counts it.
pub(super) fn accept(
    tx: &Transaction<'_>,
    here: Here<'_>,
    wanted: &Wanted<'_>,
    pledge: Pledge,
) -> Result<Pledge, StoreError> {
    let known = seats::sqlite::pledges::find(tx, pledge.pledge)?;
    let backers = i64::from(!known.as_ref().is_some_and(Pledge::is_live));
    let pledge = match known {
        Some(_) => pledge.changed_to(PledgeState::Live),
        None => pledge,
    };
    giving_back::record(tx, here, &pledge)?;
    if let Some(phone) = &wanted.order.phone {
        backers::record(tx, (pledge.pledge, pledge.campaign), phone)?;
    }
    let more = Tickets {
        tickets: i64::from(wanted.order.tickets),
        backers,
    };
    campaigns::count(tx, here, pledge.campaign, more)?;
    Ok(pledge)
}
