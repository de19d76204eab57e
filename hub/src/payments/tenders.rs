//! What kiosks have taken: each tender reaches the books once, however often it is told.

use domain::id::{NodeId, OrderId};
use domain::ledger::{Account, Phase};
use domain::money::Won;
use domain::mutant::{Mutant, is};
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
        if !is(Mutant::CountTenderAgain) {
            return Ok(());
        }
    }
    if taken.amount == Won(0) {
        return Err(Refused::Invalid.into());
    }
    let till = Account::Tenders {
        node: taken.node.clone(),
        kind: taken.kind,
    };
    let owner = books::owner_of(&taken.purpose);
    // Below 0 when the kiosk has given it back.
    let movement = match taken.amount {
        Won(1..) => (till, owner, taken.amount),
        Won(..=0) => (owner, till, -taken.amount),
    };
    let subject = order.to_string();
    let transfer = books::record(tx, (Cause::Tender, &subject), movement, Phase::Posted, now)?;
    if is(Mutant::CountTenderAgain) && tenders::find(tx, order)?.is_some() {
        return Ok(());
    }
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

#[cfg(test)]
mod tests {
    use domain::id::{ScreeningId, TheaterId};
    use domain::order::TenderKind;
    use uuid::Uuid;

    use super::*;
    use crate::payments::api::Purpose;
    use crate::payments::sqlite::MIGRATIONS;

    #[test]
    fn what_a_kiosk_gives_back_goes_out_of_the_books_once() {
        let mut db = store::open_memory(MIGRATIONS).unwrap();
        let tx = db.transaction().unwrap();
        let (node, now): (NodeId, _) = ("seoul-1".parse().unwrap(), Timestamp(0));
        for (order, amount) in [(1, 12_000), (2, -6_000), (2, -6_000)] {
            let taken = TakenAtKiosk {
                node: node.clone(),
                kind: TenderKind::Cash,
                amount: Won(amount),
                purpose: Purpose::Seats {
                    screening: ScreeningId(5),
                    theater: TheaterId(1),
                },
                taken_at: now,
            };
            take(&tx, OrderId(Uuid::from_u128(order)), &taken, now).unwrap();
        }
        assert_eq!(books::check(&tx).unwrap(), Vec::<String>::new());
        let date = OFFSET.business_date(now).to_string();
        let totals = totals(&tx, &node, (&date, &date)).unwrap();
        assert_eq!(totals.len(), 1);
        assert_eq!((totals[0].tenders, totals[0].amount), (2, Won(6_000)));
    }
}
