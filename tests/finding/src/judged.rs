//! The judged queries in `tests/search/bundled.tsv`: class, what is typed, and the films of the
//! bundled catalogue of which one should be found.

use std::collections::BTreeMap;

use domain::id::MovieId;

use super::Query;

const BUNDLED: &str = include_str!("../../search/bundled.tsv");

/// The queries over the bundled catalogue, whose films are called as in `ids`.
///
/// # Panics
///
/// When a line is none, or names a film that is not there.
#[must_use]
pub fn bundled(ids: &BTreeMap<String, MovieId>) -> Vec<Query> {
    let queries = BUNDLED.lines().map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [class, text, films] = columns[..] else {
            panic!("`{line}` has not three columns");
        };
        let expected = films.split('|').map(|film| {
            let known = ids.get(film);
            *known.unwrap_or_else(|| panic!("{film} is not in the catalogue"))
        });
        Query {
            class: class.to_owned(),
            text: text.to_owned(),
            expected: expected.collect(),
        }
    });
    queries.collect()
}
