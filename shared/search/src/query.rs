//! A search: which candidates the index is asked for, from what fits exactly to what is only
//! alike, and when to stop.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::id::MovieId;

use crate::distance::slips_believed;
use crate::film::{Kind, phrases};
use crate::fold::{self, Numerals};
use crate::form::Form;
use crate::hangul;
use crate::marks::{Marked, marked};
use crate::matching::{Fit, How, SLIPPED, Typed};
use crate::schema::{BEGINNING_KEYS_MAX, INITIALS_MAX, WORD_KEYS_MAX, beginning_of};
use crate::snapshot::Snapshot;

/// What is typed beyond this is not read, in characters.
const TYPED_CHARS_MAX: usize = 100;
/// With fewer films than this, it is also looked what was meant if the keyboard was set to the
/// other language.
const FEW_FOR_SLIPPED: usize = 3;
/// With fewer films than this, slips of the finger are looked for.
const FEW_FOR_SLIPS: usize = 5;
/// Within titles is looked from so many keys on.
const INSIDE_KEYS_MIN: usize = 3;
/// Names are looked for from so many keys on: a syllable begun.
const BESIDE_KEYS_MIN: usize = 2;
/// So many words are looked for in any order.
const WORDS_MAX: usize = 8;
/// So many readings of initial consonants.
const READINGS_MAX: usize = 8;
/// Guesses when nothing was found.
const GUESSES_MAX: usize = 5;

/// What a search has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The best first.
    pub hits: Vec<Hit>,
    /// Films that may have been meant, when nothing was found.
    pub guesses: Vec<Hit>,
    /// How the text was read, when the best film was found as if the keyboard had been set to
    /// the other language.
    pub read_as: Option<String>,
}

/// A film that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub movie: MovieId,
    pub title: String,
    pub year: Option<i32>,
    pub how: How,
    /// Where in which texts.
    pub marks: Vec<Marked>,
}

/// The best fit of each film, by rank.
#[derive(Default)]
struct Gathered(BTreeMap<u32, (Fit, Option<usize>)>);

