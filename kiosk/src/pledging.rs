//! Pledges at the kiosk, with the hub or without it: within the seats that this kiosk owns, of
//! which as many go to the hub together with the pledge (S6).
//!
//! Whether a campaign still takes pledges the kiosk decides by its own clock, and only where
//! that is sure: at the deadline no new pledge starts (C3, P2).

use std::collections::BTreeSet;
use std::sync::Arc;

use boxoffice::Shop;
use domain::campaign::{Campaign, Phase};
use domain::id::{CampaignId, HoldId, OrderId, PledgeId, ScreeningId, SeatId};
use domain::money::Won;
use domain::order::{Order, Purpose, TenderKind};
use domain::pledge::{Pledge, PledgeRefused, PledgeState, may_begin};
use domain::screening::Screening;
use domain::seat_map::{SeatKind, SeatMap};
use domain::seating::{BestRequest, Hold, HoldRefused, Needs, Party, Seats, best_available};
use domain::time::{ClockBound, MINUTE_MS, Timestamp};
use domain::version::Version;
use protocol::row::RowKind;
use rusqlite::{Connection, Transaction};
use seats::{BookError, Here, HoldError, HoldSeats};
use store::StoreError;

use crate::checkout::{self, Begun, NewBooking, NewOrder};
use crate::sqlite::{self, documents};

/// Why a pledge does not begin here.
#[derive(Debug, thiserror::Error)]
pub enum PledgeError {
    #[error(transparent)]
    Refused(#[from] PledgeRefused),
    /// Nobody can say whether the deadline is over.
    #[error("this kiosk's clock is not sure enough")]
    ClockUnsure,
    #[error("this kiosk is recovering; try again in a while")]
    Recovering,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for PledgeError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// Somebody joins a campaign.
#[derive(Clone, Debug)]
pub struct Join {
    pub campaign: CampaignId,
    pub tickets: u32,
    pub kind: TenderKind,
    /// Digits alone; none for somebody who gives no number.
    pub phone: Option<String>,
    /// New ids.
    pub order: OrderId,
    pub hold: HoldId,
    /// Which of the near-equal seats are given.
    pub spread: u64,
}

/// The room of the planned screening.
#[derive(Clone, Copy, Debug)]
pub struct Room<'a> {
    pub screening: &'a Screening,
    pub map: &'a SeatMap,
}

/// Every campaign that the hub has told this kiosk of.
///
/// # Errors
///
/// Fails when the store does.
pub fn campaigns(db: &Connection) -> Result<Vec<Campaign>, StoreError> {
    documents::all(db, RowKind::Campaign)
}

/// The campaign with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, campaign: CampaignId) -> Result<Option<Campaign>, StoreError> {
    documents::find(db, RowKind::Campaign, &campaign.to_string())
}

/// Whether the screening is one of a campaign that was called off.
///
/// # Errors
///
/// Fails when the store does.
pub fn called_off(db: &Connection, screening: ScreeningId) -> Result<bool, StoreError> {
    let off = |campaign: &Campaign| match campaign.state.phase() {
        Phase::Cancelled | Phase::Refunded => true,
        Phase::Requested
        | Phase::Offered
        | Phase::Scheduled
        | Phase::Open
        | Phase::Tallying
        | Phase::Succeeded
        | Phase::Booking
        | Phase::Screened
        | Phase::Settled
        | Phase::Failed => false,
    };
    let all = campaigns(db)?;
    let its = |campaign: &&Campaign| campaign.state.screening() == Some(screening);
    Ok(all.iter().filter(its).any(off))
}

/// The planned screening of a campaign and its room; none when it has not come yet.
///
/// # Errors
///
/// Fails when the store does.
pub fn room(
    shop: &Shop,
    db: &Connection,
    campaign: &Campaign,
) -> Result<Option<(Screening, Arc<SeatMap>)>, StoreError> {
    let Some(screening) = campaign.state.screening() else {
        return Ok(None);
    };
    let Some(screening) = documents::screening(db, screening)? else {
        return Ok(None);
    };
    let map = shop.seat_map(db, &screening)?;
    Ok(Some((screening, map)))
}

