//! Whether the ledger tells the same as the orders, refunds, tenders and entries.

use rusqlite::Connection;
use store::StoreError;

/// What must not be there, and the question that counts it.
const BROKEN: [(&str, &str); 8] = [
    (
        "paid attempts without their posted amount",
        "SELECT count(*) FROM attempts JOIN orders USING (order_id)
           LEFT JOIN transfers USING (transfer_id)
          WHERE state = 'paid' AND (phase IS NOT 'posted' OR transfers.amount <> orders.amount)",
    ),
    (
        "attempts under way without their promised amount",
        "SELECT count(*) FROM attempts JOIN orders USING (order_id)
           LEFT JOIN transfers USING (transfer_id)
          WHERE state IN ('confirming', 'unknown', 'waiting')
            AND (phase IS NOT 'pending' OR transfers.amount <> orders.amount)",
    ),
    (
        "attempts that were not paid with an amount",
        "SELECT count(*) FROM attempts JOIN transfers USING (transfer_id)
          WHERE state IN ('prepared', 'not_paid') AND phase <> 'voided'",
    ),
    (
        "refunds that are owed otherwise than asked",
        "SELECT count(*) FROM refunds JOIN transfers ON transfer_id = owed_transfer
          WHERE phase <> 'posted' OR transfers.amount <> refunds.amount",
    ),
    (
        "refunds that are paid otherwise than they stand",
        "SELECT count(*) FROM refunds JOIN transfers ON transfer_id = paid_transfer
          WHERE transfers.amount <> refunds.amount
             OR phase <> CASE state WHEN 'pending' THEN 'pending' WHEN 'done' THEN 'posted'
                                    ELSE 'voided' END",
    ),
    (
        "attempts of which more goes back than was paid",
        "SELECT count(*) FROM (
            SELECT 1 FROM refunds JOIN orders USING (order_id)
             GROUP BY gateway_order HAVING sum(refunds.amount) > max(orders.amount))",
    ),
    (
        "tenders without their posted amount",
        "SELECT count(*) FROM tenders JOIN transfers USING (transfer_id)
          WHERE phase <> 'posted' OR transfers.amount <> abs(tenders.amount)",
    ),
    (
        "transfers that belong to nothing",
        "SELECT count(*) FROM transfers
          WHERE cause <> 'entry' AND phase <> 'voided'
            AND transfer_id NOT IN (SELECT transfer_id FROM attempts
                                     WHERE transfer_id IS NOT NULL)
            AND transfer_id NOT IN (SELECT transfer_id FROM tenders)
            AND transfer_id NOT IN (SELECT owed_transfer FROM refunds)
            AND transfer_id NOT IN (SELECT paid_transfer FROM refunds)",
    ),
];

/// How often each of the things is there that must not be.
///
/// # Errors
///
/// Fails when the store does.
pub fn broken(db: &Connection) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let count = |&(what, sql)| {
        let mut statement = db.prepare_cached(sql)?;
        let count = statement.query_row([], |row| row.get(0))?;
        Ok((what, count))
    };
    BROKEN.iter().map(count).collect()
}

/// How much the database knows: a number that grows with every order, attempt, transfer,
/// refund and tender, and when one of them is settled.
///
/// # Errors
///
/// Fails when the store does.
pub fn progress(db: &Connection) -> Result<i64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT (SELECT count(*) + count(settled_at) FROM transfers)
              + (SELECT count(*) + count(closed_at) FROM orders)
              + (SELECT count(*) + count(confirming_at) + count(paid_at) FROM attempts)
              + (SELECT count(*) + count(refunded_at) FROM refunds)
              + (SELECT count(*) FROM tenders)
              + (SELECT count(*) FROM entries) AS progress",
    )?;
    Ok(statement.query_row([], |row| row.get("progress"))?)
}
