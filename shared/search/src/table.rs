//! The films in memory: what is needed to look at a candidate without asking the disk.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use domain::id::MovieId;

use crate::film::{Kind, phrases};

/// Where a film's texts are.
#[derive(Clone, Copy, Debug)]
struct Place {
    movie: MovieId,
    begin: u32,
    end: u32,
}

/// All films, one behind the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    bytes: Vec<u8>,
    places: Vec<Place>,
    by_movie: HashMap<i64, u32>,
}

impl Table {
    /// Adds a film or puts it in the place of what was known of it. A film for which there is no
    /// room (four gigabytes of titles) is left out.
    pub(crate) fn put(&mut self, movie: MovieId, film: &[u8]) {
        let ends = [
            self.bytes.len(),
            self.bytes.len() + film.len(),
            self.places.len(),
        ];
        let [Ok(begin), Ok(end), Ok(next)] = ends.map(u32::try_from) else {
            return;
        };
        self.bytes.extend_from_slice(film);
        let place = Place { movie, begin, end };
        match self.by_movie.get(&movie.0) {
            Some(known) => self.places[*known as usize] = place,
            None => {
                self.by_movie.insert(movie.0, next);
                self.places.push(place);
            }
        }
    }

    /// The row of a film.
    pub(crate) fn row(&self, movie: MovieId) -> Option<u32> {
        self.by_movie.get(&movie.0).copied()
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The film in a row.
    pub(crate) fn film(&self, row: u32) -> (MovieId, &[u8]) {
        let place = self.places[row as usize];
        (
            place.movie,
            &self.bytes[place.begin as usize..place.end as usize],
        )
    }

    /// Rows in the order in which films that fit equally well are shown: by weight, then the
    /// newest, then by title; each with its weight. In which order they came does not matter.
    pub(crate) fn order(&self, weights: &BTreeMap<MovieId, u8>) -> Vec<(u32, u8)> {
        let rows = (0_u32..).take(self.places.len());
        let mut order: Vec<_> = rows
            .map(|row| {
                let (movie, film) = self.film(row);
                let (mut title, mut year) = ("", 0_i32);
                for phrase in phrases(film) {
                    match phrase.kind {
                        Kind::Title => title = phrase.text,
                        Kind::Year => year = phrase.keys.parse().unwrap_or(0),
                        Kind::OriginalTitle | Kind::EnglishTitle | Kind::Person => {}
                    }
                }
                let weight = weights.get(&movie).copied().unwrap_or(0);
                (Reverse(weight), Reverse(year), title, movie, row)
            })
            .collect();
        order.sort_unstable();
        let rows = order.into_iter();
        rows.map(|(Reverse(weight), .., row)| (row, weight))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::{Film, analysed, written};

    fn film(movie: i64, title: &str, year: i32) -> (MovieId, Vec<u8>) {
        let film = Film {
            movie: MovieId(movie),
            title: title.to_owned(),
            original_title: None,
            title_en: None,
            year: Some(year),
            people: Vec::new(),
        };
        (film.movie, written(&analysed(&film)))
    }

    #[test]
    fn the_order_says_nothing_of_who_came_first() {
        let films = [
            film(1, "괴물", 2006),
            film(2, "괴물", 2023),
            film(3, "관상", 2013),
            film(4, "거미집", 2023),
        ];
        let weights = BTreeMap::from([(MovieId(3), 2)]);
        let shown = |order: &[usize]| {
            let mut table = Table::default();
            for at in order {
                table.put(films[*at].0, &films[*at].1);
            }
            let rows = table.order(&weights).into_iter();
            rows.map(|(row, _)| table.film(row).0.0).collect::<Vec<_>>()
        };
        assert_eq!(shown(&[0, 1, 2, 3]), [3, 4, 2, 1]);
        assert_eq!(shown(&[3, 2, 1, 0]), [3, 4, 2, 1]);
    }

    #[test]
    fn a_film_that_changes_keeps_its_row() {
        let mut table = Table::default();
        let (first, old) = film(1, "괴물", 2006);
        let (second, other) = film(2, "관상", 2013);
        table.put(first, &old);
        table.put(second, &other);
        let (_, new) = film(1, "괴물: 다시", 2006);
        table.put(first, &new);
        assert_eq!((table.len(), table.row(first)), (2, Some(0)));
        assert_eq!(table.film(0), (first, new.as_slice()));
    }
}
