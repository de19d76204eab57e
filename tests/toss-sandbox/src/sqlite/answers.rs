//! The table `answers`: what was answered under an idempotency key.

use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, named_params};
use store::StoreError;

/// What makes a call the same call. Its body is no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    pub api_key: String,
    pub method: String,
    /// Path and query.
    pub url: String,
    pub key: String,
}

/// What is answered again to the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    pub status: u16,
    pub body: Vec<u8>,
    /// The trace of the call that was answered first.
    pub trace: String,
    pub first_used_at: Timestamp,
}

/// What was answered to this call.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, identity: &Identity) -> Result<Option<Remembered>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT status, body, trace, first_used_at FROM answers
         WHERE api_key = :api_key AND method = :method AND url = :url AND key = :key",
    )?;
    let found = statement.query_row(
        named_params! {
            ":api_key": identity.api_key,
            ":method": identity.method,
            ":url": identity.url,
            ":key": identity.key,
        },
        |row| {
            Ok(Remembered {
                status: row.get("status")?,
                body: row.get("body")?,
                trace: row.get("trace")?,
                first_used_at: Timestamp(row.get("first_used_at")?),
            })
        },
    );
    Ok(found.optional()?)
}

/// Remembers an answer, in the place of one that is too old.
///
/// # Errors
///
/// Fails when the store does.
pub fn remember(
    tx: &Transaction<'_>,
    identity: &Identity,
    answer: &Remembered,
) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT OR REPLACE INTO answers
             (api_key, method, url, key, status, body, trace, first_used_at)
         VALUES (:api_key, :method, :url, :key, :status, :body, :trace, :first_used_at)",
    )?;
    statement.execute(named_params! {
        ":api_key": identity.api_key,
        ":method": identity.method,
        ":url": identity.url,
        ":key": identity.key,
        ":status": answer.status,
        ":body": answer.body,
        ":trace": answer.trace,
        ":first_used_at": answer.first_used_at.0,
    })?;
    Ok(())
}

/// Forgets what was first used before `until`.
///
/// # Errors
///
/// Fails when the store does.
pub fn forget(tx: &Transaction<'_>, until: Timestamp) -> Result<usize, StoreError> {
    let mut statement = tx.prepare_cached("DELETE FROM answers WHERE first_used_at <= :until")?;
    Ok(statement.execute(named_params! {":until": until.0})?)
}
