//! The form in which titles, names and queries are compared: one line of keystrokes.
//!
//! A key of the Hangul keyboard is written as the capital of the Latin letter on it, a Latin
//! letter as a small one. So 기생충 is `RLTODCND`, Parasite is `parasite`, and neither is ever
//! taken for the other.

use crate::fold::{self, Letter, Numerals, Script, Word};
use crate::hangul;

/// A text in the form in which it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The keys of all words without spaces, sounds that are heard alike folded together.
    pub keys: String,
    /// The same without folding sounds; as long as `keys`.
    pub spelt: String,
    /// Where in `keys` each word begins, in bytes.
    pub starts: Vec<usize>,
    /// Each syllable or other letter.
    pub letters: Vec<Placed>,
    /// Where in `letters` each word begins.
    pub letter_starts: Vec<usize>,
    /// Where in `starts` each word that stands alone begins: 터미네이터2 is one.
    pub apart: Vec<usize>,
    /// Whether it has a consonant that stands alone.
    pub has_initials: bool,
}

/// One letter of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Where its keys begin in [`Form::keys`], in bytes.
    pub at: usize,
    /// The key of the consonant it begins with, or the letter itself.
    pub initial: char,
    /// Which character of the text it comes from.
    pub from: usize,
}

impl Form {
    /// The form of a text that is [`fold::shown`].
    #[must_use]
    pub fn of(text: &str, numerals: Numerals) -> Self {
        let mut form = Self::default();
        for word in fold::words(text, numerals) {
            form.push(&word);
        }
        form.keys = by_sound(&form.spelt);
        form
    }

    fn push(&mut self, word: &Word) {
        if !word.joined {
            self.apart.push(self.starts.len());
        }
        self.starts.push(self.spelt.len());
        self.letter_starts.push(self.letters.len());
        for letter in &word.letters {
            self.push_letter(*letter, word.script);
        }
    }

    fn push_letter(&mut self, Letter { letter, from }: Letter, script: Script) {
        let at = self.spelt.len();
        match script {
            Script::Hangul => self.spelt.extend(hangul::keys_of(letter).map(written)),
            Script::Latin | Script::Digits | Script::Other => self.spelt.push(letter),
        }
        self.has_initials |= hangul::is_consonant(letter);
        let first = self.spelt.get(at..).and_then(|keys| keys.chars().next());
        self.letters.push(Placed {
            at,
            initial: first.map_or(letter, plain),
            from,
        });
    }

    /// Whether nothing is left of the text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many keys it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.chars().count()
    }

    /// The keys of each word that stands alone.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let ends = self.apart.iter().skip(1).map(|word| self.starts[*word]);
        let ends = ends.chain(std::iter::once(self.keys.len()));
        let begins = self.apart.iter().map(|word| self.starts[*word]);
        begins.zip(ends).map(|(begin, end)| &self.keys[begin..end])
    }

    /// Where the letter at `index` ends in `keys`, in bytes.
    #[must_use]
    pub fn letter_end(&self, index: usize) -> usize {
        self.letters
            .get(index + 1)
            .map_or(self.keys.len(), |next| next.at)
    }
}

/// The capital of the letter on a key; a sign for the seven keys with shift.
fn written(key: char) -> char {
    match key {
        'ㅃ' => '!',
        'ㅉ' => '"',
        'ㄸ' => '#',
        'ㄲ' => '$',
        'ㅆ' => '%',
        'ㅒ' => '&',
        'ㅖ' => '\'',
        key => hangul::latin_on(key).map_or(key, |latin| latin.to_ascii_uppercase()),
    }
}

/// Sounds that are heard alike are written alike: ㅐㅒㅖ as ㅔ, doubled consonants plain, and
/// 쟈져죠쥬 as 자저조주. Each key becomes one key and only what stands before it matters, so a
/// beginning stays a beginning.
fn by_sound(spelt: &str) -> String {
    let mut before = '\0';
    let heard = spelt.chars().map(|key| {
        let heard = match (before, plain(key)) {
            ('W' | 'C' | 'T', 'I') => 'K',
            ('W' | 'C' | 'T', 'U') => 'J',
            ('W' | 'C' | 'T', 'Y') => 'H',
            ('W' | 'C' | 'T', 'B') => 'N',
            (_, heard) => heard,
        };
        before = heard;
        heard
    });
    heard.collect()
}

/// A key without shift, and one letter for the vowels that sound like ㅔ.
fn plain(key: char) -> char {
    match key {
        '!' => 'Q',
        '"' => 'W',
        '#' => 'E',
        '$' => 'R',
        '%' => 'T',
        '&' | '\'' | 'O' => 'P',
        key => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(text: &str) -> String {
        Form::of(text, Numerals::Read).keys
    }

    #[test]
    fn titles_are_lines_of_keys() {
        assert_eq!(keys("기생충"), "RLTPDCND");
        assert_eq!(Form::of("기생충", Numerals::Read).spelt, "RLTODCND");
        assert_eq!(keys("Parasite"), "parasite");
        assert_eq!(keys("터미네이터 2"), keys("터미네이터Ⅱ"));
        assert_eq!(keys("어벤저스"), keys("어밴져쓰"));
        assert_ne!(keys("괴물"), keys("고물"));
    }

    #[test]
    fn a_word_begins_where_the_script_changes() {
        let form = Form::of("공동경비구역 JSA2", Numerals::Read);
        let starts: Vec<&str> = form.starts.iter().map(|at| &form.keys[*at..]).collect();
        assert_eq!(starts[1..], ["jsa2", "2"]);
        assert_eq!(form.parts().last(), Some("jsa2"));
    }

    fn any_text() -> impl Strategy<Value = String> {
        let letter = prop_oneof![
            8 => proptest::char::range('가', '힣'),
            2 => proptest::char::range('a', 'z'),
            1 => proptest::char::range('0', '9'),
            1 => Just(' '),
        ];
        proptest::collection::vec(letter, 1..12).prop_map(|letters| letters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn what_stands_on_the_screen_is_always_a_beginning(text in any_text()) {
            let whole = Form::of(&text, Numerals::Kept).keys;
            let typed: Vec<char> = text
                .chars()
                .flat_map(|letter| {
                    let keys: Vec<char> = hangul::keys_of(letter).collect();
                    if keys.is_empty() { vec![letter] } else { keys }
                })
                .collect();
            for end in 0..=typed.len() {
                let screen = hangul::compose(typed[..end].iter().copied());
                let keys = Form::of(&screen, Numerals::Kept).keys;
                prop_assert!(whole.starts_with(&keys), "{screen} is no beginning of {text}");
            }
        }

        #[test]
        fn spaces_and_capitals_change_nothing(text in any_text()) {
            let spaced: String = text.chars().flat_map(|letter| [letter, ' ']).collect();
            let kept = |text: &str| Form::of(text, Numerals::Kept).keys;
            prop_assert_eq!(kept(&text), kept(&spaced.to_uppercase()));
        }

        #[test]
        fn folding_sounds_keeps_every_place(text in "\\PC{0,30}") {
            let form = Form::of(&fold::shown(&text), Numerals::Read);
            prop_assert_eq!(form.keys.len(), form.spelt.len());
            prop_assert!(form.letters.iter().all(|it| form.keys.is_char_boundary(it.at)));
        }
    }
}
