//! The engine's rows in the change feed: what an operation changed, and how such a row is
//! read again for a batch.

use domain::booking::Booking;
use domain::id::{BookingId, NodeId, OrderId, ScreeningId, SeatId};
use domain::seating::ScreeningSeat;
use protocol::row::{Row, RowKind, TenderFact};
use rusqlite::{Connection, Transaction};
use store::StoreError;
use store::change_feed::{self, Change};

use crate::sqlite;

/// The feed's scope of rows that concern every node.
pub const EVERY_NODE: i64 = 0;

/// The feed's scope of rows that the hub keeps to itself. Other scopes are theaters.
pub const HUB_ONLY: i64 = -1;

/// The rows that one operation changed. Recorded in one go, so that a batch can be cut at an
/// operation's end.
#[derive(Default)]
pub(crate) struct Changes(Vec<(RowKind, String, i64)>);

impl Changes {
    pub(crate) fn seat(&mut self, seat: &ScreeningSeat, scope: i64) {
        let key = format!("{}/{}", seat.screening, seat.seat);
        self.push(RowKind::Seat, key, scope);
    }

    pub(crate) fn booking(&mut self, booking: &Booking, scope: i64) {
        self.push(RowKind::Booking, booking.booking.to_string(), scope);
    }

    pub(crate) fn tender(&mut self, fact: &TenderFact, scope: i64) {
        self.push(RowKind::Tender, fact.tender.order.to_string(), scope);
    }

    fn push(&mut self, kind: RowKind, key: String, scope: i64) {
        self.0.push((kind, key, scope));
    }

    /// Puts the changes into the feed. `origin` is the node that wrote them: they are not
    /// sent back to it.
    pub(crate) fn record(self, tx: &Transaction<'_>, origin: &NodeId) -> Result<(), StoreError> {
        if !self.0.is_empty() {
            let changes = self.0.iter().map(|(kind, key, scope)| Change {
                kind: kind.code(),
                key,
                scope: *scope,
            });
            change_feed::record(tx, origin.as_str(), &changes.collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

/// The present row of the engine with this kind and key; none when it is not one of the
/// engine's kinds or is not there.
///
/// # Errors
///
/// Fails when the store does, or the feed names a key that cannot be read.
pub fn load_row(db: &Connection, kind: RowKind, key: &str) -> Result<Option<Row>, StoreError> {
    let unreadable = || StoreError::Inconsistent {
        table: "changes",
        reason: format!("{} {key} is no key", kind.name()),
    };
    let uuid = || key.parse::<uuid::Uuid>().map_err(|_| unreadable());
    match kind {
        RowKind::Seat => {
            let (screening, seat) = key.split_once('/').ok_or_else(unreadable)?;
            let screening = ScreeningId(screening.parse().map_err(|_| unreadable())?);
            let seat = SeatId(seat.parse().map_err(|_| unreadable())?);
            Ok(sqlite::seats::find(db, screening, seat)?.map(Row::Seat))
        }
        RowKind::Booking => Ok(sqlite::bookings::find(db, BookingId(uuid()?))?.map(Row::Booking)),
        RowKind::Tender => Ok(sqlite::tenders::find(db, OrderId(uuid()?))?.map(Row::Tender)),
        RowKind::Theater
        | RowKind::Auditorium
        | RowKind::SeatMap
        | RowKind::Movie
        | RowKind::Screening => Ok(None),
    }
}
