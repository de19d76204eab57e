-- Wishes, campaigns, and the money of pledges as far as the service side knows it: which order
-- paid for how much, and what is to go back. No payment key, no secret.

-- One person's wish to see a film again (재상영 요청).
CREATE TABLE requests (
    request_id  INTEGER PRIMARY KEY,
    movie_id    INTEGER NOT NULL REFERENCES movies,
    area        TEXT    NOT NULL,
    slot        TEXT    NOT NULL CHECK (slot IN ('weekday_day', 'weekday_evening', 'weekend_day',
                                                 'weekend_evening', 'night', 'any')),
    phone       TEXT    NOT NULL,           -- never leaves the hub
    made_at     INTEGER NOT NULL,
    ended_at    INTEGER,                    -- withdrawn, or answered …
    campaign_id INTEGER REFERENCES campaigns  -- … by this campaign
) STRICT;

CREATE UNIQUE INDEX one_open_request ON requests (phone, movie_id) WHERE ended_at IS NULL;
CREATE INDEX open_requests ON requests (movie_id, area, slot) WHERE ended_at IS NULL;

CREATE TABLE campaigns (
    campaign_id  INTEGER PRIMARY KEY,
    movie_id     INTEGER NOT NULL,
    theater_id   INTEGER NOT NULL REFERENCES theaters,
    phase        TEXT    NOT NULL CHECK (phase IN ('requested', 'offered', 'scheduled', 'open',
                     'tallying', 'succeeded', 'booking', 'screened', 'settled', 'failed',
                     'cancelled', 'refunded')),
    state        TEXT    NOT NULL,          -- JSON: the phase with all that is known in it
    due_at       INTEGER,                   -- the clock looks at it from then on; none: never
    screening_id INTEGER UNIQUE REFERENCES screenings,
    deadline     INTEGER,
    progress     INTEGER NOT NULL,          -- paid tickets in thousandths of the goal
    paid_tickets INTEGER NOT NULL CHECK (paid_tickets >= 0),
    backers      INTEGER NOT NULL CHECK (backers >= 0),
    made_at      INTEGER NOT NULL,
    revision     INTEGER NOT NULL
) STRICT;

CREATE INDEX campaigns_due ON campaigns (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX campaigns_by_phase ON campaigns (phase, progress);
CREATE INDEX campaigns_of_movie ON campaigns (movie_id);

-- Who pledged. Never leaves the hub.
CREATE TABLE backers (
    pledge_id   BLOB    NOT NULL PRIMARY KEY CHECK (length(pledge_id) = 16),
    campaign_id INTEGER NOT NULL,
    phone       TEXT    NOT NULL,
    -- 1 while it is this person's one live pledge of the campaign (C5). A kiosk without the
    -- network cannot know of another one: that pledge is honoured and stays 0.
    live        INTEGER NOT NULL CHECK (live IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_live_pledge ON backers (campaign_id, phone) WHERE live = 1;

-- Every order for a pledge: the first one, and those that raised it.
CREATE TABLE pledge_orders (
    order_id    BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    pledge_id   BLOB    NOT NULL CHECK (length(pledge_id) = 16),
    campaign_id INTEGER NOT NULL REFERENCES campaigns,
    number      TEXT    NOT NULL,           -- that a new pledge gets
    phone       TEXT,
    node        TEXT    NOT NULL,           -- where the money was taken: the hub is the web
    tickets     INTEGER NOT NULL CHECK (tickets > 0),
    amount_won  INTEGER NOT NULL CHECK (amount_won > 0),
    made_at     INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('paying', 'paid', 'given_up')),
    paid_at     INTEGER,
    back_won    INTEGER NOT NULL DEFAULT 0 CHECK (back_won BETWEEN 0 AND amount_won),
    CHECK ((state = 'paid') = (paid_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX pledge_orders_of_pledge ON pledge_orders (pledge_id, paid_at);
CREATE INDEX pledge_orders_in_flight ON pledge_orders (campaign_id) WHERE state = 'paying';

-- Money of pledges that is to go back. The id follows from the order and the reason, so that
-- asking again is asking for the same refund. What a kiosk has taken its counter gives back.
CREATE TABLE pledge_refunds (
    refund_id   BLOB    NOT NULL PRIMARY KEY CHECK (length(refund_id) = 16),
    campaign_id INTEGER NOT NULL REFERENCES campaigns,
    pledge_id   BLOB    NOT NULL CHECK (length(pledge_id) = 16),
    order_id    BLOB    NOT NULL CHECK (length(order_id) = 16),
    amount_won  INTEGER NOT NULL CHECK (amount_won > 0),
    why         TEXT    NOT NULL,
    wanted_at   INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('wanted', 'asked', 'counter', 'done',
                                                  'refused')),
    times       INTEGER NOT NULL DEFAULT 1, -- how often the gateway is asked
    code        TEXT,                       -- why it refuses
    done_at     INTEGER,
    CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CHECK ((state = 'refused') = (code IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX refunds_wanted ON pledge_refunds (wanted_at) WHERE state = 'wanted';
CREATE INDEX refunds_at_counters ON pledge_refunds (order_id) WHERE state = 'counter';
CREATE INDEX refunds_of_pledge ON pledge_refunds (pledge_id);
CREATE INDEX refunds_of_campaign ON pledge_refunds (campaign_id, state);

-- What people are to be told. How it reaches them is not this table's business.
CREATE TABLE notices (
    notice_id INTEGER PRIMARY KEY,
    pledge_id BLOB    NOT NULL CHECK (length(pledge_id) = 16),
    at        INTEGER NOT NULL,
    what      TEXT    NOT NULL,             -- JSON
    UNIQUE (pledge_id, what)
) STRICT;

-- What each node has told: how far its words go, and what it understands.
CREATE TABLE words (
    node      TEXT    NOT NULL PRIMARY KEY,
    kinds     TEXT    NOT NULL DEFAULT '[]',  -- JSON: rows from after the first version
    watermark INTEGER                         -- everything it did up to here is known
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_of_campaigns ON audit (json_extract(act, '$.campaign'))
    WHERE json_extract(act, '$.campaign') IS NOT NULL;
