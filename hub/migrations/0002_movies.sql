-- The catalogue of films, wherever it was imported from.
CREATE TABLE movies (
    movie_id       INTEGER PRIMARY KEY,
    source         TEXT    NOT NULL,      -- who says so: our own catalogue, KOBIS, …
    source_id      TEXT    NOT NULL,      -- what it is called there
    title          TEXT    NOT NULL,
    title_fold     TEXT    NOT NULL,      -- for sorting and for "begins with"
    original_title TEXT,
    title_en       TEXT,
    search_fold    TEXT    NOT NULL,      -- all titles, folded, without spaces
    year           INTEGER,
    released       TEXT,                  -- YYYY-MM-DD, in Korea
    sort_date      TEXT    NOT NULL,      -- released, or the year, or nothing
    runtime_min    INTEGER,
    rating         TEXT    NOT NULL CHECK (rating IN ('all', '12', '15', '19', 'unrated')),
    synopsis       TEXT,
    revision       INTEGER NOT NULL,
    UNIQUE (source, source_id)
) STRICT;

CREATE INDEX movies_by_title ON movies (title_fold, movie_id);
CREATE INDEX movies_by_release ON movies (sort_date DESC, movie_id DESC);

CREATE TABLE movie_genres (
    movie_id INTEGER NOT NULL REFERENCES movies,
    position INTEGER NOT NULL,
    genre    TEXT    NOT NULL,
    PRIMARY KEY (movie_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX movies_of_genre ON movie_genres (genre, movie_id);

CREATE TABLE movie_people (
    movie_id INTEGER NOT NULL REFERENCES movies,
    position INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    role     TEXT    NOT NULL CHECK (role IN ('director', 'actor')),
    PRIMARY KEY (movie_id, position)
) STRICT, WITHOUT ROWID;
