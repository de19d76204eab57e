//! What follows by itself: opening, closing, the result, the backers' window, placing what is
//! left, paying back. A step takes no input but the time and is small; the task that keeps
//! campaigns makes them until none is due.

use domain::campaign::{Campaign, CampaignRefused, CampaignState, Poll};
use domain::id::{CampaignId, ScreeningId};
use domain::mutant::{Mutant, is};
use domain::screening::{Screening, ZonePrice};
use domain::time::{MINUTE_MS, Timestamp};
use rusqlite::Transaction;
use seats::Here;
use store::StoreError;
use uuid::Uuid;

use super::{
    BY_ITSELF, CampaignError, Signed, calling_off, go_on, map_of, room_is_free, set_sale,
    withdraw_screening, without_claims,
};
use crate::claims::by_itself;
use crate::pledging::giving_back;
use crate::sqlite::backers::{self, Told};
use crate::sqlite::{campaigns as table, pledge_orders, requests, theaters, words};
use crate::theaters as programme;

/// Web and kiosk stop selling this long after the beginning.
const SALE_AFTER_START_MS: i64 = 10 * MINUTE_MS;

/// While words or refunds are missing it is looked at so often.
const LOOK_AGAIN_MS: i64 = 1_000;

/// What a look at a campaign came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Something was done; more may follow at once.
    Moved,
    /// Nothing can be done now.
    Rests,
    /// The theater's money is due: the payments module has to be asked.
    Settles,
}

/// Whether claims may still be without seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplaced {
    None,
    Maybe,
}

/// When the clock looks at a campaign next; none when nothing follows by itself.
#[must_use]
pub fn due_after(state: &CampaignState, now: Timestamp, unplaced: Unplaced) -> Option<Timestamp> {
    match state {
        CampaignState::Requested
        | CampaignState::Offered { .. }
        | CampaignState::Settled { .. }
        | CampaignState::Refunded { .. } => None,
        CampaignState::Scheduled { offer } => Some(offer.opens_at),
        CampaignState::Open { planned } => Some(planned.offer.deadline),
        CampaignState::Succeeded { funded } => Some(funded.windows.backers_from),
        CampaignState::Booking { funded } => Some(match unplaced {
            Unplaced::None => funded.planned.offer.ends_at,
            Unplaced::Maybe => funded.windows.place_at,
        }),
        CampaignState::Tallying { .. }
        | CampaignState::Screened { .. }
        | CampaignState::Failed { .. }
        | CampaignState::Cancelled { .. } => Some(now),
    }
}

/// Looks at one campaign and takes the next step that is due. `mint` makes new ids.
///
/// # Errors
///
/// Fails when the store does.
pub fn look(
    tx: &Transaction<'_>,
    here: Here<'_>,
    id: CampaignId,
    mint: &mut dyn FnMut() -> Uuid,
) -> Result<Looked, StoreError> {
    let Some(campaign) = table::find(tx, id)? else {
        return Ok(Looked::Rests);
    };
    match &campaign.state {
        CampaignState::Scheduled { .. } => open(tx, here, campaign),
        CampaignState::Open { .. } => {
            let next = campaign.state.closed(here.now);
            step(tx, here, (campaign, next), "the deadline")
        }
        CampaignState::Tallying { .. } => tally(tx, here, campaign),
        CampaignState::Succeeded { .. } => begin_booking(tx, here, campaign),
        CampaignState::Booking { .. } => by_itself_or_screened(tx, here, campaign, mint),
        CampaignState::Screened { .. } => Ok(Looked::Settles),
        CampaignState::Failed { .. } | CampaignState::Cancelled { .. } => {
            pay_back(tx, here, campaign)
        }
        CampaignState::Requested
        | CampaignState::Offered { .. }
        | CampaignState::Settled { .. }
        | CampaignState::Refunded { .. } => rest(tx, (&campaign, None)),
    }
}

/// The payments module has the theater's money on the theater's account.
///
/// # Errors
///
/// Fails when the store does.
pub fn settled(tx: &Transaction<'_>, here: Here<'_>, id: CampaignId) -> Result<(), StoreError> {
    let Some(campaign) = table::find(tx, id)? else {
        return Ok(());
    };
    let next = campaign.state.settled(here.now);
    step(tx, here, (campaign, next), "the theater has its money").map(drop)
}