/// Says whether the campaign surely takes pledges at this moment.
///
/// # Errors
///
/// Refuses when it surely does not, and when nobody can say.
pub fn surely_open(
    campaign: &Campaign,
    now: Timestamp,
    bound: ClockBound,
) -> Result<(), PledgeError> {
    let takes = |at| campaign.state.takes_pledges(at);
    match bound {
        ClockBound::Within { ms } if takes(now.plus_ms(ms)) => Ok(()),
        ClockBound::Within { ms } if takes(now.plus_ms(-ms)) => Err(PledgeError::ClockUnsure),
        ClockBound::Unknown if takes(now) => Err(PledgeError::ClockUnsure),
        ClockBound::Within { .. } | ClockBound::Unknown => Err(PledgeRefused::NotOpen.into()),
    }
}

/// How many tickets can be pledged here: within the seats that this kiosk owns, and within the
/// capacity as far as this kiosk knows what was pledged elsewhere.
///
/// # Errors
///
/// Fails when the store does.
pub fn left(
    db: &Connection,
    here: Here<'_>,
    campaign: &Campaign,
    room: Room<'_>,
) -> Result<u32, StoreError> {
    let seats = seats::sqlite::seats::of_screening(db, room.screening.screening)?;
    let free = u32::try_from(free_here(&seats, room.map, here).count()).unwrap_or(u32::MAX);
    let Some(offer) = campaign.state.offer() else {
        return Ok(0);
    };
    let own = sqlite::pledges::tickets_not_counted(db, campaign.campaign, here.node)?;
    let known = campaign.paid_tickets.saturating_add(own);
    Ok(free.min(offer.capacity.saturating_sub(known)))
}

/// The free seats of this kiosk that a claim can have (S7).
fn free_here<'a>(
    seats: &'a Seats,
    map: &'a SeatMap,
    here: Here<'a>,
) -> impl Iterator<Item = SeatId> + 'a {
    let usual = |seat: SeatId| {
        let kind = map.seat(seat).map(|place| place.kind);
        matches!(kind, Some(SeatKind::Standard | SeatKind::Couple))
    };
    let ours = seats
        .values()
        .filter(move |seat| &seat.owner == here.node && seat.state.is_free(here.now));
    ours.map(|seat| seat.seat).filter(move |seat| usual(*seat))
}

