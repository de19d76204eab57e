//! How well a film fits what was typed. Every candidate that the index names is looked at here,
//! so nothing is found by an accident of the index.

use crate::distance::{likeness, slips, slips_believed, trigrams};
use crate::film::{Kind, Phrase, phrases};
use crate::fold::Numerals;
use crate::form::Form;

/// In which way a film fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// A title is what was typed.
    Whole,
    /// A title begins so.
    Beginning,
    /// A later word of a title begins so.
    Word,
    /// All words that were typed are there, in whatever order.
    Words,
    /// The initial consonants are these.
    Initials,
    /// Somebody who made it, or its year.
    Beside,
    /// It stands somewhere within a title.
    Inside,
    /// A slip of the finger or a few away.
    Slip,
    /// Only alike.
    Alike,
}

/// Where in the keys of a text something matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Which text of the film.
    pub phrase: usize,
    /// In bytes of the keys.
    pub begin: usize,
    pub end: usize,
}

/// That a film fits, how well, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fit {
    pub how: How,
    /// Films are sorted by this first; higher is better.
    pub score: u16,
    /// How much of a title with what was typed as a later word is something else, in keys. Of films
    /// that fit equally well and are wanted equally much, the one that has less of it stands first.
    pub beyond: usize,
    pub spans: Vec<Span>,
}

/// A beginning typed with the keyboard in the wrong language counts so much less: the whole title
/// typed so stands before a later word, and anything else behind it.
pub(crate) const SLIPPED: u16 = 220;

/// A query that is compared with many films.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub(crate) form: Form,
    /// Of the form, for measuring.
    pub(crate) keys: Vec<char>,
    pub(crate) trigrams: Vec<String>,
}

impl Typed {
    pub(crate) fn new(form: Form) -> Self {
        Self {
            keys: form.keys.chars().collect(),
            trigrams: trigrams(&form.keys).into_iter().collect(),
            form,
        }
    }

    /// A film that has what was typed.
    pub(crate) fn exactly(&self, film: &[u8]) -> Option<Fit> {
        best(film, |at, phrase| self.in_phrase(at, phrase))
    }

    fn in_phrase(&self, at: usize, phrase: &Phrase<'_>) -> Option<Fit> {
        let typed = self.form.keys.as_str();
        let fit = |how, score, begin| Fit {
            how,
            score,
            beyond: 0,
            spans: vec![Span {
                phrase: at,
                begin,
                end: begin + typed.len(),
            }],
        };
        if phrase.keys.starts_with(typed) {
            let (how, score) = match (phrase.kind.is_title(), phrase.keys == typed) {
                (true, true) => (How::Whole, 1_000),
                (true, false) => (How::Beginning, 900 + whole_words(phrase, typed.len())),
                (false, true) => (How::Beside, 740),
                (false, false) => (How::Beside, 560 + whole_words(phrase, typed.len())),
            };
            let spelt = Form::of(phrase.text, Numerals::Read).spelt;
            let as_written = spelt.starts_with(&self.form.spelt);
            return Some(fit(how, score + if as_written { 20 } else { 0 }, 0));
        }
        let word = phrase
            .later_starts()
            .find(|start| phrase.keys[*start..].starts_with(typed));
        if let Some(start) = word {
            let end = start + typed.len();
            let (how, score) = match (phrase.kind.is_title(), end == phrase.keys.len()) {
                (true, true) => (How::Word, 800),
                (true, false) => (How::Word, 760 + whole_words(phrase, end)),
                (false, true) => (How::Beside, 580),
                (false, false) => (How::Beside, 540 + whole_words(phrase, end)),
            };
            let beyond = if phrase.kind.is_title() {
                phrase.keys.len() - typed.len()
            } else {
                0
            };
            return Some(Fit {
                beyond,
                ..fit(how, score, start)
            });
        }
        let inside = phrase.kind.is_title().then(|| phrase.keys.find(typed));
        inside.flatten().map(|begin| fit(How::Inside, 450, begin))
    }

    /// A film that has every word that was typed, in whatever order.
    pub(crate) fn by_words(&self, film: &[u8]) -> Option<Fit> {
        let mut spans = Vec::new();
        for part in self.form.parts() {
            spans.push(word_span(film, part)?);
        }
        let (mut titles, mut first_only) = (true, true);
        for span in &spans {
            let kind = phrases(film).nth(span.phrase)?.kind;
            titles &= kind.is_title();
            first_only &= span.phrase == spans[0].phrase;
        }
        let score = match (titles, first_only) {
            (true, true) => 720,
            (true, false) => 700,
            (false, _) => 620,
        };
        Some(Fit {
            how: How::Words,
            score,
            beyond: 0,
            spans,
        })
    }