/// Makes a step that may be refused: then it is looked at again when it is due.
fn step(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (campaign, next): (Campaign, Result<CampaignState, CampaignRefused>),
    note: &str,
) -> Result<Looked, StoreError> {
    match next {
        Ok(next) => {
            let by = BY_ITSELF;
            go_on(tx, here, (campaign, next), Signed { by, note })?;
            Ok(Looked::Moved)
        }
        Err(CampaignRefused::TooEarly { due }) => rest(tx, (&campaign, Some(due))),
        Err(CampaignRefused::Waiting(_)) => {
            rest(tx, (&campaign, Some(here.now.plus_ms(LOOK_AGAIN_MS))))
        }
        Err(CampaignRefused::Phase { .. } | CampaignRefused::Offer(_)) => {
            rest(tx, (&campaign, None))
        }
    }
}

fn rest(
    tx: &Transaction<'_>,
    (campaign, due): (&Campaign, Option<Timestamp>),
) -> Result<Looked, StoreError> {
    table::set_due(tx, campaign.campaign, due)?;
    Ok(Looked::Rests)
}

/// The planned screening is laid out and its seats are dealt; nobody buys them yet.
fn open(tx: &Transaction<'_>, here: Here<'_>, campaign: Campaign) -> Result<Looked, StoreError> {
    let Some(offer) = campaign.state.offer().cloned() else {
        return rest(tx, (&campaign, None));
    };
    if here.now < offer.opens_at {
        return rest(tx, (&campaign, Some(offer.opens_at)));
    }
    match room_is_free(tx, &campaign, &offer) {
        Ok(()) => {}
        Err(CampaignError::Store(fault)) => return Err(fault),
        Err(
            taken @ (CampaignError::Unknown
            | CampaignError::UnknownSubject
            | CampaignError::UnknownRoom
            | CampaignError::TooFewSeats { .. }
            | CampaignError::RoomTaken(_)
            | CampaignError::RoomPromised(_)
            | CampaignError::Refused(_)),
        ) => {
            let next = campaign.state.cancelled(here.now);
            return step(tx, here, (campaign, next), &taken.to_string());
        }
    }
    let room = theaters::auditorium(tx, offer.auditorium)?;
    let room = room.ok_or_else(|| StoreError::Inconsistent {
        table: "campaigns",
        reason: format!("auditorium {} is gone", offer.auditorium),
    })?;
    let map = map_of(tx, &room)?;
    let unsold = offer.starts_at.plus_ms(SALE_AFTER_START_MS);
    let prices = map.zones.iter().map(|zone| ZonePrice {
        zone: zone.zone.clone(),
        price: offer.price,
    });
    let screening = Screening {
        screening: ScreeningId(0),
        movie: campaign.movie,
        theater: campaign.theater,
        auditorium: room.auditorium,
        seat_map: room.seat_map,
        seat_map_version: room.seat_map_version,
        starts_at: offer.starts_at,
        ends_at: offer.ends_at,
        sale_from: unsold,
        sale_until: unsold,
        prices: prices.collect(),
    };
    let (by, taken) = (BY_ITSELF, "the auditorium is in use at that time");
    let Some(screening) = programme::announce(tx, here, &screening, &map)? else {
        let next = campaign.state.cancelled(here.now);
        return step(tx, here, (campaign, next), taken);
    };
    seats::leave_out(tx, screening.screening, &without_claims(&map))?;
    match campaign.state.opened(screening.screening, here.now) {
        Ok(next) => {
            let note = "its time has come";
            let open = go_on(tx, here, (campaign, next), Signed { by, note })?;
            if let Some(theater) = theaters::find(tx, open.theater)? {
                let wishes = (open.movie, theater.area.as_str());
                requests::answer(tx, wishes, (open.campaign, here.now))?;
            }
            Ok(Looked::Moved)
        }
        Err(refused) => step(tx, here, (campaign, Err(refused)), ""),
    }
}

