//! SQLite's own full-text search over the same films, as its documentation says it is used for
//! text without spaces between words: trigrams, and LIKE for what is shorter.

use domain::id::MovieId;
use rusqlite::Connection;
use search::Film;

/// A full-text table of films.
pub struct Trigram(Connection);

impl Trigram {
    /// An empty one in memory.
    ///
    /// # Panics
    ///
    /// When this SQLite has no full-text search.
    #[must_use]
    pub fn new() -> Self {
        let db = Connection::open_in_memory().expect("memory");
        db.execute_batch(
            "CREATE VIRTUAL TABLE films USING fts5(title, title_en, original, people, year,
                tokenize = 'trigram')",
        )
        .expect("SQLite has FTS5");
        Self(db)
    }

    /// Adds films.
    ///
    /// # Panics
    ///
    /// When SQLite fails.
    pub fn add(&mut self, films: &[Film]) {
        let tx = self.0.transaction().expect("a transaction");
        {
            let mut insert = tx
                .prepare_cached(
                    "INSERT INTO films (rowid, title, title_en, original, people, year)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )
                .expect("a statement");
            for film in films {
                let (people, year) = (film.people.join("\n"), film.year.map(|it| it.to_string()));
                let row = (
                    film.movie.0,
                    &film.title,
                    &film.title_en,
                    &film.original_title,
                    people,
                    year,
                );
                insert.execute(row).expect("a row");
            }
        }
        tx.commit().expect("a commit");
    }

    /// The best films for `text`.
    ///
    /// # Panics
    ///
    /// When SQLite fails.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<MovieId> {
        let (query, bound) = if text.chars().count() < 3 {
            let short = "SELECT rowid FROM films WHERE title LIKE ?1 OR title_en LIKE ?1
                          OR original LIKE ?1 OR people LIKE ?1 LIMIT ?2";
            (short, format!("%{text}%"))
        } else {
            let long = "SELECT rowid FROM films WHERE films MATCH ?1 ORDER BY rank LIMIT ?2";
            (long, format!("\"{}\"", text.replace('"', "\"\"")))
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.0.prepare_cached(query).expect("a statement");
        let rows = statement.query_map((bound, limit), |row| row.get(0).map(MovieId));
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    }

    /// How large it is, in bytes.
    ///
    /// # Panics
    ///
    /// When SQLite fails.
    #[must_use]
    pub fn bytes(&self) -> i64 {
        let size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        self.0
            .query_row(size, (), |row| row.get(0))
            .expect("a size")
    }
}

impl Default for Trigram {
    fn default() -> Self {
        Self::new()
    }
}
