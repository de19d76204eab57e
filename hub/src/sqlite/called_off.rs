//! Bookings of a screening that was called off, and how far their money has come.

use domain::id::{BookingId, ScreeningId};
use domain::time::Timestamp;
use rusqlite::{Connection, params};
use store::StoreError;
use uuid::Uuid;

/// Up to `limit` live bookings of a screening.
///
/// # Errors
///
/// Fails when the store does.
pub fn live(
    db: &Connection,
    screening: ScreeningId,
    limit: u32,
) -> Result<Vec<BookingId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT booking_id FROM tickets
          WHERE screening_id = ?1 AND live = 1 ORDER BY booking_id LIMIT ?2",
    )?;
    let rows = statement.query_map(params![screening.0, limit], |row| {
        let bytes: [u8; 16] = row.get(0)?;
        Ok(BookingId(Uuid::from_bytes(bytes)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Buyers besides the backers, of a screening that was called off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BuyersBack {
    /// Bookings whose money goes back, or that are to be cancelled yet.
    pub all: u32,
    /// Those whose money has arrived.
    pub done: u32,
    /// Refunds that the gateway refuses: somebody has to see to them.
    pub refused: u32,
    /// Those whose money the counter of a kiosk gives back.
    pub at_counter: u32,
    /// Those who have to say first where the money goes.
    pub awaiting_account: u32,
}

/// How far the money of the buyers has come: what was paid on the web by its refunds, what a
/// kiosk has taken by the tenders that give it back.
///
/// # Errors
///
/// Fails when the store does.
pub fn progress(
    db: &Connection,
    screening: ScreeningId,
    cancelled_at: Timestamp,
) -> Result<BuyersBack, StoreError> {
    let mut statement = db.prepare_cached(
        "WITH theirs AS (
            SELECT booking.booking_id,
                   booking.cancelled_at IS NULL AS live,
                   refund.state AS refund,
                   EXISTS (SELECT 1 FROM awaited_accounts AS waits
                            WHERE waits.refund_id = refund.refund_id) AS waits,
                   paid.order_id IS NOT NULL AS at_kiosk,
                   EXISTS (SELECT 1 FROM tenders AS back
                            WHERE back.paid_order_id = booking.order_id
                              AND back.taken_at >= ?2) AS given
              FROM bookings AS booking
              LEFT JOIN refunds AS refund ON refund.booking_id = booking.booking_id
                                         AND refund.reason = '\"screening_cancelled\"'
              LEFT JOIN tenders AS paid ON paid.order_id = booking.order_id
             WHERE booking.screening_id = ?1
               AND (booking.cancelled_at IS NULL OR refund.refund_id IS NOT NULL
                    OR paid.order_id IS NOT NULL AND booking.cancelled_at >= ?2))
         SELECT count(*),
                count(*) FILTER (WHERE refund = 'done' OR refund IS NULL AND NOT live AND given),
                count(*) FILTER (WHERE refund = 'refused'),
                count(*) FILTER (WHERE at_kiosk AND NOT given),
                count(*) FILTER (WHERE waits)
           FROM theirs",
    )?;
    let progress = statement.query_row(params![screening.0, cancelled_at.0], |row| {
        Ok(BuyersBack {
            all: row.get(0)?,
            done: row.get(1)?,
            refused: row.get(2)?,
            at_counter: row.get(3)?,
            awaiting_account: row.get(4)?,
        })
    })?;
    Ok(progress)
}
