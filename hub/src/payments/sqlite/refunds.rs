//! The table `refunds`.

use domain::id::{OrderId, RefundId};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

use super::{parsed, uuid};
use crate::payments::api::{AskRefund, RefundReason, RefundState, RefundView};
use crate::payments::gateway::INTO_ACCOUNT;

/// Money that goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub refund: RefundId,
    pub asked: AskRefund,
    /// The attempt whose money it is.
    pub gateway_order: String,
    pub state: RefundState,
    pub idempotency_key: String,
    /// What we believed was left of the payment, as it was sent.
    pub refundable: Option<Won>,
    pub tries: i64,
    pub next_try_at: Option<Timestamp>,
    /// The gateway's key of the cancel; none when it was paid by hand.
    pub transaction_key: Option<String>,
    pub owed_transfer: i64,
    pub paid_transfer: i64,
}

impl Refund {
    /// As it is told.
    #[must_use]
    pub fn view(&self) -> RefundView {
        RefundView {
            refund: self.refund,
            asked: self.asked,
            progress: self.state.clone(),
        }
    }
}

/// A pending refund awaits an account when the money was paid into one and nobody has said where
/// it goes back to: derived, so that it cannot be wrong.
fn select() -> String {
    format!(
        "SELECT {COLUMNS}, one.state = 'pending'
            AND EXISTS (SELECT 1 FROM attempts
                         WHERE attempts.gateway_order = one.gateway_order
                           AND attempts.method = '{INTO_ACCOUNT}')
            AND NOT EXISTS (SELECT 1 FROM refund_accounts
                             WHERE refund_accounts.order_id = one.order_id) AS awaits_account
           FROM refunds AS one"
    )
}

const COLUMNS: &str = "refund_id, order_id, gateway_order, amount, reason, state,
    idempotency_key, refundable, tries, next_try_at, refunded_at, transaction_key, code,
    owed_transfer, paid_transfer";

const REASONS: [(RefundReason, &str); 8] = [
    (RefundReason::BookingCancelled, "booking_cancelled"),
    (RefundReason::PledgeWithdrawn, "pledge_withdrawn"),
    (RefundReason::CampaignFailed, "campaign_failed"),
    (RefundReason::CampaignCancelled, "campaign_cancelled"),
    (RefundReason::ScreeningCancelled, "screening_cancelled"),
    (RefundReason::OrderGone, "order_gone"),
    (RefundReason::DuplicatePayment, "duplicate_payment"),
    (RefundReason::OperatorDecision, "operator_decision"),
];

/// Adds a refund that is pending.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, refund: &Refund, now: Timestamp) -> Result<(), StoreError> {
    let reason = REASONS
        .iter()
        .find(|(reason, _)| *reason == refund.asked.reason);
    let mut statement = tx.prepare_cached(
        "INSERT INTO refunds (refund_id, order_id, gateway_order, amount, reason, state,
                              idempotency_key, asked_at, next_try_at, owed_transfer,
                              paid_transfer)
         VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7, ?8, ?9, ?10)",
    )?;
    statement.execute(params![
        refund.refund.0.as_bytes(),
        refund.asked.order.0.as_bytes(),
        refund.gateway_order,
        refund.asked.amount.0,
        reason.map(|(_, text)| text),
        refund.idempotency_key,
        now.0,
        refund.next_try_at.map(|at| at.0),
        refund.owed_transfer,
        refund.paid_transfer,
    ])?;
    Ok(())
}

/// Stores what has become of a refund.
///
/// # Errors
///
/// Fails when the store does.
pub fn update(tx: &Transaction<'_>, refund: &Refund) -> Result<(), StoreError> {
    let (state, refunded_at, code) = match &refund.state {
        RefundState::Pending | RefundState::AwaitingAccount => ("pending", None, None),
        RefundState::Done { refunded_at } => ("done", Some(refunded_at.0), None),
        RefundState::Refused { code } => ("refused", None, Some(code)),
    };
    let mut statement = tx.prepare_cached(
        "UPDATE refunds
            SET state = ?2, idempotency_key = ?3, refundable = ?4, tries = ?5, next_try_at = ?6,
                refunded_at = ?7, transaction_key = ?8, code = ?9, paid_transfer = ?10
          WHERE refund_id = ?1",
    )?;
    statement.execute(params![
        refund.refund.0.as_bytes(),
        state,
        refund.idempotency_key,
        refund.refundable.map(|amount| amount.0),
        refund.tries,
        refund.next_try_at.map(|at| at.0),
        refunded_at,
        refund.transaction_key,
        code,
        refund.paid_transfer,
    ])?;
    Ok(())
}

/// The refund, if it is known.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, refund: RefundId) -> Result<Option<Refund>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{} WHERE refund_id = ?1", select()))?;
    let found = statement.query_row([refund.0.as_bytes()], read);
    Ok(found.optional()?)
}

