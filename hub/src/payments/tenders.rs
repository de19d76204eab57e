//! What kiosks have taken: each tender reaches the books once, however often it is told.

use domain::id::{NodeId, OrderId};
use domain::ledger::{Account, Phase};
use domain::money::Won;
use domain::time::{Timestamp, UtcOffset};
use rusqlite::{Connection, Transaction};
use store::StoreError;

use super::api::books::DayTotal;
use super::api::{Refused, TakenAtKiosk};
use super::books::{self, Cause};
use super::orders::PaymentError;
use super::sqlite::tenders;

/// The business day of every theater is Korea's. The payment database knows no theaters.
const OFFSET: UtcOffset = UtcOffset::SEOUL;

/// The most days of one answer.
pub const DAYS_MAX: i32 = 400;

/// Takes a tender into the books; the same again changes nothing.
///
/// # Errors
///
/// Refused when the order's tender is known and was another one.
pub fn take(
    tx: &Transaction<'_>,
    order: OrderId,
    taken: &TakenAtKiosk,
    now: Timestamp,
) -> Result<(), PaymentError> {
    if let Some(known) = tenders::find(tx, order)? {
        if known != *taken {
            return Err(Refused::Differs.into());
        }
        return Ok(());
    }
    if taken.amount <= Won(0) {
        return Err(Refused::Invalid.into());
    }
    let till = Account::Tenders {
        node: taken.node.clone(),
        kind: taken.kind,
    };
    let movement = (till, books::owner_of(&taken.purpose), taken.amount);
    let subject = order.to_string();
    let transfer = books::record(tx, (Cause::Tender, &subject), movement, Phase::Posted, now)?;
    let date = OFFSET.business_date(taken.taken_at).to_string();
    tenders::add(tx, order, taken, (&date, transfer))?;
    Ok(())
}

/// Staff have given money of a tender back, out of this till.
///
/// # Errors
///
/// Refused when there is no such tender, or not so much is left of it.
pub(super) fn give_back(
    tx: &Transaction<'_>,
    (order, subject): (OrderId, &str),
    (till, amount): (Account, Won),
    now: Timestamp,
) -> Result<(), PaymentError> {
    let tender = tenders::find(tx, order)?.ok_or(Refused::NotPaid)?;
    if amount <= Won(0) {
        return Err(Refused::Invalid.into());
    }
    if amount > tender.amount - tenders::given_back(tx, order)? {
        return Err(Refused::MoreThanPaid.into());
    }
    tenders::give_back(tx, order, amount)?;
    let movement = (books::owner_of(&tender.purpose), till, amount);
    books::record(tx, (Cause::Entry, subject), movement, Phase::Posted, now)?;
    Ok(())
}

/// What a kiosk took on each business date from one to another, both included.
///
/// # Errors
///
/// Fails when the store does.
pub fn totals(
    db: &Connection,
    node: &NodeId,
    (from, to): (&str, &str),
) -> Result<Vec<DayTotal>, StoreError> {
    tenders::totals(db, node, (from, to))
}
