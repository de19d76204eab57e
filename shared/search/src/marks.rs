//! Which letters of a title or name matched, for showing them.

use std::ops::Range;

use crate::film::{Kind, phrases};
use crate::fold::Numerals;
use crate::form::Form;
use crate::matching::Span;

/// A text of a film and where in it something matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    pub kind: Kind,
    pub text: String,
    /// In UTF-16 code units, as browsers count; in order, none touching the next.
    pub ranges: Vec<Range<usize>>,
}

/// The texts of a film in which something matched.
pub(crate) fn marked(film: &[u8], spans: &[Span]) -> Vec<Marked> {
    let mut marked = Vec::new();
    for (at, phrase) in phrases(film).enumerate() {
        let of_phrase: Vec<&Span> = spans.iter().filter(|span| span.phrase == at).collect();
        if of_phrase.is_empty() {
            continue;
        }
        marked.push(Marked {
            kind: phrase.kind,
            text: phrase.text.to_owned(),
            ranges: ranges(phrase.text, &of_phrase),
        });
    }
    marked
}

fn ranges(text: &str, spans: &[&Span]) -> Vec<Range<usize>> {
    let form = Form::of(text, Numerals::Read);
    let mut hit = vec![false; text.chars().count()];
    for (index, letter) in form.letters.iter().enumerate() {
        let end = form.letter_end(index);
        let touched = spans
            .iter()
            .any(|span| letter.at < span.end && span.begin < end);
        if touched && let Some(hit) = hit.get_mut(letter.from) {
            *hit = true;
        }
    }
    join_over_gaps(&mut hit, text);
    let (mut ranges, mut at): (Vec<Range<usize>>, usize) = (Vec::new(), 0);
    for (letter, hit) in text.chars().zip(hit) {
        let end = at + letter.len_utf16();
        if hit {
            match ranges.last_mut() {
                Some(last) if last.end == at => last.end = end,
                Some(_) | None => ranges.push(at..end),
            }
        }
        at = end;
    }
    ranges
}

/// A space or a colon between two letters that matched is marked with them.
fn join_over_gaps(hit: &mut [bool], text: &str) {
    let letters: Vec<char> = text.chars().collect();
    let mut last: Option<usize> = None;
    for at in 0..hit.len() {
        if !hit[at] {
            continue;
        }
        if let Some(last) = last
            && letters[last + 1..at].iter().all(|it| !it.is_alphanumeric())
        {
            hit[last + 1..at].fill(true);
        }
        last = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str, typed: &str) -> String {
        let form = Form::of(text, Numerals::Read);
        let typed = Form::of(typed, Numerals::Read).keys;
        let begin = form.keys.find(&typed).unwrap();
        let span = Span {
            phrase: 0,
            begin,
            end: begin + typed.len(),
        };
        let units: Vec<u16> = text.encode_utf16().collect();
        let ranges = ranges(text, &[&span]).into_iter();
        let shown = ranges.map(|range| String::from_utf16(&units[range]).unwrap());
        shown.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn what_matched_is_marked_with_the_spaces_between() {
        for (text, typed, expected) in [
            ("어벤져스: 엔드게임", "어벤져스엔드", "어벤져스: 엔드"),
            ("어벤져스: 엔드게임", "엔드", "엔드"),
            ("기생충", "기새", "기생"),
            ("터미네이터 Ⅱ", "2", "Ⅱ"),
            ("🎬 박하사탕", "하사", "하사"),
            ("Amélie", "ame", "Amé"),
        ] {
            assert_eq!(marks(text, typed), expected, "{text} {typed}");
        }
    }
}
