-- Who has decided what. Only ever added to.
CREATE TABLE audit (
    entry INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    who   TEXT    NOT NULL,
    act   TEXT    NOT NULL           -- JSON
) STRICT;
