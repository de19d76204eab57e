//! The table `orders`.

use domain::id::{CampaignId, HoldId, OrderId, ScreeningId};
use domain::money::Won;
use domain::time::Timestamp;
use domain::web_order::{IfGone, OrderFor, SeatsGiven, WebOrder, WebOrderState};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::StoreError;
use uuid::Uuid;

const COLUMNS: &str = "SELECT order_id, hold_id, campaign_id, screening_id, lines, given, if_gone,
    made_at, expires_at, facts FROM orders";

/// The lines of an order for a pledge.
#[derive(Serialize, Deserialize)]
struct PledgeLines {
    tickets: u32,
    price: Won,
}

/// What an order is for, as its columns.
struct What {
    hold: Option<[u8; 16]>,
    campaign: Option<i64>,
    screening: i64,
    lines: String,
    given: &'static str,
}

impl What {
    fn of(order: &WebOrder) -> Result<Self, StoreError> {
        Ok(match &order.what {
            OrderFor::Seats {
                hold,
                screening,
                lines,
                given,
            } => Self {
                hold: Some(*hold.0.as_bytes()),
                campaign: None,
                screening: screening.0,
                lines: json(lines)?,
                given: given_name(*given),
            },
            &OrderFor::Pledge {
                campaign,
                screening,
                tickets,
                price,
            } => Self {
                hold: None,
                campaign: Some(campaign.0),
                screening: screening.0,
                lines: json(&PledgeLines { tickets, price })?,
                given: given_name(SeatsGiven::AsChosen),
            },
        })
    }
}

/// The order with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<WebOrder>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE order_id = ?1"))?;
    let mut rows = statement.query([order.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// The latest order for a hold.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_hold(db: &Connection, hold: HoldId) -> Result<Option<WebOrder>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS} WHERE hold_id = ?1 ORDER BY made_at DESC, order_id DESC LIMIT 1"
    ))?;
    let mut rows = statement.query([hold.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// The phone number of the guest who ordered; none when it was ordered at a kiosk.
///
/// # Errors
///
/// Fails when the store does.
pub fn phone_of(db: &Connection, order: OrderId) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached("SELECT phone FROM orders WHERE order_id = ?1")?;
    let phone = statement.query_row([order.0.as_bytes()], |row| row.get("phone"));
    Ok(phone.optional()?.flatten())
}

/// Adds the order of the guest with this phone number, or of one who gave none.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, order: &WebOrder, phone: Option<&str>) -> Result<(), StoreError> {
    let what = What::of(order)?;
    let mut statement = tx.prepare_cached(
        "INSERT INTO orders (order_id, hold_id, screening_id, lines, phone, if_gone, made_at,
                             expires_at, state, facts, given, campaign_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 ->> 'state', ?9, ?10, ?11)",
    )?;
    statement.execute(params![
        order.order.0.as_bytes(),
        what.hold,
        what.screening,
        what.lines,
        phone,
        if_gone_name(order.if_gone),
        order.made_at.0,
        order.expires_at.0,
        json(&order.state)?,
        what.given,
        what.campaign,
    ])?;
    Ok(())
}

/// Puts the order's new state, and its hold and seats if they are others, over the old.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, order: &WebOrder) -> Result<(), StoreError> {
    let what = What::of(order)?;
    let mut statement = tx.prepare_cached(
        "UPDATE orders SET hold_id = ?2, lines = ?3, state = ?4 ->> 'state', facts = ?4, given = ?5
          WHERE order_id = ?1",
    )?;
    statement.execute(params![
        order.order.0.as_bytes(),
        what.hold,
        what.lines,
        json(&order.state)?,
        what.given,
    ])?;
    Ok(())
}

/// The buyer has said something else of himself and of what happens to late money.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_buyer(
    tx: &Transaction<'_>,
    order: OrderId,
    (phone, if_gone): (&str, IfGone),
) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("UPDATE orders SET phone = ?2, if_gone = ?3 WHERE order_id = ?1")?;
    statement.execute(params![order.0.as_bytes(), phone, if_gone_name(if_gone)])?;
    Ok(())
}

/// Orders that somebody has to look after at `now`, up to `limit` of them: whose time is over,
/// and whose outcome is not known.
///
/// # Errors
///
/// Fails when the store does.
pub fn to_look_after(
    db: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<WebOrder>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{COLUMNS}
          WHERE state IN ('open', 'not_paid', 'confirming', 'waiting_for_deposit')
            AND (state = 'confirming'
                 OR state = 'waiting_for_deposit' AND facts ->> 'until' <= ?1
                 OR expires_at <= ?1 AND state IN ('open', 'not_paid'))
          ORDER BY expires_at, order_id LIMIT ?2"
    ))?;
    let rows = statement.query_and_then(params![now.0, limit], from_row)?;
    rows.collect()
}

fn if_gone_name(if_gone: IfGone) -> &'static str {
    match if_gone {
        IfGone::OtherSeatsInZone => "other_seats_in_zone",
        IfGone::Refund => "refund",
    }
}

fn given_name(given: SeatsGiven) -> &'static str {
    match given {
        SeatsGiven::AsChosen => "as_chosen",
        SeatsGiven::Others => "others",
    }
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| inconsistent(error.to_string()))
}

fn read<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, StoreError> {
    let text = row.get_ref(column)?.as_str().unwrap_or_default();
    serde_json::from_str(text).map_err(|error| inconsistent(format!("{column}: {error}")))
}

fn inconsistent(reason: String) -> StoreError {
    StoreError::Inconsistent {
        table: "orders",
        reason,
    }
}

fn from_row(row: &Row<'_>) -> Result<WebOrder, StoreError> {
    let uuid = |column: &str| row.get(column).map(Uuid::from_bytes);
    let state: WebOrderState = read(row, "facts")?;
    let if_gone = match row.get_ref("if_gone")?.as_str().unwrap_or("") {
        "other_seats_in_zone" => IfGone::OtherSeatsInZone,
        "refund" => IfGone::Refund,
        other => return Err(inconsistent(format!("if gone {other}"))),
    };
    let given = match row.get_ref("given")?.as_str().unwrap_or("") {
        "as_chosen" => SeatsGiven::AsChosen,
        "others" => SeatsGiven::Others,
        other => return Err(inconsistent(format!("given {other}"))),
    };
    let hold: Option<[u8; 16]> = row.get("hold_id")?;
    let campaign: Option<i64> = row.get("campaign_id")?;
    let screening = ScreeningId(row.get("screening_id")?);
    let what = match (hold, campaign) {
        (Some(hold), None) => OrderFor::Seats {
            hold: HoldId(Uuid::from_bytes(hold)),
            screening,
            lines: read(row, "lines")?,
            given,
        },
        (None, Some(campaign)) => {
            let PledgeLines { tickets, price } = read(row, "lines")?;
            OrderFor::Pledge {
                campaign: CampaignId(campaign),
                screening,
                tickets,
                price,
            }
        }
        (Some(_), Some(_)) | (None, None) => {
            return Err(inconsistent(
                "an order is for nothing, or for two things".to_owned(),
            ));
        }
    };
    Ok(WebOrder {
        order: OrderId(uuid("order_id")?),
        what,
        if_gone,
        made_at: Timestamp(row.get("made_at")?),
        expires_at: Timestamp(row.get("expires_at")?),
        state,
    })
}
