//! All the SQL of the payment database, one file per noun.

pub mod attempts;
pub mod checks;
pub mod entries;
pub mod orders;
pub mod reconciliations;
pub mod refund_accounts;
pub mod refunds;
pub mod repairs;
pub mod tenders;
pub mod transfers;
pub mod webhooks;

use domain::order::TenderKind;
use rusqlite::Row;
use rusqlite::types::Type;
use store::{Migration, change_feed};
use uuid::Uuid;

/// In order, for good: a released migration is never edited.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new("changes", change_feed::SCHEMA),
    Migration::new(
        "payments",
        include_str!("../../migrations/payments/0001_payments.sql"),
    ),
    Migration::new(
        "refund accounts",
        include_str!("../../migrations/payments/0002_refund_accounts.sql"),
    ),
    Migration::new(
        "repairs",
        include_str!("../../migrations/payments/0003_repairs.sql"),
    ),
];

/// An identifier that is stored as its sixteen bytes.
fn uuid(row: &Row<'_>, column: &str) -> Result<Uuid, rusqlite::Error> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

/// A text that stands for something of ours.
fn parsed<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, rusqlite::Error> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| {
        let wrong = format!("`{text}` makes no sense as {column}").into();
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, wrong)
    })
}

fn tender_kind_text(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Card => "card",
        TenderKind::Cash => "cash",
    }
}

fn tender_kind(text: &str) -> Option<TenderKind> {
    [TenderKind::Card, TenderKind::Cash]
        .into_iter()
        .find(|kind| tender_kind_text(*kind) == text)
}
