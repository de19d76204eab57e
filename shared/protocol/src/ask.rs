//! Questions to a row's writer. What comes of them arrives as rows through the feed; the
//! answer says only yes, or no and why.

use domain::id::{BookingId, NodeId, OrderId, ScreeningId, SeatId};
use domain::version::Version;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An asker waits this long at most: a customer stands before the screen.
pub const ASK_MS: i64 = 1_500;

/// The most questions that wait for their answer at one node.
pub const ASKS_MAX: usize = 256;

/// What the writer is asked to do, all of it or nothing. Asking twice does it once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "want", rename_all = "snake_case")]
pub enum Want {
    /// Grant these free seats to a node (S2).
    Grant {
        screening: ScreeningId,
        seats: Vec<SeatId>,
        to: NodeId,
    },
    /// Cancel a booking, because the operator decided so.
    Void { booking: BookingId },
    /// Give up an order that was handed off: its buyer does not want to pay it any more.
    GiveUp { order: OrderId },
    /// Put tickets of a booking on other seats, which the writer owns by then.
    Reseat {
        booking: BookingId,
        moves: Vec<(SeatId, SeatId)>,
        /// What the asker knows of each new seat, in the order of the moves. A writer with an
        /// older row has not heard yet whose the seat is, whatever its row says.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        known: Vec<Version>,
    },
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub ask: Uuid,
    /// The session in which it is asked; in another one nobody waits for the answer.
    pub session: i64,
    #[serde(flatten)]
    pub want: Want,
}

/// Why the writer did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskRefused {
    /// Somebody has one of the seats, or it is blocked.
    Taken,
    /// The one that was asked does not own the seats and cannot reach who does.
    Elsewhere,
    /// The one that was asked is recovering, or may not do this.
    NotNow,
}

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Done, and durable; the rows are on their way.
    Done,
    Refused {
        why: AskRefused,
    },
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub ask: Uuid,
    pub session: i64,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What goes over the `ask` topics, in both directions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Asking {
    Ask(Ask),
    Answer(Answer),
}
