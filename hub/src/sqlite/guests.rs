//! The table `guests`.

use domain::id::BookingId;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use store::StoreError;

/// Notes the phone number of the guest who booked. Booking again changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn record(tx: &Transaction<'_>, booking: BookingId, phone: &str) -> Result<(), StoreError> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO guests (booking_id, phone) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    statement.execute(params![booking.0.as_bytes(), phone])?;
    Ok(())
}

/// The phone number of the guest who booked; none for a booking made elsewhere.
///
/// # Errors
///
/// Fails when the store does.
pub fn phone_of(db: &Connection, booking: BookingId) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached("SELECT phone FROM guests WHERE booking_id = ?1")?;
    let phone = statement
        .query_row([booking.0.as_bytes()], |row| row.get("phone"))
        .optional()?;
    Ok(phone)
}
