//! The table `campaigns`.

mod page;

use domain::campaign::{Campaign, CampaignState};
use domain::id::{CampaignId, MovieId, ScreeningId, TheaterId};
use domain::ranking::CampaignFigures;
use domain::time::Timestamp;
use protocol::row;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;

pub use page::{CampaignQuery, CampaignSort, PAGE_CAMPAIGNS_MAX, page};

use super::theaters::{revision_of, version};

const COLUMNS: &str = "SELECT campaign_id, movie_id, theater_id, state, paid_tickets, backers
    FROM campaigns";

/// The campaign with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, id: CampaignId) -> Result<Option<Campaign>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE campaign_id = ?1"))?;
    let mut rows = statement.query([id.0])?;
    rows.next()?.map(from_row).transpose()
}

/// The campaign whose planned screening this is.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_screening(
    db: &Connection,
    screening: ScreeningId,
) -> Result<Option<Campaign>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE screening_id = ?1"))?;
    let mut rows = statement.query([screening.0])?;
    rows.next()?.map(from_row).transpose()
}

/// Up to `limit` campaigns that the clock should look at, the longest due first.
///
/// # Errors
///
/// Fails when the store does.
pub fn due(db: &Connection, now: Timestamp, limit: u32) -> Result<Vec<CampaignId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT campaign_id FROM campaigns WHERE due_at <= ?1
          ORDER BY due_at, campaign_id LIMIT ?2",
    )?;
    let rows = statement.query_map(params![now.0, limit], |row| row.get(0).map(CampaignId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Campaigns that may come to want the room: offered or approved, not open yet.
///
/// # Errors
///
/// Fails when the store does.
pub fn planned_in(db: &Connection, theater: TheaterId) -> Result<Vec<Campaign>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE theater_id = ?1 AND phase IN ('scheduled', 'open') ORDER BY campaign_id"
    ))?;
    let rows = statement.query_and_then([theater.0], from_row)?;
    rows.collect()
}

/// What the popularity of open campaigns depends on: tickets that were paid after `since` among
/// it. Up to `limit` of them, the nearest to their goal.
///
/// # Errors
///
/// Fails when the store does.
pub fn open_figures(
    db: &Connection,
    since: Timestamp,
    limit: u32,
) -> Result<Vec<CampaignFigures>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT c.campaign_id, c.movie_id, c.theater_id, c.state, c.paid_tickets, c.backers,
                (SELECT coalesce(sum(o.tickets), 0) FROM pledge_orders AS o
                  WHERE o.campaign_id = c.campaign_id AND o.state = 'paid' AND o.paid_at > ?1)
                    AS paid_lately
           FROM campaigns AS c WHERE c.phase = 'open'
          ORDER BY c.progress DESC, c.campaign_id LIMIT ?2",
    )?;
    let rows = statement.query_and_then(params![since.0, limit], |row| {
        let campaign = from_row(row)?;
        let offer = campaign.state.offer();
        Ok(CampaignFigures {
            campaign: campaign.campaign,
            goal: offer.map_or(1, |offer| offer.goal),
            paid_tickets: campaign.paid_tickets,
            paid_lately: row.get("paid_lately")?,
            deadline: offer.map_or(Timestamp(i64::MAX), |offer| offer.deadline),
        })
    })?;
    rows.collect()
}

/// Adds a campaign and gives it its id.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(
    tx: &Transaction<'_>,
    (movie, theater): (MovieId, TheaterId),
    made_at: Timestamp,
) -> Result<Campaign, StoreError> {
    let state = CampaignState::Requested;
    let mut statement = tx.prepare_cached(
        "INSERT INTO campaigns (movie_id, theater_id, phase, state, progress, paid_tickets,
                                backers, made_at, revision)
         VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5, 0) RETURNING campaign_id",
    )?;
    let body = write(&state)?;
    let row = params![movie.0, theater.0, state.phase().name(), body, made_at.0];
    let campaign = statement.query_row(row, |row| row.get(0).map(CampaignId))?;
    Ok(Campaign {
        campaign,
        movie,
        theater,
        state,
        paid_tickets: 0,
        backers: 0,
    })
}

