//! The table `attempts`.

use domain::id::OrderId;
use domain::payment::{AttemptState, Deposit};
use domain::time::Timestamp;
use process::config::Secret;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

use super::uuid;

/// One try to pay an order.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The gateway's name for it.
    pub gateway_order: String,
    pub order: OrderId,
    /// The order's first attempt has number 1.
    pub number: i64,
    pub state: AttemptState,
    /// The same for every repetition of its confirmation.
    pub idempotency_key: String,
    pub payment_key: Option<String>,
    pub begun_at: Timestamp,
    pub confirming_at: Option<Timestamp>,
    /// Where its money stands in the ledger.
    pub transfer: Option<i64>,
    /// Proves a deposit callback.
    pub secret: Option<Secret>,
    /// The order was already paid by another one.
    pub is_duplicate: bool,
    /// How often the gateway was asked what became of it.
    pub checks: i64,
    pub next_check_at: Option<Timestamp>,
}

const COLUMNS: &str = "gateway_order, order_id, number, state, idempotency_key, payment_key,
    begun_at, confirming_at, transfer_id, paid_at, method, code, bank, account_number, due,
    secret, duplicate, checks, next_check_at";

/// Adds an attempt that is prepared.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, attempt: &Attempt) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO attempts (gateway_order, order_id, number, state, idempotency_key, begun_at)
         VALUES (?1, ?2, ?3, 'prepared', ?4, ?5)",
    )?;
    statement.execute(params![
        attempt.gateway_order,
        attempt.order.0.as_bytes(),
        attempt.number,
        attempt.idempotency_key,
        attempt.begun_at.0,
    ])?;
    Ok(())
}

/// Stores what has become of an attempt.
///
/// # Errors
///
/// Fails when the store does.
pub fn update(tx: &Transaction<'_>, attempt: &Attempt) -> Result<(), StoreError> {
    let (paid_at, method) = match &attempt.state {
        AttemptState::Paid { paid_at, method } => (Some(paid_at.0), Some(method)),
        AttemptState::Prepared
        | AttemptState::Confirming
        | AttemptState::Unknown
        | AttemptState::WaitingForDeposit(_)
        | AttemptState::NotPaid { .. } => (None, None),
    };
    let (deposit, code) = match &attempt.state {
        AttemptState::WaitingForDeposit(deposit) => (Some(deposit), None),
        AttemptState::NotPaid { code } => (None, Some(code)),
        AttemptState::Prepared
        | AttemptState::Confirming
        | AttemptState::Unknown
        | AttemptState::Paid { .. } => (None, None),
    };
    let mut statement = tx.prepare_cached(
        "UPDATE attempts
            SET state = ?2, payment_key = ?3, confirming_at = ?4, transfer_id = ?5, paid_at = ?6,
                method = ?7, code = ?8, bank = ?9, account_number = ?10, due = ?11, secret = ?12,
                duplicate = ?13, checks = ?14, next_check_at = ?15
          WHERE gateway_order = ?1",
    )?;
    statement.execute(params![
        attempt.gateway_order,
        state_text(&attempt.state),
        attempt.payment_key,
        attempt.confirming_at.map(|at| at.0),
        attempt.transfer,
        paid_at,
        method,
        code,
        deposit.map(|deposit| &deposit.bank),
        deposit.map(|deposit| &deposit.account_number),
        deposit.and_then(|deposit| deposit.due).map(|due| due.0),
        attempt.secret.as_ref().map(Secret::expose),
        attempt.is_duplicate,
        attempt.checks,
        attempt.next_check_at.map(|at| at.0),
    ])?;
    Ok(())
}

/// The attempt with this name at the gateway.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, gateway_order: &str) -> Result<Option<Attempt>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM attempts WHERE gateway_order = ?1"
    ))?;
    Ok(statement.query_row([gateway_order], read).optional()?)
}

/// The attempt that this payment belongs to.
///
/// # Errors
///
/// Fails when the store does.
pub fn find_by_key(db: &Connection, payment_key: &str) -> Result<Option<Attempt>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM attempts WHERE payment_key = ?1"
    ))?;
    Ok(statement.query_row([payment_key], read).optional()?)
}

