//! The tables `reconciliations` and `differences`, and what of ours is compared.

use domain::id::{OrderId, RefundId};
use domain::money::Won;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use store::StoreError;

use super::{parsed, repairs, uuid};
use crate::payments::api::books::{Difference, Progress, ReconciliationView, Window};
use crate::payments::reconciliation::{Back, Charge, KnownAttempt};

/// Adds a comparison and says its number.
///
/// # Errors
///
/// Fails when the store does.
pub fn add(
    tx: &Transaction<'_>,
    window: Window,
    next_read_at: Timestamp,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO reconciliations (from_at, until, state, asked_at, next_read_at)
         VALUES (?1, ?2, 'asked', ?3, ?4)",
    )?;
    let (from, until) = (window.from.0, window.until.0);
    statement.execute(params![from, until, now.0, next_read_at.0])?;
    Ok(tx.last_insert_rowid())
}

/// The comparison, with what it has found.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, id: i64) -> Result<Option<ReconciliationView>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT reconciliation_id, from_at, until, state, next_read_at, finished_at, transactions
           FROM reconciliations WHERE reconciliation_id = ?1",
    )?;
    let found = statement.query_row([id], read).optional()?;
    let Some(mut view) = found else {
        return Ok(None);
    };
    let mut statement = db.prepare_cached(
        "SELECT body FROM differences WHERE reconciliation_id = ?1 ORDER BY number",
    )?;
    let rows = statement.query_map([id], |row| {
        parsed(row, "body", |text| serde_json::from_str(text).ok())
    })?;
    view.differences = rows.collect::<Result<Vec<Difference>, _>>()?;
    for difference in &mut view.differences {
        let known = repairs::find(db, &difference.subject())?;
        difference.decided = known.map(|known| known.view);
    }
    Ok(Some(view))
}

/// The latest comparison of exactly this window, if there is one.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_window(db: &Connection, window: Window) -> Result<Option<i64>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT reconciliation_id FROM reconciliations WHERE from_at = ?1 AND until = ?2
          ORDER BY reconciliation_id DESC LIMIT 1",
    )?;
    let found = statement.query_row([window.from.0, window.until.0], |row| row.get(0));
    Ok(found.optional()?)
}

/// The comparison that is due first.
///
/// # Errors
///
/// Fails when the store does.
pub fn due(db: &Connection, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT reconciliation_id FROM reconciliations WHERE next_read_at <= ?1
          ORDER BY next_read_at LIMIT 1",
    )?;
    Ok(statement.query_row([now.0], |row| row.get(0)).optional()?)
}

/// Stores how far a comparison has come and what it has found now.
///
/// # Errors
///
/// Fails when the store does.
pub fn update(tx: &Transaction<'_>, view: &ReconciliationView) -> Result<(), StoreError> {
    let (state, next_read_at, finished_at) = match view.progress {
        Progress::Asked { next_read_at } => ("asked", Some(next_read_at.0), None),
        Progress::Reread { next_read_at } => ("reread", Some(next_read_at.0), None),
        Progress::Finished { finished_at } => ("finished", None, Some(finished_at.0)),
    };
    let mut statement = tx.prepare_cached(
        "UPDATE reconciliations
            SET state = ?2, next_read_at = ?3, finished_at = ?4, transactions = ?5
          WHERE reconciliation_id = ?1",
    )?;
    let id = view.reconciliation;
    statement.execute(params![
        id,
        state,
        next_read_at,
        finished_at,
        view.transactions
    ])?;
    let mut clear = tx.prepare_cached("DELETE FROM differences WHERE reconciliation_id = ?1")?;
    clear.execute([id])?;
    let mut add = tx.prepare_cached(
        "INSERT INTO differences (reconciliation_id, number, body) VALUES (?1, ?2, ?3)",
    )?;
    for (number, difference) in (1_i64..).zip(&view.differences) {
        add.execute(params![id, number, json(difference)?])?;
    }
    Ok(())
}

