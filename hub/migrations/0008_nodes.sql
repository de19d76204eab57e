-- The ratchet: what each node was handed at its last session, and what it showed before.
CREATE TABLE tokens (
    node        TEXT    NOT NULL PRIMARY KEY,
    incarnation INTEGER NOT NULL,           -- the node's, in which it was handed out
    session     INTEGER NOT NULL,
    hub         INTEGER NOT NULL,           -- the hub's incarnation
    value       BLOB    NOT NULL CHECK (length(value) = 16),
    shown       BLOB    CHECK (length(shown) = 16),
    -- The head of the hub's feed when it was started the first time since that session; none
    -- while it has not been started again. A node that has read further has read another hub.
    resumed     INTEGER
) STRICT, WITHOUT ROWID;

-- A fenced node gets no seats. Set until the operator lets it in again.
ALTER TABLE nodes ADD COLUMN fenced_at INTEGER;
