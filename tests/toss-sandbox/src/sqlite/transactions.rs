//! The table `transactions`.

use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};
use store::StoreError;

use super::{read, written};
use crate::rules::payment::Status;
use crate::wire::transaction::Transaction;

const TABLE: &str = "transactions";

/// Which part of the list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub shop: String,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Only what happened up to here shows yet.
    pub shows_until: Timestamp,
    /// What comes after this one.
    pub after: Option<String>,
    pub limit: i64,
}

/// Notes what happened.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &rusqlite::Transaction<'_>, made: &Transaction) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO transactions (transaction_key, shop, payment_key, made_at, status, amount)
         VALUES (:key, :shop, :payment, :made_at, :status, :amount)",
    )?;
    statement.execute(named_params! {
        ":key": made.key,
        ":shop": made.payment.shop,
        ":payment": made.payment.key,
        ":made_at": made.made_at.0,
        ":status": written(TABLE, &made.status)?,
        ":amount": made.amount,
    })?;
    Ok(())
}

/// A part of the list, the earliest first; none when the transaction to begin after is unknown.
///
/// # Errors
///
/// Fails when the store does.
pub fn page(db: &Connection, page: &Page) -> Result<Option<Vec<Transaction>>, StoreError> {
    let Some(after) = place(db, page)? else {
        return Ok(None);
    };
    let mut statement = db.prepare_cached(
        "SELECT transaction_key, made_at, transactions.status AS status, amount, facts
         FROM transactions JOIN payments USING (payment_key)
         WHERE transactions.shop = :shop AND made_at >= :from AND made_at <= :to
           AND made_at <= :shows_until AND (made_at, transactions.seq) > (:made_at, :seq)
         ORDER BY made_at, transactions.seq LIMIT :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":shop": page.shop,
            ":from": page.from.0,
            ":to": page.to.0,
            ":shows_until": page.shows_until.0,
            ":made_at": after.0,
            ":seq": after.1,
            ":limit": page.limit,
        },
        row,
    )?;
    let rows = rows.map(|row| {
        let (made, status, facts) = row?;
        let (key, made_at, amount) = made;
        Ok(Transaction {
            key,
            made_at: Timestamp(made_at),
            status: read::<Status>(TABLE, &status)?,
            amount,
            payment: read(TABLE, &facts)?,
        })
    });
    rows.collect::<Result<_, StoreError>>().map(Some)
}

/// Where a page begins.
fn place(db: &Connection, page: &Page) -> Result<Option<(i64, i64)>, StoreError> {
    let Some(after) = &page.after else {
        return Ok(Some((i64::MIN, i64::MIN)));
    };
    let mut statement = db.prepare_cached(
        "SELECT made_at, seq FROM transactions WHERE transaction_key = :key AND shop = :shop",
    )?;
    let found = statement.query_row(named_params! {":key": after, ":shop": page.shop}, |row| {
        Ok((row.get("made_at")?, row.get("seq")?))
    });
    Ok(found.optional()?)
}

type Raw = ((String, i64, i64), String, String);

fn row(row: &Row<'_>) -> rusqlite::Result<Raw> {
    let made = (
        row.get("transaction_key")?,
        row.get("made_at")?,
        row.get("amount")?,
    );
    Ok((made, row.get("status")?, row.get("facts")?))
}
