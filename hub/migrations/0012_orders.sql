-- What is to be paid on the web. The payment database has the money; here stands what it is for.
CREATE TABLE orders (
    order_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    hold_id      BLOB    CHECK (length(hold_id) = 16),   -- for seats
    campaign_id  INTEGER,                                -- for a pledge
    screening_id INTEGER NOT NULL,
    lines        TEXT    NOT NULL,          -- JSON: seats and prices, or tickets and their price
    given        TEXT    NOT NULL CHECK (given IN ('as_chosen', 'others')),
    phone        TEXT    NOT NULL,          -- never leaves the hub
    if_gone      TEXT    NOT NULL CHECK (if_gone IN ('other_seats_in_zone', 'refund')),
    made_at      INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'not_paid', 'confirming',
                     'waiting_for_deposit', 'paid', 'pledged', 'pledge_returned', 'over',
                     'refunding', 'refunded', 'refund_refused')),
    facts        TEXT    NOT NULL CHECK (facts ->> 'state' = state),  -- JSON: the whole state
    CHECK ((hold_id IS NULL) = (campaign_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- One order for a hold at a time: its attempts are attempts to pay the same seats.
CREATE UNIQUE INDEX one_live_order ON orders (hold_id)
    WHERE state IN ('open', 'not_paid', 'confirming', 'waiting_for_deposit');
CREATE INDEX orders_of_hold ON orders (hold_id);
CREATE INDEX orders_to_look_after ON orders (expires_at, order_id)
    WHERE state IN ('open', 'not_paid', 'confirming', 'waiting_for_deposit');

-- Money that goes back, and for which tickets. The payments module carries it out.
CREATE TABLE refunds (
    refund_id   BLOB    NOT NULL PRIMARY KEY CHECK (length(refund_id) = 16),
    order_id    BLOB    NOT NULL CHECK (length(order_id) = 16),
    booking_id  BLOB    CHECK (length(booking_id) = 16),
    amount_won  INTEGER NOT NULL CHECK (amount_won >= 0),
    reason      TEXT    NOT NULL,
    tickets     TEXT    NOT NULL,           -- JSON: those that were returned
    asked_at    INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('due', 'due_again', 'handed_over', 'done',
                                                  'refused')),
    times       INTEGER NOT NULL CHECK (times > 0),
    refunded_at INTEGER,
    code        TEXT,
    CHECK ((state = 'done') = (refunded_at IS NOT NULL)),
    CHECK ((state = 'refused') = (code IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX refunds_of_booking ON refunds (booking_id, asked_at);
CREATE INDEX refunds_of_order ON refunds (order_id);
CREATE INDEX refunds_due ON refunds (asked_at) WHERE state IN ('due', 'due_again');

-- Tenders of kiosks that the payments module has not been told of yet.
CREATE TABLE tenders_due (
    order_id BLOB NOT NULL PRIMARY KEY CHECK (length(order_id) = 16)
) STRICT, WITHOUT ROWID;
