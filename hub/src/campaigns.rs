//! Campaigns (펀딩): a theater offers, somebody approves, and from then on everything follows by
//! itself ([`clock`]). Every step stands in the audit trail: who, when, why (C1).

pub mod calling_off;
pub mod clock;
pub mod keeping;
pub mod sample;
#[cfg(test)]
pub(crate) mod tests;
pub mod view;

use domain::campaign::{Campaign, CampaignRefused, CampaignState, Offer};
use domain::id::{CampaignId, MovieId, ScreeningId, TheaterId};
use domain::seat_map::{SeatKind, SeatMap};
use domain::theater::Auditorium;
use domain::time::{MINUTE_MS, Timestamp};
use protocol::row::RowKind;
use rusqlite::{Connection, Transaction};
use seats::Here;
use store::StoreError;

use crate::sqlite::screenings::Wanted;
use crate::sqlite::{audit, campaigns as table, feed, movies, screenings, theaters};

/// Who makes the steps that are made by the clock.
pub const BY_ITSELF: &str = "hub";

/// A room needs so long between two screenings.
const CLEANING_MS: i64 = 20 * MINUTE_MS;

/// No screening is longer, with everything around it.
const SCREENING_MS_MAX: i64 = 12 * 60 * MINUTE_MS;

/// Who does something, and why.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    pub by: &'a str,
    pub note: &'a str,
}

/// Why a campaign does not go on.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    #[error("there is no such campaign")]
    Unknown,
    #[error("there is no such film or theater")]
    UnknownSubject,
    #[error("the theater has no such auditorium")]
    UnknownRoom,
    #[error("the auditorium has {seats} seats that can be pledged for")]
    TooFewSeats { seats: u32 },
    #[error("the auditorium is in use at that time: screening {0}")]
    RoomTaken(ScreeningId),
    #[error("the auditorium is promised at that time to campaign {0}")]
    RoomPromised(CampaignId),
    #[error(transparent)]
    Refused(#[from] CampaignRefused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for CampaignError {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Store(fault.into())
    }
}

/// A theater is asked for an auditorium for a film.
///
/// # Errors
///
/// Refuses a film or a theater that is not there.
pub fn request(
    tx: &Transaction<'_>,
    here: Here<'_>,
    subject: (MovieId, TheaterId),
    signed: Signed<'_>,
) -> Result<Campaign, CampaignError> {
    let movie = movies::facts(tx, subject.0)?;
    let theater = theaters::find(tx, subject.1)?;
    if movie.is_none() || theater.is_none() {
        return Err(CampaignError::UnknownSubject);
    }
    let campaign = table::add(tx, subject, here.now)?;
    let act = audit::Act::CampaignRequested {
        campaign: campaign.campaign,
        movie: campaign.movie,
        theater: campaign.theater,
        note: signed.note.to_owned(),
    };
    audit::record(tx, here.now, signed.by, &act)?;
    Ok(campaign)
}

/// The theater names auditorium and date, goal, capacity, price, opening and deadline (대관).
///
/// # Errors
///
/// Refuses terms that make no sense, and a room that is in use.
pub fn offer(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (id, offer): (CampaignId, &Offer),
    signed: Signed<'_>,
) -> Result<Campaign, CampaignError> {
    let campaign = known(tx, id)?;
    let next = campaign.state.offered(offer.clone(), here.now)?;
    room_is_free(tx, &campaign, offer)?;
    Ok(go_on(tx, here, (campaign, next), signed)?)
}

/// Somebody approves the offer: from now on the campaign goes on by itself.
///
/// # Errors
///
/// Refuses what was not offered, or whose room was taken since.
pub fn approve(
    tx: &Transaction<'_>,
    here: Here<'_>,
    id: CampaignId,
    signed: Signed<'_>,
) -> Result<Campaign, CampaignError> {
    let campaign = known(tx, id)?;
    let next = campaign.state.approved(here.now)?;
    if let Some(offer) = next.offer() {
        room_is_free(tx, &campaign, offer)?;
    }
    Ok(go_on(tx, here, (campaign, next), signed)?)
}

/// Somebody calls it off, at any time before it was screened. Every pledge goes back, and the
/// planned screening is not shown any more.
///
/// # Errors
///
/// Refuses what is over.
pub fn cancel(
    tx: &Transaction<'_>,
    here: Here<'_>,
    id: CampaignId,
    signed: Signed<'_>,
) -> Result<Campaign, CampaignError> {
    let campaign = known(tx, id)?;
    let next = campaign.state.cancelled(here.now)?;
    let cancelled = go_on(tx, here, (campaign, next), signed)?;
    withdraw_screening(tx, &cancelled)?;
    Ok(cancelled)
}

/// Pledges and tickets that have come or gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tickets {
    pub tickets: i64,
    pub backers: i64,
}

/// Counts what has come or gone.
///
/// # Errors
///
/// Fails when the store does.
///
/// # Panics
///
/// Panics when more goes than has come.
pub fn count(
    tx: &Transaction<'_>,
    here: Here<'_>,
    id: CampaignId,
    more: Tickets,
) -> Result<(), StoreError> {
    let Some(campaign) = table::find(tx, id)? else {
        return Ok(());
    };
    let sum = |before: u32, more: i64| {
        u32::try_from(i64::from(before) + more).expect("what goes has come before")
    };
    let counted = Campaign {
        paid_tickets: sum(campaign.paid_tickets, more.tickets),
        backers: sum(campaign.backers, more.backers),
        ..campaign
    };
    let due = clock::due_after(&counted.state, here.now, clock::Unplaced::Maybe);
    put(tx, &counted, due)
}

