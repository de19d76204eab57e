//! The table `pledge_refunds`: money of pledges that is to go back, and what has become of it.

use domain::id::{CampaignId, OrderId, PledgeId, RefundId};
use domain::money::Won;
use domain::pledge::ReturnReason;
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;

use super::pledge_orders::{inconsistent, uuid_at};

/// Money that is to go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedRefund {
    pub refund: RefundId,
    pub campaign: CampaignId,
    pub pledge: PledgeId,
    pub order: OrderId,
    pub amount: Won,
    pub why: ReturnReason,
    /// How often the gateway is asked: more than once when somebody has decided so.
    pub times: u32,
}

/// What has become of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// Asked for; the gateway has not said yes yet.
    Asked,
    Done {
        at: Timestamp,
    },
    /// For good: somebody has to decide.
    Refused {
        code: String,
    },
}

/// How often something of the order was wanted back: the next refund's number.
///
/// # Errors
///
/// Fails when the store does.
pub fn count_refunds(db: &Connection, order: OrderId) -> Result<u32, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT count(*) FROM pledge_refunds WHERE order_id = ?1")?;
    Ok(statement.query_row([order.0.as_bytes()], |row| row.get(0))?)
}

/// Why all of an order's money goes back; none when some of it stays.
///
/// # Errors
///
/// Fails when the store does.
pub fn why_whole(db: &Connection, order: OrderId) -> Result<Option<ReturnReason>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT why FROM pledge_refunds JOIN pledge_orders USING (order_id)
          WHERE order_id = ?1 AND back_won = pledge_orders.amount_won
          ORDER BY wanted_at DESC LIMIT 1",
    )?;
    let mut rows = statement.query([order.0.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let why = row.get_ref("why")?.as_str().unwrap_or("");
    Ok(ReturnReason::from_name(why))
}

/// Notes that money is to go back.
///
/// # Errors
///
/// Fails when the store does, or more would go back than was paid.
pub fn want_back(
    tx: &Transaction<'_>,
    wanted: &WantedRefund,
    wanted_at: Timestamp,
) -> Result<(), StoreError> {
    // What a kiosk has taken is given back at its counter.
    let mut statement = tx.prepare_cached(
        "INSERT INTO pledge_refunds (refund_id, campaign_id, pledge_id, order_id, amount_won, why,
                                     wanted_at, state)
         SELECT ?1, ?2, ?3, order_id, ?5, ?6, ?7,
                CASE node WHEN 'hub' THEN 'wanted' ELSE 'counter' END
           FROM pledge_orders WHERE order_id = ?4",
    )?;
    statement.execute(params![
        wanted.refund.0.as_bytes(),
        wanted.campaign.0,
        wanted.pledge.0.as_bytes(),
        wanted.order.0.as_bytes(),
        wanted.amount.0,
        wanted.why.name(),
        wanted_at.0,
    ])?;
    let mut statement =
        tx.prepare_cached("UPDATE pledge_orders SET back_won = back_won + ?2 WHERE order_id = ?1")?;
    statement.execute(params![wanted.order.0.as_bytes(), wanted.amount.0])?;
    Ok(())
}

/// Up to `limit` refunds that are to be asked for by `now`, the oldest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn wanted(
    db: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<WantedRefund>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT refund_id, campaign_id, pledge_id, order_id, amount_won, why, times
           FROM pledge_refunds WHERE state = 'wanted' AND wanted_at <= ?1
          ORDER BY wanted_at, refund_id LIMIT ?2",
    )?;
    let rows = statement.query_and_then(params![now.0, limit], refund_from)?;
    rows.collect()
}

/// The refund with this id, and whether it is over.
///
/// # Errors
///
/// Fails when the store does.
pub fn find_refund(
    db: &Connection,
    refund: RefundId,
) -> Result<Option<(WantedRefund, bool)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT refund_id, campaign_id, pledge_id, order_id, amount_won, why, times,
                state = 'done' AS done
           FROM pledge_refunds WHERE refund_id = ?1",
    )?;
    let mut rows = statement.query([refund.0.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some((refund_from(row)?, row.get("done")?)))
}

/// Notes what has become of a refund. What is done stays done.
///
/// # Errors
///
/// Fails when the store does.
pub fn set_refund(
    tx: &Transaction<'_>,
    refund: RefundId,
    became: &Became,
) -> Result<(), StoreError> {
    let (state, code, done_at) = match became {
        Became::Asked => ("asked", None, None),
        Became::Done { at } => ("done", None, Some(at.0)),
        Became::Refused { code } => ("refused", Some(code.as_str()), None),
    };
    let mut statement = tx.prepare_cached(
        "UPDATE pledge_refunds SET state = ?2, code = ?3, done_at = ?4
          WHERE refund_id = ?1 AND state <> 'done' AND NOT (?2 = 'asked' AND state = 'refused')",
    )?;
    statement.execute(params![refund.0.as_bytes(), state, code, done_at])?;
    Ok(())
}

