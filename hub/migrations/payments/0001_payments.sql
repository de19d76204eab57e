-- The payment database. No names, no phones, no seats: what is paid for is a number (M6).

-- Money that moves from one account to another. A row has both ends, so the sum over all
-- accounts is zero whatever is written here. A pending one is promised, not there (M4).
CREATE TABLE transfers (
    transfer_id INTEGER PRIMARY KEY,
    cause       TEXT    NOT NULL,             -- why: see payments/books.rs
    subject     TEXT    NOT NULL,             -- for what: an order, a refund, an entry
    debit       TEXT    NOT NULL,
    credit      TEXT    NOT NULL CHECK (credit <> debit),
    amount      INTEGER NOT NULL CHECK (amount > 0),
    phase       TEXT    NOT NULL CHECK (phase IN ('pending', 'posted', 'voided')),
    made_at     INTEGER NOT NULL,
    settled_at  INTEGER,
    CHECK ((phase = 'pending') = (settled_at IS NULL))
) STRICT;

CREATE INDEX transfers_by_debit ON transfers (debit, phase, transfer_id);
CREATE INDEX transfers_by_credit ON transfers (credit, phase, transfer_id);

-- What is settled stays as it is, and nothing is taken out: a correction is another transfer.
CREATE TRIGGER transfers_settle_once BEFORE UPDATE ON transfers
WHEN old.phase <> 'pending' OR new.debit <> old.debit OR new.credit <> old.credit
  OR new.amount <> old.amount OR new.transfer_id <> old.transfer_id
BEGIN
    SELECT raise(ABORT, 'a transfer is settled once and never changed');
END;
CREATE TRIGGER transfers_stay BEFORE DELETE ON transfers
BEGIN
    SELECT raise(ABORT, 'a transfer is never taken out');
END;

-- Orders that are paid through the gateway.
CREATE TABLE orders (
    order_id      BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    amount        INTEGER NOT NULL CHECK (amount > 0),
    name          TEXT    NOT NULL,
    screening_id  INTEGER,
    campaign_id   INTEGER,
    theater_id    INTEGER NOT NULL,
    opened_at     INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    closed_at     INTEGER,
    CHECK ((screening_id IS NULL) <> (campaign_id IS NULL))
) STRICT, WITHOUT ROWID;

