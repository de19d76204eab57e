-- Whoever pays at a kiosk with a phone of his own gives no number. The same table with less in it:
-- SQLite cannot take a rule out of a table.
CREATE TABLE orders_by_phone (
    order_id     BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    hold_id      BLOB    CHECK (length(hold_id) = 16),   -- for seats
    campaign_id  INTEGER,                                -- for a pledge
    screening_id INTEGER NOT NULL,
    lines        TEXT    NOT NULL,          -- JSON: seats and prices, or tickets and their price
    given        TEXT    NOT NULL CHECK (given IN ('as_chosen', 'others')),
    phone        TEXT,                      -- never leaves the hub; none: paid from a kiosk
    if_gone      TEXT    NOT NULL CHECK (if_gone IN ('other_seats_in_zone', 'refund')),
    made_at      INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'not_paid', 'confirming',
                     'waiting_for_deposit', 'paid', 'pledged', 'pledge_returned', 'over',
                     'refunding', 'refunded', 'refund_refused')),
    facts        TEXT    NOT NULL CHECK (facts ->> 'state' = state),  -- JSON: the whole state
    CHECK ((hold_id IS NULL) = (campaign_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO orders_by_phone (order_id, hold_id, campaign_id, screening_id, lines, given, phone,
                             if_gone, made_at, expires_at, state, facts)
SELECT order_id, hold_id, campaign_id, screening_id, lines, given, phone, if_gone, made_at,
       expires_at, state, facts
  FROM orders;

DROP TABLE orders;
ALTER TABLE orders_by_phone RENAME TO orders;

-- One order for a hold at a time: its attempts are attempts to pay the same seats.
CREATE UNIQUE INDEX one_live_order ON orders (hold_id)
    WHERE state IN ('open', 'not_paid', 'confirming', 'waiting_for_deposit');
CREATE INDEX orders_of_hold ON orders (hold_id);
CREATE INDEX orders_to_look_after ON orders (expires_at, order_id)
    WHERE state IN ('open', 'not_paid', 'confirming', 'waiting_for_deposit');
