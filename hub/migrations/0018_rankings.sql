-- What the facts of committed searches count, kept as they come (domain::ranking::counted).
-- Derived: it can be made again from the facts of the hours that are still there.

-- For how many terms an actor has searched in an hour.
CREATE TABLE search_actors (
    hour  INTEGER NOT NULL,
    actor BLOB    NOT NULL CHECK (length(actor) = 16),
    terms INTEGER NOT NULL CHECK (terms > 0),
    PRIMARY KEY (hour, actor)
) STRICT, WITHOUT ROWID;

CREATE INDEX search_facts_of_actor ON search_facts (hour, actor, term, place);

-- How many actors of one place have searched for a term in an hour.
CREATE TABLE search_places (
    hour   INTEGER NOT NULL,
    term   TEXT    NOT NULL,
    place  TEXT    NOT NULL,
    actors INTEGER NOT NULL CHECK (actors >= 0),
    PRIMARY KEY (hour, term, place)
) STRICT, WITHOUT ROWID;

-- How many of them count. The totals stay when the facts are gone.
CREATE TABLE search_counts (
    hour   INTEGER NOT NULL,
    term   TEXT    NOT NULL,
    actors INTEGER NOT NULL CHECK (actors >= 0),
    PRIMARY KEY (hour, term)
) STRICT, WITHOUT ROWID;

-- 실시간 검색 순위, hour by hour. What is published never changes.
CREATE TABLE boards (
    hour         INTEGER PRIMARY KEY,
    published_at INTEGER NOT NULL,
    body         TEXT    NOT NULL         -- JSON
) STRICT;

CREATE TRIGGER boards_never_change BEFORE UPDATE ON boards
BEGIN
    SELECT raise(ABORT, 'a published board never changes');
END;

-- Terms that no board shows.
CREATE TABLE excluded_terms (
    term  TEXT    NOT NULL PRIMARY KEY,
    since INTEGER NOT NULL,
    who   TEXT    NOT NULL,
    note  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- How fast a campaign moves is what was paid lately.
CREATE INDEX pledge_orders_paid ON pledge_orders (campaign_id, paid_at, tickets)
    WHERE state = 'paid';

-- A kiosk with a newer program than this hub had kept its searches to itself: everything is
-- asked for once more. What is known already stays as it is.
UPDATE peers SET applied_seq = 0;
