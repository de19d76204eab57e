//! The table `tenders`.

use domain::id::{BookingId, NodeId, OrderId, PledgeId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::tender::{GivenBack, GivenBackFor, KioskTender, PaidFor};
use domain::time::Timestamp;
use protocol::row::TenderFact;
use rusqlite::{Connection, Row, Transaction, params};
use store::StoreError;

use super::{inconsistent, parsed, uuid_at, uuid_or_none};

/// The tender that paid `order`, or the refund with this id.
///
/// # Errors
///
/// Fails when the store does.
pub fn find(db: &Connection, order: OrderId) -> Result<Option<TenderFact>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, node, kind, booking_id, pledge_id, amount_won, approval_no, taken_at,
                paid_order_id, why
           FROM tenders WHERE order_id = ?1",
    )?;
    let mut rows = statement.query([order.0.as_bytes()])?;
    rows.next()?.map(from_row).transpose()
}

/// Every tender that `node` took or gave back, by id.
///
/// # Errors
///
/// Fails when the store does.
pub fn of_node(db: &Connection, node: &NodeId) -> Result<Vec<KioskTender>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT order_id, node, kind, booking_id, pledge_id, amount_won, approval_no, taken_at,
                paid_order_id, why
           FROM tenders WHERE node = ?1 ORDER BY order_id",
    )?;
    let rows = statement.query_and_then([node.as_str()], from_row)?;
    rows.map(|fact| fact.map(|fact| fact.tender)).collect()
}

/// The sum of what was given back of the money that paid `order`, as a positive amount.
///
/// # Errors
///
/// Fails when the store does.
pub fn given_back(db: &Connection, order: OrderId) -> Result<Won, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT coalesce(sum(-amount_won), 0) FROM tenders WHERE paid_order_id = ?1",
    )?;
    Ok(statement.query_row([order.0.as_bytes()], |row| row.get(0).map(Won))?)
}

/// Records the fact, if it is not known yet; says whether it was new.
pub(crate) fn record(tx: &Transaction<'_>, fact: &TenderFact) -> Result<bool, StoreError> {
    let tender = &fact.tender;
    let (booking, pledge) = match tender.paid_for {
        PaidFor::Booking(booking) => (Some(*booking.0.as_bytes()), None),
        PaidFor::Pledge(pledge) => (None, Some(*pledge.0.as_bytes())),
    };
    let mut statement = tx.prepare_cached(
        "INSERT INTO tenders (order_id, node, kind, booking_id, pledge_id, amount_won,
                              approval_no, taken_at, paid_order_id, why)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (order_id) DO NOTHING",
    )?;
    let added = statement.execute(params![
        tender.order.0.as_bytes(),
        fact.node.as_str(),
        kind_name(tender.kind),
        booking,
        pledge,
        tender.amount.0,
        tender.approval_no,
        tender.taken_at.0,
        tender.gives_back.map(|back| *back.order.0.as_bytes()),
        tender.gives_back.map(|back| why_name(back.why)),
    ])?;
    Ok(added == 1)
}

fn kind_name(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Card => "card",
        TenderKind::Cash => "cash",
    }
}

fn why_name(why: GivenBackFor) -> &'static str {
    match why {
        GivenBackFor::BookingCancelled => "booking_cancelled",
        GivenBackFor::PledgeReturned => "pledge_returned",
    }
}

fn from_row(row: &Row<'_>) -> Result<TenderFact, StoreError> {
    let booking = uuid_or_none(row, "booking_id")?.map(BookingId);
    let pledge = uuid_or_none(row, "pledge_id")?.map(PledgeId);
    let paid_for = match (booking, pledge) {
        (Some(booking), None) => PaidFor::Booking(booking),
        (None, Some(pledge)) => PaidFor::Pledge(pledge),
        (None, None) | (Some(_), Some(_)) => {
            return Err(inconsistent("tenders", "for nothing, or twice".to_owned()));
        }
    };
    let why: Option<String> = row.get("why")?;
    let why = match why.as_deref() {
        None => None,
        Some("booking_cancelled") => Some(GivenBackFor::BookingCancelled),
        Some("pledge_returned") => Some(GivenBackFor::PledgeReturned),
        Some(other) => return Err(inconsistent("tenders", format!("given back for {other}"))),
    };
    let paid = uuid_or_none(row, "paid_order_id")?.map(OrderId);
    Ok(TenderFact {
        node: parsed(row, "node")?,
        tender: KioskTender {
            order: OrderId(uuid_at(row, "order_id")?),
            kind: match row.get_ref("kind")?.as_str().unwrap_or("") {
                "card" => TenderKind::Card,
                "cash" => TenderKind::Cash,
                other => return Err(inconsistent("tenders", format!("kind {other}"))),
            },
            paid_for,
            amount: Won(row.get("amount_won")?),
            approval_no: row.get("approval_no")?,
            taken_at: Timestamp(row.get("taken_at")?),
            gives_back: paid.zip(why).map(|(order, why)| GivenBack { order, why }),
        },
    })
}
