-- Money changes hands at a kiosk also in cash, for a pledge, and back again.

-- The same table with more in it: SQLite cannot take a rule out of a table.
CREATE TABLE tenders_of_all_kinds (
    order_id      BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    node          TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('card', 'cash')),
    booking_id    BLOB    CHECK (length(booking_id) = 16),
    pledge_id     BLOB    CHECK (length(pledge_id) = 16),
    amount_won    INTEGER NOT NULL,         -- below 0 when it was given back
    approval_no   TEXT    NOT NULL,         -- empty for cash
    taken_at      INTEGER NOT NULL,
    paid_order_id BLOB    CHECK (length(paid_order_id) = 16),  -- whose money was given back
    why           TEXT    CHECK (why IN ('booking_cancelled', 'pledge_returned')),
    CHECK ((booking_id IS NULL) <> (pledge_id IS NULL)),
    CHECK ((paid_order_id IS NULL) = (why IS NULL)),
    CHECK ((paid_order_id IS NULL) = (amount_won >= 0))
) STRICT, WITHOUT ROWID;

INSERT INTO tenders_of_all_kinds (order_id, node, kind, booking_id, amount_won, approval_no,
                                  taken_at)
SELECT order_id, node, 'card', booking_id, amount_won, approval_no, approved_at FROM tenders;

DROP TABLE tenders;
ALTER TABLE tenders_of_all_kinds RENAME TO tenders;

CREATE INDEX tenders_of_booking ON tenders (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX tenders_given_back ON tenders (paid_order_id) WHERE paid_order_id IS NOT NULL;

-- Daily closes of every kiosk that this node knows: facts that never change.
CREATE TABLE closes (
    node          TEXT    NOT NULL,
    closed_at     INTEGER NOT NULL,
    business_date TEXT    NOT NULL,
    body          TEXT    NOT NULL,         -- JSON
    PRIMARY KEY (node, closed_at)
) STRICT, WITHOUT ROWID;
