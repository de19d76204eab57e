//! Queries made of titles, the same for the same seed: what somebody types who looks for a film,
//! with the slips that happen.

use std::collections::BTreeMap;

use domain::id::MovieId;
use search::Film;
use search::hangul::{Syllable, compose, keys_of, latin_on, meant_in_hangul};

use super::Query;
use crate::random::Random;

/// Of each class so many, if there are so many titles that it can be made of.
const OF_CLASS: usize = 80;

/// How a query of a class is made of a title; none when it cannot.
type Make = fn(&str, &mut Random) -> Option<String>;

const CLASSES: [(&str, Make); 11] = [
    ("exact", |title, _| Some(title.to_owned())),
    ("prefix", |title, random| {
        let letters: Vec<char> = title.chars().collect();
        let most = letters.len().checked_sub(1).filter(|most| *most >= 3)?;
        Some(letters[..3 + random.below(most - 2)].iter().collect())
    }),
    ("half composed", half_composed),
    ("no spaces", |title, _| {
        title.contains(' ').then(|| without_spaces(title))
    }),
    ("wrong spaces", |title, random| {
        let letters: Vec<char> = without_spaces(title).chars().collect();
        let most = letters.len().checked_sub(2).filter(|most| *most >= 2)?;
        let (begin, end) = letters.split_at(1 + random.below(most));
        Some(format!(
            "{} {}",
            begin.iter().collect::<String>(),
            end.iter().collect::<String>()
        ))
    }),
    ("initials", |title, _| {
        let letters = without_spaces(title);
        let all = letters
            .chars()
            .map(|it| Syllable::of(it).map(|it| it.initial));
        let initials = all.collect::<Option<String>>()?;
        (initials.chars().count() >= 4).then_some(initials)
    }),
    ("initials mixed", |title, random| {
        let letters: Vec<char> = without_spaces(title).chars().collect();
        let most = letters.len().checked_sub(2).filter(|most| *most >= 2)?;
        let (begin, end) = letters.split_at(1 + random.below(most));
        let initials = end.iter().map(|it| Syllable::of(*it).map(|it| it.initial));
        Some(
            begin
                .iter()
                .copied()
                .chain(initials.collect::<Option<Vec<_>>>()?)
                .collect(),
        )
    }),
    ("one slip", one_slip),
    ("keyboard latin", |title, _| {
        let typed: String = title
            .chars()
            .flat_map(|it| typed_keys(it).into_iter())
            .collect();
        let slipped: String = typed
            .chars()
            .map(|key| latin_on(key).unwrap_or(key))
            .collect();
        (slipped != title && meant_in_hangul(&slipped).is_some()).then_some(slipped)
    }),
    ("later word", |title, random| {
        let words: Vec<&str> = title.split_whitespace().skip(1).collect();
        let long = words.iter().filter(|word| word.chars().count() >= 2);
        random
            .pick(&long.collect::<Vec<_>>())
            .map(|word| (**word).to_owned())
    }),
    ("in the middle", |title, random| {
        let letters: Vec<char> = without_spaces(title).chars().collect();
        let most = letters.len().checked_sub(4).filter(|most| *most >= 2)?;
        let begin = 1 + random.below(most);
        Some(letters[begin..begin + 4].iter().collect())
    }),
];

/// Queries of every class over the titles of `films`.
#[must_use]
pub fn queries(films: &[Film], seed: u64) -> Vec<Query> {
    let mut random = Random::new(seed);
    let mut by_title: BTreeMap<&str, Vec<MovieId>> = BTreeMap::new();
    for film in films {
        by_title.entry(&film.title).or_default().push(film.movie);
    }
    let titles: Vec<&str> = by_title.keys().copied().collect();
    let mut queries = Vec::new();
    for (class, make) in CLASSES {
        let (mut made, mut tried) = (0, 0);
        while made < OF_CLASS && tried < 20 * OF_CLASS {
            tried += 1;
            let Some(title) = random.pick(&titles) else {
                break;
            };
            let Some(text) = make(title, &mut random) else {
                continue;
            };
            made += 1;
            queries.push(Query {
                class: class.to_owned(),
                text,
                expected: by_title[title].clone(),
            });
        }
    }
    queries
}

/// Everything that stands on the screen while somebody types the title.
#[must_use]
pub fn states(title: &str) -> Vec<String> {
    let keys: Vec<char> = title.chars().flat_map(typed_keys).collect();
    (1..=keys.len())
        .map(|end| compose(keys[..end].iter().copied()))
        .collect()
}

fn typed_keys(letter: char) -> Vec<char> {
    let keys: Vec<char> = keys_of(letter).collect();
    if keys.is_empty() { vec![letter] } else { keys }
}

fn without_spaces(title: &str) -> String {
    title
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

fn half_composed(title: &str, random: &mut Random) -> Option<String> {
    let states = states(title);
    let half = states
        .iter()
        .skip(4)
        .filter(|state| !title.starts_with(state.as_str()));
    random
        .pick(&half.collect::<Vec<_>>())
        .map(|state| (**state).clone())
}

/// One key left out, twice, wrong, or two in the wrong order.
fn one_slip(title: &str, random: &mut Random) -> Option<String> {
    let mut keys: Vec<char> = title.chars().flat_map(typed_keys).collect();
    if keys.len() < 6 {
        return None;
    }
    let at = random.below(keys.len() - 1);
    match random.below(4) {
        0 => drop(keys.remove(at)),
        1 => keys.insert(at, keys[at]),
        2 => keys[at] = compose_near(keys[at], random)?,
        _ => keys.swap(at, at + 1),
    }
    let typed = compose(keys);
    (typed != title).then_some(typed)
}

/// A key that lies beside `key`.
fn compose_near(key: char, random: &mut Random) -> Option<char> {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let latin = latin_on(key)?;
    let row = ROWS.iter().find(|row| row.contains(latin))?;
    let at = row.find(latin)?;
    let near: Vec<char> = row.chars().skip(at.saturating_sub(1)).take(3).collect();
    let near: Vec<&char> = near.iter().filter(|it| **it != latin).collect();
    let meant = meant_in_hangul(&random.pick(&near)?.to_string())?;
    meant.chars().next()
}
