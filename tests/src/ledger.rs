//! What must hold, checked over the databases themselves.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::client::Promise;
use crate::stand::look_until;

/// The rows that hub and kiosk must agree on, as text.
pub type Rows = BTreeSet<String>;

/// Every synced row of the screenings of one theater.
///
/// # Panics
///
/// Panics when the database cannot be read.
#[must_use]
pub fn rows(database: &Path, theater: i64) -> Rows {
    let db = open(database);
    let mut rows = Rows::new();
    let queries = [
        "SELECT 'seat', screening_id, seat_id, owner, epoch, revision, state,
                coalesce(hex(booking_id), ''), coalesce(hex(hold_id), '')
           FROM seats JOIN seatings USING (screening_id) WHERE theater_id = ?1",
        "SELECT 'booking', screening_id, 0, node, epoch, revision, number,
                hex(booking_id), coalesce(cancelled_at, '')
           FROM bookings JOIN seatings USING (screening_id) WHERE theater_id = ?1",
        "SELECT 'ticket', screening_id, seat_id, '', live, price_won, '',
                hex(booking_id), hex(ticket_id)
           FROM tickets JOIN seatings USING (screening_id) WHERE theater_id = ?1",
    ];
    for query in queries {
        let mut statement = db.prepare(query).expect("the table is there");
        let mut found = statement.query([theater]).expect("it can be read");
        while let Some(row) = found.next().expect("it can be read") {
            let columns = (0..9).map(|at| written(row.get_ref(at).expect("a column")));
            rows.insert(columns.collect::<Vec<_>>().join(" "));
        }
    }
    rows
}

/// Waits until two databases hold the same rows of a theater.
///
/// # Panics
///
/// Gives up after a generous deadline, and says which rows only one of them has.
pub async fn agree(databases: (&Path, &Path), theater: i64) {
    let rows = || (rows(databases.0, theater), rows(databases.1, theater));
    let same = look_until(|| async {
        let (first, second) = rows();
        (first == second).then_some(())
    });
    if same.await.is_none() {
        let (first, second) = rows();
        let only =
            |these: &Rows, those: &Rows| these.difference(those).cloned().collect::<Vec<_>>();
        panic!(
            "they hold different rows; only the first: {:#?}; only the second: {:#?}",
            only(&first, &second),
            only(&second, &first)
        );
    }
}

/// A value as one reads it; texts in quotes, so that an empty one is seen.
fn written(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => format!("{value:?}"),
    }
}

/// I1: the seats with more than one live ticket.
///
/// # Panics
///
/// Panics when the database cannot be read.
#[must_use]
pub fn sold_twice(database: &Path) -> Vec<(i64, i64)> {
    let db = open(database);
    let query = "SELECT screening_id, seat_id FROM tickets WHERE live = 1
                  GROUP BY 1, 2 HAVING count(*) > 1";
    let mut statement = db.prepare(query).expect("the table is there");
    let seats = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    seats
        .expect("it can be read")
        .map(|seat| seat.expect("two numbers"))
        .collect()
}

/// I3: the promises that the database does not know, or knows otherwise.
///
/// # Panics
///
/// Panics when the database cannot be read.
#[must_use]
pub fn broken(database: &Path, promises: &[Promise]) -> Vec<Promise> {
    let db = open(database);
    let query = "SELECT seat_id FROM tickets
                  WHERE lower(hex(booking_id)) = ?1 AND screening_id = ?2 AND live = 1
                  ORDER BY seat_id";
    let mut statement = db.prepare(query).expect("the table is there");
    let kept = |promise: &&Promise| {
        let id = promise.booking.replace('-', "");
        let seats = statement.query_map((id, promise.screening), |row| row.get(0));
        let seats: Vec<i64> = seats
            .expect("it can be read")
            .map(|it| it.expect("a seat"))
            .collect();
        seats != promise.seats
    };
    promises.iter().filter(kept).cloned().collect()
}

/// What the operator would have to look at.
///
/// # Panics
///
/// Panics when the database cannot be read.
#[must_use]
pub fn conflicts(database: &Path) -> Vec<String> {
    let db = open(database);
    let mut statement = db
        .prepare("SELECT body FROM conflicts")
        .expect("the table is there");
    let found = statement
        .query_map([], |row| row.get(0))
        .expect("it can be read");
    found.map(|body| body.expect("text")).collect()
}

fn open(database: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(database, flags).expect("the database is there")
}
