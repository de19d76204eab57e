//! The table `tenders`.

use domain::id::{BookingId, OrderId};
use domain::money::Won;
use domain::order::CardTender;
use domain::time::Timestamp;
use protocol::row::TenderFact;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;

use super::{parsed, uuid_at};

/// The tender that paid `order`.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<TenderFact>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, node, booking_id, amount_won, approval_no, approved_at
           FROM tenders WHERE order_id = ?1",
    )?;
    let mut rows = statement.query([order.0.as_bytes()])?;
    Ok(rows.next()?.map(from_row).transpose()?)
}

/// Records the fact, if it is not known yet; says whether it was new.
pub(crate) fn record(tx: &Transaction<'_>, fact: &TenderFact) -> Result<bool, StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO tenders (order_id, node, booking_id, amount_won, approval_no, approved_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (order_id) DO NOTHING",
    )?;
    let added = statement.execute(params![
        fact.tender.order.0.as_bytes(),
        fact.node.as_str(),
        fact.tender.booking.0.as_bytes(),
        fact.tender.amount.0,
        fact.tender.approval_no,
        fact.tender.approved_at.0,
    ])?;
    Ok(added == 1)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<TenderFact> {
    Ok(TenderFact {
        node: parsed(row, "node")?,
        tender: CardTender {
            order: OrderId(uuid_at(row, "order_id")?),
            booking: BookingId(uuid_at(row, "booking_id")?),
            amount: Won(row.get("amount_won")?),
            approval_no: row.get("approval_no")?,
            approved_at: Timestamp(row.get("approved_at")?),
        },
    })
}