/// All attempts of an order, the first one first.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_order(db: &Connection, order: OrderId) -> Result<Vec<Attempt>, StoreError> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM attempts WHERE order_id = ?1 ORDER BY number"
    ))?;
    let rows = statement.query_map([order.0.as_bytes()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Attempts about which the gateway is to be asked now, at most so many.
///
/// # Errors
///
/// Fails when the store does.
pub fn to_check(db: &Connection, now: Timestamp, limit: i64) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT gateway_order FROM attempts WHERE next_check_at <= ?1
          ORDER BY next_check_at LIMIT ?2",
    )?;
    let rows = statement.query_map(params![now.0, limit], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next attempt is to be asked about.
///
/// # Errors
///
/// Fails when the store does.
pub fn next_check(db: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let mut statement = db.prepare_cached("SELECT min(next_check_at) FROM attempts")?;
    let at: Option<i64> = statement.query_row([], |row| row.get(0))?;
    Ok(at.map(Timestamp))
}

/// The gateway is asked about this one now.
///
/// # Errors
///
/// Fails when the store does.
pub fn check_at(
    tx: &Transaction<'_>,
    gateway_order: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut statement =
        tx.prepare_cached("UPDATE attempts SET next_check_at = ?2 WHERE gateway_order = ?1")?;
    statement.execute(params![gateway_order, at.0])?;
    Ok(())
}

/// After a start nobody waits for an answer any more: everything that was under way is asked
/// about now. Says how many.
///
/// # Errors
///
/// Fails when the store does.
pub fn check_what_was_under_way(tx: &Transaction<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE attempts SET next_check_at = ?1 WHERE state IN ('confirming', 'unknown')",
    )?;
    Ok(statement.execute([now.0])?)
}

/// Attempts of which nobody knows how they end, by state, for the metrics.
///
/// # Errors
///
/// Fails when the store does.
pub fn counts_open(db: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT state, count(*) FROM attempts
          WHERE state IN ('confirming', 'unknown', 'waiting') GROUP BY state ORDER BY state",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn state_text(state: &AttemptState) -> &'static str {
    match state {
        AttemptState::Prepared => "prepared",
        AttemptState::Confirming => "confirming",
        AttemptState::Unknown => "unknown",
        AttemptState::WaitingForDeposit(_) => "waiting",
        AttemptState::Paid { .. } => "paid",
        AttemptState::NotPaid { .. } => "not_paid",
    }
}

fn read(row: &Row<'_>) -> Result<Attempt, rusqlite::Error> {
    let time = |column| {
        let at: Option<i64> = row.get(column)?;
        Ok::<_, rusqlite::Error>(at.map(Timestamp))
    };
    Ok(Attempt {
        gateway_order: row.get("gateway_order")?,
        order: OrderId(uuid(row, "order_id")?),
        number: row.get("number")?,
        state: state(row)?,
        idempotency_key: row.get("idempotency_key")?,
        payment_key: row.get("payment_key")?,
        begun_at: Timestamp(row.get("begun_at")?),
        confirming_at: time("confirming_at")?,
        transfer: row.get("transfer_id")?,
        secret: row.get::<_, Option<String>>("secret")?.map(Secret::new),
        is_duplicate: row.get("duplicate")?,
        checks: row.get("checks")?,
        next_check_at: time("next_check_at")?,
    })
}

/// The table's own checks see to it that the columns fit the state.
fn state(row: &Row<'_>) -> Result<AttemptState, rusqlite::Error> {
    let text: String = row.get("state")?;
    Ok(match text.as_str() {
        "prepared" => AttemptState::Prepared,
        "confirming" => AttemptState::Confirming,
        "waiting" => AttemptState::WaitingForDeposit(Deposit {
            bank: row.get("bank")?,
            account_number: row.get("account_number")?,
            due: row.get::<_, Option<i64>>("due")?.map(Timestamp),
        }),
        "paid" => AttemptState::Paid {
            paid_at: Timestamp(row.get("paid_at")?),
            method: row.get("method")?,
        },
        "not_paid" => AttemptState::NotPaid {
            code: row.get("code")?,
        },
        // The safe reading of everything else: the gateway is asked.
        _ => AttemptState::Unknown,
    })
}
