-- Films are told with the people who made them, so that kiosks find them by name: those that were
-- told without are told again. Their places in the feed come behind everything else, in the order
-- of the films; a row that replaces an older one of the same film takes its place.
UPDATE movies SET revision = revision + 1
 WHERE movie_id IN (SELECT movie_id FROM movie_people);

INSERT OR REPLACE INTO changes (seq, op, kind, key, scope, origin)
SELECT head + row_number() OVER (ORDER BY movie_id), head + 1, 4, CAST(movie_id AS TEXT), 0, 'hub'
  FROM (SELECT DISTINCT movie_id FROM movie_people),
       (SELECT coalesce(max(seq), 0) AS head FROM changes);