/// Adds up anew what is known of a campaign's pledges: after a loss they come back in any order.
///
/// # Errors
///
/// Fails when the store does.
pub fn recount(tx: &Transaction<'_>, here: Here<'_>, id: CampaignId) -> Result<(), StoreError> {
    let Some(campaign) = table::find(tx, id)? else {
        return Ok(());
    };
    let sum = seats::sqlite::pledges::sum(tx, id)?;
    let more = Tickets {
        tickets: i64::from(sum.tickets) - i64::from(campaign.paid_tickets),
        backers: i64::from(sum.backers) - i64::from(campaign.backers),
    };
    count(tx, here, id, more)
}

/// Has the clock look at a campaign at its next round, unless nothing follows any more.
///
/// # Errors
///
/// Fails when the store does.
pub fn look_soon(tx: &Transaction<'_>, here: Here<'_>, id: CampaignId) -> Result<(), StoreError> {
    table::look_at(tx, id, here.now)
}

/// Puts the campaign into its next state and tells whoever it concerns.
pub(crate) fn go_on(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (campaign, next): (Campaign, CampaignState),
    signed: Signed<'_>,
) -> Result<Campaign, StoreError> {
    let act = audit::Act::CampaignMoved {
        campaign: campaign.campaign,
        from: campaign.state.phase(),
        to: next.phase(),
        paid_tickets: campaign.paid_tickets,
        result: next
            .result()
            .filter(|_| campaign.state.result().is_none())
            .cloned(),
        note: signed.note.to_owned(),
    };
    audit::record(tx, here.now, signed.by, &act)?;
    let moved = Campaign {
        state: next,
        ..campaign
    };
    put(
        tx,
        &moved,
        clock::due_after(&moved.state, here.now, clock::Unplaced::Maybe),
    )?;
    Ok(moved)
}

fn put(
    tx: &Transaction<'_>,
    campaign: &Campaign,
    due: Option<Timestamp>,
) -> Result<(), StoreError> {
    table::record(tx, campaign, due)?;
    if campaign.state.phase().is_public() {
        let key = (RowKind::Campaign, campaign.campaign.to_string());
        feed::changed(tx, key, campaign.theater)?;
    }
    Ok(())
}

/// The planned screening is not sold, whatever was planned.
pub(crate) fn withdraw_screening(
    tx: &Transaction<'_>,
    campaign: &Campaign,
) -> Result<(), StoreError> {
    let Some(screening) = campaign.state.screening() else {
        return Ok(());
    };
    let never = campaign
        .state
        .offer()
        .map_or(Timestamp(0), |offer| offer.starts_at);
    set_sale(tx, campaign, (screening, never, never))
}

/// Seats of the planned screening are sold to everybody from one time to the other.
pub(crate) fn set_sale(
    tx: &Transaction<'_>,
    campaign: &Campaign,
    (screening, from, until): (ScreeningId, Timestamp, Timestamp),
) -> Result<(), StoreError> {
    screenings::set_sale(tx, screening, (from, until))?;
    let key = (RowKind::Screening, screening.to_string());
    feed::changed(tx, key, campaign.theater)
}

fn known(db: &Connection, id: CampaignId) -> Result<Campaign, CampaignError> {
    table::find(db, id)?.ok_or(CampaignError::Unknown)
}

/// Refuses an offer for a room that is not there, too small, or in use.
pub(crate) fn room_is_free(
    db: &Connection,
    campaign: &Campaign,
    offer: &Offer,
) -> Result<(), CampaignError> {
    let room = theaters::auditorium(db, offer.auditorium)?;
    let room = room.filter(|room| room.theater == campaign.theater);
    let room = room.ok_or(CampaignError::UnknownRoom)?;
    let map = map_of(db, &room)?;
    let seats = u32::try_from(map.seats().len() - without_claims(&map).len()).unwrap_or(0);
    if offer.capacity > seats {
        return Err(CampaignError::TooFewSeats { seats });
    }
    let (from, until) = around(offer);
    let wanted = Wanted {
        from: from.plus_ms(-SCREENING_MS_MAX),
        until,
        theater: Some(campaign.theater),
        movie: None,
    };
    let own = campaign.state.screening();
    for screening in screenings::list(db, &wanted)? {
        let same_room = screening.auditorium == offer.auditorium;
        if same_room && screening.ends_at > from && Some(screening.screening) != own {
            return Err(CampaignError::RoomTaken(screening.screening));
        }
    }
    for other in table::planned_in(db, campaign.theater)? {
        let Some(theirs) = other.state.offer() else {
            continue;
        };
        let overlaps = theirs.starts_at < until && theirs.ends_at > from;
        if other.campaign != campaign.campaign && theirs.auditorium == offer.auditorium && overlaps
        {
            return Err(CampaignError::RoomPromised(other.campaign));
        }
    }
    Ok(())
}

fn around(offer: &Offer) -> (Timestamp, Timestamp) {
    let from = offer.starts_at.plus_ms(-CLEANING_MS);
    (from, offer.ends_at.plus_ms(CLEANING_MS))
}

pub(crate) fn map_of(db: &Connection, room: &Auditorium) -> Result<SeatMap, StoreError> {
    let map = theaters::seat_map(db, room.seat_map, room.seat_map_version)?;
    map.ok_or_else(|| StoreError::Inconsistent {
        table: "auditoriums",
        reason: format!("auditorium {} has no seat map", room.auditorium),
    })
}

/// The seats that no claim can have (S7).
pub(crate) fn without_claims(map: &SeatMap) -> Vec<domain::id::SeatId> {
    let seats = map.seats().iter().filter(|seat| match seat.kind {
        SeatKind::Wheelchair | SeatKind::Companion => true,
        SeatKind::Standard | SeatKind::Couple => false,
    });
    seats.map(|seat| seat.seat).collect()
}
