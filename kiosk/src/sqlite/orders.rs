//! The table `orders`.

use domain::id::{BookingId, CampaignId, HoldId, OrderId, PledgeId, ScreeningId};
use domain::money::Won;
use domain::order::{NotCharged, Order, OrderState, Purpose};
use domain::tender::PaidFor;
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;
use uuid::Uuid;

use super::{id_or_none, inconsistent, kind_name, kind_named};

/// The order with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<Order>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, hold_id, screening_id, campaign_id, kind, amount_won, made_at, state,
                until, booking_id, pledge_id, why, given_won
           FROM orders WHERE order_id = ?1",
    )?;
    let mut rows = statement.query([order.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// The order that is paying for `hold` now.
///
/// # Errors
///
/// Fails when the store does.
pub fn under_way_for(db: &Connection, hold: HoldId) -> Result<Option<Order>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, hold_id, screening_id, campaign_id, kind, amount_won, made_at, state,
                until, booking_id, pledge_id, why, given_won
           FROM orders WHERE hold_id = ?1 AND state IN ('confirming', 'at_desk', 'unknown')",
    )?;
    let mut rows = statement.query([hold.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// Every order whose outcome the terminal has to tell, and every one that has waited at the
/// desk for too long by `now`; up to `limit` of them.
///
/// # Errors
///
/// Fails when the store does.
pub fn due(db: &Connection, now: Timestamp, limit: u32) -> Result<Vec<Order>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, hold_id, screening_id, campaign_id, kind, amount_won, made_at, state,
                until, booking_id, pledge_id, why, given_won
           FROM orders
          WHERE state IN ('confirming', 'at_desk', 'unknown', 'reversing')
            AND (until IS NULL OR until <= ?1)
          LIMIT ?2",
    )?;
    let rows = statement.query_and_then([now.0, i64::from(limit)], from_row)?;
    rows.collect()
}

/// Every order that waits at the desk, the oldest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn at_desk(db: &Connection) -> Result<Vec<Order>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, hold_id, screening_id, campaign_id, kind, amount_won, made_at, state,
                until, booking_id, pledge_id, why, given_won
           FROM orders
          WHERE state IN ('confirming', 'at_desk', 'unknown', 'reversing') AND state = 'at_desk'
          ORDER BY made_at, order_id",
    )?;
    let rows = statement.query_and_then([], from_row)?;
    rows.collect()
}

/// Inserts the order, or puts its new state over the old one.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, order: &Order) -> Result<(), StoreError> {
    let (mut until, mut paid_for, mut reason) = (None, None, None);
    let state = match &order.state {
        OrderState::Confirming => "confirming",
        OrderState::AtDesk { until: end } => {
            until = Some(end.0);
            "at_desk"
        }
        OrderState::Unknown => "unknown",
        OrderState::Paid { paid_for: what } => {
            paid_for = Some(*what);
            "paid"
        }
        OrderState::NotPaid { why } => {
            reason = Some(why_name(*why));
            "not_paid"
        }
        OrderState::Reversing => "reversing",
        OrderState::Reversed => "reversed",
    };
    let (booking, pledge) = match paid_for {
        Some(PaidFor::Booking(booking)) => (Some(*booking.0.as_bytes()), None),
        Some(PaidFor::Pledge(pledge)) => (None, Some(*pledge.0.as_bytes())),
        None => (None, None),
    };
    let campaign = match order.purpose {
        Purpose::Seats => None,
        Purpose::Pledge { campaign } => Some(campaign.0),
    };
    let mut statement = tx.prepare_cached(
        "INSERT INTO orders (order_id, hold_id, screening_id, campaign_id, kind, amount_won,
                             made_at, state, until, booking_id, pledge_id, why, given_won)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (order_id) DO UPDATE
            SET state = ?8, until = ?9, booking_id = ?10, pledge_id = ?11, why = ?12,
                given_won = ?13",
    )?;
    statement.execute(params![
        order.order.0.as_bytes(),
        order.hold.0.as_bytes(),
        order.screening.0,
        campaign,
        kind_name(order.kind),
        order.amount.0,
        order.made_at.0,
        state,
        until,
        booking,
        pledge,
        reason,
        order.given.map(|given| given.0),
    ])?;
    Ok(())
}

const WHYS: [(NotCharged, &str); 6] = [
    (NotCharged::Declined, "declined"),
    (NotCharged::TimedOut, "timed_out"),
    (NotCharged::Cancelled, "cancelled"),
    (NotCharged::TerminalUnavailable, "terminal_unavailable"),
    (NotCharged::AcquirerUnreachable, "acquirer_unreachable"),
    (NotCharged::RefusedAtDesk, "refused_at_desk"),
];

fn why_name(why: NotCharged) -> &'static str {
    let name = WHYS.iter().find(|(it, _)| *it == why);
    name.expect("every reason has its name").1
}

fn from_row(row: &Row<'_>) -> Result<Order, StoreError> {
    let uuid = |column: &str| row.get(column).map(Uuid::from_bytes);
    let campaign: Option<i64> = row.get("campaign_id")?;
    let given: Option<i64> = row.get("given_won")?;
    Ok(Order {
        order: OrderId(uuid("order_id")?),
        hold: HoldId(uuid("hold_id")?),
        screening: ScreeningId(row.get("screening_id")?),
        purpose: campaign.map_or(Purpose::Seats, |campaign| Purpose::Pledge {
            campaign: CampaignId(campaign),
        }),
        kind: kind_named("orders", row.get_ref("kind")?.as_str().unwrap_or(""))?,
        amount: Won(row.get("amount_won")?),
        made_at: Timestamp(row.get("made_at")?),
        state: state_of(row)?,
        given: given.map(Won),
    })
}

fn state_of(row: &Row<'_>) -> Result<OrderState, StoreError> {
    let booking = id_or_none(row, "booking_id")?.map(|id| PaidFor::Booking(BookingId(id)));
    let pledge = id_or_none(row, "pledge_id")?.map(|id| PaidFor::Pledge(PledgeId(id)));
    let paid_for = booking.or(pledge);
    let until: Option<i64> = row.get("until")?;
    let why: Option<String> = row.get("why")?;
    let why = why.and_then(|why| WHYS.iter().find(|(_, name)| *name == why));
    let state = row.get_ref("state")?.as_str().unwrap_or("");
    Ok(match (state, paid_for, why, until) {
        ("confirming", None, None, None) => OrderState::Confirming,
        ("at_desk", None, None, Some(until)) => OrderState::AtDesk {
            until: Timestamp(until),
        },
        ("unknown", None, None, None) => OrderState::Unknown,
        ("reversing", None, None, None) => OrderState::Reversing,
        ("reversed", None, None, None) => OrderState::Reversed,
        ("not_paid", None, Some((why, _)), None) => OrderState::NotPaid { why: *why },
        ("paid", Some(paid_for), None, None) => OrderState::Paid { paid_for },
        (state, ..) => return Err(inconsistent("orders", format!("an order is {state}"))),
    })
}
