-- What the gateway knows. Instants are milliseconds of the sandbox's own clock.

CREATE TABLE payments (
    seq         INTEGER PRIMARY KEY,           -- in the order in which they were made
    payment_key TEXT    NOT NULL UNIQUE,
    shop        TEXT    NOT NULL,
    order_id    TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    expires_at  INTEGER,                       -- while nobody has confirmed it
    facts       TEXT    NOT NULL CHECK (json_valid(facts))
) STRICT;

CREATE INDEX payments_by_order ON payments (shop, order_id, seq);
CREATE INDEX payments_by_expiry ON payments (expires_at) WHERE expires_at IS NOT NULL;

-- Every approval and every cancel.
CREATE TABLE transactions (
    seq             INTEGER PRIMARY KEY,
    transaction_key TEXT    NOT NULL UNIQUE,
    shop            TEXT    NOT NULL,
    payment_key     TEXT    NOT NULL REFERENCES payments (payment_key),
    made_at         INTEGER NOT NULL,
    status          TEXT    NOT NULL,
    amount          INTEGER NOT NULL
) STRICT;

CREATE INDEX transactions_by_time ON transactions (shop, made_at, seq);

-- What was answered under an idempotency key, to be answered again to the letter.
CREATE TABLE answers (
    api_key       TEXT    NOT NULL,
    method        TEXT    NOT NULL,
    url           TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    status        INTEGER NOT NULL,
    body          BLOB    NOT NULL,
    trace         TEXT    NOT NULL,
    first_used_at INTEGER NOT NULL,
    PRIMARY KEY (api_key, method, url, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX answers_by_age ON answers (first_used_at);

CREATE TABLE webhooks (
    id              INTEGER PRIMARY KEY,
    payment_key     TEXT    NOT NULL REFERENCES payments (payment_key),
    transmission_id TEXT    NOT NULL,
    url             TEXT    NOT NULL,
    event           TEXT    NOT NULL,
    body            TEXT    NOT NULL CHECK (json_valid(body)),
    state           TEXT    NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    retried         INTEGER NOT NULL DEFAULT 0,
    due_at          INTEGER NOT NULL,
    last_answer     TEXT
) STRICT;

CREATE INDEX webhooks_by_due ON webhooks (due_at, id) WHERE state = 'waiting';

CREATE TABLE facts (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
