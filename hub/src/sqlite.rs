//! All the SQL of the hub, one file per noun.

pub mod audit;
pub mod awaited_accounts;
pub mod backers;
pub mod boards;
pub mod called_off;
pub mod campaigns;
pub mod excluded_terms;
pub mod feed;
pub mod guests;
pub mod likes;
pub mod movies;
pub mod nodes;
pub mod orders;
pub mod pledge_orders;
pub mod pledge_refunds;
pub mod refund_rules;
pub mod refunds;
pub mod requests;
pub mod restored;
pub mod screenings;
pub mod search_counts;
pub mod tenders_due;
pub mod theaters;
pub mod tokens;
pub mod words;

use store::{Migration, change_feed, cursor, meta};

/// In order, for good: a released migration is never edited.
pub const MIGRATIONS: &[Migration] = &[
    Migration::new("meta", meta::SCHEMA),
    Migration::new("peers", cursor::SCHEMA),
    Migration::new("changes", change_feed::SCHEMA),
    Migration::new("seats", seats::SCHEMA),
    Migration::new("movies", include_str!("../migrations/0002_movies.sql")),
    Migration::new("hub", include_str!("../migrations/0006_hub.sql")),
    Migration::new("recovery", seats::RECOVERY_SCHEMA),
    Migration::new("nodes", include_str!("../migrations/0008_nodes.sql")),
    Migration::new("audit", include_str!("../migrations/0009_audit.sql")),
    Migration::new(
        "recovery orders",
        include_str!("../migrations/0010_recovery_orders.sql"),
    ),
    Migration::new("links", include_str!("../migrations/0011_links.sql")),
    Migration::new("paid by", seats::PAID_BY_SCHEMA),
    Migration::new("tenders", seats::TENDERS_SCHEMA),
    Migration::new("claims", seats::CLAIMS_SCHEMA),
    Migration::new(
        "campaigns",
        include_str!("../migrations/0013_campaigns.sql"),
    ),
    Migration::new("orders", include_str!("../migrations/0012_orders.sql")),
    Migration::new("hand-offs", seats::HAND_OFFS_SCHEMA),
    Migration::new(
        "orders without a phone number",
        include_str!("../migrations/0014_orders_by_phone.sql"),
    ),
    Migration::new(
        "refund rules",
        include_str!("../migrations/0015_refund_rules.sql"),
    ),
    Migration::new("ticket facts", seats::TICKET_FACTS_SCHEMA),
    Migration::new(
        "awaited accounts",
        include_str!("../migrations/0016_awaited_accounts.sql"),
    ),
    Migration::new(
        "films told with people",
        include_str!("../migrations/0017_films_told_with_people.sql"),
    ),
    Migration::new("searches", boxoffice::searches::SCHEMA),
    Migration::new("rankings", include_str!("../migrations/0018_rankings.sql")),
    Migration::new("likes", include_str!("../migrations/0019_likes.sql")),
    Migration::new("back at counter", seats::BACK_AT_COUNTER_SCHEMA),
    Migration::new(
        "pledge refunds of order",
        include_str!("../migrations/0020_pledge_refunds_of_order.sql"),
    ),
];
