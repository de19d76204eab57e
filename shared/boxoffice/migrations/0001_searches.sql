-- What was searched for, by whom nobody can say: facts that never change, kept for three days.
CREATE TABLE search_facts (
    hour  INTEGER NOT NULL,                 -- of UTC, since the Unix epoch
    term  TEXT    NOT NULL,                 -- movie:1, or text: and the text, folded
    actor BLOB    NOT NULL CHECK (length(actor) = 16),  -- hashed with a key of the node's own
    place TEXT    NOT NULL,                 -- address: and its hash, kiosk: and its name, member
    PRIMARY KEY (hour, term, actor)
) STRICT, WITHOUT ROWID;
