-- The seats of every screening that this node knows, whoever owns them, and who has them.
CREATE TABLE seats (
    screening_id INTEGER NOT NULL,
    seat_id      INTEGER NOT NULL,
    owner        TEXT    NOT NULL,          -- the one node that may change this row
    epoch        INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('free', 'held', 'kept', 'booked', 'blocked')),
    hold_id      BLOB    CHECK (length(hold_id) = 16),
    held_until   INTEGER,                   -- milliseconds since the epoch
    booking_id   BLOB    CHECK (length(booking_id) = 16),
    PRIMARY KEY (screening_id, seat_id),
    CHECK ((state IN ('held', 'kept')) = (hold_id IS NOT NULL)),
    CHECK ((state = 'held') = (held_until IS NOT NULL)),
    CHECK ((state = 'booked') = (booking_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Whom a screening's rows concern.
CREATE TABLE seatings (
    screening_id INTEGER PRIMARY KEY,
    theater_id   INTEGER NOT NULL
) STRICT;

-- Holds that this node made. Other nodes see them only as the state of the seats.
CREATE TABLE holds (
    hold_id      BLOB    NOT NULL PRIMARY KEY CHECK (length(hold_id) = 16),
    screening_id INTEGER NOT NULL,
    seats        TEXT    NOT NULL,          -- JSON array of seat ids, ascending
    made_at      INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'paying', 'booked', 'released')),
    until        INTEGER,
    booking_id   BLOB    CHECK (length(booking_id) = 16),
    CHECK ((state = 'open') = (until IS NOT NULL)),
    CHECK ((state = 'booked') = (booking_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX holds_that_end ON holds (until) WHERE state = 'open';

-- Bookings of every node that this one knows.
CREATE TABLE bookings (
    booking_id   BLOB    NOT NULL PRIMARY KEY CHECK (length(booking_id) = 16),
    number       TEXT    NOT NULL,
    screening_id INTEGER NOT NULL,
    node         TEXT    NOT NULL,          -- who made it, and alone may change it
    epoch        INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    hold_id      BLOB    NOT NULL CHECK (length(hold_id) = 16),
    tender       TEXT    NOT NULL CHECK (tender IN ('card', 'pay_at_theater')),
    order_id     BLOB    CHECK (length(order_id) = 16),
    booked_at    INTEGER NOT NULL,
    cancelled_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX bookings_by_number ON bookings (number);

CREATE TABLE tickets (
    booking_id   BLOB    NOT NULL REFERENCES bookings,
    ticket_id    BLOB    NOT NULL CHECK (length(ticket_id) = 16),
    screening_id INTEGER NOT NULL,
    seat_id      INTEGER NOT NULL,
    price_won    INTEGER NOT NULL CHECK (price_won >= 0),
    live         INTEGER NOT NULL CHECK (live IN (0, 1)),
    ours         INTEGER NOT NULL CHECK (ours IN (0, 1)),
    PRIMARY KEY (booking_id, ticket_id)
) STRICT, WITHOUT ROWID;

-- S3: one seat, at most one live booking. Enforced for what this node sells itself. A
-- mirrored row may be ahead of the row that made room for it; those are examined when the
-- sender's feed has been read to its head.
CREATE UNIQUE INDEX one_live_ticket_of_ours ON tickets (screening_id, seat_id)
    WHERE live = 1 AND ours = 1;
CREATE INDEX live_tickets ON tickets (screening_id, seat_id) WHERE live = 1;

-- Seats that seemed to be sold twice in the middle of a feed.
CREATE TABLE suspects (
    screening_id INTEGER NOT NULL,
    seat_id      INTEGER NOT NULL,
    PRIMARY KEY (screening_id, seat_id)
) STRICT, WITHOUT ROWID;

-- How money was taken at kiosks: facts that never change.
CREATE TABLE tenders (
    order_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    node         TEXT    NOT NULL,
    booking_id   BLOB    NOT NULL CHECK (length(booking_id) = 16),
    amount_won   INTEGER NOT NULL,
    approval_no  TEXT    NOT NULL,
    approved_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What must never happen and was found anyway (P3).
CREATE TABLE conflicts (
    conflict_key TEXT    NOT NULL PRIMARY KEY,
    body         TEXT    NOT NULL,          -- JSON
    found_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
