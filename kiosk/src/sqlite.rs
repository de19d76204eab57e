//! All the SQL of the kiosk, one file per noun.

pub mod documents;
pub mod orders;

use store::{Migration, change_feed, cursor, meta};

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
];