/// All refunds of an order, the first one first.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_order(db: &Connection, order: OrderId) -> Result<Vec<Refund>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{} WHERE order_id = ?1 ORDER BY asked_at, refund_id",
        select()
    ))?;
    let rows = statement.query_map([order.0.as_bytes()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Refunds that are due and await nothing, the longest due first; of each payment only its
/// oldest pending one.
///
/// # Errors
///
/// Fails when the store does.
pub fn due(db: &Connection, now: Timestamp, limit: u32) -> Result<Vec<Refund>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "{} WHERE next_try_at <= ?1 AND NOT awaits_account AND NOT EXISTS (
                SELECT 1 FROM refunds AS other
                 WHERE other.gateway_order = one.gateway_order AND other.state = 'pending'
                   AND (other.asked_at, other.refund_id) < (one.asked_at, one.refund_id))
          ORDER BY next_try_at LIMIT ?2",
        select()
    ))?;
    let rows = statement.query_map(params![now.0, limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next refund is due.
///
/// # Errors
///
/// Fails when the store does.
pub fn next_due(db: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let mut statement = db.prepare_cached("SELECT min(next_try_at) FROM refunds")?;
    let at: Option<i64> = statement.query_row([], |row| row.get(0))?;
    Ok(at.map(Timestamp))
}

/// After a start nobody is carrying anything out: every pending refund is due. Says how many.
///
/// # Errors
///
/// Fails when the store does.
pub fn resume(tx: &Transaction<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let mut statement =
        tx.prepare_cached("UPDATE refunds SET next_try_at = ?1 WHERE state = 'pending'")?;
    Ok(statement.execute([now.0])?)
}

/// What was asked back of an attempt, whatever came of it: what was refused is still owed.
///
/// # Errors
///
/// Fails when the store does.
pub fn asked_of(db: &Connection, gateway_order: &str) -> Result<Won, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT coalesce(sum(amount), 0) FROM refunds WHERE gateway_order = ?1")?;
    Ok(statement.query_row([gateway_order], |row| row.get(0).map(Won))?)
}

/// What the gateway has given back of an attempt.
///
/// # Errors
///
/// Fails when the store does.
pub fn paid_back_of(db: &Connection, gateway_order: &str) -> Result<Won, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT coalesce(sum(amount), 0) FROM refunds
          WHERE gateway_order = ?1 AND state = 'done' AND transaction_key IS NOT NULL",
    )?;
    Ok(statement.query_row([gateway_order], |row| row.get(0).map(Won))?)
}

/// What has gone back of an order; what was paid a second time is not counted.
///
/// # Errors
///
/// Fails when the store does.
pub fn refunded(db: &Connection, order: OrderId) -> Result<Won, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT coalesce(sum(amount), 0) FROM refunds
          WHERE order_id = ?1 AND state = 'done' AND reason <> 'duplicate_payment'",
    )?;
    Ok(statement.query_row([order.0.as_bytes()], |row| row.get(0).map(Won))?)
}

/// Refunds that are not done, by state, for the metrics.
///
/// # Errors
///
/// Fails when the store does.
pub fn counts_open(db: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT state, count(*) FROM refunds
          WHERE state IN ('pending', 'refused') GROUP BY state ORDER BY state",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> Result<Refund, rusqlite::Error> {
    Ok(Refund {
        refund: RefundId(uuid(row, "refund_id")?),
        asked: AskRefund {
            order: OrderId(uuid(row, "order_id")?),
            amount: Won(row.get("amount")?),
            reason: parsed(row, "reason", |text| {
                let found = REASONS.iter().find(|(_, name)| *name == text);
                found.map(|(reason, _)| *reason)
            })?,
        },
        gateway_order: row.get("gateway_order")?,
        state: state(row)?,
        idempotency_key: row.get("idempotency_key")?,
        refundable: row.get::<_, Option<i64>>("refundable")?.map(Won),
        tries: row.get("tries")?,
        next_try_at: row.get::<_, Option<i64>>("next_try_at")?.map(Timestamp),
        transaction_key: row.get("transaction_key")?,
        owed_transfer: row.get("owed_transfer")?,
        paid_transfer: row.get("paid_transfer")?,
    })
}

/// The table's own checks see to it that the columns fit the state.
fn state(row: &Row<'_>) -> Result<RefundState, rusqlite::Error> {
    let refunded_at: Option<i64> = row.get("refunded_at")?;
    let code: Option<String> = row.get("code")?;
    Ok(match (refunded_at, code) {
        (Some(at), _) => RefundState::Done {
            refunded_at: Timestamp(at),
        },
        (None, Some(code)) => RefundState::Refused { code },
        (None, None) if row.get("awaits_account")? => RefundState::AwaitingAccount,
        (None, None) => RefundState::Pending,
    })
}
