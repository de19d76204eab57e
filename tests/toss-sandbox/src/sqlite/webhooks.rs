//! The table `webhooks`: what is to be told, and how often it was tried.

use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction, named_params};
use serde::Serialize;
use serde_json::value::RawValue;
use store::StoreError;

use super::inconsistent;

/// One that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    pub id: i64,
    pub payment_key: String,
    pub transmission_id: String,
    pub url: String,
    pub body: String,
    pub retried: u16,
}

/// One that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWebhook<'a> {
    pub payment_key: &'a str,
    pub transmission_id: &'a str,
    pub url: &'a str,
    pub event: &'a str,
    pub body: &'a str,
    pub due_at: Timestamp,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Delivered,
    Again { due_at: Timestamp },
    GivenUp,
}

/// One as it is shown to whoever asks.
#[derive(Debug, Serialize)]
pub struct Shown {
    pub id: i64,
    pub transmission_id: String,
    pub url: String,
    pub event: String,
    pub state: String,
    pub retried: i64,
    pub due_at: i64,
    pub last_answer: Option<String>,
    pub body: Box<RawValue>,
}

/// Puts one into the queue.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(tx: &Transaction<'_>, webhook: &NewWebhook<'_>) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO webhooks (payment_key, transmission_id, url, event, body, state, due_at)
         VALUES (:payment_key, :transmission_id, :url, :event, :body, 'waiting', :due_at)",
    )?;
    statement.execute(named_params! {
        ":payment_key": webhook.payment_key,
        ":transmission_id": webhook.transmission_id,
        ":url": webhook.url,
        ":event": webhook.event,
        ":body": webhook.body,
        ":due_at": webhook.due_at.0,
    })?;
    Ok(())
}

/// What is due, the earliest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn due(db: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Webhook>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, payment_key, transmission_id, url, body, retried FROM webhooks
         WHERE state = 'waiting' AND due_at <= :now ORDER BY due_at, id LIMIT :limit",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(named_params! {":now": now.0, ":limit": limit}, |row| {
        Ok(Webhook {
            id: row.get("id")?,
            payment_key: row.get("payment_key")?,
            transmission_id: row.get("transmission_id")?,
            url: row.get("url")?,
            body: row.get("body")?,
            retried: row.get("retried")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next one is due.
///
/// # Errors
///
/// Fails when the store does.
pub fn next_due(db: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT min(due_at) AS due_at FROM webhooks WHERE state = 'waiting'")?;
    let due: Option<i64> = statement.query_row([], |row| row.get("due_at"))?;
    Ok(due.map(Timestamp))
}

/// Notes what came of an attempt, and what the other side said.
///
/// # Errors
///
/// Fails when the store does.
pub fn note(tx: &Transaction<'_>, id: i64, sent: Sent, answer: &str) -> Result<(), StoreError> {
    let (state, again, due_at) = match sent {
        Sent::Delivered => ("delivered", 0, None),
        Sent::Again { due_at } => ("waiting", 1, Some(due_at.0)),
        Sent::GivenUp => ("failed", 0, None),
    };
    let mut statement = tx.prepare_cached(
        "UPDATE webhooks SET state = :state, retried = retried + :again,
                due_at = coalesce(:due_at, due_at), last_answer = :answer
         WHERE id = :id",
    )?;
    statement.execute(named_params! {
        ":state": state,
        ":again": again,
        ":due_at": due_at,
        ":answer": answer,
        ":id": id,
    })?;
    Ok(())
}

/// Sends one again, as by hand in the developer centre; whether there is such a one.
///
/// # Errors
///
/// Fails when the store does.
pub fn resend(tx: &Transaction<'_>, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    let mut statement =
        tx.prepare_cached("UPDATE webhooks SET state = 'waiting', due_at = :now WHERE id = :id")?;
    Ok(statement.execute(named_params! {":now": now.0, ":id": id})? == 1)
}

/// The latest, the newest first.
///
/// # Errors
///
/// Fails when the store does.
pub fn latest(db: &Connection, limit: usize) -> Result<Vec<Shown>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, transmission_id, url, event, state, retried, due_at, last_answer, body
         FROM webhooks ORDER BY id DESC LIMIT :limit",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(named_params! {":limit": limit}, |row| {
        Ok((shown(row)?, row.get::<_, String>("body")?))
    })?;
    rows.map(|row| {
        let (mut shown, body) = row?;
        shown.body =
            RawValue::from_string(body).map_err(|error| inconsistent("webhooks", &error))?;
        Ok(shown)
    })
    .collect()
}

fn shown(row: &Row<'_>) -> rusqlite::Result<Shown> {
    Ok(Shown {
        id: row.get("id")?,
        transmission_id: row.get("transmission_id")?,
        url: row.get("url")?,
        event: row.get("event")?,
        state: row.get("state")?,
        retried: row.get("retried")?,
        due_at: row.get("due_at")?,
        last_answer: row.get("last_answer")?,
        body: RawValue::NULL.to_owned(),
    })
}
