//! How a text is read: characters that look or sound alike become one, what is no letter and no
//! digit falls away, words are seen where they begin.
//!
//! Titles and queries are read by the same code, so what is folded on one side is folded on the
//! other. Any change here changes what stands in an index: raise
//! [`crate::schema::SCHEMA_VERSION`].

use std::collections::VecDeque;

use unicode_normalization::UnicodeNormalization as _;

use crate::hangul;

/// A character of a text that is left, and which character of the text (in NFC) it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    pub letter: char,
    /// In characters.
    pub from: usize,
}

/// Letters that belong together: a word, or a part of one in one script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub letters: Vec<Letter>,
    pub script: Script,
    /// Whether nothing stood between it and the word before.
    pub joined: bool,
}

/// What a word is written in. A word ends where this changes: 터미네이터2 is two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Hangul,
    Latin,
    Digits,
    Other,
}

/// Whether II may mean 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numerals {
    /// A Roman numeral that is not the first word is a number.
    Read,
    /// As it is written: somebody may be about to type *Episode India*.
    Kept,
}

/// The text as it is shown: composed, so that one character is one position.
#[must_use]
pub fn shown(text: &str) -> String {
    text.nfc().collect()
}

/// The words of a text that is [`shown`].
#[must_use]
pub fn words(text: &str, numerals: Numerals) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut joined = false;
    for (from, letter) in text.chars().enumerate() {
        let mut any = false;
        for letter in folded(letter) {
            any = true;
            let script = script_of(letter);
            let letter = Letter { letter, from };
            // Chinese and Japanese have no spaces: a word may begin at every letter.
            let goes_on = joined && script != Script::Other;
            match words.last_mut() {
                Some(word) if goes_on && word.script == script => word.letters.push(letter),
                Some(_) | None => words.push(Word {
                    letters: vec![letter],
                    script,
                    joined: joined && !words.is_empty(),
                }),
            }
            joined = true;
        }
        joined = any;
    }
    match numerals {
        Numerals::Read => read_numerals(&mut words),
        Numerals::Kept => {}
    }
    words
}

/// What is left of one character: nothing of punctuation, several of ㎏ or Ⅷ.
fn folded(letter: char) -> VecDeque<char> {
    if let Some(number) = roman_letter(letter) {
        return number.to_string().chars().collect();
    }
    if letter.is_ascii_alphanumeric() {
        return VecDeque::from([letter.to_ascii_lowercase()]);
    }
    if hangul::is_jamo(letter) || hangul::Syllable::of(letter).is_some() {
        return VecDeque::from([letter]);
    }
    if let Some(jamo) = stray_jamo(letter) {
        return VecDeque::from([jamo]);
    }
    let plain = letter.nfkd().filter(|it| !is_accent(*it)).nfc();
    let kept = plain.filter(|it| it.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// The accents that Latin letters lose. Those of kana stay: が is not か.
fn is_accent(mark: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&mark)
}

fn script_of(letter: char) -> Script {
    if hangul::is_jamo(letter) || hangul::Syllable::of(letter).is_some() {
        Script::Hangul
    } else if letter.is_numeric() {
        Script::Digits
    } else if letter.is_ascii_alphabetic() || is_spaced(letter) {
        Script::Latin
    } else {
        Script::Other
    }
}

/// Letters beyond ASCII of scripts with spaces: Latin, Greek, Cyrillic.
fn is_spaced(letter: char) -> bool {
    ('\u{A0}'..='\u{52F}').contains(&letter)
}

/// A conjoining jamo that stands alone, as its letter. NFC has composed those that belong
/// together; what is left comes from files and programs that take syllables apart.
fn stray_jamo(letter: char) -> Option<char> {
    let code = u32::from(letter);
    let (vowels, finals) = (0x1161..=0x1175, 0x11A8..=0x11C2);
    let syllable = if (0x1100..=0x1112).contains(&code) {
        return initial_jamo(code - 0x1100);
    } else if vowels.contains(&code) {
        0xAC00 + (code - 0x1161) * 28
    } else if finals.contains(&code) {
        0xAC00 + (code - 0x11A7)
    } else {
        return None;
    };
    let parts = hangul::Syllable::of(char::from_u32(syllable)?)?;
    Some(parts.last.unwrap_or(parts.vowel))
}

fn initial_jamo(index: u32) -> Option<char> {
    let syllable = char::from_u32(0xAC00 + index * 21 * 28)?;
    hangul::Syllable::of(syllable).map(|parts| parts.initial)
}

fn roman_letter(letter: char) -> Option<u32> {
    let code = u32::from(letter);
    [0x2160..=0x216B, 0x2170..=0x217B]
        .iter()
        .find(|range| range.contains(&code))
        .map(|range| code - range.start() + 1)
}

/// The numerals that titles count with. A lone I is one only behind another word.
const ROMAN: [(&str, &str); 14] = [
    ("i", "1"),
    ("ii", "2"),
    ("iii", "3"),
    ("iv", "4"),
    ("v", "5"),
    ("vi", "6"),
    ("vii", "7"),
    ("viii", "8"),
    ("ix", "9"),
    ("x", "10"),
    ("xi", "11"),
    ("xii", "12"),
    ("xiii", "13"),
    ("xx", "20"),
];

fn read_numerals(words: &mut [Word]) {
    for word in words.iter_mut().skip(1) {
        if word.script != Script::Latin {
            continue;
        }
        let text: String = word.letters.iter().map(|it| it.letter).collect();
        let Some((_, number)) = ROMAN.iter().find(|(roman, _)| *roman == text) else {
            continue;
        };
        let from: Vec<usize> = word.letters.iter().map(|it| it.from).collect();
        let last = from.last().copied().unwrap_or_default();
        let digits = number.chars().enumerate();
        word.letters = digits
            .map(|(at, letter)| Letter {
                letter,
                from: from.get(at).copied().unwrap_or(last),
            })
            .collect();
        word.script = Script::Digits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let words = words(&shown(text), Numerals::Read);
        let words = words
            .iter()
            .map(|word| word.letters.iter().map(|it| it.letter).collect());
        words.collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn what_is_written_differently_is_read_alike() {
        for (text, expected) in [
            ("어벤져스: 엔드게임", "어벤져스 엔드게임"),
            ("터미네이터Ⅱ", "터미네이터 2"),
            ("터미네이터 II", "터미네이터 2"),
            ("터미네이터 ２", "터미네이터 2"),
            ("Amélie", "amelie"),
            ("I Can Speak", "i can speak"),
            ("E.T.", "e t"),
            ("東京物語", "東 京 物 語"),
            ("すずめ", "す ず め"),
            ("8월의 크리스마스", "8 월의 크리스마스"),
            ("ㄱㅅㅊ", "ㄱㅅㅊ"),
            ("\u{1100}\u{1175}\u{1109}\u{1162}\u{11BC}", "기생"),
            ("\u{1100}", "ㄱ"),
            ("!? …", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn every_letter_knows_where_it_came_from() {
        let words = words("록키 III", Numerals::Read);
        let from = |word: &Word| word.letters.iter().map(|it| it.from).collect::<Vec<_>>();
        assert_eq!(from(&words[0]), [0, 1]);
        assert_eq!(from(&words[1]), [3]);
    }
}
