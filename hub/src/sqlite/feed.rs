//! The hub's own rows in the change feed.

use domain::id::{CampaignId, MovieId, NodeId, TheaterId};
use protocol::row::{RANKING_KEY, Row, RowKind};
use rusqlite::{Connection, Transaction};
use seats::EVERY_NODE;
use store::StoreError;
use store::change_feed::{self, Change};

use super::{boards, campaigns, movies, refund_rules, screenings, theaters};

/// Films are told to every node.
///
/// # Errors
///
/// Fails when the store does.
pub fn movies_changed(tx: &Transaction<'_>, movies: &[MovieId]) -> Result<(), StoreError> {
    let keys: Vec<String> = movies.iter().map(ToString::to_string).collect();
    record(tx, RowKind::Movie, &keys, EVERY_NODE)
}

/// A board was published: every node shows it.
///
/// # Errors
///
/// Fails when the store does.
pub fn board_changed(tx: &Transaction<'_>) -> Result<(), StoreError> {
    record(tx, RowKind::Ranking, &[RANKING_KEY.to_owned()], EVERY_NODE)
}

/// A row that concerns one theater.
///
/// # Errors
///
/// Fails when the store does.
pub fn changed(
    tx: &Transaction<'_>,
    (kind, key): (RowKind, String),
    theater: TheaterId,
) -> Result<(), StoreError> {
    record(tx, kind, &[key], theater.0)
}

fn record(
    tx: &Transaction<'_>,
    kind: RowKind,
    keys: &[String],
    scope: i64,
) -> Result<(), StoreError> {
    let changes = keys.iter().map(|key| Change {
        kind: kind.code(),
        key,
        scope,
    });
    let changes: Vec<_> = changes.collect();
    change_feed::record(tx, NodeId::hub().as_str(), &changes)?;
    Ok(())
}

/// The present row of the hub's own with this kind and key.
///
/// # Errors
///
/// Fails when the store does, or the feed names a key that cannot be read.
pub fn load_row(db: &Connection, kind: RowKind, key: &str) -> Result<Option<Row>, StoreError> {
    let unreadable = || StoreError::Inconsistent {
        table: "changes",
        reason: format!("{} {key} is no key", kind.name()),
    };
    let number = |text: &str| text.parse::<i64>().map_err(|_| unreadable());
    match kind {
        RowKind::Movie => movies::row(db, MovieId(number(key)?)),
        RowKind::Theater => theaters::row(db, TheaterId(number(key)?)),
        RowKind::Auditorium => theaters::auditorium_row(db, number(key)?),
        RowKind::SeatMap => {
            let (id, version) = key.split_once('/').ok_or_else(unreadable)?;
            theaters::seat_map_row(db, number(id)?, number(version)?)
        }
        RowKind::Screening => screenings::row(db, number(key)?),
        RowKind::Campaign => campaigns::row(db, CampaignId(number(key)?)),
        RowKind::RefundRules => refund_rules::row(db),
        RowKind::Ranking => boards::row(db),
        RowKind::Seat
        | RowKind::Booking
        | RowKind::Tender
        | RowKind::Pledge
        | RowKind::DailyClose
        | RowKind::HandOff
        | RowKind::SearchFact
        | RowKind::TicketFact => Ok(None),
    }
}
