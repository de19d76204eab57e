-- Orders that a kiosk has handed off to the hub, to be paid on the buyer's phone.
CREATE TABLE hand_offs (
    order_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    node         TEXT    NOT NULL,          -- where the buyer stands
    screening_id INTEGER NOT NULL,
    seats        TEXT    NOT NULL,          -- JSON array of seat ids, ascending
    epoch        INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    made_at      INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('given', 'open', 'paying', 'paid', 'over')),
    booking_id   BLOB    CHECK (length(booking_id) = 16),
    why          TEXT,
    CHECK ((state = 'paid') = (booking_id IS NOT NULL)),
    CHECK ((state = 'over') = (why IS NOT NULL))
) STRICT, WITHOUT ROWID;
