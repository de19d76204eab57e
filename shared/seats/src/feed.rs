//! The engine's rows in the change feed: what an operation changed, and how such a row is
//! read again for a batch.

use domain::booking::Booking;
use domain::daily_close::DailyClose;
use domain::hand_off::HandOff;
use domain::id::{BookingId, NodeId, OrderId, PledgeId, ScreeningId, SeatId};
use domain::pledge::Pledge;
use domain::seating::ScreeningSeat;
use domain::ticket_fact::TicketFact;
use domain::time::Timestamp;
use protocol::row::{Row, RowKind, TenderFact, TicketFactKey, close_key};
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
pub(crate) struct Changes {
    scope: i64,
    rows: Vec<(RowKind, String)>,
}

impl Changes {
    /// Nothing yet. All rows of one operation concern the same `scope`.
    pub(crate) fn new(scope: i64) -> Self {
        Self {
            scope,
            rows: Vec::new(),
        }
    }

    pub(crate) fn seat(&mut self, seat: &ScreeningSeat) {
        self.rows
            .push((RowKind::Seat, key_of(seat.screening, seat.seat)));
    }

    pub(crate) fn booking(&mut self, booking: &Booking) {
        self.rows
            .push((RowKind::Booking, booking.booking.to_string()));
    }

    pub(crate) fn tender(&mut self, fact: &TenderFact) {
        self.rows
            .push((RowKind::Tender, fact.tender.order.to_string()));
    }

    pub(crate) fn pledge(&mut self, pledge: &Pledge) {
        self.rows.push((RowKind::Pledge, pledge.pledge.to_string()));
    }

    pub(crate) fn hand_off(&mut self, hand_off: &HandOff) {
        self.rows
            .push((RowKind::HandOff, hand_off.order.to_string()));
    }

    pub(crate) fn ticket_fact(&mut self, fact: &TicketFact) {
        let key = TicketFactKey::of(fact).to_string();
        self.rows.push((RowKind::TicketFact, key));
    }

    pub(crate) fn close(&mut self, close: &DailyClose) {
        let key = close_key(&close.node, close.closed_at);
        self.rows.push((RowKind::DailyClose, key));
    }

    /// Puts the changes into the feed. `origin` is the node that wrote them: they are not
    /// sent back to it.
    pub(crate) fn record(self, tx: &Transaction<'_>, origin: &NodeId) -> Result<(), StoreError> {
        if !self.rows.is_empty() {
            let changes = self.rows.iter().map(|(kind, key)| Change {
                kind: kind.code(),
                key,
                scope: self.scope,
            });
            change_feed::record(tx, origin.as_str(), &changes.collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

pub(crate) fn key_of(screening: ScreeningId, seat: SeatId) -> String {
    format!("{screening}/{seat}")
}

/// The seat that a key of the feed names.
#[must_use]
pub fn seat_of(key: &str) -> Option<(ScreeningId, SeatId)> {
    let (screening, seat) = key.split_once('/')?;
    Some((
        ScreeningId(screening.parse().ok()?),
        SeatId(seat.parse().ok()?),
    ))
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
            let (screening, seat) = seat_of(key).ok_or_else(unreadable)?;
            Ok(sqlite::seats::find(db, screening, seat)?.map(Row::Seat))
        }
        RowKind::Booking => Ok(sqlite::bookings::find(db, BookingId(uuid()?))?.map(Row::Booking)),
        RowKind::Tender => Ok(sqlite::tenders::find(db, OrderId(uuid()?))?.map(Row::Tender)),
        RowKind::DailyClose => {
            let (node, closed_at) = key.split_once('/').ok_or_else(unreadable)?;
            let node = node.parse().map_err(|_| unreadable())?;
            let closed_at = Timestamp(closed_at.parse().map_err(|_| unreadable())?);
            Ok(sqlite::closes::find(db, &node, closed_at)?.map(Row::DailyClose))
        }
        RowKind::Pledge => Ok(sqlite::pledges::find(db, PledgeId(uuid()?))?.map(Row::Pledge)),
        RowKind::HandOff => Ok(sqlite::hand_offs::find(db, OrderId(uuid()?))?.map(Row::HandOff)),
        RowKind::TicketFact => {
            let key = TicketFactKey::parse(key).ok_or_else(unreadable)?;
            crate::ticket_fact::load(db, &key)
        }
        RowKind::Theater
        | RowKind::Auditorium
        | RowKind::SeatMap
        | RowKind::Movie
        | RowKind::Screening
        | RowKind::Campaign
        | RowKind::RefundRules
        | RowKind::SearchFact
        | RowKind::Ranking => Ok(None),
    }
}
