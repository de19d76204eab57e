//! The table `pledges`.

use domain::booking::BookingNumber;
use domain::id::{BookingId, CampaignId, OrderId, PledgeId, ScreeningId};
use domain::money::Won;
use domain::pledge::{Pledge, PledgeState, ReturnReason};
use domain::time::Timestamp;
use domain::version::Version;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

use super::{inconsistent, parsed, uuid_at, uuid_or_none};

const COLUMNS: &str = "SELECT pledge_id, number, campaign_id, screening_id, node, epoch, revision,
    tickets, price_won, order_id, made_at, state, booking_id, why, returned_at, phone,
    back_at_counter_won
    FROM pledges";

/// The pledge with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, pledge: PledgeId) -> Result<Option<Pledge>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE pledge_id = ?1"))?;
    let mut rows = statement.query([pledge.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// The pledge with this number, if it is known here.
///
/// # Errors
///
/// Fails when the store does.
pub fn find_by_number(
    db: &Connection,
    number: &BookingNumber,
) -> Result<Option<Pledge>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE number = ?1 ORDER BY pledge_id LIMIT 1"
    ))?;
    let mut rows = statement.query([number.digits()])?;
    rows.next()?.map(from_row).transpose()
}

/// Up to `limit` live pledges of a campaign that have no seats yet.
///
/// # Errors
///
/// Fails when the store does.
pub fn unplaced(
    db: &Connection,
    campaign: CampaignId,
    limit: u32,
) -> Result<Vec<Pledge>, StoreError> {
    in_state(db, (campaign, "live"), limit)
}

/// Up to `limit` pledges of a campaign that have seats.
///
/// # Errors
///
/// Fails when the store does.
pub fn placed(
    db: &Connection,
    campaign: CampaignId,
    limit: u32,
) -> Result<Vec<Pledge>, StoreError> {
    in_state(db, (campaign, "placed"), limit)
}

fn in_state(
    db: &Connection,
    (campaign, state): (CampaignId, &'static str),
    limit: u32,
) -> Result<Vec<Pledge>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE campaign_id = ?1 AND state = ?2 ORDER BY pledge_id LIMIT ?3"
    ))?;
    let rows = statement.query_and_then(params![campaign.0, state, limit], from_row)?;
    rows.collect()
}

/// The pledges of a campaign, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Live pledges, with and without seats, and their tickets.
    pub backers: u32,
    pub tickets: u32,
    /// Of these, tickets that have no seats yet.
    pub unplaced_tickets: u32,
    /// Pledges on their way back, and those that have arrived.
    pub returning: u32,
    pub returned: u32,
}

/// Adds up the pledges of a campaign.
///
/// # Errors
///
/// Fails when the store does.
pub fn sum(db: &Connection, campaign: CampaignId) -> Result<Sum, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FILTER (WHERE state IN ('live', 'placed')),
                coalesce(sum(tickets) FILTER (WHERE state IN ('live', 'placed')), 0),
                coalesce(sum(tickets) FILTER (WHERE state = 'live'), 0),
                count(*) FILTER (WHERE state = 'returning'),
                count(*) FILTER (WHERE state = 'returned')
           FROM pledges WHERE campaign_id = ?1",
    )?;
    let sum = statement.query_row([campaign.0], |row| {
        Ok(Sum {
            backers: row.get(0)?,
            tickets: row.get(1)?,
            unplaced_tickets: row.get(2)?,
            returning: row.get(3)?,
            returned: row.get(4)?,
        })
    })?;
    Ok(sum)
}

