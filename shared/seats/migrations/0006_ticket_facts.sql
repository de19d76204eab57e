-- What has happened to tickets in theaters: facts that never change.
CREATE TABLE ticket_facts (
    ticket_id    BLOB    NOT NULL CHECK (length(ticket_id) = 16),
    event        TEXT    NOT NULL CHECK (event IN ('printed', 'admitted')),
    node         TEXT    NOT NULL,
    booking_id   BLOB    NOT NULL CHECK (length(booking_id) = 16),
    screening_id INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, event, node)
) STRICT, WITHOUT ROWID;
