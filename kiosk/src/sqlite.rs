//! All the SQL of the kiosk, one file per noun.

pub mod closes;
pub mod documents;
pub mod orders;
pub mod pledges;
pub mod refunds;

use domain::order::TenderKind;
use rusqlite::Row;
use store::{Migration, StoreError, change_feed, cursor, meta};
use uuid::Uuid;

/// In order, for good: a released migration is never edited.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new("meta", meta::SCHEMA),
    Migration::new("peers", cursor::SCHEMA),
    Migration::new("changes", change_feed::SCHEMA),
    Migration::new("seats", seats::SCHEMA),
    Migration::new("kiosk", include_str!("../migrations/0005_kiosk.sql")),
    Migration::new("recovery", seats::RECOVERY_SCHEMA),
    Migration::new("claims", seats::CLAIMS_SCHEMA),
    Migration::new(
        "campaigns",
        include_str!("../migrations/0007_campaigns.sql"),
    ),
    Migration::new("paid by", seats::PAID_BY_SCHEMA),
    Migration::new("tenders", seats::TENDERS_SCHEMA),
    Migration::new("till", include_str!("../migrations/0009_till.sql")),
    Migration::new("hand-offs", seats::HAND_OFFS_SCHEMA),
    Migration::new("ticket facts", seats::TICKET_FACTS_SCHEMA),
    Migration::new("searches", boxoffice::searches::SCHEMA),
    Migration::new("back at counter", seats::BACK_AT_COUNTER_SCHEMA),
];

fn kind_name(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Card => "card",
        TenderKind::Cash => "cash",
    }
}

fn kind_named(table: &'static str, name: &str) -> Result<TenderKind, StoreError> {
    match name {
        "card" => Ok(TenderKind::Card),
        "cash" => Ok(TenderKind::Cash),
        other => Err(inconsistent(table, format!("kind {other}"))),
    }
}

fn id_or_none(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Uuid>> {
    let bytes: Option<[u8; 16]> = row.get(column)?;
    Ok(bytes.map(Uuid::from_bytes))
}

/// A row that breaks one of the kiosk's own rules.
fn inconsistent(table: &'static str, reason: String) -> StoreError {
    StoreError::Inconsistent { table, reason }
}
