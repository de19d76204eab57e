-- What the hub has told of films, theaters, rooms and seat maps: one row each, as it came.
CREATE TABLE documents (
    kind     INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    epoch    INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    body     TEXT    NOT NULL,      -- JSON
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- Screenings are looked up by time.
CREATE TABLE screenings (
    screening_id INTEGER PRIMARY KEY,
    starts_at    INTEGER NOT NULL,
    epoch        INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    body         TEXT    NOT NULL   -- JSON
) STRICT;

CREATE INDEX screenings_by_time ON screenings (starts_at);

-- One attempt to pay for a hold at the card terminal.
CREATE TABLE orders (
    order_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    hold_id      BLOB    NOT NULL CHECK (length(hold_id) = 16),
    screening_id INTEGER NOT NULL,
    amount_won   INTEGER NOT NULL CHECK (amount_won >= 0),
    made_at      INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN
                     ('confirming', 'unknown', 'paid', 'not_paid', 'reversing', 'reversed')),
    booking_id   BLOB    CHECK (length(booking_id) = 16),
    why          TEXT    CHECK (why IN
                     ('declined', 'timed_out', 'cancelled', 'terminal_unavailable')),
    CHECK ((state = 'paid') = (booking_id IS NOT NULL)),
    CHECK ((state = 'not_paid') = (why IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- M2: a hold is being paid by at most one order at a time.
CREATE UNIQUE INDEX one_order_under_way ON orders (hold_id)
    WHERE state IN ('confirming', 'unknown');
CREATE INDEX orders_under_way ON orders (state)
    WHERE state IN ('confirming', 'unknown', 'reversing');