    /// A film with these initial consonants; single syllables may be typed in full.
    pub(crate) fn by_initials(&self, film: &[u8]) -> Option<Fit> {
        best(film, |at, phrase| {
            let form = Form::of(phrase.text, Numerals::Read);
            let starts = form.letter_starts.iter().copied();
            let mut found = starts.filter_map(|start| {
                let end = initials_end(&form, start, &self.form.keys, self.form.keys.len())?;
                Some((start, end))
            });
            let (start, end) = found.next()?;
            let (whole, begins) = (end == form.letters.len(), start == 0);
            let score = match (phrase.kind.is_title(), begins, whole) {
                (true, true, true) => 700,
                (true, true, false) => 660,
                (true, false, _) => 600,
                (false, true, true) => 590,
                (false, _, _) => 500,
            };
            Some(Fit {
                how: How::Initials,
                score,
                beyond: 0,
                spans: vec![Span {
                    phrase: at,
                    begin: form.letters.get(start)?.at,
                    end: form.letter_end(end.checked_sub(1)?),
                }],
            })
        })
    }

    /// A film that a slip of the finger or a few lead to.
    pub(crate) fn by_slips(&self, film: &[u8]) -> Option<Fit> {
        let believed = slips_believed(self.keys.len());
        best(film, |at, phrase| {
            let title: Vec<char> = phrase.keys.chars().collect();
            let (slips, begin, length) = nearest(&self.keys, &title, phrase, believed)?;
            // In a short word only a whole title is believed to be meant.
            let whole = begin == 0 && length == title.len();
            if self.keys.len() < 6 && !whole {
                return None;
            }
            let lost = u16::try_from(slips).ok()? * 40 + u16::from(begin > 0) * 30;
            let worth = if phrase.kind.is_title() { 200 } else { 180 };
            let end: usize = title[..begin + length]
                .iter()
                .map(|key| key.len_utf8())
                .sum();
            let before: usize = title[..begin].iter().map(|key| key.len_utf8()).sum();
            Some(Fit {
                how: How::Slip,
                score: worth - lost + u16::from(whole) * 20,
                beyond: 0,
                spans: vec![Span {
                    phrase: at,
                    begin: before,
                    end,
                }],
            })
        })
    }

    /// A film whose title is alike, for somebody who has found nothing.
    pub(crate) fn by_likeness(&self, film: &[u8]) -> Option<Fit> {
        best(film, |_, phrase| {
            if !phrase.kind.is_title() {
                return None;
            }
            let title = trigrams(phrase.keys);
            let shared = self
                .trigrams
                .iter()
                .filter(|it| title.contains(*it))
                .count();
            let alike = likeness(self.trigrams.len(), title.len(), shared);
            (alike >= ALIKE_MIN).then(|| Fit {
                how: How::Alike,
                score: u16::try_from(alike / 10).unwrap_or(u16::MAX),
                beyond: 0,
                spans: Vec::new(),
            })
        })
    }
}

/// Titles less alike than this are no guess, in thousandths.
const ALIKE_MIN: usize = 420;

/// What ends where a word of the text ends counts a little more than half a word.
fn whole_words(phrase: &Phrase<'_>, end: usize) -> u16 {
    let whole = phrase.later_starts().any(|start| start == end);
    if whole { 10 } else { 0 }
}

