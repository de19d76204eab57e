//! Campaigns and pledges as people see them, from the hub's own tables.

use domain::campaign::{Campaign, GRACE_MS, Offer, PLACE_BEFORE_MS, Phase};
use domain::claim::may_place;
use domain::id::CampaignId;
use domain::pledge::{PAY_MS, PLEDGE_TICKETS_MAX, Pledge, PledgeState, may_lower};
use domain::theater::Theater;
use protocol::api::back::{BuyersBackView, PaidBackView};
use protocol::api::campaign::{
    CampaignFile, CampaignProgress, CampaignRules, CampaignStep, CampaignView, Notice, NoticeView,
    OfferView, PledgeStatus, PledgeView, TallyView,
};
use protocol::api::catalog::MovieSummary;
use protocol::api::screening::{AuditoriumName, TheaterName};
use rusqlite::Connection;
use seats::Here;
use serde::Deserialize;
use store::StoreError;

use super::calling_off;
use crate::pledging::{giving_back, left};
use crate::sqlite::backers::{self, Told};
use crate::sqlite::{
    audit, awaited_accounts, campaigns as table, movies, pledge_orders, pledge_refunds, theaters,
};

/// The rules by which every campaign goes.
const RULES: CampaignRules = CampaignRules {
    tickets_max: PLEDGE_TICKETS_MAX,
    pay_ms: PAY_MS,
    grace_ms: GRACE_MS,
    place_before_ms: PLACE_BEFORE_MS,
};

/// Whether anybody may see it. What was called off before it was approved nobody has heard of.
#[must_use]
pub fn is_public(campaign: &Campaign) -> bool {
    let phase = campaign.state.phase();
    phase.is_public() && (phase == Phase::Scheduled || campaign.state.screening().is_some())
}

/// What changes of a campaign.
///
/// # Errors
///
/// Fails when the store does.
pub fn progress(
    db: &Connection,
    here: Here<'_>,
    campaign: &Campaign,
) -> Result<CampaignProgress, StoreError> {
    let phase = campaign.state.phase();
    let goal = campaign.state.offer().map_or(1, |offer| offer.goal.max(1));
    let left = if campaign.state.takes_pledges(here.now) {
        left(db, here, campaign)?
    } else {
        0
    };
    let paid_back = match phase {
        Phase::Failed | Phase::Cancelled | Phase::Refunded => {
            let paid = giving_back::progress(db, campaign.campaign)?;
            Some(PaidBackView {
                backers: paid.all,
                done: paid.done,
                refused: paid.refused,
                awaiting_account: paid.awaiting_account,
                buyers: buyers_back(db, campaign)?,
            })
        }
        Phase::Requested
        | Phase::Offered
        | Phase::Scheduled
        | Phase::Open
        | Phase::Tallying
        | Phase::Succeeded
        | Phase::Booking
        | Phase::Screened
        | Phase::Settled => None,
    };
    Ok(CampaignProgress {
        campaign: campaign.campaign,
        phase,
        paid_tickets: campaign.paid_tickets,
        backers: campaign.backers,
        percent: campaign.paid_tickets.saturating_mul(100) / goal,
        left,
        paid_back,
        now: here.now,
    })
}

/// None when nobody besides the backers has bought anything.
fn buyers_back(db: &Connection, campaign: &Campaign) -> Result<Option<BuyersBackView>, StoreError> {
    let buyers = calling_off::progress(db, campaign)?;
    Ok((buyers.all > 0).then_some(BuyersBackView {
        bookings: buyers.all,
        done: buyers.done,
        refused: buyers.refused,
        awaiting_account: buyers.awaiting_account,
        at_counter: buyers.at_counter,
    }))
}

/// A campaign with all that a backer decides by; none when its film or theater is gone.
///
/// # Errors
///
/// Fails when the store does.
pub fn view(
    db: &Connection,
    here: Here<'_>,
    campaign: &Campaign,
) -> Result<Option<CampaignView>, StoreError> {
    let movie = movies::facts(db, campaign.movie)?.map(MovieSummary::from);
    let theater = theaters::find(db, campaign.theater)?;
    let (Some(movie), Some(theater)) = (movie, theater) else {
        return Ok(None);
    };
    let offer = match campaign.state.offer() {
        Some(offer) => offer_view(db, &theater, offer)?,
        None => None,
    };
    Ok(Some(CampaignView {
        progress: progress(db, here, campaign)?,
        movie,
        area: theater.area.clone(),
        theater: TheaterName::from(theater),
        offer,
        screening: campaign.state.screening(),
        windows: campaign.state.funded().map(|funded| funded.windows.into()),
        result: campaign.state.result().map(TallyView::from),
        rules: RULES,
    }))
}