/// Keeps as many seats as tickets are pledged and stores the order, before the terminal is
/// asked or the customer is sent to the desk.
///
/// # Errors
///
/// Refuses when the campaign does not surely take pledges now, or not so many are left here.
pub fn begin(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (campaign, room): (&Campaign, Room<'_>),
    join: &Join,
) -> Result<Order, PledgeError> {
    may_begin(&campaign.state, here.now, (join.tickets, 0))?;
    let left = left(tx, here, campaign, room)?;
    if join.tickets > left {
        return Err(PledgeRefused::SoldOut { left }.into());
    }
    let wanted = choose(tx, here, room, join)?;
    // The screening is not on sale before the backers have chosen; its seats are kept all the
    // same.
    let on_sale = Screening {
        sale_from: here.now,
        sale_until: here.now.plus_ms(MINUTE_MS),
        ..room.screening.clone()
    };
    let request = HoldSeats {
        hold: join.hold,
        screening: &on_sale,
        map: room.map,
        wanted: &wanted,
    };
    // A claim needs no particular seat, so nobody is left alone by it.
    match seats::hold_anywhere(tx, here, request) {
        Ok(_) => {}
        Err(HoldError::Refused(refused)) => {
            return Err(match refused {
                HoldRefused::Recovering(_) => PledgeError::Recovering,
                HoldRefused::NoSeats
                | HoldRefused::TooManySeats
                | HoldRefused::SeatTwice
                | HoldRefused::SaleNotOpen(_)
                | HoldRefused::SaleClosed(_)
                | HoldRefused::Seats(_)
                | HoldRefused::KeptForBackers(_)
                | HoldRefused::StrandsSingle(_) => PledgeRefused::SoldOut { left: 0 }.into(),
            });
        }
        Err(HoldError::Store(fault)) => return Err(fault.into()),
    }
    let offer = campaign.state.offer();
    let amount = offer.map_or(Won(0), |offer| offer.amount(join.tickets));
    let new = NewOrder {
        order: join.order,
        hold: join.hold,
        purpose: Purpose::Pledge {
            campaign: join.campaign,
        },
        kind: join.kind,
    };
    let begun = checkout::begin(tx, here, new, |_: &Hold| Ok(amount));
    let order = match begun {
        Ok(Begun::New(order) | Begun::Already(order)) => order,
        Err(BookError::Refused(_)) => return Err(PledgeError::Recovering),
        Err(BookError::Store(fault)) => return Err(fault.into()),
    };
    if let Some(phone) = &join.phone {
        sqlite::pledges::keep_phone(tx, order.order, phone)?;
    }
    Ok(order)
}

/// Neighbours where there are some, so that both sides can go on seating groups; else any.
fn choose(
    db: &Connection,
    here: Here<'_>,
    room: Room<'_>,
    join: &Join,
) -> Result<Vec<SeatId>, PledgeError> {
    let seats = seats::sqlite::seats::of_screening(db, room.screening.screening)?;
    let count = usize::try_from(join.tickets).unwrap_or(usize::MAX);
    let party = Party::new(count, Needs::Seats).map_err(|_| PledgeRefused::Tickets)?;
    let best = best_available(&BestRequest {
        screening: room.screening,
        map: room.map,
        seats: &seats,
        now: here.now,
        node: here.node,
        reachable: &BTreeSet::new(),
        party,
        zone: None,
        spread: join.spread,
    });
    let any = || free_here(&seats, room.map, here).take(count).collect();
    let mut chosen: Vec<SeatId> = best.into_iter().next().unwrap_or_else(any);
    chosen.sort_unstable();
    Ok(chosen)
}

/// The pledge that an order has paid for: it goes to the hub with the seats that were kept for
/// it. None when the seats are gone.
///
/// # Errors
///
/// Fails when the store does.
pub(crate) fn give(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (order, campaign): (&Order, CampaignId),
    new: &NewBooking,
) -> Result<Option<PledgeId>, StoreError> {
    let hold = seats::sqlite::holds::find(tx, order.hold)?;
    let tickets = hold.map_or(0, |hold| hold.seats.len());
    let Ok(tickets @ 1..) = u32::try_from(tickets) else {
        return Ok(None);
    };
    let pledge = Pledge {
        pledge: PledgeId(new.booking.0),
        number: new.number.clone(),
        campaign,
        screening: order.screening,
        node: here.node.clone(),
        version: Version::FIRST,
        tickets,
        price: Won(order.amount.0 / i64::from(tickets)),
        order: order.order,
        // It began before the deadline, whenever it is settled.
        made_at: order.made_at,
        state: PledgeState::Live,
        back_at_counter: Won(0),
        phone: sqlite::pledges::take_phone(tx, order.order)?,
    };
    match seats::hand_over(tx, here, (order.hold, &pledge)) {
        Ok(given) if given.order == order.order => Ok(Some(given.pledge)),
        Ok(_) | Err(BookError::Refused(_)) => Ok(None),
        Err(BookError::Store(fault)) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use domain::campaign::{CampaignState, Offer, Planned};
    use domain::id::{AuditoriumId, MovieId, ScreeningId, TheaterId};

    use super::*;

    #[test]
    fn near_the_deadline_only_a_sure_clock_takes_pledges() {
        let planned = Planned {
            offer: Offer {
                auditorium: AuditoriumId(1),
                starts_at: Timestamp(99_000),
                ends_at: Timestamp(100_000),
                goal: 1,
                capacity: 10,
                price: Won(12_000),
                opens_at: Timestamp(0),
                deadline: Timestamp(1_000),
            },
            screening: ScreeningId(1),
        };
        let campaign = Campaign {
            campaign: CampaignId(1),
            movie: MovieId(1),
            theater: TheaterId(1),
            state: CampaignState::Open { planned },
            paid_tickets: 0,
            backers: 0,
        };
        let at = |now, bound| match surely_open(&campaign, Timestamp(now), bound) {
            Ok(()) => "open",
            Err(PledgeError::ClockUnsure) => "unsure",
            Err(PledgeError::Refused(PledgeRefused::NotOpen)) => "over",
            Err(other) => panic!("{other}"),
        };
        let within = |ms| ClockBound::Within { ms };
        for (now, bound, expected) in [
            (999, within(0), "open"),
            (1_000, within(0), "over"),
            (900, within(99), "open"),
            (900, within(100), "unsure"),
            (1_099, within(100), "unsure"),
            (1_100, within(100), "over"),
            (500, ClockBound::Unknown, "unsure"),
            (1_000, ClockBound::Unknown, "over"),
        ] {
            assert_eq!(at(now, bound), expected, "{now} {bound:?}");
        }
    }
}
