//! The table `pledge_orders`: which orders paid for a pledge.

use domain::booking::BookingNumber;
use domain::id::{CampaignId, NodeId, OrderId, PledgeId};
use domain::money::Won;
use domain::pledge::Part;
use domain::time::Timestamp;
use rusqlite::{Connection, Row, RowIndex, Transaction, params};
use store::StoreError;
use uuid::Uuid;

/// How far the payment of an order has come, as the service side knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    /// The tickets are kept; the outcome is not known.
    Paying,
    Paid {
        paid_at: Timestamp,
    },
    GivenUp,
}

/// An order for a pledge: the first one, or one that raises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PledgeOrder {
    pub order: OrderId,
    pub pledge: PledgeId,
    pub campaign: CampaignId,
    /// That a new pledge gets.
    pub number: BookingNumber,
    pub phone: Option<String>,
    /// Where the money is taken: the hub is the web.
    pub node: NodeId,
    pub tickets: u32,
    pub amount: Won,
    pub made_at: Timestamp,
    pub state: PartState,
}

/// The order with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<PledgeOrder>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, pledge_id, campaign_id, number, phone, node, tickets, amount_won,
                made_at, state, paid_at
           FROM pledge_orders WHERE order_id = ?1",
    )?;
    let mut rows = statement.query([order.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// Adds an order, unless it is known; says whether it is new.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, order: &PledgeOrder) -> Result<bool, StoreError> {
    let (state, paid_at) = columns_of(order.state);
    let mut statement = tx.prepare_cached(
        "INSERT INTO pledge_orders (order_id, pledge_id, campaign_id, number, phone, node, tickets,
                                    amount_won, made_at, state, paid_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (order_id) DO NOTHING",
    )?;
    let added = statement.execute(params![
        order.order.0.as_bytes(),
        order.pledge.0.as_bytes(),
        order.campaign.0,
        order.number.digits(),
        order.phone,
        order.node.as_str(),
        order.tickets,
        order.amount.0,
        order.made_at.0,
        state,
        paid_at.map(|at| at.0),
    ])?;
    Ok(added == 1)
}

/// Notes how far the payment has come, and of which pledge the order is in the end.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_state(
    tx: &Transaction<'_>,
    (order, pledge): (OrderId, PledgeId),
    state: PartState,
) -> Result<(), StoreError> {
    let (state, paid_at) = columns_of(state);
    let mut statement = tx.prepare_cached(
        "UPDATE pledge_orders SET pledge_id = ?2, state = ?3, paid_at = ?4 WHERE order_id = ?1",
    )?;
    let paid_at = paid_at.map(|at| at.0);
    statement.execute(params![
        order.0.as_bytes(),
        pledge.0.as_bytes(),
        state,
        paid_at
    ])?;
    Ok(())
}

/// How many payments of a campaign's pledges are under way, and for how many tickets.
///
/// # Errors
///
/// Fails when the store does.
pub fn in_flight(db: &Connection, campaign: CampaignId) -> Result<(u32, u32), StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*), coalesce(sum(tickets), 0) FROM pledge_orders
          WHERE campaign_id = ?1 AND state = 'paying'",
    )?;
    Ok(statement.query_row([campaign.0], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// What was paid for a pledge and has not gone back: first the order that made it, then the others
/// as they were paid. A kiosk that took the first knows by this what it owes.
///
/// # Errors
///
/// Fails when the store does.
pub fn parts(db: &Connection, pledge: PledgeId) -> Result<Vec<Part>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT part.order_id, part.amount_won - part.back_won AS left_won
           FROM pledge_orders AS part LEFT JOIN pledges USING (pledge_id)
          WHERE part.pledge_id = ?1 AND part.state = 'paid'
          ORDER BY part.order_id IS NOT pledges.order_id, part.paid_at, part.order_id",
    )?;
    let rows = statement.query_map([pledge.0.as_bytes()], |row| {
        Ok(Part {
            order: OrderId(uuid_at(row, 0)?),
            left: Won(row.get(1)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn columns_of(state: PartState) -> (&'static str, Option<Timestamp>) {
    match state {
        PartState::Paying => ("paying", None),
        PartState::Paid { paid_at } => ("paid", Some(paid_at)),
        PartState::GivenUp => ("given_up", None),
    }
}

fn from_row(row: &Row<'_>) -> Result<PledgeOrder, StoreError> {
    let paid_at: Option<i64> = row.get("paid_at")?;
    let state = match (row.get_ref("state")?.as_str().unwrap_or(""), paid_at) {
        ("paying", None) => PartState::Paying,
        ("paid", Some(at)) => PartState::Paid {
            paid_at: Timestamp(at),
        },
        ("given_up", None) => PartState::GivenUp,
        (state, _) => return Err(inconsistent("pledge_orders", state.to_owned())),
    };
    let number = row.get_ref("number")?.as_str().unwrap_or("");
    let number = number.parse();
    let node = row.get_ref("node")?.as_str().unwrap_or("").parse();
    Ok(PledgeOrder {
        order: OrderId(uuid_at(row, "order_id")?),
        pledge: PledgeId(uuid_at(row, "pledge_id")?),
        campaign: CampaignId(row.get("campaign_id")?),
        number: number.map_err(|_| inconsistent("pledge_orders", "a number".to_owned()))?,
        phone: row.get("phone")?,
        node: node.map_err(|_| inconsistent("pledge_orders", "a node".to_owned()))?,
        tickets: row.get("tickets")?,
        amount: Won(row.get("amount_won")?),
        made_at: Timestamp(row.get("made_at")?),
        state,
    })
}

pub(super) fn uuid_at(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Uuid> {
    let bytes: [u8; 16] = row.get(column)?;
    Ok(Uuid::from_bytes(bytes))
}

pub(super) fn inconsistent(table: &'static str, reason: String) -> StoreError {
    StoreError::Inconsistent { table, reason }
}
