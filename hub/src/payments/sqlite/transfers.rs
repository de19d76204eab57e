//! The table `transfers`: the ledger.

use domain::ledger::{Account, Balance, Books, Movement, Phase};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;

use super::parsed;
use crate::payments::api::books::StatementLine;

/// Adds a transfer and says its number.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(
    tx: &Transaction<'_>,
    (cause, subject): (&str, &str),
    movement: &Movement,
    phase: Phase,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let settled_at = (phase != Phase::Pending).then_some(now.0);
    let mut statement = tx.prepare_cached(
        "INSERT INTO transfers (cause, subject, debit, credit, amount, phase, made_at, settled_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    statement.execute(params![
        cause,
        subject,
        movement.debit().to_string(),
        movement.credit().to_string(),
        movement.amount().0,
        phase_text(phase),
        now.0,
        settled_at,
    ])?;
    Ok(tx.last_insert_rowid())
}

/// How far the transfer has come.
///
/// # Errors
///
/// Fails when the store does, or there is no such transfer.
pub fn phase(db: &Connection, transfer: i64) -> Result<Phase, StoreError> {
    let mut statement = db.prepare_cached("SELECT phase FROM transfers WHERE transfer_id = ?1")?;
    Ok(statement.query_row([transfer], read_phase)?)
}

/// Settles a pending transfer.
///
/// # Errors
///
/// Fails when the store does, or the transfer is settled already.
pub fn settle(
    tx: &Transaction<'_>,
    transfer: i64,
    phase: Phase,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE transfers SET phase = ?2, settled_at = ?3 WHERE transfer_id = ?1",
    )?;
    statement.execute(params![transfer, phase_text(phase), now.0])?;
    Ok(())
}

/// The balances of all accounts.
///
/// # Errors
///
/// Fails when the store does.
pub fn books(db: &Connection) -> Result<Books, StoreError> {
    let mut books = Books::default();
    let mut statement = db.prepare_cached(
        "SELECT debit, credit, phase, sum(amount) AS amount FROM transfers
          WHERE phase <> 'voided' GROUP BY debit, credit, phase",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let account = |column| parsed(row, column, |text| text.parse::<Account>().ok());
        let amount = Won(row.get("amount")?);
        let movement = Movement::new(account("debit")?, account("credit")?, amount);
        let movement = movement.map_err(|wrong| StoreError::Inconsistent {
            table: "transfers",
            reason: wrong.to_string(),
        })?;
        books.count(&movement, read_phase(row)?);
    }
    Ok(books)
}

/// The balance of one account.
///
/// # Errors
///
/// Fails when the store does.
pub fn balance(db: &Connection, account: &Account) -> Result<Balance, StoreError> {
    let name = account.to_string();
    let mut debits = db.prepare_cached(
        "SELECT coalesce(sum(amount) FILTER (WHERE phase = 'posted'), 0),
                coalesce(sum(amount) FILTER (WHERE phase = 'pending'), 0)
           FROM transfers WHERE debit = ?1 AND phase IN ('posted', 'pending')",
    )?;
    let mut credits = db.prepare_cached(
        "SELECT coalesce(sum(amount) FILTER (WHERE phase = 'posted'), 0),
                coalesce(sum(amount) FILTER (WHERE phase = 'pending'), 0)
           FROM transfers WHERE credit = ?1 AND phase IN ('posted', 'pending')",
    )?;
    let sums = |row: &Row<'_>| Ok((Won(row.get(0)?), Won(row.get(1)?)));
    let (debited, debits_pending) = debits.query_row([&name], sums)?;
    let (credited, credits_pending) = credits.query_row([&name], sums)?;
    Ok(Balance {
        debited,
        credited,
        debits_pending,
        credits_pending,
    })
}

/// The transfers of an account after one of them, oldest first, at most so many.
///
/// # Errors
///
/// Fails when the store does.
pub fn statement(
    db: &Connection,
    account: &Account,
    after: i64,
    limit: u32,
) -> Result<Vec<StatementLine>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT transfer_id, cause, subject, credit AS other, amount, phase, made_at, settled_at
           FROM transfers WHERE debit = ?1 AND transfer_id > ?2
         UNION ALL
         SELECT transfer_id, cause, subject, debit, -amount, phase, made_at, settled_at
           FROM transfers WHERE credit = ?1 AND transfer_id > ?2
         ORDER BY transfer_id LIMIT ?3",
    )?;
    let rows = statement.query_map(params![account.to_string(), after, limit], |row| {
        Ok(StatementLine {
            transfer: row.get("transfer_id")?,
            cause: row.get("cause")?,
            subject: row.get("subject")?,
            other: parsed(row, "other", |text| text.parse().ok())?,
            amount: Won(row.get("amount")?),
            phase: read_phase(row)?,
            made_at: Timestamp(row.get("made_at")?),
            settled_at: row.get::<_, Option<i64>>("settled_at")?.map(Timestamp),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn phase_text(phase: Phase) -> &'static str {
    match phase {
        Phase::Pending => "pending",
        Phase::Posted => "posted",
        Phase::Voided => "voided",
    }
}

fn read_phase(row: &Row<'_>) -> Result<Phase, rusqlite::Error> {
    parsed(row, "phase", |text| {
        [Phase::Pending, Phase::Posted, Phase::Voided]
            .into_iter()
            .find(|phase| phase_text(*phase) == text)
    })
}
