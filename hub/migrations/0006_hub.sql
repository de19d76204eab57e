-- Theaters, their rooms and what is on. Written by the hub alone.
CREATE TABLE theaters (
    theater_id     INTEGER PRIMARY KEY,
    source_key     TEXT    NOT NULL UNIQUE,   -- what an import knows it by
    name           TEXT    NOT NULL,
    name_en        TEXT    NOT NULL,
    region         TEXT    NOT NULL,
    area           TEXT    NOT NULL,
    utc_offset_min INTEGER NOT NULL,
    revision       INTEGER NOT NULL
) STRICT;

CREATE TABLE seat_maps (
    seat_map_id INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    body        TEXT    NOT NULL,             -- JSON; never changed (S9)
    PRIMARY KEY (seat_map_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE auditoriums (
    auditorium_id    INTEGER PRIMARY KEY,
    theater_id       INTEGER NOT NULL REFERENCES theaters,
    name             TEXT    NOT NULL,
    seat_map_id      INTEGER NOT NULL,
    seat_map_version INTEGER NOT NULL,
    seats            INTEGER NOT NULL,
    revision         INTEGER NOT NULL,
    UNIQUE (theater_id, name),
    FOREIGN KEY (seat_map_id, seat_map_version) REFERENCES seat_maps
) STRICT;

CREATE TABLE screenings (
    screening_id     INTEGER PRIMARY KEY,
    movie_id         INTEGER NOT NULL,
    theater_id       INTEGER NOT NULL REFERENCES theaters,
    auditorium_id    INTEGER NOT NULL REFERENCES auditoriums,
    seat_map_id      INTEGER NOT NULL,
    seat_map_version INTEGER NOT NULL,
    starts_at        INTEGER NOT NULL,
    ends_at          INTEGER NOT NULL CHECK (ends_at > starts_at),
    sale_from        INTEGER NOT NULL,
    sale_until       INTEGER NOT NULL,
    prices           TEXT    NOT NULL,        -- JSON: won by zone
    revision         INTEGER NOT NULL,
    UNIQUE (auditorium_id, starts_at),
    FOREIGN KEY (seat_map_id, seat_map_version) REFERENCES seat_maps
) STRICT;

CREATE INDEX screenings_by_time ON screenings (starts_at);
CREATE INDEX screenings_of_movie ON screenings (movie_id, starts_at);

-- The nodes that may speak with the hub.
CREATE TABLE nodes (
    node              TEXT    NOT NULL PRIMARY KEY,
    theater_id        INTEGER NOT NULL REFERENCES theaters,
    credential_sha256 BLOB    NOT NULL CHECK (length(credential_sha256) = 32),
    added_at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX nodes_of_theater ON nodes (theater_id);

-- How a guest who booked on the web is known again. Never leaves the hub.
CREATE TABLE guests (
    booking_id BLOB NOT NULL PRIMARY KEY CHECK (length(booking_id) = 16),
    phone      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
