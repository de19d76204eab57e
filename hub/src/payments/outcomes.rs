//! The outcome feed: which orders and refunds have changed, each once, in the order of the
//! latest change. Whoever reads it stores how far beside what was made of it.

use domain::id::{OrderId, RefundId};
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction};
use store::StoreError;
use store::change_feed::{self, Change, FeedQuery};
use uuid::Uuid;

use super::api::{Outcome, Outcomes};
use super::orders::{self, PaymentError};
use super::refunds;

/// The most outcomes of one answer.
pub const OUTCOMES_MAX: u32 = 500;

const ORDER: i64 = 1;
const REFUND: i64 = 2;

/// Who writes this feed.
const ORIGIN: &str = "payments";

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Order(OrderId),
    Refund(RefundId),
}

/// Puts what has changed at the end of the feed.
///
/// # Errors
///
/// Fails when the store does.
pub fn changed(tx: &Transaction<'_>, what: &[Changed]) -> Result<(), StoreError> {
    let keys = what.iter().map(|changed| match changed {
        Changed::Order(order) => (ORDER, order.to_string()),
        Changed::Refund(refund) => (REFUND, refund.to_string()),
    });
    let keys: Vec<(i64, String)> = keys.collect();
    let changes = keys.iter().map(|(kind, key)| Change {
        kind: *kind,
        key,
        scope: 0,
    });
    change_feed::record(tx, ORIGIN, &changes.collect::<Vec<_>>())?;
    Ok(())
}

/// The present state of what has changed after `after`, at most so many.
///
/// # Errors
///
/// Fails when the store does.
pub fn read(
    db: &Connection,
    after: i64,
    limit: u32,
    now: Timestamp,
) -> Result<Outcomes, PaymentError> {
    let limit = limit.clamp(1, OUTCOMES_MAX) as usize;
    let query = FeedQuery {
        after,
        limit,
        scopes: None,
        not_origin: None,
    };
    let page = change_feed::read(db, &query)?;
    let mut outcomes = Vec::with_capacity(page.entries.len());
    for entry in page.entries {
        let id: Uuid = entry.key.parse().map_err(|_| StoreError::Inconsistent {
            table: "changes",
            reason: format!("`{}` is no id", entry.key),
        })?;
        outcomes.push(if entry.kind == ORDER {
            Outcome::Order(orders::view(db, OrderId(id), now)?)
        } else {
            Outcome::Refund(refunds::view(db, RefundId(id))?)
        });
    }
    Ok(Outcomes {
        last: page.last,
        outcomes,
    })
}
