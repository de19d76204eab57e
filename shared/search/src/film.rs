//! What the search knows of a film, and how that is laid out in memory and in the index.

use domain::id::MovieId;

use crate::fold::{self, Numerals};
use crate::form::Form;

/// What a text of a film is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Title,
    OriginalTitle,
    EnglishTitle,
    Person,
    Year,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Title,
        Self::OriginalTitle,
        Self::EnglishTitle,
        Self::Person,
        Self::Year,
    ];

    fn code(self) -> u8 {
        self as u8
    }

    fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether it is one of the film's names, not something beside them.
    #[must_use]
    pub fn is_title(self) -> bool {
        match self {
            Self::Title | Self::OriginalTitle | Self::EnglishTitle => true,
            Self::Person | Self::Year => false,
        }
    }
}

/// What is to be found of a film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Film {
    pub movie: MovieId,
    pub title: String,
    pub original_title: Option<String>,
    pub title_en: Option<String>,
    pub year: Option<i32>,
    pub people: Vec<String>,
}

/// The most people of one film that are looked for.
pub const PEOPLE_MAX: usize = 60;
/// A longer text is looked for by its beginning, in characters.
const TEXT_CHARS_MAX: usize = 200;

impl Film {
    /// Its texts, the title first. A title in two languages that reads the same is there once.
    pub fn texts(&self) -> Vec<(Kind, String)> {
        let mut texts: Vec<(Kind, String)> = Vec::new();
        let titles = [
            (Kind::Title, Some(&self.title)),
            (Kind::EnglishTitle, self.title_en.as_ref()),
            (Kind::OriginalTitle, self.original_title.as_ref()),
        ];
        for (kind, text) in titles {
            let Some(text) = text.map(|text| cut(text)) else {
                continue;
            };
            let known = texts.iter().any(|(_, known)| same(known, &text));
            if kind == Kind::Title || !known {
                texts.push((kind, text));
            }
        }
        let people = self.people.iter().take(PEOPLE_MAX);
        texts.extend(people.map(|name| (Kind::Person, cut(name))));
        texts.extend(self.year.map(|year| (Kind::Year, year.to_string())));
        texts
    }
}

fn cut(text: &str) -> String {
    fold::shown(text).chars().take(TEXT_CHARS_MAX).collect()
}

fn same(one: &str, other: &str) -> bool {
    Form::of(one, Numerals::Read).keys == Form::of(other, Numerals::Read).keys
}

/// One text of a film with the form in which it is compared.
#[derive(Clone, Copy, Debug)]
pub struct Phrase<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// See [`Form::keys`].
    pub keys: &'a str,
    starts: &'a [u8],
}

impl<'a> Phrase<'a> {
    /// Where words begin in `keys`, but for the first.
    pub fn later_starts(&self) -> impl Iterator<Item = usize> + 'a {
        let pairs = self.starts.chunks_exact(2);
        pairs.map(|pair| usize::from(u16::from_le_bytes([pair[0], pair[1]])))
    }
}

/// Lays the texts of a film out in one piece. Each begins with its kind and three lengths.
pub(crate) fn written(texts: &[(Kind, String, Form)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, text, form) in texts {
        let starts: Vec<u16> = form
            .starts
            .iter()
            .skip(1)
            .copied()
            .filter_map(short)
            .collect();
        let lengths = [
            short(text.len()),
            short(form.keys.len()),
            short(starts.len()),
        ];
        // A text of 200 characters is far below all of them.
        let [Some(text_len), Some(keys_len), Some(starts_len)] = lengths else {
            continue;
        };
        bytes.push(kind.code());
        for length in [text_len, keys_len, starts_len] {
            bytes.extend(length.to_le_bytes());
        }
        bytes.extend(text.as_bytes());
        bytes.extend(form.keys.as_bytes());
        for start in starts {
            bytes.extend(start.to_le_bytes());
        }
    }
    bytes
}

fn short(number: usize) -> Option<u16> {
    u16::try_from(number).ok()
}

/// The texts of a film that [`written`] laid out; stops where the bytes are none of them.
pub(crate) fn phrases(mut bytes: &[u8]) -> impl Iterator<Item = Phrase<'_>> {
    std::iter::from_fn(move || {
        let (kind, rest) = bytes.split_first()?;
        let (lengths, rest) = rest.split_at_checked(6)?;
        let length = |at: usize| usize::from(u16::from_le_bytes([lengths[at], lengths[at + 1]]));
        let (text, rest) = rest.split_at_checked(length(0))?;
        let (keys, rest) = rest.split_at_checked(length(2))?;
        let (starts, rest) = rest.split_at_checked(2 * length(4))?;
        bytes = rest;
        Some(Phrase {
            kind: Kind::from_code(*kind)?,
            text: std::str::from_utf8(text).ok()?,
            keys: std::str::from_utf8(keys).ok()?,
            starts,
        })
    })
}

/// The texts of a film with their forms.
pub(crate) fn analysed(film: &Film) -> Vec<(Kind, String, Form)> {
    let texts = film.texts().into_iter();
    let texts = texts.map(|(kind, text)| {
        let form = Form::of(&text, Numerals::Read);
        (kind, text, form)
    });
    texts.filter(|(_, _, form)| !form.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_out_is_read_again() {
        let film = Film {
            movie: MovieId(7),
            title: "반지의 제왕: 왕의 귀환".to_owned(),
            original_title: Some("The Return of the King".to_owned()),
            title_en: Some("The return of the king".to_owned()),
            year: Some(2003),
            people: vec!["피터 잭슨".to_owned()],
        };
        let bytes = written(&analysed(&film));
        let read: Vec<_> = phrases(&bytes).map(|it| (it.kind, it.text)).collect();
        let expected = [
            (Kind::Title, "반지의 제왕: 왕의 귀환"),
            (Kind::EnglishTitle, "The return of the king"),
            (Kind::Person, "피터 잭슨"),
            (Kind::Year, "2003"),
        ];
        assert_eq!(read, expected);
        let title = phrases(&bytes).next().unwrap();
        let words: Vec<&str> = title.later_starts().map(|at| &title.keys[at..]).collect();
        assert_eq!(words.len(), 3);
        assert!(title.keys.ends_with(words[2]));
        assert_eq!(phrases(&bytes[..bytes.len() - 1]).count(), 3, "cut short");
    }
}
