-- What operators have decided about differences between the gateway's list and the books. What it
-- is about outlives the comparison that found it: the same difference is decided once.
CREATE TABLE repairs (
    subject         TEXT    NOT NULL PRIMARY KEY,
    body            TEXT    NOT NULL,           -- JSON: the difference
    decision        TEXT    NOT NULL CHECK (decision IN ('carry_out', 'set_aside')),
    state           TEXT    NOT NULL CHECK (state IN ('decided', 'done', 'refused')),
    turn            INTEGER NOT NULL,           -- how often it was decided
    decided_at      INTEGER NOT NULL,
    done_at         INTEGER,
    code            TEXT,                       -- why the gateway refuses
    transaction_key TEXT,                       -- the gateway's key of the cancel
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CHECK ((state = 'refused') = (code IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX repairs_open ON repairs (decided_at) WHERE state = 'decided';
CREATE INDEX repairs_by_cancel ON repairs (transaction_key) WHERE transaction_key IS NOT NULL;
