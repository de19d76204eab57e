-- What a node needs to come back after a loss.

-- 1 while this node may not touch its seats of the screening: it is not sure what is sold.
ALTER TABLE seatings ADD COLUMN closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1));

-- Own seats that may have been sold after the copy was made from which this node was
-- restored. They are blocked until staff have looked.
CREATE TABLE doubts (
    screening_id INTEGER NOT NULL,
    seat_id      INTEGER NOT NULL,
    PRIMARY KEY (screening_id, seat_id)
) STRICT, WITHOUT ROWID;

-- Hub: nodes that have not told everything they know since the hub was restored.
CREATE TABLE unheard (
    node       TEXT    NOT NULL PRIMARY KEY,
    theater_id INTEGER NOT NULL,
    waited_for INTEGER NOT NULL CHECK (waited_for IN (0, 1))  -- 0: an operator said go
) STRICT, WITHOUT ROWID;

-- What the operator decided, as JSON; none while the conflict is open.
ALTER TABLE conflicts ADD COLUMN decision TEXT;
ALTER TABLE conflicts ADD COLUMN decided_at INTEGER;

-- A seat that seems wrong in the middle of a sender's feed is looked at when that feed has been
-- read to its head, and not when another one has.
DROP TABLE suspects;
CREATE TABLE suspects (
    sender       TEXT    NOT NULL,
    screening_id INTEGER NOT NULL,
    seat_id      INTEGER NOT NULL,
    PRIMARY KEY (sender, screening_id, seat_id)
) STRICT, WITHOUT ROWID;