/// The best fit among the texts of a film; of equal ones the first text's.
fn best(film: &[u8], fit: impl Fn(usize, &Phrase<'_>) -> Option<Fit>) -> Option<Fit> {
    let fits = phrases(film).enumerate();
    let fits = fits.filter_map(|(at, phrase)| fit(at, &phrase));
    fits.reduce(|best, next| if next.score > best.score { next } else { best })
}

/// The first word of any text of the film that begins with `part`.
fn word_span(film: &[u8], part: &str) -> Option<Span> {
    phrases(film).enumerate().find_map(|(at, phrase)| {
        let mut starts = std::iter::once(0).chain(phrase.later_starts());
        let begin = starts.find(|start| phrase.keys[*start..].starts_with(part))?;
        if phrase.kind == Kind::Year && part != phrase.keys {
            return None;
        }
        Some(Span {
            phrase: at,
            begin,
            end: begin + part.len(),
        })
    })
}

/// The letter behind the last one that `typed` names from the letter `at` on, each by its initial
/// or in full; the last one may be typed in part. At least one must be named by its initial.
fn initials_end(form: &Form, at: usize, typed: &str, all: usize) -> Option<usize> {
    if typed.is_empty() {
        return Some(at);
    }
    let letter = form.letters.get(at)?;
    let keys = form.keys.get(letter.at..form.letter_end(at))?;
    if let Some(rest) = typed.strip_prefix(keys)
        && let Some(end) = initials_end(form, at + 1, rest, all)
    {
        return Some(end);
    }
    if keys.starts_with(typed) && typed.len() < all {
        return Some(at + 1);
    }
    let rest = typed.strip_prefix(letter.initial)?;
    initials_end(form, at + 1, rest, all)
}

/// The word start from which the fewest slips lead to what was typed: slips, where it begins and
/// how long it is, in keys.
fn nearest(
    typed: &[char],
    title: &[char],
    phrase: &Phrase<'_>,
    believed: usize,
) -> Option<(usize, usize, usize)> {
    let starts = std::iter::once(0).chain(phrase.later_starts());
    let begins = starts.map(|start| phrase.keys[..start].chars().count());
    let found = begins.filter_map(|begin| {
        let (slips, length) = slips(typed, &title[begin..], believed)?;
        Some((slips, begin, length))
    });
    found.min_by_key(|(slips, begin, _)| (*slips, *begin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::{Film, analysed, written};
    use domain::id::MovieId;

    fn film(title: &str, people: &[&str]) -> Vec<u8> {
        written(&analysed(&Film {
            movie: MovieId(1),
            title: title.to_owned(),
            original_title: None,
            title_en: None,
            year: Some(2019),
            people: people.iter().map(|name| (*name).to_owned()).collect(),
        }))
    }

    fn typed(text: &str) -> Typed {
        Typed::new(Form::of(text, Numerals::Read))
    }

    #[test]
    fn the_better_a_film_fits_the_higher_it_stands() {
        let score =
            |text: &str, title: &str| typed(text).exactly(&film(title, &[])).map(|it| it.score);
        let scores = [
            score("봄날", "봄날"),
            score("봄날", "뽐날"),
            score("봄날", "봄날 저녁"),
            score("봄날", "봄날은 간다"),
            score("봄날", "뽐날은 간다"),
            score("봄날", "어느 봄날"),
            score("봄날", "어느 봄날 저녁"),
            score("봄날", "어느 봄날에"),
            score("봄날", "새봄날에"),
        ];
        assert!(scores.iter().all(Option::is_some));
        assert!(
            scores.is_sorted_by(|better, worse| better > worse),
            "{scores:?}"
        );
        assert_eq!(score("봄날", "가을날"), None);
    }

    #[test]
    fn initials_and_syllables_may_be_mixed() {
        let finds = |text: &str, title: &str| typed(text).by_initials(&film(title, &[])).is_some();
        for text in ["ㄱㅅㅊ", "기ㅅㅊ", "깃ㅊ", "기생ㅊ", "ㄱ생ㅊ", "ㄱ새"] {
            assert!(finds(text, "기생충"), "{text}");
        }
        assert!(
            finds("ㅈㅇㅇㅎㅁ", "영웅본색: 죽음의 황무지"),
            "a later word"
        );
        assert!(finds("ㅃㄹ", "빨래"), "with and without shift");
        assert!(finds("ㅂㄹ", "빨래"));
        assert!(!finds("ㄱㅊㅅ", "기생충"));
    }

    #[test]
    fn words_may_stand_in_any_order_and_beside_the_title() {
        let parasite = film("기생충", &["봉준호", "송강호"]);
        for text in ["봉준호 기생충", "기생충 2019", "송강호 봉준"] {
            assert!(typed(text).by_words(&parasite).is_some(), "{text}");
        }
        assert!(typed("기생충 2018").by_words(&parasite).is_none());
        assert!(
            typed("기생충 20").by_words(&parasite).is_none(),
            "no year yet"
        );
    }

    #[test]
    fn a_slip_is_forgiven_and_two_different_words_are_not_the_same() {
        let slip = |text: &str, title: &str| typed(text).by_slips(&film(title, &[])).is_some();
        assert!(slip("기셍춘", "기생충"));
        assert!(slip("친그", "친구"));
        assert!(slip("엔드게암", "어벤져스: 엔드게임"));
        assert!(!slip("고물", "기생충"));
        assert!(!slip("시", "잠"));
    }
}
