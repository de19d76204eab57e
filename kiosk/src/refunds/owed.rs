//! What is owed for tickets: by the hub's rules, and all of it for a screening that was called off.

use domain::booking::Ticket;
use domain::refund::RefundRules;
use protocol::row::{REFUND_RULES_KEY, RefundRulesFacts, RowKind};
use rusqlite::{Connection, Transaction};
use seats::Here;
use store::StoreError;

use super::{AskRefund, Quote, RefundError};
use crate::pledging;
use crate::sqlite::documents;

/// The hub's rules; those that every hub begins with when it has told none, or some that this
/// program cannot use.
pub(super) fn rules(db: &Connection) -> Result<RefundRules, StoreError> {
    let told: Option<RefundRulesFacts> =
        documents::find(db, RowKind::RefundRules, REFUND_RULES_KEY)?;
    let rules = told.map(|told| RefundRules::new(told.rules));
    Ok(match rules {
        Some(Ok(rules)) => rules,
        Some(Err(_)) | None => RefundRules::default(),
    })
}

/// The tickets that money goes back for. Of a screening that was called off they are all of the
/// booking's, whichever were named.
pub(super) fn take_back(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (quote, asked): (&Quote, AskRefund<'_>),
) -> Result<Vec<Ticket>, RefundError> {
    if !pledging::called_off(tx, quote.booking.screening)? {
        let returned =
            seats::return_tickets(tx, here, asked.booking, asked.tickets, asked.starts_at)?;
        return Ok(returned.tickets);
    }
    match seats::void(tx, here, asked.booking)? {
        Ok(ended) => Ok(ended.tickets),
        Err(_) => Err(RefundError::Recovering),
    }
}