/// Up to `limit` refunds that a kiosk's counter has given back, as its tenders say, and when.
///
/// # Errors
///
/// Fails when the store does.
pub fn given_at_counters(
    db: &Connection,
    limit: u32,
) -> Result<Vec<(RefundId, Timestamp)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT refund_id, max(taken_at) AS given_at
           FROM pledge_refunds AS refund JOIN tenders ON paid_order_id = refund.order_id
          WHERE refund.state = 'counter'
          GROUP BY refund_id
         HAVING sum(-tenders.amount_won) >=
                (SELECT sum(amount_won) FROM pledge_refunds AS other
                  WHERE other.order_id = refund.order_id)
          ORDER BY refund_id LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok((RefundId(uuid_at(row, 0)?), Timestamp(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What of an order's money goes back, in all.
///
/// # Errors
///
/// Fails when the store does.
pub fn back_of(db: &Connection, order: OrderId) -> Result<Won, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT coalesce(sum(amount_won), 0) FROM pledge_refunds WHERE order_id = ?1",
    )?;
    Ok(Won(
        statement.query_row([order.0.as_bytes()], |row| row.get(0))?
    ))
}

/// The gateway is asked once more for what it refused; anything else stays as it is.
///
/// # Errors
///
/// Fails when the store does.
pub fn want_again(
    tx: &Transaction<'_>,
    refund: RefundId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE pledge_refunds
            SET state = 'wanted', code = NULL, times = times + 1, wanted_at = ?2
          WHERE refund_id = ?1 AND state = 'refused'",
    )?;
    statement.execute(params![refund.0.as_bytes(), now.0])?;
    Ok(())
}

/// Puts off asking for a refund.
///
/// # Errors
///
/// Fails when the store does.
pub fn want_later(
    tx: &Transaction<'_>,
    refund: RefundId,
    later: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE pledge_refunds SET wanted_at = ?2 WHERE refund_id = ?1 AND state = 'wanted'",
    )?;
    statement.execute(params![refund.0.as_bytes(), later.0])?;
    Ok(())
}

/// How many refunds of a pledge have not arrived.
///
/// # Errors
///
/// Fails when the store does.
pub fn count_open(db: &Connection, pledge: PledgeId) -> Result<u32, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM pledge_refunds WHERE pledge_id = ?1 AND state <> 'done'",
    )?;
    Ok(statement.query_row([pledge.0.as_bytes()], |row| row.get(0))?)
}

/// Money of a pledge that goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Back {
    /// On its way.
    pub returning: Won,
    /// Of that, what a kiosk's counter gives back.
    pub at_counter: Won,
    pub returned: Won,
}

/// What of a pledge is on its way back, and what has arrived.
///
/// # Errors
///
/// Fails when the store does.
pub fn back(db: &Connection, pledge: PledgeId) -> Result<Back, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT coalesce(sum(amount_won) FILTER (WHERE state <> 'done'), 0),
                coalesce(sum(amount_won) FILTER (WHERE state = 'counter'), 0),
                coalesce(sum(amount_won) FILTER (WHERE state = 'done'), 0)
           FROM pledge_refunds WHERE pledge_id = ?1",
    )?;
    let back = statement.query_row([pledge.0.as_bytes()], |row| {
        Ok(Back {
            returning: Won(row.get(0)?),
            at_counter: Won(row.get(1)?),
            returned: Won(row.get(2)?),
        })
    })?;
    Ok(back)
}

/// How many refunds of a campaign the gateway refuses for good.
///
/// # Errors
///
/// Fails when the store does.
pub fn count_refused(db: &Connection, campaign: CampaignId) -> Result<u32, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM pledge_refunds WHERE campaign_id = ?1 AND state = 'refused'",
    )?;
    Ok(statement.query_row([campaign.0], |row| row.get(0))?)
}

fn refund_from(row: &Row<'_>) -> Result<WantedRefund, StoreError> {
    let why = row.get_ref("why")?.as_str().unwrap_or("");
    let why = ReturnReason::from_name(why)
        .ok_or_else(|| inconsistent("pledge_refunds", why.to_owned()))?;
    Ok(WantedRefund {
        refund: RefundId(uuid_at(row, "refund_id")?),
        campaign: CampaignId(row.get("campaign_id")?),
        pledge: PledgeId(uuid_at(row, "pledge_id")?),
        order: OrderId(uuid_at(row, "order_id")?),
        amount: Won(row.get("amount_won")?),
        why,
        times: row.get("times")?,
    })
}
