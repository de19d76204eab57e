//! Browsing campaigns.

use domain::campaign::{Campaign, Phase};
use domain::id::{MovieId, TheaterId};
use rusqlite::{Connection, params};
use store::StoreError;

use super::{COLUMNS, from_row};

/// The most campaigns on one page.
pub const PAGE_CAMPAIGNS_MAX: u32 = 100;

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CampaignSort {
    /// The nearest to its goal, or the furthest above it.
    #[default]
    Popular,
    /// What closes first.
    Deadline,
    Newest,
}

/// Which campaigns.
#[derive(Clone, Debug, Default)]
pub struct CampaignQuery {
    pub phases: Vec<Phase>,
    pub movie: Option<MovieId>,
    pub theater: Option<TheaterId>,
    pub sort: CampaignSort,
    pub offset: u32,
    pub limit: u32,
}

/// A page of campaigns, and how many there are.
///
/// # Errors
///
/// Fails when the store does.
pub fn page(db: &Connection, query: &CampaignQuery) -> Result<(Vec<Campaign>, u32), StoreError> {
    let phases: Vec<&str> = query.phases.iter().map(|phase| phase.name()).collect();
    let phases = serde_json::to_string(&phases).map_err(|error| super::inconsistent(&error))?;
    let (movie, theater) = (query.movie.map(|it| it.0), query.theater.map(|it| it.0));
    let chosen = "phase IN (SELECT value FROM json_each(?1))
            AND (?2 IS NULL OR movie_id = ?2) AND (?3 IS NULL OR theater_id = ?3)";
    let mut statement =
        db.prepare_cached(&format!("SELECT count(*) FROM campaigns WHERE {chosen}"))?;
    let count = statement.query_row(params![phases, movie, theater], |row| row.get(0))?;
    let order = match query.sort {
        CampaignSort::Popular => "progress DESC, campaign_id",
        CampaignSort::Deadline => "deadline, campaign_id",
        CampaignSort::Newest => "campaign_id DESC",
    };
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE {chosen} ORDER BY {order} LIMIT ?4 OFFSET ?5"
    ))?;
    let limit = query.limit.min(PAGE_CAMPAIGNS_MAX);
    let bounds = params![phases, movie, theater, limit, query.offset];
    let rows = statement.query_and_then(bounds, from_row)?;
    Ok((rows.collect::<Result<_, _>>()?, count))
}
