//! Seats sold to one buyer, and the tickets for them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{BookingId, HoldId, NodeId, OrderId, ScreeningId, SeatId, TicketId};
use crate::money::Won;
use crate::time::Timestamp;
use crate::version::Version;

/// What a buyer reads out at the counter: twelve digits, so that any keypad will do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BookingNumber(String);

/// Why a text is no booking number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a booking number has twelve digits, such as 1234-5678-9012")]
pub struct BookingNumberInvalid;

const NUMBER_DIGITS: usize = 12;

impl FromStr for BookingNumber {
    type Err = BookingNumberInvalid;

    /// Reads a number with or without hyphens and spaces.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if digits.len() != NUMBER_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BookingNumberInvalid);
        }
        Ok(Self(digits))
    }
}

impl BookingNumber {
    /// The digits alone.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BookingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", &self.0[..4], &self.0[4..8], &self.0[8..])
    }
}

impl TryFrom<String> for BookingNumber {
    type Error = BookingNumberInvalid;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BookingNumber> for String {
    fn from(number: BookingNumber) -> Self {
        number.0
    }
}

/// How a booking is paid (수납 수단).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tender {
    /// The kiosk's card terminal has approved the amount.
    Card,
    /// The guest pays at the theater's counter; not paid yet.
    PayAtTheater,
    /// The guest has paid on the web.
    Online,
    /// The staff have taken cash at the desk.
    Cash,
    /// A backer's seats, paid by the pledge.
    Pledge,
}

/// How a tender stands in a synced row. Programs of the first version know two words and would
/// refuse a booking that says a third; so a later tender is told as the one of those two that
/// they may safely take it for, and is named beside it.
mod tender_in_row {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Tender;

    #[derive(Serialize, Deserialize)]
    struct InRow {
        tender: First,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paid_by: Option<String>,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum First {
        Card,
        PayAtTheater,
    }

    pub(super) fn serialize<S: Serializer>(
        tender: &Tender,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let (tender, paid_by) = match tender {
            Tender::Card => (First::Card, None),
            Tender::PayAtTheater => (First::PayAtTheater, None),
            // It is paid, and a kiosk takes no money for it and gives none back.
            Tender::Online => (First::Card, Some("online".to_owned())),
            Tender::Cash => (First::Card, Some("cash".to_owned())),
            Tender::Pledge => (First::Card, Some("pledge".to_owned())),
        };
        InRow { tender, paid_by }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Tender, D::Error> {
        let row = InRow::deserialize(deserializer)?;
        Ok(match (row.tender, row.paid_by.as_deref()) {
            (First::Card, Some("online")) => Tender::Online,
            (First::Card, Some("cash")) => Tender::Cash,
            (First::Card, Some("pledge")) => Tender::Pledge,
            // What a later program names is taken for what it is told as.
            (First::Card, _) => Tender::Card,
            (First::PayAtTheater, _) => Tender::PayAtTheater,
        })
    }
}

/// Whether a booking is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BookingState {
    Confirmed,
    Cancelled { cancelled_at: Timestamp },
}

/// One seat of one booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub ticket: TicketId,
    pub seat: SeatId,
    pub price: Won,
}

/// A booking with its tickets: a synced row, written by the node that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    pub booking: BookingId,
    pub number: BookingNumber,
    pub screening: ScreeningId,
    pub node: NodeId,
    #[serde(skip)]
    pub version: Version,
    pub hold: HoldId,
    #[serde(flatten, with = "tender_in_row")]
    pub tender: Tender,
    pub order: Option<OrderId>,
    pub booked_at: Timestamp,
    #[serde(flatten)]
    pub state: BookingState,
    pub tickets: Vec<Ticket>,
}

impl Booking {
    /// The sum of the tickets' prices.
    #[must_use]
    pub fn amount(&self) -> Won {
        self.tickets.iter().map(|ticket| ticket.price).sum()
    }

    /// Whether the seats are the buyer's.
    #[must_use]
    pub fn is_live(&self) -> bool {
        match self.state {
            BookingState::Confirmed => true,
            BookingState::Cancelled { .. } => false,
        }
    }

    /// Whether `node` alone may change it: the one that made it, or the hub once it has taken
    /// it over from a node that is off for good.
    #[must_use]
    pub fn is_written_by(&self, node: &NodeId) -> bool {
        if self.version.is_fenced() {
            return node.is_hub();
        }
        &self.node == node
    }

    /// Whether money has been taken for it.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        match self.tender {
            Tender::Card | Tender::Online | Tender::Cash | Tender::Pledge => true,
            Tender::PayAtTheater => false,
        }
    }
}

/// Why a booking cannot be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CancelRefused {
    #[error("there is no such booking")]
    Unknown,
    /// Its writer is another node, which has to be asked.
    #[error("the booking was made elsewhere")]
    Elsewhere,
    #[error("the screening has begun")]
    Begun,
    /// Money was taken, and whoever took it has to give it back.
    #[error("the booking was paid by card; the counter can cancel it")]
    Paid,
    #[error("this node is recovering; try again in a while")]
    Recovering,
    /// The ticket is on paper, or somebody has come in with it: only the counter takes it back.
    #[error("a ticket was printed or used; the counter can take it back")]
    Used,
    /// A kiosk of the theater may have printed it, and cannot be asked.
    #[error("the theater cannot be reached; try again later, or ask at the counter")]
    TheaterAway,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conflict::remedy::tests::booking;

    #[test]
    fn a_program_of_the_first_version_reads_a_booking_that_was_paid_on_the_web() {
        let paid = Booking {
            tender: Tender::Online,
            ..booking(1, &[5])
        };
        let row = serde_json::to_value(&paid).unwrap();
        assert_eq!(
            (&row["tender"], &row["paid_by"]),
            (&"card".into(), &"online".into())
        );
        let read: Booking = serde_json::from_value(row.clone()).unwrap();
        assert_eq!(read.tender, Tender::Online);
        // And today's program a tender of the future.
        let mut later = row;
        later["paid_by"] = "points".into();
        let read: Booking = serde_json::from_value(later).unwrap();
        assert_eq!(read.tender, Tender::Card);
    }

    #[test]
    fn a_booking_number_is_read_as_people_write_it() {
        let number: BookingNumber = "1234-5678 9012".parse().unwrap();
        assert_eq!(number.to_string(), "1234-5678-9012");
        assert_eq!(number.digits(), "123456789012");
        for bad in ["", "1234", "1234-5678-901a", "1234567890123"] {
            assert_eq!(bad.parse::<BookingNumber>(), Err(BookingNumberInvalid));
        }
    }
}
