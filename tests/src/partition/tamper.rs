//! Falsified rows: a run with one of them must fail.

use rusqlite::Connection;

use super::programs::Programs;

/// What is falsified in the database of the first kiosk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tamper {
    /// The tickets of a booking are no longer good.
    Promise,
    /// A seat that somebody has gets a second live ticket.
    Ticket,
    /// A seat belongs to somebody else.
    Owner,
}

impl Tamper {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Promise, Self::Ticket, Self::Owner];

    /// How it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Promise => "promise",
            Self::Ticket => "ticket",
            Self::Owner => "owner",
        }
    }

    pub(super) fn apply(self, programs: &Programs) {
        let statement = match self {
            Self::Promise => {
                "UPDATE tickets SET live = 0
                  WHERE booking_id = (SELECT max(booking_id) FROM tickets WHERE live = 1)"
            }
            Self::Ticket => {
                "UPDATE tickets SET ours = 0, seat_id =
                    (SELECT seat_id FROM tickets AS other
                      WHERE other.screening_id = tickets.screening_id AND live = 1
                        AND other.ticket_id <> tickets.ticket_id LIMIT 1)
                  WHERE ticket_id = (SELECT max(ticket_id) FROM tickets WHERE live = 1)"
            }
            Self::Owner => {
                "UPDATE seats SET owner = CASE owner WHEN 'hub' THEN 'kiosk-2' ELSE 'hub' END
                  WHERE (screening_id, seat_id) =
                    (SELECT screening_id, seat_id FROM tickets WHERE live = 1 LIMIT 1)"
            }
        };
        let db = Connection::open(&programs.kiosks[0].database).expect("the database is there");
        let changed = db.execute(statement, ()).expect("it can be written");
        assert!(changed > 0, "nothing could be falsified");
    }
}
