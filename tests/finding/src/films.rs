//! Films to search: those that come with the program, those of a file that may lie beside the
//! project, and any number made of their words.

use std::collections::BTreeMap;
use std::path::Path;

use domain::id::MovieId;
use search::{Film, Index, Shelf, Stamp};
use serde::Deserialize;

use crate::random::Random;

/// The catalogue that comes with the program.
const BUNDLED: [&str; 2] = [
    include_str!("../../../hub/catalogue/movies-korean.json"),
    include_str!("../../../hub/catalogue/movies-foreign.json"),
];

/// A file with Korean films, if somebody has laid one beside the project.
const BESIDE: &str = "../shared/data/movies.json";

#[derive(Deserialize)]
struct Catalogue {
    movies: Vec<Bundled>,
}

#[derive(Deserialize)]
struct Bundled {
    id: String,
    title: String,
    original_title: Option<String>,
    title_en: Option<String>,
    year: Option<i32>,
    directors: Vec<String>,
    actors: Vec<String>,
}

/// A film of a plain list.
#[derive(Deserialize)]
struct Listed {
    title: String,
    /// `2019.05.30`
    released: String,
    actors: Vec<String>,
}

/// The films that come with the program, and by which id a source names each.
///
/// # Panics
///
/// When the bundled catalogue is damaged.
#[must_use]
pub fn bundled() -> (Vec<Film>, BTreeMap<String, MovieId>) {
    let (mut films, mut ids) = (Vec::new(), BTreeMap::new());
    let catalogues = BUNDLED.iter().flat_map(|text| {
        let catalogue: Catalogue = serde_json::from_str(text).expect("a whole catalogue");
        catalogue.movies
    });
    for (number, movie) in (1..).zip(catalogues) {
        ids.insert(movie.id, MovieId(number));
        films.push(Film {
            movie: MovieId(number),
            title: movie.title,
            original_title: movie.original_title,
            title_en: movie.title_en,
            year: movie.year,
            people: [movie.directors, movie.actors].concat(),
        });
    }
    (films, ids)
}

/// The films of the file beside the project; none when there is no such file.
///
/// # Panics
///
/// When the file is none that the program reads.
#[must_use]
pub fn beside() -> Option<Vec<Film>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let text = std::fs::read_to_string(root.join(BESIDE)).ok()?;
    let list: Vec<Listed> = serde_json::from_str(&text).expect("a list of films");
    let films = (1..).zip(list).map(|(number, listed)| Film {
        movie: MovieId(number),
        title: listed.title,
        original_title: None,
        title_en: None,
        year: listed.released.get(..4).and_then(|year| year.parse().ok()),
        people: listed.actors,
    });
    Some(films.collect())
}

/// An index of the films in `folder`.
///
/// # Panics
///
/// When it cannot be written there.
#[must_use]
pub fn indexed(folder: &Path, films: &[Film]) -> Index {
    let shelf = Shelf::new(folder.to_owned());
    let building = shelf.begin().expect("the folder can be written");
    for film in films {
        building.add(film).expect("the folder can be written");
    }
    let stamp = Stamp::new(1, 0);
    shelf
        .finish(building, stamp)
        .expect("the folder can be written")
}

/// Films made of the words of `real` ones: titles of one to four words, of which some are joined
/// of two halves, with an English title and people.
pub struct Made {
    words: Vec<String>,
    english: Vec<String>,
    people: Vec<String>,
    random: Random,
}

impl Made {
    /// The same films for the same seed.
    #[must_use]
    pub fn of(real: &[Film], seed: u64) -> Self {
        let split = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let english = real.iter().filter_map(|film| film.title_en.as_deref());
        Self {
            words: real.iter().flat_map(|film| split(&film.title)).collect(),
            english: english.flat_map(split).collect(),
            people: real.iter().flat_map(|film| film.people.clone()).collect(),
            random: Random::new(seed),
        }
    }

    /// The next one.
    pub fn next(&mut self, number: i64) -> Film {
        let count = 1 + self.random.below(4);
        let title: Vec<String> = (0..count).map(|_| self.word()).collect();
        let english = (self.random.below(10) < 3).then(|| {
            let count = 1 + self.random.below(4);
            let words = (0..count).filter_map(|_| self.random.pick(&self.english).cloned());
            words.collect::<Vec<_>>().join(" ")
        });
        let people = (0..2).filter_map(|_| self.random.pick(&self.people).cloned());
        Film {
            movie: MovieId(number),
            title: title.join(" "),
            original_title: None,
            title_en: english,
            people: people.collect(),
            year: i32::try_from(1930 + self.random.below(97)).ok(),
        }
    }

    fn word(&mut self) -> String {
        let one = self.random.pick(&self.words).cloned().unwrap_or_default();
        if self.random.below(2) == 0 {
            return one;
        }
        let other = self.random.pick(&self.words).cloned().unwrap_or_default();
        let half = |text: &str| text.chars().count().div_ceil(2);
        let begin = one.chars().take(half(&one));
        begin.chain(other.chars().skip(half(&other))).collect()
    }
}