-- One try to pay an order. It is stored as confirming, with its keys and its pending
-- transfer, before the gateway hears of it (M2).
CREATE TABLE attempts (
    gateway_order   TEXT    NOT NULL PRIMARY KEY CHECK (length(gateway_order) BETWEEN 6 AND 64),
    order_id        BLOB    NOT NULL REFERENCES orders,
    number          INTEGER NOT NULL CHECK (number > 0),
    state           TEXT    NOT NULL CHECK (state IN ('prepared', 'confirming', 'unknown',
                                                      'waiting', 'paid', 'not_paid')),
    idempotency_key TEXT    NOT NULL UNIQUE,
    payment_key     TEXT    UNIQUE,
    begun_at        INTEGER NOT NULL,
    confirming_at   INTEGER,
    transfer_id     INTEGER UNIQUE REFERENCES transfers,
    paid_at         INTEGER,
    method          TEXT,
    code            TEXT,
    bank            TEXT,
    account_number  TEXT,
    due             INTEGER,
    secret          TEXT,                     -- proves a deposit callback
    duplicate       INTEGER NOT NULL DEFAULT 0 CHECK (duplicate IN (0, 1)),
    checks          INTEGER NOT NULL DEFAULT 0,
    next_check_at   INTEGER,                  -- when the gateway is asked; null: not at all
    UNIQUE (order_id, number),
    CHECK (state NOT IN ('confirming', 'unknown') OR confirming_at IS NOT NULL),
    CHECK (state NOT IN ('confirming', 'unknown', 'waiting', 'paid')
           OR transfer_id IS NOT NULL),
    CHECK ((state = 'paid') = (paid_at IS NOT NULL)),
    CHECK ((state = 'paid') = (method IS NOT NULL)),
    CHECK ((state = 'not_paid') = (code IS NOT NULL)),
    CHECK (duplicate = 0 OR state = 'paid')
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_to_check ON attempts (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX attempts_open ON attempts (state)
    WHERE state IN ('confirming', 'unknown', 'waiting');
CREATE INDEX attempts_paid ON attempts (paid_at) WHERE paid_at IS NOT NULL;
-- An order is paid once: what comes again is a duplicate and goes back.
CREATE UNIQUE INDEX attempts_that_count ON attempts (order_id)
    WHERE state = 'paid' AND duplicate = 0;

-- Money that goes back to the buyer. The id is the caller's: asked twice, it is one refund.
CREATE TABLE refunds (
    refund_id       BLOB    NOT NULL PRIMARY KEY CHECK (length(refund_id) = 16),
    order_id        BLOB    NOT NULL REFERENCES orders,
    gateway_order   TEXT    NOT NULL REFERENCES attempts,
    amount          INTEGER NOT NULL CHECK (amount > 0),
    reason          TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('pending', 'done', 'refused')),
    idempotency_key TEXT    NOT NULL UNIQUE,
    refundable      INTEGER CHECK (refundable >= amount), -- what we believed was left, as sent
    asked_at        INTEGER NOT NULL,
    tries           INTEGER NOT NULL DEFAULT 0,
    next_try_at     INTEGER,
    refunded_at     INTEGER,
    transaction_key TEXT,
    code            TEXT,
    owed_transfer   INTEGER NOT NULL UNIQUE REFERENCES transfers,
    paid_transfer   INTEGER NOT NULL UNIQUE REFERENCES transfers,
    CHECK ((state = 'pending') = (next_try_at IS NOT NULL)),
    CHECK ((state = 'done') = (refunded_at IS NOT NULL)),
    CHECK ((state = 'refused') = (code IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX refunds_due ON refunds (next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX refunds_open ON refunds (state) WHERE state IN ('pending', 'refused');
CREATE INDEX refunds_of_attempt ON refunds (gateway_order);
CREATE INDEX refunds_of_order ON refunds (order_id);
CREATE INDEX refunds_done ON refunds (refunded_at) WHERE refunded_at IS NOT NULL;

-- Money that kiosks have taken: facts that never change.
CREATE TABLE tenders (
    order_id      BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    node          TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('card', 'cash')),
    amount        INTEGER NOT NULL CHECK (amount <> 0),  -- below 0 when it was given back
    screening_id  INTEGER,
    campaign_id   INTEGER,
    theater_id    INTEGER NOT NULL,
    taken_at      INTEGER NOT NULL,
    business_date TEXT    NOT NULL,           -- yyyy-mm-dd
    transfer_id   INTEGER NOT NULL UNIQUE REFERENCES transfers,
    given_back    INTEGER NOT NULL DEFAULT 0 CHECK (given_back BETWEEN 0 AND max(amount, 0)),
    CHECK ((screening_id IS NULL) <> (campaign_id IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX tenders_by_day ON tenders (node, business_date);

-- What people enter into the books: settlements, payouts.
CREATE TABLE entries (
    entry_id BLOB    NOT NULL PRIMARY KEY CHECK (length(entry_id) = 16),
    body     TEXT    NOT NULL,                -- JSON
    moved    INTEGER NOT NULL CHECK (moved >= 0),
    made_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What came in as a webhook, and what was made of it. Unsigned: a hint, never a truth.
CREATE TABLE webhooks (
    webhook_id      INTEGER PRIMARY KEY,
    received_at     INTEGER NOT NULL,
    transmission_id TEXT,
    event           TEXT    NOT NULL,
    gateway_order   TEXT,
    taken_as        TEXT    NOT NULL
) STRICT;

-- The gateway's list of transactions against the ledger.
CREATE TABLE reconciliations (
    reconciliation_id INTEGER PRIMARY KEY,
    from_at           INTEGER NOT NULL,
    until             INTEGER NOT NULL CHECK (until > from_at),
    state             TEXT    NOT NULL CHECK (state IN ('asked', 'reread', 'finished')),
    asked_at          INTEGER NOT NULL,
    next_read_at      INTEGER,
    finished_at       INTEGER,
    transactions      INTEGER NOT NULL DEFAULT 0,
    CHECK ((state = 'finished') = (finished_at IS NOT NULL)),
    CHECK ((state = 'finished') = (next_read_at IS NULL))
) STRICT;

CREATE INDEX reconciliations_due ON reconciliations (next_read_at)
    WHERE next_read_at IS NOT NULL;

CREATE TABLE differences (
    reconciliation_id INTEGER NOT NULL REFERENCES reconciliations,
    number            INTEGER NOT NULL,
    body              TEXT    NOT NULL,       -- JSON
    PRIMARY KEY (reconciliation_id, number)
) STRICT, WITHOUT ROWID;
