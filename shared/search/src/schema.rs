//! The fields of the index, and which terms of a film stand in them.

use std::collections::BTreeSet;

use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};

use crate::distance::trigrams;
use crate::film::{Film, Kind, analysed, written};
use crate::form::Form;

/// Raised with every change of the fields or of how texts are read; an index of another version is
/// built anew.
pub const SCHEMA_VERSION: u32 = 1;

/// The longest beginning of a title that is a term, in keys. What is longer is looked for by this
/// much and compared in full.
pub(crate) const BEGINNING_KEYS_MAX: usize = 20;
/// The same for later words, and for names.
pub(crate) const WORD_KEYS_MAX: usize = 16;
/// The same for initial consonants.
pub(crate) const INITIALS_MAX: usize = 10;
/// The longest whole title that is a term, in keys.
const WHOLE_KEYS_MAX: usize = 200;

/// The fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The film's id.
    pub(crate) movie: Field,
    /// The film's texts as they stand in memory.
    pub(crate) film: Field,
    /// Whole titles.
    pub(crate) whole: Field,
    /// Beginnings of titles.
    pub(crate) beginning: Field,
    /// Beginnings of later words of titles.
    pub(crate) word: Field,
    /// Initial consonants of titles, from each word on.
    pub(crate) initials: Field,
    /// Three keys in a row, of titles.
    pub(crate) trigram: Field,
    /// Whole names.
    pub(crate) name: Field,
    /// Beginnings of the words of names, and the year.
    pub(crate) beside: Field,
    /// Initial consonants of names.
    pub(crate) name_initials: Field,
}

impl Fields {
    /// The fields and their schema. No positions, no norms: a term is there or it is not.
    pub(crate) fn new() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let movie = schema.add_i64_field("movie", INDEXED | FAST | STORED);
        let film = schema.add_bytes_field("film", STORED);
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic);
        let terms = TextOptions::default().set_indexing_options(indexing);
        let mut text = |name: &str| schema.add_text_field(name, terms.clone());
        let fields = Self {
            movie,
            film,
            whole: text("whole"),
            beginning: text("beginning"),
            word: text("word"),
            initials: text("initials"),
            trigram: text("trigram"),
            name: text("name"),
            beside: text("beside"),
            name_initials: text("name_initials"),
        };
        (fields, schema.build())
    }

    /// A film with all its terms.
    pub(crate) fn document(&self, film: &Film) -> TantivyDocument {
        let texts = analysed(film);
        let mut terms: BTreeSet<(Field, String)> = BTreeSet::new();
        for (kind, _, form) in &texts {
            if kind.is_title() {
                self.add_title(form, &mut terms);
            } else {
                self.add_beside(*kind, form, &mut terms);
            }
        }
        let mut document = TantivyDocument::new();
        document.add_i64(self.movie, film.movie.0);
        document.add_bytes(self.film, &written(&texts));
        for (field, term) in terms {
            document.add_text(field, term);
        }
        document
    }

    fn add_title(&self, form: &Form, terms: &mut BTreeSet<(Field, String)>) {
        terms.insert((
            self.whole,
            beginning_of(&form.keys, WHOLE_KEYS_MAX).to_owned(),
        ));
        terms.extend(edges(&form.keys, BEGINNING_KEYS_MAX).map(|edge| (self.beginning, edge)));
        for start in form.starts.iter().skip(1) {
            let words = edges(&form.keys[*start..], WORD_KEYS_MAX);
            terms.extend(words.map(|edge| (self.word, edge)));
        }
        terms.extend(
            trigrams(&form.keys)
                .into_iter()
                .map(|three| (self.trigram, three)),
        );
        self.add_initials(self.initials, form, terms);
    }

    fn add_beside(&self, kind: Kind, form: &Form, terms: &mut BTreeSet<(Field, String)>) {
        for start in &form.starts {
            let words = edges(&form.keys[*start..], WORD_KEYS_MAX);
            terms.extend(words.map(|edge| (self.beside, edge)));
        }
        if kind == Kind::Person {
            terms.insert((
                self.name,
                beginning_of(&form.keys, WHOLE_KEYS_MAX).to_owned(),
            ));
            self.add_initials(self.name_initials, form, terms);
        }
    }

    /// Nothing for a text without Hangul: nobody types initial consonants to find it.
    fn add_initials(&self, field: Field, form: &Form, terms: &mut BTreeSet<(Field, String)>) {
        if !form.keys.chars().any(|key| key.is_ascii_uppercase()) {
            return;
        }
        for start in &form.letter_starts {
            let letters = form.letters.iter().skip(*start).take(INITIALS_MAX);
            let initials: String = letters.map(|letter| letter.initial).collect();
            terms.extend(edges(&initials, INITIALS_MAX).map(|edge| (field, edge)));
        }
    }
}

/// The first keys, at most `max`.
pub(crate) fn beginning_of(keys: &str, max: usize) -> &str {
    let end = keys
        .char_indices()
        .nth(max)
        .map_or(keys.len(), |(at, _)| at);
    &keys[..end]
}

/// Every beginning of up to `max` keys.
fn edges(keys: &str, max: usize) -> impl Iterator<Item = String> + '_ {
    let ends = keys.char_indices().map(|(at, key)| at + key.len_utf8());
    ends.take(max).map(|end| keys[..end].to_owned())
}
