//! What must never happen and was found anyway (P3): a record for the operator, never a
//! log line.

pub mod remedy;

use serde::{Deserialize, Serialize};

use crate::booking::Booking;
use crate::id::{BookingId, NodeId, OrderId, RefundId, ScreeningId, SeatId};
use crate::money::Won;
use crate::seating::SeatState;
use remedy::Move;

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
    /// The gateway will not give money back, for good. The buyer is still owed it.
    RefundRefused {
        refund: RefundId,
        order: OrderId,
        /// None when the money had no seats at all.
        booking: Option<BookingId>,
        amount: Won,
        /// How often it was asked.
        times: u32,
        /// The gateway's code.
        code: String,
    },
}

impl Conflict {
    /// The place that the conflict is about, if it is about one.
    #[must_use]
    pub fn place(&self) -> Option<(ScreeningId, SeatId)> {
        match self {
            Self::SeatSoldTwice {
                screening, seat, ..
            }
            | Self::SeatLost {
                screening, seat, ..
            }
            | Self::NotTheOwner {
                screening, seat, ..
            } => Some((*screening, *seat)),
            Self::CopyFound { .. } | Self::RowRefused { .. } | Self::RefundRefused { .. } => None,
        }
    }

    /// The node that it speaks of; for bookings the bookings say so.
    #[must_use]
    pub fn node(&self) -> Option<&NodeId> {
        match self {
            Self::CopyFound { node, .. } => Some(node),
            Self::NotTheOwner { sender, .. } | Self::RowRefused { sender, .. } => Some(sender),
            Self::SeatSoldTwice { .. } | Self::SeatLost { .. } | Self::RefundRefused { .. } => None,
        }
    }

    /// Whether it lasts until bookings and seats are changed. The others are told once and
    /// read.
    #[must_use]
    pub fn is_of_bookings(&self) -> bool {
        match self {
            Self::SeatSoldTwice { .. } | Self::SeatLost { .. } => true,
            Self::CopyFound { .. }
            | Self::NotTheOwner { .. }
            | Self::RowRefused { .. }
            | Self::RefundRefused { .. } => false,
        }
    }

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
            Self::RefundRefused { refund, times, .. } => {
                format!("refund_refused/{refund}/{times}")
            }
        }
    }
}

/// What an operator can do about a conflict.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// The loser gets other seats in the same zone.
    Reseat,
    /// The loser gets seats in a dearer zone; the price stays.
    Upgrade,
    /// The loser's booking ends, and what was paid is due back.
    Refund,
    /// There is nothing to change; the note says why.
    Dismiss,
}

/// What came of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Reseated {
        booking: BookingId,
        moves: Vec<Move>,
    },
    Refunded {
        booking: BookingId,
        /// What the guest has paid and gets back at the counter.
        due_won: Won,
    },
    /// The gateway is asked once more for money that it would not give back.
    AskedAgain {
        refund: RefundId,
        due_won: Won,
    },
    Dismissed,
    /// Nobody was without a seat any more when it was decided.
    Settled,
}

/// An operator's decision, kept with its conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub remedy: Remedy,
    /// The operator's name.
    pub by: String,
    pub note: String,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Which of the bookings that have one seat keeps it: the one that the seat's row names, else
/// the one that was made first. None when there is no booking.
#[must_use]
pub fn winner(seat: Option<SeatState>, bookings: &[Booking]) -> Option<BookingId> {
    let named = match seat {
        Some(SeatState::Booked { booking }) => Some(booking),
        Some(
            SeatState::Free | SeatState::Held { .. } | SeatState::Kept { .. } | SeatState::Blocked,
        )
        | None => None,
    };
    let known = |id: &BookingId| bookings.iter().any(|booking| booking.booking == *id);
    named.filter(known).or_else(|| {
        let first = bookings
            .iter()
            .min_by_key(|booking| (booking.booked_at, booking.booking));
        first.map(|booking| booking.booking)
    })
}

#[cfg(test)]
mod tests {
    use super::remedy::tests::booking;
    use super::*;
    use crate::time::Timestamp;

    fn two() -> [Booking; 2] {
        let early = Booking {
            booked_at: Timestamp(1),
            ..booking(8, &[5])
        };
        let late = Booking {
            booked_at: Timestamp(2),
            ..booking(7, &[5])
        };
        [late, early]
    }

    #[test]
    fn the_booking_that_the_seat_names_keeps_it() {
        let bookings = two();
        for named in [&bookings[0], &bookings[1]] {
            let booking = named.booking;
            let seat = Some(SeatState::Booked { booking });
            assert_eq!(winner(seat, &bookings), Some(booking));
        }
    }

    #[test]
    fn else_the_first_one_keeps_it_and_ties_go_by_id() {
        let [late, early] = two();
        let stranger = SeatState::Booked {
            booking: booking(99, &[5]).booking,
        };
        for seat in [None, Some(SeatState::Free), Some(stranger)] {
            let bookings = [late.clone(), early.clone()];
            assert_eq!(winner(seat, &bookings), Some(early.booking), "{seat:?}");
        }
        let tied = Booking {
            booked_at: late.booked_at,
            ..early.clone()
        };
        let smaller = late.booking.min(tied.booking);
        assert_eq!(winner(None, &[tied.clone(), late.clone()]), Some(smaller));
        assert_eq!(winner(None, &[late, tied]), Some(smaller));
        assert_eq!(winner(None, &[]), None);
    }
}
