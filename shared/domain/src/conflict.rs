//! What must never happen and was found anyway (P3): a record for the operator, never a
//! log line.

use serde::{Deserialize, Serialize};

use crate::id::{BookingId, NodeId, ScreeningId, SeatId};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Conflict {
    /// One seat is in two live bookings (against S3).
    SeatSoldTwice {
        screening: ScreeningId,
        seat: SeatId,
        bookings: Vec<BookingId>,
    },
    /// A live booking's seat is not its own any more: it was blocked, or belongs to a node
    /// that knows nothing of the booking.
    SeatLost {
        screening: ScreeningId,
        seat: SeatId,
        booking: BookingId,
    },
    /// A node's database was copied or rolled back without anybody saying so.
    CopyFound {
        node: NodeId,
        incarnation: i64,
        reason: String,
    },
    /// A node changed a seat that it does not own (against S1).
    NotTheOwner {
        screening: ScreeningId,
        seat: SeatId,
        owner: NodeId,
        sender: NodeId,
    },
    /// A row that the receiver can never take: its place in the feed was passed over.
    RowRefused {
        sender: NodeId,
        row: String,
        key: String,
        reason: String,
    },
}

impl Conflict {
    /// The same finding made twice has the same key, so that it is recorded once.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::SeatSoldTwice {
                screening, seat, ..
            } => format!("seat_sold_twice/{screening}/{seat}"),
            Self::SeatLost {
                screening,
                seat,
                booking,
            } => format!("seat_lost/{screening}/{seat}/{booking}"),
            Self::CopyFound {
                node, incarnation, ..
            } => format!("copy_found/{node}/{incarnation}"),
            Self::NotTheOwner {
                screening,
                seat,
                sender,
                ..
            } => format!("not_the_owner/{screening}/{seat}/{sender}"),
            Self::RowRefused {
                sender, row, key, ..
            } => format!("row_refused/{sender}/{row}/{key}"),
        }
    }
}
