-- What comes back for tickets that are returned, as it was told to the kiosks. It is a setting; here
-- stands what they know.
CREATE TABLE refund_rules (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    body     TEXT    NOT NULL,              -- JSON
    revision INTEGER NOT NULL
) STRICT;