/// Puts the campaign's new state over the old one; `due_at` is when the clock looks at it next.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(
    tx: &Transaction<'_>,
    campaign: &Campaign,
    due_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let offer = campaign.state.offer();
    let mut statement = tx.prepare_cached(
        "UPDATE campaigns
            SET phase = ?2, state = ?3, due_at = ?4, screening_id = ?5, deadline = ?6,
                progress = ?7, paid_tickets = ?8, backers = ?9, revision = revision + 1
          WHERE campaign_id = ?1",
    )?;
    let changed = statement.execute(params![
        campaign.campaign.0,
        campaign.state.phase().name(),
        write(&campaign.state)?,
        due_at.map(|at| at.0),
        campaign.state.screening().map(|id| id.0),
        offer.map(|offer| offer.deadline.0),
        progress(campaign),
        campaign.paid_tickets,
        campaign.backers,
    ])?;
    assert_eq!(changed, 1, "a decided campaign is there");
    Ok(())
}

/// Sets when the clock looks at the campaign next; none: never.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_due(
    tx: &Transaction<'_>,
    id: CampaignId,
    due_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("UPDATE campaigns SET due_at = ?2 WHERE campaign_id = ?1")?;
    statement.execute(params![id.0, due_at.map(|at| at.0)])?;
    Ok(())
}

/// Has the clock look at a campaign no later than `now`, if it looks at it at all.
///
/// # Errors
///
/// Fails when the store does.
pub fn look_at(tx: &Transaction<'_>, id: CampaignId, now: Timestamp) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE campaigns SET due_at = min(due_at, ?2)
          WHERE campaign_id = ?1 AND due_at IS NOT NULL",
    )?;
    statement.execute(params![id.0, now.0])?;
    Ok(())
}

/// Paid tickets in thousandths of the goal.
fn progress(campaign: &Campaign) -> i64 {
    let goal = campaign.state.offer().map_or(1, |offer| offer.goal.max(1));
    i64::from(campaign.paid_tickets) * 1_000 / i64::from(goal)
}

/// Takes a campaign that a node mirrors and this restored hub has forgotten.
pub(super) fn take_back(
    tx: &Transaction<'_>,
    campaign: &Campaign,
    revision: i64,
) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO campaigns (campaign_id, movie_id, theater_id, phase, state, due_at,
                                screening_id, deadline, progress, paid_tickets, backers, made_at,
                                revision)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10, 0, ?11)
         ON CONFLICT (campaign_id) DO UPDATE
            SET phase = ?4, state = ?5, due_at = 0, screening_id = ?6, deadline = ?7,
                progress = ?8, paid_tickets = ?9, backers = ?10, revision = ?11
          WHERE revision < ?11",
    )?;
    let offer = campaign.state.offer();
    Ok(statement.execute(params![
        campaign.campaign.0,
        campaign.movie.0,
        campaign.theater.0,
        campaign.state.phase().name(),
        write(&campaign.state)?,
        campaign.state.screening().map(|id| id.0),
        offer.map(|offer| offer.deadline.0),
        progress(campaign),
        campaign.paid_tickets,
        campaign.backers,
        revision,
    ])?)
}

/// The row as it is told to kiosks: from its approval on.
pub(super) fn row(db: &Connection, id: CampaignId) -> Result<Option<row::Row>, StoreError> {
    let query = "SELECT revision FROM campaigns WHERE campaign_id = ?1";
    let revision = revision_of(db, query, id.0)?;
    let campaign = find(db, id)?;
    Ok(campaign.map(|campaign| row::Row::Campaign(campaign, version(revision))))
}

fn from_row(row: &Row<'_>) -> Result<Campaign, StoreError> {
    let state: String = row.get("state")?;
    Ok(Campaign {
        campaign: CampaignId(row.get("campaign_id")?),
        movie: MovieId(row.get("movie_id")?),
        theater: TheaterId(row.get("theater_id")?),
        state: serde_json::from_str(&state).map_err(|error| inconsistent(&error))?,
        paid_tickets: row.get("paid_tickets")?,
        backers: row.get("backers")?,
    })
}

fn write(state: &CampaignState) -> Result<String, StoreError> {
    serde_json::to_string(state).map_err(|error| inconsistent(&error))
}

fn inconsistent(error: &serde_json::Error) -> StoreError {
    StoreError::Inconsistent {
        table: "campaigns",
        reason: error.to_string(),
    }
}
