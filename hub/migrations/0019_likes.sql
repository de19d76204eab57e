-- Films that somebody likes (좋아요). Who it is stays a random number in a cookie.
CREATE TABLE likes (
    movie_id INTEGER NOT NULL REFERENCES movies,
    device   BLOB    NOT NULL CHECK (length(device) = 16),
    since    INTEGER NOT NULL,
    PRIMARY KEY (movie_id, device)
) STRICT, WITHOUT ROWID;

CREATE INDEX likes_of_device ON likes (device, since);

-- How many like a film and how many ask for it: counted here and nowhere else, by the triggers
-- below, so that films can be sorted by them.
ALTER TABLE movies ADD COLUMN likes INTEGER NOT NULL DEFAULT 0 CHECK (likes >= 0);
ALTER TABLE movies ADD COLUMN requesters INTEGER NOT NULL DEFAULT 0 CHECK (requesters >= 0);

UPDATE movies SET requesters =
    (SELECT count(*) FROM requests
      WHERE requests.movie_id = movies.movie_id AND requests.ended_at IS NULL);

CREATE INDEX movies_by_likes ON movies (likes DESC, movie_id DESC);
CREATE INDEX movies_by_requesters ON movies (requesters DESC, movie_id DESC);

CREATE TRIGGER like_counts AFTER INSERT ON likes
BEGIN
    UPDATE movies SET likes = likes + 1 WHERE movie_id = new.movie_id;
END;

CREATE TRIGGER like_counts_no_more AFTER DELETE ON likes
BEGIN
    UPDATE movies SET likes = likes - 1 WHERE movie_id = old.movie_id;
END;

CREATE TRIGGER request_counts AFTER INSERT ON requests WHEN new.ended_at IS NULL
BEGIN
    UPDATE movies SET requesters = requesters + 1 WHERE movie_id = new.movie_id;
END;

CREATE TRIGGER request_counts_no_more AFTER UPDATE OF ended_at ON requests
WHEN old.ended_at IS NULL AND new.ended_at IS NOT NULL
BEGIN
    UPDATE movies SET requesters = requesters - 1 WHERE movie_id = old.movie_id;
END;