/// Inserts the pledge, or puts its newer state over the older.
pub(crate) fn record(tx: &Transaction<'_>, pledge: &Pledge) -> Result<(), StoreError> {
    let (state, booking, why, returned_at) = columns_of(pledge.state);
    let mut statement = tx.prepare_cached(
        "INSERT INTO pledges (pledge_id, number, campaign_id, screening_id, node, epoch, revision,
                              tickets, price_won, order_id, made_at, state, booking_id, why,
                              returned_at, phone, back_at_counter_won)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
         ON CONFLICT (pledge_id) DO UPDATE
            SET epoch = ?6, revision = ?7, tickets = ?8, state = ?12, booking_id = ?13,
                why = ?14, returned_at = ?15, phone = ?16,
                back_at_counter_won = ?17",
    )?;
    statement.execute(params![
        pledge.pledge.0.as_bytes(),
        pledge.number.digits(),
        pledge.campaign.0,
        pledge.screening.0,
        pledge.node.as_str(),
        pledge.version.epoch,
        pledge.version.revision,
        pledge.tickets,
        pledge.price.0,
        pledge.order.0.as_bytes(),
        pledge.made_at.0,
        state,
        booking.map(|booking| *booking.0.as_bytes()),
        why.map(ReturnReason::name),
        returned_at.map(|at| at.0),
        pledge.phone,
        pledge.back_at_counter.0,
    ])?;
    Ok(())
}

/// The pledge whose claim became this booking.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_booking(
    db: &Connection,
    (campaign, booking): (CampaignId, BookingId),
) -> Result<Option<PledgeId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT pledge_id FROM pledges
          WHERE campaign_id = ?1 AND state = 'placed' AND booking_id = ?2",
    )?;
    let found = statement.query_row(params![campaign.0, booking.0.as_bytes()], |row| {
        uuid_at(row, "pledge_id").map(PledgeId)
    });
    Ok(found.optional()?)
}

type Columns = (
    &'static str,
    Option<BookingId>,
    Option<ReturnReason>,
    Option<Timestamp>,
);

fn columns_of(state: PledgeState) -> Columns {
    match state {
        PledgeState::Live => ("live", None, None, None),
        PledgeState::Placed { booking } => ("placed", Some(booking), None, None),
        PledgeState::Returning { why } => ("returning", None, Some(why), None),
        PledgeState::Returned { why, returned_at } => {
            ("returned", None, Some(why), Some(returned_at))
        }
    }
}

fn from_row(row: &Row<'_>) -> Result<Pledge, StoreError> {
    let pledge = PledgeId(uuid_at(row, "pledge_id")?);
    let wrong = |what: String| inconsistent("pledges", format!("pledge {pledge}: {what}"));
    let why: Option<String> = row.get("why")?;
    let why = match why {
        None => None,
        Some(name) => Some(ReturnReason::from_name(&name).ok_or_else(|| wrong(name))?),
    };
    let returned_at: Option<i64> = row.get("returned_at")?;
    let booking = uuid_or_none(row, "booking_id")?.map(BookingId);
    let state = row.get_ref("state")?.as_str().unwrap_or("");
    let state = match (state, booking, why, returned_at.map(Timestamp)) {
        ("live", None, None, None) => PledgeState::Live,
        ("placed", Some(booking), None, None) => PledgeState::Placed { booking },
        ("returning", None, Some(why), None) => PledgeState::Returning { why },
        ("returned", None, Some(why), Some(returned_at)) => {
            PledgeState::Returned { why, returned_at }
        }
        (state, ..) => return Err(wrong(format!("it is {state}"))),
    };
    Ok(Pledge {
        pledge,
        number: parsed(row, "number")?,
        campaign: CampaignId(row.get("campaign_id")?),
        screening: ScreeningId(row.get("screening_id")?),
        node: parsed(row, "node")?,
        version: Version {
            epoch: row.get("epoch")?,
            revision: row.get("revision")?,
        },
        tickets: row.get("tickets")?,
        price: Won(row.get("price_won")?),
        order: OrderId(uuid_at(row, "order_id")?),
        made_at: Timestamp(row.get("made_at")?),
        state,
        back_at_counter: Won(row.get("back_at_counter_won")?),
        phone: row.get("phone")?,
    })
}
