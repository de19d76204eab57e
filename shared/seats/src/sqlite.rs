//! All the SQL of the engine, one file per noun.

pub mod bookings;
pub mod claims;
pub mod closes;
pub mod conflicts;
pub mod hand_offs;
pub mod holds;
pub mod pledges;
pub mod recovery;
pub mod seats;
pub mod tenders;
pub mod ticket_facts;

use rusqlite::RowIndex;
use rusqlite::types::Type;
use store::StoreError;
use uuid::Uuid;

/// A row that breaks one of the engine's own rules.
fn inconsistent(table: &'static str, reason: String) -> StoreError {
    StoreError::Inconsistent { table, reason }
}

fn uuid_at(row: &rusqlite::Row<'_>, column: impl RowIndex) -> rusqlite::Result<Uuid> {
    let bytes: [u8; 16] = row.get(column)?;
    Ok(Uuid::from_bytes(bytes))
}

fn uuid_or_none(row: &rusqlite::Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<Uuid>> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(Uuid::from_bytes))
}

fn parsed<T: std::str::FromStr>(
    row: &rusqlite::Row<'_>,
    column: impl RowIndex,
) -> rusqlite::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
    })
}