impl Gathered {
    /// Keeps the better fit; `reading` names the reading of the text by which it was found.
    fn add(&mut self, rank: u32, fit: Fit, reading: Option<usize>) {
        match self.0.get(&rank) {
            Some((known, _)) if known.score >= fit.score => {}
            Some(_) | None => {
                self.0.insert(rank, (fit, reading));
            }
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    /// The best first; of equal ones the heaviest, then those of which most was typed, then by
    /// rank.
    fn sorted(self, snapshot: &Snapshot) -> Vec<(u32, Fit, Option<usize>)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_by_key(|(rank, (fit, _))| {
            let weight = snapshot.weight(*rank);
            (Reverse(fit.score), Reverse(weight), fit.beyond, *rank)
        });
        all.into_iter()
            .map(|(rank, (fit, reading))| (rank, fit, reading))
            .collect()
    }
}

/// Looks for `text` and returns at most `limit` films.
pub(crate) fn search(snapshot: &Snapshot, text: &str, limit: usize) -> tantivy::Result<Found> {
    let text: String = fold::shown(text.trim())
        .chars()
        .take(TYPED_CHARS_MAX)
        .collect();
    let typed = readings(&text);
    let Some(first) = typed.first() else {
        return Ok(Found::default());
    };
    let mut gathered = Gathered::default();
    for typed in &typed {
        directly(snapshot, typed, &mut gathered, (limit, None))?;
    }
    let mut others = Vec::new();
    if gathered.len() < FEW_FOR_SLIPPED {
        others = meant(&text);
        for (at, other) in others.iter().enumerate() {
            for typed in readings(other) {
                directly(snapshot, &typed, &mut gathered, (limit, Some(at)))?;
            }
        }
    }
    if gathered.len() < FEW_FOR_SLIPS {
        with_slips(snapshot, first, &mut gathered)?;
    }
    let mut guesses = Vec::new();
    if gathered.len() == 0 {
        let mut alike = Gathered::default();
        by_likeness(snapshot, first, &mut alike)?;
        for typed in others.iter().flat_map(|other| readings(other)) {
            by_likeness(snapshot, &typed, &mut alike)?;
        }
        guesses = alike.sorted(snapshot);
        guesses.truncate(GUESSES_MAX);
    }
    let mut hits = gathered.sorted(snapshot);
    hits.truncate(limit);
    let read_as = hits.first().and_then(|(_, _, reading)| *reading);
    let shown = |found: Vec<(u32, Fit, Option<usize>)>| {
        let hits = found.iter().map(|(rank, fit, _)| hit(snapshot, *rank, fit));
        hits.collect()
    };
    Ok(Found {
        hits: shown(hits),
        guesses: shown(guesses),
        read_as: read_as.and_then(|at| others.get(at).cloned()),
    })
}

fn hit(snapshot: &Snapshot, rank: u32, fit: &Fit) -> Hit {
    let (movie, film) = snapshot.film(rank);
    let (mut title, mut year) = (String::new(), None);
    for phrase in phrases(film) {
        match phrase.kind {
            Kind::Title => phrase.text.clone_into(&mut title),
            Kind::Year => year = phrase.text.parse().ok(),
            Kind::OriginalTitle | Kind::EnglishTitle | Kind::Person => {}
        }
    }
    Hit {
        movie,
        title,
        year,
        how: fit.how,
        marks: marked(film, &fit.spans),
    }
}

/// The text with Roman numerals read, and as it is written if that is another one.
fn readings(text: &str) -> Vec<Typed> {
    let read = Form::of(text, Numerals::Read);
    let kept = Form::of(text, Numerals::Kept);
    let mut forms = vec![read];
    if forms.iter().all(|read| read.keys != kept.keys) {
        forms.push(kept);
    }
    let forms = forms.into_iter().filter(|form| !form.is_empty());
    forms.map(Typed::new).collect()
}

/// What was meant if the keyboard was set to the other language.
fn meant(text: &str) -> Vec<String> {
    let (hangul, latin) = (hangul::meant_in_hangul(text), hangul::meant_in_latin(text));
    match (hangul, latin) {
        // Both scripts were typed, so the keyboard was as it should be.
        (Some(_), Some(_)) | (None, None) => Vec::new(),
        (Some(meant), None) | (None, Some(meant)) => vec![meant],
    }
}

/// Everything that has what was typed.
fn directly(
    snapshot: &Snapshot,
    typed: &Typed,
    gathered: &mut Gathered,
    (limit, reading): (usize, Option<usize>),
) -> tantivy::Result<()> {
    let fields = *snapshot.fields();
    let (keys, count) = (typed.form.keys.as_str(), typed.keys.len());
    let cost = if reading.is_some() { SLIPPED } else { 0 };
    let mut take = |ranks: Vec<u32>, fit: &dyn Fn(&[u8]) -> Option<Fit>| {
        for rank in ranks {
            if let Some(mut found) = fit(snapshot.film(rank).1) {
                found.score = found.score.saturating_sub(cost);
                gathered.add(rank, found, reading);
            }
        }
        gathered.len()
    };
    let exactly = |film: &[u8]| typed.exactly(film);
    take(snapshot.with_term(fields.whole, keys)?, &exactly);
    let term = beginning_of(keys, BEGINNING_KEYS_MAX);
    take(snapshot.with_term(fields.beginning, term)?, &exactly);
    let term = beginning_of(keys, WORD_KEYS_MAX);
    take(snapshot.with_term(fields.word, term)?, &exactly);
    if count >= BESIDE_KEYS_MIN {
        take(snapshot.with_term(fields.name, keys)?, &exactly);
        take(snapshot.with_term(fields.beside, term)?, &exactly);
    }
    let mut found = take(Vec::new(), &exactly);
    if typed.form.has_initials {
        for initials in initials_of(&typed.form) {
            for field in [fields.initials, fields.name_initials] {
                let ranks = snapshot.with_term(field, &initials)?;
                found = take(ranks, &|film| typed.by_initials(film));
            }
        }
    }
    let words: Vec<&str> = typed.form.parts().take(WORDS_MAX + 1).collect();
    if (2..=WORDS_MAX).contains(&words.len()) && found < limit {
        let any = [
            (fields.beginning, BEGINNING_KEYS_MAX),
            (fields.word, WORD_KEYS_MAX),
            (fields.beside, WORD_KEYS_MAX),
        ];
        let ranks = snapshot.with_words(&any, &words)?;
        found = take(ranks, &|film| typed.by_words(film));
    }
    if count >= INSIDE_KEYS_MIN && found < limit {
        // Within a title, so not with the mark of a beginning.
        let inside: Vec<String> = typed
            .trigrams
            .iter()
            .filter(|it| !it.starts_with('^'))
            .cloned()
            .collect();
        take(snapshot.with_trigrams(&inside)?, &exactly);
    }
    Ok(())
}

/// The initial consonants that may be meant: a final before a lone consonant may be the next
/// initial (깃ㅊ is 기ㅅㅊ).
fn initials_of(form: &Form) -> Vec<String> {
    let mut readings = vec![String::new()];
    for (index, letter) in form.letters.iter().enumerate() {
        let keys = &form.keys[letter.at..form.letter_end(index)];
        let last = keys.chars().next_back().filter(|_| ends_in_consonant(keys));
        let more: Vec<String> = readings
            .iter()
            .filter_map(|reading| Some(format!("{reading}{}{}", letter.initial, last?)))
            .collect();
        for reading in &mut readings {
            reading.push(letter.initial);
        }
        readings.extend(more);
        readings.truncate(READINGS_MAX);
    }
    let cut = readings
        .iter()
        .map(|it| beginning_of(it, INITIALS_MAX).to_owned());
    cut.collect()
}

/// Whether a syllable has a final. The capitals are keys; these are vowels.
fn ends_in_consonant(keys: &str) -> bool {
    let is_vowel = |key: char| "YUIOPHJKLBNM".contains(key);
    let last = keys.chars().next_back();
    keys.len() > 1 && last.is_some_and(|key| key.is_ascii_uppercase() && !is_vowel(key))
}

/// What a slip of the finger or a few lead to. The nearest are looked for first.
fn with_slips(snapshot: &Snapshot, typed: &Typed, gathered: &mut Gathered) -> tantivy::Result<()> {
    let fields = *snapshot.fields();
    let believed = slips_believed(typed.keys.len());
    if believed == 0 {
        return Ok(());
    }
    let mut take = |ranks: Vec<u32>| {
        let before = gathered.len();
        for rank in ranks {
            if let Some(fit) = typed.by_slips(snapshot.film(rank).1) {
                gathered.add(rank, fit, None);
            }
        }
        gathered.len() > before
    };
    let whole = typed.keys.len() < 6;
    let keys = typed.form.keys.as_str();
    let mut any = false;
    for slips in 1..=2_u8 {
        if any || usize::from(slips) > believed {
            break;
        }
        for field in [fields.whole, fields.name] {
            any |= take(snapshot.with_slips(field, keys, (slips, whole))?);
        }
    }
    if !whole {
        // A later word with a slip, or more slips than the index looks for.
        take(snapshot.sharing_trigrams(&typed.trigrams, typed.trigrams.len() / 3)?);
    }
    Ok(())
}

fn by_likeness(snapshot: &Snapshot, typed: &Typed, gathered: &mut Gathered) -> tantivy::Result<()> {
    let min = typed.trigrams.len() / 3;
    for rank in snapshot.sharing_trigrams(&typed.trigrams, min)? {
        if let Some(fit) = typed.by_likeness(snapshot.film(rank).1) {
            gathered.add(rank, fit, None);
        }
    }
    Ok(())
}