fn json(difference: &Difference) -> Result<String, StoreError> {
    let body = Difference {
        decided: None,
        ..difference.clone()
    };
    serde_json::to_string(&body).map_err(|error| StoreError::Inconsistent {
        table: "differences",
        reason: error.to_string(),
    })
}

/// What was paid in a window.
///
/// # Errors
///
/// Fails when the store does.
pub fn charges(db: &Connection, window: Window) -> Result<Vec<Charge>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, gateway_order, payment_key, amount
           FROM attempts JOIN orders USING (order_id)
          WHERE paid_at >= ?1 AND paid_at < ?2 AND payment_key IS NOT NULL ORDER BY paid_at",
    )?;
    let rows = statement.query_map([window.from.0, window.until.0], |row| {
        Ok(Charge {
            order: OrderId(uuid(row, "order_id")?),
            gateway_order: row.get("gateway_order")?,
            payment_key: row.get("payment_key")?,
            amount: Won(row.get("amount")?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What the gateway has given back in a window.
///
/// # Errors
///
/// Fails when the store does.
pub fn backs(db: &Connection, window: Window) -> Result<Vec<Back>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT refund_id, refunds.order_id, gateway_order, payment_key, transaction_key, amount
           FROM refunds JOIN attempts USING (gateway_order)
          WHERE refunded_at >= ?1 AND refunded_at < ?2 AND transaction_key IS NOT NULL
            AND payment_key IS NOT NULL
          ORDER BY refunded_at",
    )?;
    let rows = statement.query_map([window.from.0, window.until.0], |row| {
        Ok(Back {
            refund: RefundId(uuid(row, "refund_id")?),
            order: OrderId(uuid(row, "order_id")?),
            gateway_order: row.get("gateway_order")?,
            payment_key: row.get("payment_key")?,
            transaction_key: row.get("transaction_key")?,
            amount: Won(row.get("amount")?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The attempt with this payment key, if there is one.
///
/// # Errors
///
/// Fails when the store does.
pub fn known(db: &Connection, payment_key: &str) -> Result<Option<KnownAttempt>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, amount, state FROM attempts JOIN orders USING (order_id)
          WHERE payment_key = ?1",
    )?;
    let found = statement.query_row([payment_key], |row| {
        let state: String = row.get("state")?;
        Ok(KnownAttempt {
            order: OrderId(uuid(row, "order_id")?),
            amount: Won(row.get("amount")?),
            not_paid: (state != "paid").then_some(state),
        })
    });
    Ok(found.optional()?)
}

/// Whether a refund of ours has this key at the gateway.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_our_cancel(
    db: &Connection,
    payment_key: &str,
    transaction_key: &str,
) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM attempts JOIN refunds USING (gateway_order)
                         WHERE payment_key = ?1 AND transaction_key = ?2)",
    )?;
    Ok(statement.query_row([payment_key, transaction_key], |row| row.get(0))?)
}

fn read(row: &Row<'_>) -> Result<ReconciliationView, rusqlite::Error> {
    let state: String = row.get("state")?;
    let time = |column| {
        let at: Option<i64> = row.get(column)?;
        Ok::<_, rusqlite::Error>(Timestamp(at.unwrap_or(0)))
    };
    Ok(ReconciliationView {
        reconciliation: row.get("reconciliation_id")?,
        window: Window {
            from: Timestamp(row.get("from_at")?),
            until: Timestamp(row.get("until")?),
        },
        progress: match state.as_str() {
            "asked" => Progress::Asked {
                next_read_at: time("next_read_at")?,
            },
            "reread" => Progress::Reread {
                next_read_at: time("next_read_at")?,
            },
            _ => Progress::Finished {
                finished_at: time("finished_at")?,
            },
        },
        transactions: row.get("transactions")?,
        differences: Vec::new(),
    })
}
