-- Orders that are paid at the desk, and those for a pledge. The same table with more in it:
-- SQLite cannot take a rule out of a table.
CREATE TABLE orders_of_all_kinds (
    order_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    hold_id      BLOB    NOT NULL CHECK (length(hold_id) = 16),
    screening_id INTEGER NOT NULL,
    campaign_id  INTEGER,               -- none: for the seats of the hold
    kind         TEXT    NOT NULL CHECK (kind IN ('card', 'cash')),
    amount_won   INTEGER NOT NULL CHECK (amount_won >= 0),
    made_at      INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN
                     ('confirming', 'at_desk', 'unknown', 'paid', 'not_paid', 'reversing',
                      'reversed')),
    until        INTEGER,               -- nobody waits at the desk after it
    booking_id   BLOB    CHECK (length(booking_id) = 16),
    pledge_id    BLOB    CHECK (length(pledge_id) = 16),
    why          TEXT    CHECK (why IN
                     ('declined', 'timed_out', 'cancelled', 'terminal_unavailable',
                      'acquirer_unreachable', 'refused_at_desk')),
    given_won    INTEGER CHECK (given_won >= amount_won),
    CHECK ((state = 'at_desk') = (until IS NOT NULL)),
    CHECK (booking_id IS NULL OR pledge_id IS NULL),
    CHECK ((state = 'paid') = (booking_id IS NOT NULL OR pledge_id IS NOT NULL)),
    CHECK ((state = 'not_paid') = (why IS NOT NULL)),
    CHECK (given_won IS NULL OR (kind = 'cash' AND state = 'paid'))
) STRICT, WITHOUT ROWID;

INSERT INTO orders_of_all_kinds (order_id, hold_id, screening_id, kind, amount_won, made_at,
                                 state, booking_id, why)
SELECT order_id, hold_id, screening_id, 'card', amount_won, made_at, state, booking_id, why
  FROM orders;

DROP TABLE orders;
ALTER TABLE orders_of_all_kinds RENAME TO orders;

-- M2: a hold is being paid by at most one order at a time.
CREATE UNIQUE INDEX one_order_under_way ON orders (hold_id)
    WHERE state IN ('confirming', 'at_desk', 'unknown');
CREATE INDEX orders_under_way ON orders (state)
    WHERE state IN ('confirming', 'at_desk', 'unknown', 'reversing');

-- The phone number of a pledge that is being paid: it goes on with the pledge, or away.
CREATE TABLE pledge_phones (
    order_id BLOB NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    phone    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Money that is given back at the counter: asked of the terminal, then done or refused.
CREATE TABLE refunds (
    refund_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(refund_id) = 16),
    order_id   BLOB    NOT NULL CHECK (length(order_id) = 16),   -- whose money it is
    booking_id BLOB    CHECK (length(booking_id) = 16),
    pledge_id  BLOB    CHECK (length(pledge_id) = 16),
    kind       TEXT    NOT NULL CHECK (kind IN ('card', 'cash')),
    amount_won INTEGER NOT NULL CHECK (amount_won > 0),
    asked_at   INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('asked', 'done', 'refused')),
    CHECK ((booking_id IS NULL) <> (pledge_id IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX refunds_open ON refunds (state) WHERE state IN ('asked', 'refused');
CREATE INDEX refunds_of_order ON refunds (order_id);

-- How far the terminal's account was read by a daily close of this kiosk.
CREATE TABLE close_ends (
    closed_at     INTEGER PRIMARY KEY,
    terminal_last INTEGER NOT NULL,
    carried       TEXT    NOT NULL      -- JSON: its lines that the next close has to explain
) STRICT;

-- The tenders that stand in a close.
CREATE TABLE closed_tenders (
    order_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    closed_at INTEGER NOT NULL REFERENCES close_ends
) STRICT, WITHOUT ROWID;
