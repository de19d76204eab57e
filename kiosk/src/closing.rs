//! The daily close: the kiosk's own tenders since the last one, against the terminal's account
//! and the cash that the staff have counted.
//!
//! The terminal is asked before, outside of the transaction; nobody may pay meanwhile. What is
//! recorded later belongs to the next close.

use std::collections::BTreeSet;

use domain::daily_close::{AtTerminal, DIFFERENCES_MAX, DailyClose, Till, compare};
use domain::id::OrderId;
use domain::money::Won;
use rusqlite::Transaction;
use seats::Here;
use store::StoreError;

use crate::devices::card_terminal::{Account, Line, Movement};
use crate::sqlite;
use crate::sqlite::closes::End;

/// What the staff say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The business date (영업일) that is closed, `2026-11-22`.
    pub business_date: String,
    /// Without the change that lay in the drawer at the start (준비금).
    pub cash: Won,
}

/// Closes: compares, and stores what came out.
///
/// # Errors
///
/// Fails when the store does.
pub fn close(
    tx: &Transaction<'_>,
    here: Here<'_>,
    account: &Account,
    counted: Counted,
) -> Result<DailyClose, StoreError> {
    let last = sqlite::closes::last(tx)?;
    let mut lines = last
        .as_ref()
        .map_or_else(Vec::new, |end| end.carried.clone());
    lines.extend(account.lines.iter().cloned());
    let tenders = sqlite::closes::tenders_not_closed(tx, here.node)?;
    let open = sqlite::closes::open(tx)?;
    let at_terminal: Vec<AtTerminal> = lines.iter().map(at_terminal).collect();
    let mut compared = compare(&Till {
        tenders: &tenders,
        terminal: &at_terminal,
        open: &open,
        counted: counted.cash,
    });
    compared.differences.truncate(DIFFERENCES_MAX);
    let after_last = last.map_or(here.now, |end| end.closed_at.plus_ms(1));
    let close = DailyClose {
        node: here.node.clone(),
        closed_at: here.now.max(after_last),
        business_date: counted.business_date,
        card: compared.card,
        cash: compared.cash,
        terminal: compared.terminal,
        counted_cash: counted.cash,
        differences: compared.differences,
    };
    let end = End {
        closed_at: close.closed_at,
        terminal_last: account.last,
        carried: carried(lines, &compared.carried),
    };
    sqlite::closes::record(tx, &end, &tenders)?;
    seats::record_close(tx, here, &close)?;
    let differences = close.differences.len();
    tracing::info!(
        date = close.business_date,
        differences,
        "the day was closed"
    );
    Ok(close)
}

fn carried(lines: Vec<Line>, open: &BTreeSet<OrderId>) -> Vec<Line> {
    let is_open = |line: &Line| open.contains(&order_of(line));
    lines.into_iter().filter(is_open).collect()
}

fn at_terminal(line: &Line) -> AtTerminal {
    AtTerminal {
        order: order_of(line),
        amount: line.amount,
        approval_no: line.approval_no.clone(),
    }
}

/// The id under which a tender stands in the books: a refund's own, like any order's.
fn order_of(line: &Line) -> OrderId {
    match line.what {
        Movement::Charge(order) | Movement::Reversal(order) => order,
        Movement::Refund(refund) => OrderId(refund.0),
    }
}
