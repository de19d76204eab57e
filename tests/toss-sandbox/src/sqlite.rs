//! All the SQL of the sandbox, one file per table.

pub mod answers;
pub mod facts;
pub mod payments;
pub mod transactions;
pub mod webhooks;

use store::{Migration, StoreError};

/// In order, for good: a released migration is never edited.
pub const MIGRATIONS: &[Migration] = &[Migration::new(
    "sandbox",
    include_str!("../migrations/0001_sandbox.sql"),
)];

/// A value as JSON text.
fn written<T: serde::Serialize>(table: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| inconsistent(table, &error))
}

/// A value from JSON text.
fn read<T: serde::de::DeserializeOwned>(table: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| inconsistent(table, &error))
}

fn inconsistent(table: &'static str, error: &serde_json::Error) -> StoreError {
    StoreError::Inconsistent {
        table,
        reason: error.to_string(),
    }
}
