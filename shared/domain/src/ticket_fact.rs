//! What has happened to a ticket in a theater: a fact with time and node, never changed (T3).

use serde::{Deserialize, Serialize};

use crate::id::{BookingId, NodeId, ScreeningId, TicketId};
use crate::time::Timestamp;

/// What has happened.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TicketEvent {
    /// It is on paper, in somebody's hand.
    Printed,
    /// Somebody has come in with it.
    Admitted,
}

impl TicketEvent {
    /// Every event.
    pub const ALL: [Self; 2] = [Self::Printed, Self::Admitted];

    /// The name in tables and keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Admitted => "admitted",
        }
    }

    /// The event with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// A fact about a ticket. A ticket that is printed again is printed once: the first time counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketFact {
    pub ticket: TicketId,
    pub booking: BookingId,
    pub screening: ScreeningId,
    /// Where it happened.
    pub node: NodeId,
    pub event: TicketEvent,
    pub at: Timestamp,
}

/// How long after a node's last word it may still have learnt of a booking.
pub const HEARSAY_MS: i64 = 60_000;

/// Whether a node that cannot be reached may have printed or let in tickets of a booking that was
/// made at `booked_at`: everything that it did up to `known_to` is known. What was booked when
/// nobody could tell it any more it has never heard of.
#[must_use]
pub fn may_have_used(known_to: Option<Timestamp>, booked_at: Timestamp) -> bool {
    known_to.is_some_and(|known_to| booked_at.since_ms(known_to) < HEARSAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_was_dark_when_it_was_booked_has_used_no_ticket_of_it() {
        let booked_at = Timestamp(1_000_000);
        for (known_to, may) in [
            (None, false),
            (Some(0), false),
            (Some(1_000_000 - HEARSAY_MS), false),
            (Some(1_000_001 - HEARSAY_MS), true),
            (Some(2_000_000), true),
        ] {
            assert_eq!(may_have_used(known_to.map(Timestamp), booked_at), may);
        }
    }

    #[test]
    fn every_event_has_a_name_that_is_read_again() {
        for event in TicketEvent::ALL {
            assert_eq!(TicketEvent::from_name(event.name()), Some(event));
        }
    }
}
