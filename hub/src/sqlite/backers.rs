//! The tables `backers` and `notices`: who pledged, and what they are told.

use domain::id::{BookingId, CampaignId, PledgeId};
use domain::pledge::ReturnReason;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};
use store::StoreError;
use uuid::Uuid;

/// The phone number of the person who pledged; none when it was not given.
///
/// # Errors
///
/// Fails when the store does.
pub fn phone_of(db: &Connection, pledge: PledgeId) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached("SELECT phone FROM backers WHERE pledge_id = ?1")?;
    let phone = statement.query_row([pledge.0.as_bytes()], |row| row.get("phone"));
    Ok(phone.optional()?)
}

/// A person's one live pledge of a campaign (C5).
///
/// # Errors
///
/// Fails when the store does.
pub fn live_pledge(
    db: &Connection,
    campaign: CampaignId,
    phone: &str,
) -> Result<Option<PledgeId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT pledge_id FROM backers WHERE campaign_id = ?1 AND phone = ?2 AND live = 1",
    )?;
    let found = statement.query_row(params![campaign.0, phone], |row| {
        let bytes: [u8; 16] = row.get(0)?;
        Ok(PledgeId(Uuid::from_bytes(bytes)))
    });
    Ok(found.optional()?)
}

/// Notes who pledged. It is the person's live pledge unless there is another one.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(
    tx: &Transaction<'_>,
    (pledge, campaign): (PledgeId, CampaignId),
    phone: &str,
) -> Result<(), StoreError> {
    let live = live_pledge(tx, campaign, phone)?.is_none();
    let mut statement = tx.prepare_cached(
        "INSERT INTO backers (pledge_id, campaign_id, phone, live) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (pledge_id) DO UPDATE SET live = max(live, ?4)",
    )?;
    statement.execute(params![pledge.0.as_bytes(), campaign.0, phone, live])?;
    Ok(())
}

/// The pledge is over: the person may make another one.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_over(tx: &Transaction<'_>, pledge: PledgeId) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached("UPDATE backers SET live = 0 WHERE pledge_id = ?1")?;
    statement.execute([pledge.0.as_bytes()])?;
    Ok(())
}

/// What a backer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Told {
    /// It will be screened; seats can be chosen from then on.
    Succeeded { from: Timestamp },
    /// Seats can be chosen.
    Choose { until: Timestamp },
    /// The seats were chosen for them.
    PlacedByItself { booking: BookingId },
    /// The money is on its way back.
    Returning { why: ReturnReason },
    /// The money has arrived.
    Returned { at: Timestamp },
}

/// Tells a backer something, once.
///
/// # Errors
///
/// Fails when the store does.
pub fn tell(
    tx: &Transaction<'_>,
    pledge: PledgeId,
    (told, at): (Told, Timestamp),
) -> Result<(), StoreError> {
    let what = serde_json::to_string(&told).map_err(|error| inconsistent(&error))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO notices (pledge_id, at, what) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    statement.execute(params![pledge.0.as_bytes(), at.0, what])?;
    Ok(())
}

/// Tells every live backer of a campaign something, once.
///
/// # Errors
///
/// Fails when the store does.
pub fn tell_all(
    tx: &Transaction<'_>,
    campaign: CampaignId,
    (told, at): (Told, Timestamp),
) -> Result<usize, StoreError> {
    let what = serde_json::to_string(&told).map_err(|error| inconsistent(&error))?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO notices (pledge_id, at, what)
         SELECT pledge_id, ?2, ?3 FROM pledges WHERE campaign_id = ?1 AND state = 'live'
         ON CONFLICT DO NOTHING",
    )?;
    Ok(statement.execute(params![campaign.0, at.0, what])?)
}

/// What a backer was told, the latest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn notices(db: &Connection, pledge: PledgeId) -> Result<Vec<(Told, Timestamp)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT at, what FROM notices WHERE pledge_id = ?1 ORDER BY notice_id DESC",
    )?;
    let mut rows = statement.query([pledge.0.as_bytes()])?;
    let mut notices = Vec::new();
    while let Some(row) = rows.next()? {
        let what: String = row.get("what")?;
        let told = serde_json::from_str(&what).map_err(|error| inconsistent(&error))?;
        notices.push((told, Timestamp(row.get("at")?)));
    }
    Ok(notices)
}

fn inconsistent(error: &serde_json::Error) -> StoreError {
    StoreError::Inconsistent {
        table: "notices",
        reason: error.to_string(),
    }
}