fn offer_view(
    db: &Connection,
    theater: &Theater,
    offer: &Offer,
) -> Result<Option<OfferView>, StoreError> {
    let room = theaters::auditorium(db, offer.auditorium)?;
    let time = theater.utc_offset;
    Ok(room.map(|room| OfferView {
        auditorium: AuditoriumName {
            auditorium: room.auditorium,
            name: room.name,
        },
        starts_at: offer.starts_at,
        ends_at: offer.ends_at,
        business_date: time.business_date(offer.starts_at).to_string(),
        time_label: time.time_label(offer.starts_at),
        goal: offer.goal,
        capacity: offer.capacity,
        price_won: offer.price,
        opens_at: offer.opens_at,
        deadline: offer.deadline,
    }))
}

/// A backer's own pledge; none when its campaign is gone.
///
/// # Errors
///
/// Fails when the store does.
pub fn pledge_view(
    db: &Connection,
    here: Here<'_>,
    pledge: &Pledge,
) -> Result<Option<PledgeView>, StoreError> {
    let Some(campaign) = table::find(db, pledge.campaign)? else {
        return Ok(None);
    };
    let Some(shown) = view(db, here, &campaign)? else {
        return Ok(None);
    };
    let seats = usize::try_from(pledge.tickets).unwrap_or(usize::MAX);
    let back = pledge_refunds::back(db, pledge.pledge)?;
    let notices = backers::notices(db, pledge.pledge)?.into_iter();
    Ok(Some(PledgeView {
        pledge: pledge.pledge,
        number: pledge.number.to_string(),
        tickets: pledge.tickets,
        amount_won: pledge.amount(),
        made_at: pledge.made_at,
        status: status(pledge.state),
        may_change: may_lower(&campaign.state, here.now, (pledge, 0)).is_ok(),
        may_choose: may_place(pledge, &campaign.state, (seats, here.now)).is_ok(),
        // Only the payments module knows: whoever asks it says so.
        refund_to_account: false,
        awaiting_account: awaited_accounts::of_pledge(db, pledge.pledge)?,
        returning_won: back.returning,
        at_counter_won: back.at_counter,
        returned_won: back.returned,
        notices: notices.map(|(told, at)| notice(told, at)).collect(),
        campaign: shown,
    }))
}

fn status(state: PledgeState) -> PledgeStatus {
    match state {
        PledgeState::Live => PledgeStatus::Live,
        PledgeState::Placed { booking } => PledgeStatus::Placed { booking },
        PledgeState::Returning { why } => PledgeStatus::Returning { why },
        PledgeState::Returned { why, returned_at } => PledgeStatus::Returned { why, returned_at },
    }
}

fn notice(told: Told, at: domain::time::Timestamp) -> NoticeView {
    let notice = match told {
        Told::Succeeded { from } => Notice::Succeeded { from },
        Told::Choose { until } => Notice::Choose { until },
        Told::PlacedByItself { booking } => Notice::PlacedByItself { booking },
        Told::Returning { why } => Notice::Returning { why },
        Told::Returned { at } => Notice::Returned { at },
    };
    NoticeView { at, notice }
}

/// What an entry of the trail says of a campaign.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum Step {
    CampaignRequested {
        note: String,
    },
    CampaignMoved {
        from: Phase,
        to: Phase,
        paid_tickets: u32,
        note: String,
    },
}

/// A campaign as its operators see it; none when it is not there.
///
/// # Errors
///
/// Fails when the store does.
pub fn file(
    db: &Connection,
    here: Here<'_>,
    id: CampaignId,
) -> Result<Option<CampaignFile>, StoreError> {
    let Some(campaign) = table::find(db, id)? else {
        return Ok(None);
    };
    let Some(shown) = view(db, here, &campaign)? else {
        return Ok(None);
    };
    let (in_flight, in_flight_tickets) = pledge_orders::in_flight(db, id)?;
    let mut steps = Vec::new();
    for entry in audit::of_campaign(db, id)? {
        steps.push(step(entry)?);
    }
    Ok(Some(CampaignFile {
        campaign: shown,
        in_flight,
        in_flight_tickets,
        unplaced_tickets: seats::sqlite::pledges::sum(db, id)?.unplaced_tickets,
        steps,
    }))
}

fn step(entry: audit::Entry) -> Result<CampaignStep, StoreError> {
    let read = serde_json::from_str(&entry.act).map_err(|error| StoreError::Inconsistent {
        table: "audit",
        reason: error.to_string(),
    })?;
    let (from, to, paid_tickets, note) = match read {
        Step::CampaignRequested { note } => (None, Phase::Requested, 0, note),
        Step::CampaignMoved {
            from,
            to,
            paid_tickets,
            note,
        } => (Some(from), to, paid_tickets, note),
    };
    Ok(CampaignStep {
        at: entry.at,
        by: entry.who,
        from,
        to,
        paid_tickets,
        note,
    })
}