/// The result, if every word is in that is waited for (C3).
fn tally(tx: &Transaction<'_>, here: Here<'_>, campaign: Campaign) -> Result<Looked, StoreError> {
    let sum = seats::sqlite::pledges::sum(tx, campaign.campaign)?;
    let (mut in_flight, tickets) = pledge_orders::in_flight(tx, campaign.campaign)?;
    let mut words = words::of_sellers(tx, campaign.theater)?;
    if is(Mutant::CloseBeforeWatermark) {
        words.clear();
    }
    if is(Mutant::CloseWhilePaying) || is(Mutant::CountAttemptsAsPaid) {
        in_flight = 0;
    }
    let attempts = is(Mutant::CountAttemptsAsPaid).then_some(tickets);
    let next = campaign.state.tallied(&Poll {
        now: here.now,
        paid_tickets: sum.tickets + attempts.unwrap_or(0),
        backers: sum.backers,
        in_flight,
        words: &words,
    });
    let (id, looked) = (
        campaign.campaign,
        step(tx, here, (campaign, next), "the result")?,
    );
    let Some(decided) = table::find(tx, id)? else {
        return Ok(looked);
    };
    match &decided.state {
        CampaignState::Succeeded { funded } => {
            let (windows, planned) = (funded.windows, &funded.planned);
            let until = planned.offer.starts_at.plus_ms(SALE_AFTER_START_MS);
            let sale = (planned.screening, windows.public_from, until);
            set_sale(tx, &decided, sale)?;
            let from = windows.backers_from;
            backers::tell_all(tx, id, (Told::Succeeded { from }, here.now))?;
        }
        CampaignState::Failed { .. } => withdraw_screening(tx, &decided)?,
        CampaignState::Requested
        | CampaignState::Offered { .. }
        | CampaignState::Scheduled { .. }
        | CampaignState::Open { .. }
        | CampaignState::Tallying { .. }
        | CampaignState::Booking { .. }
        | CampaignState::Screened { .. }
        | CampaignState::Settled { .. }
        | CampaignState::Cancelled { .. }
        | CampaignState::Refunded { .. } => {}
    }
    Ok(looked)
}

fn begin_booking(
    tx: &Transaction<'_>,
    here: Here<'_>,
    campaign: Campaign,
) -> Result<Looked, StoreError> {
    let (id, next) = (campaign.campaign, campaign.state.booking(here.now));
    let until = campaign
        .state
        .funded()
        .map(|funded| funded.windows.place_at);
    let looked = step(tx, here, (campaign, next), "backers choose their seats")?;
    if let (Looked::Moved, Some(until)) = (looked, until) {
        backers::tell_all(tx, id, (Told::Choose { until }, here.now))?;
    }
    Ok(looked)
}

/// Three hours before the show claims without seats are placed; after it, it was screened.
fn by_itself_or_screened(
    tx: &Transaction<'_>,
    here: Here<'_>,
    campaign: Campaign,
    mint: &mut dyn FnMut() -> Uuid,
) -> Result<Looked, StoreError> {
    let Some(funded) = campaign.state.funded() else {
        return rest(tx, (&campaign, None));
    };
    let (place_at, ends_at) = (funded.windows.place_at, funded.planned.offer.ends_at);
    if here.now < place_at {
        return rest(tx, (&campaign, Some(place_at)));
    }
    match by_itself::place_page(tx, here, &campaign, mint)? {
        by_itself::Placed::Some => Ok(Looked::Moved),
        by_itself::Placed::NotNow => rest(tx, (&campaign, Some(here.now.plus_ms(LOOK_AGAIN_MS)))),
        by_itself::Placed::NoneLeft if here.now < ends_at => rest(tx, (&campaign, Some(ends_at))),
        by_itself::Placed::NoneLeft => {
            let next = campaign.state.screened(here.now);
            step(tx, here, (campaign, next), "the show is over")
        }
    }
}

/// Gives a page of pledges back and cancels a page of what others have bought, or finds that
/// everybody has their money (C4).
fn pay_back(
    tx: &Transaction<'_>,
    here: Here<'_>,
    campaign: Campaign,
) -> Result<Looked, StoreError> {
    if giving_back::return_page(tx, here, campaign.campaign)? > 0 {
        return Ok(Looked::Moved);
    }
    if calling_off::cancel_page(tx, here, &campaign)? > 0 {
        return Ok(Looked::Moved);
    }
    let buyers = calling_off::progress(tx, &campaign)?;
    let paid = giving_back::progress(tx, campaign.campaign)?;
    let (in_flight, _) = pledge_orders::in_flight(tx, campaign.campaign)?;
    if paid.done < paid.all || buyers.done < buyers.all || in_flight > 0 {
        return rest(tx, (&campaign, Some(here.now.plus_ms(LOOK_AGAIN_MS))));
    }
    let next = campaign.state.refunded(here.now);
    step(tx, here, (campaign, next), "everybody has their money back")
}
