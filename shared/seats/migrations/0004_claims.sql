-- Pledges, and the seats that are kept for them: a claim needs no particular seat, but it needs
-- one (S6).

-- Pledges of every node that this one knows.
CREATE TABLE pledges (
    pledge_id    BLOB    NOT NULL PRIMARY KEY CHECK (length(pledge_id) = 16),
    number       TEXT    NOT NULL,
    campaign_id  INTEGER NOT NULL,
    screening_id INTEGER NOT NULL,
    node         TEXT    NOT NULL,          -- where it was sold
    epoch        INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    tickets      INTEGER NOT NULL CHECK (tickets > 0),
    price_won    INTEGER NOT NULL CHECK (price_won > 0),
    order_id     BLOB    NOT NULL CHECK (length(order_id) = 16),
    made_at      INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('live', 'placed', 'returning', 'returned')),
    booking_id   BLOB    CHECK (length(booking_id) = 16),
    why          TEXT,
    returned_at  INTEGER,
    phone        TEXT,                      -- at a kiosk, until the hub has it
    CHECK ((state = 'placed') = (booking_id IS NOT NULL)),
    CHECK ((state IN ('returning', 'returned')) = (why IS NOT NULL)),
    CHECK ((state = 'returned') = (returned_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX pledges_by_number ON pledges (number);
CREATE INDEX pledges_of_campaign ON pledges (campaign_id, state, pledge_id);

-- So many of this node's own seats may not be sold, granted or blocked.
CREATE TABLE kept_claims (
    claim_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(claim_id) = 16),
    screening_id INTEGER NOT NULL,
    seats        INTEGER NOT NULL CHECK (seats > 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_claims_of_screening ON kept_claims (screening_id, seats);

-- Seats that no claim can have: they are for a party that asks for them (S7).
CREATE TABLE seats_without_claims (
    screening_id INTEGER NOT NULL,
    seat_id      INTEGER NOT NULL,
    PRIMARY KEY (screening_id, seat_id)
) STRICT, WITHOUT ROWID;
