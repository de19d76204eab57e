//! Hangul on a two-set (두벌식) keyboard: syllables taken apart into keystrokes and put together
//! again as an input method does it.
//!
//! A *key* is what one keystroke gives: a jamo of the compatibility block (ㄱ, ㅏ), never a
//! compound such as ㄳ or ㅘ, which take two. So what stands on the screen while somebody types
//! (기, 깃, 기새) is always a beginning of the keys of what will stand there (기생충).

const SYLLABLE_FIRST: u32 = 0xAC00;
const SYLLABLE_LAST: u32 = 0xD7A3;
const VOWELS: u32 = 21;
const FINALS: u32 = 28;

const INITIAL: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ',
    'ㅌ', 'ㅍ', 'ㅎ',
];
const VOWEL: [char; 21] = [
    'ㅏ', 'ㅐ', 'ㅑ', 'ㅒ', 'ㅓ', 'ㅔ', 'ㅕ', 'ㅖ', 'ㅗ', 'ㅘ', 'ㅙ', 'ㅚ', 'ㅛ', 'ㅜ', 'ㅝ', 'ㅞ',
    'ㅟ', 'ㅠ', 'ㅡ', 'ㅢ', 'ㅣ',
];
/// The first stands for no final at all.
const FINAL: [char; 28] = [
    '\0', 'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ', 'ㄿ', 'ㅀ',
    'ㅁ', 'ㅂ', 'ㅄ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
];
/// Compounds and the two keys that make them.
const COMPOUND: [(char, [char; 2]); 18] = [
    ('ㅘ', ['ㅗ', 'ㅏ']),
    ('ㅙ', ['ㅗ', 'ㅐ']),
    ('ㅚ', ['ㅗ', 'ㅣ']),
    ('ㅝ', ['ㅜ', 'ㅓ']),
    ('ㅞ', ['ㅜ', 'ㅔ']),
    ('ㅟ', ['ㅜ', 'ㅣ']),
    ('ㅢ', ['ㅡ', 'ㅣ']),
    ('ㄳ', ['ㄱ', 'ㅅ']),
    ('ㄵ', ['ㄴ', 'ㅈ']),
    ('ㄶ', ['ㄴ', 'ㅎ']),
    ('ㄺ', ['ㄹ', 'ㄱ']),
    ('ㄻ', ['ㄹ', 'ㅁ']),
    ('ㄼ', ['ㄹ', 'ㅂ']),
    ('ㄽ', ['ㄹ', 'ㅅ']),
    ('ㄾ', ['ㄹ', 'ㅌ']),
    ('ㄿ', ['ㄹ', 'ㅍ']),
    ('ㅀ', ['ㄹ', 'ㅎ']),
    ('ㅄ', ['ㅂ', 'ㅅ']),
];
/// The letter on each key, and the key with shift where that is another one.
const KEYBOARD: [(char, char, Option<char>); 26] = [
    ('q', 'ㅂ', Some('ㅃ')),
    ('w', 'ㅈ', Some('ㅉ')),
    ('e', 'ㄷ', Some('ㄸ')),
    ('r', 'ㄱ', Some('ㄲ')),
    ('t', 'ㅅ', Some('ㅆ')),
    ('y', 'ㅛ', None),
    ('u', 'ㅕ', None),
    ('i', 'ㅑ', None),
    ('o', 'ㅐ', Some('ㅒ')),
    ('p', 'ㅔ', Some('ㅖ')),
    ('a', 'ㅁ', None),
    ('s', 'ㄴ', None),
    ('d', 'ㅇ', None),
    ('f', 'ㄹ', None),
    ('g', 'ㅎ', None),
    ('h', 'ㅗ', None),
    ('j', 'ㅓ', None),
    ('k', 'ㅏ', None),
    ('l', 'ㅣ', None),
    ('z', 'ㅋ', None),
    ('x', 'ㅌ', None),
    ('c', 'ㅊ', None),
    ('v', 'ㅍ', None),
    ('b', 'ㅠ', None),
    ('n', 'ㅜ', None),
    ('m', 'ㅡ', None),
];

/// A syllable taken apart; the parts are jamo of the compatibility block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syllable {
    pub initial: char,
    pub vowel: char,
    pub last: Option<char>,
}

impl Syllable {
    /// Takes a syllable apart; none for any other character.
    #[must_use]
    pub fn of(syllable: char) -> Option<Self> {
        let code = u32::from(syllable);
        if !(SYLLABLE_FIRST..=SYLLABLE_LAST).contains(&code) {
            return None;
        }
        let at = code - SYLLABLE_FIRST;
        let part = |table: &[char], index: u32| table.get(index as usize).copied();
        let last = part(&FINAL, at % FINALS)?;
        Some(Self {
            initial: part(&INITIAL, at / FINALS / VOWELS)?,
            vowel: part(&VOWEL, at / FINALS % VOWELS)?,
            last: (last != '\0').then_some(last),
        })
    }

    /// Puts it together; none when a part cannot stand where it does.
    #[must_use]
    pub fn compose(self) -> Option<char> {
        let index = |table: &[char], part: char| {
            let found = table.iter().position(|known| *known == part)?;
            u32::try_from(found).ok()
        };
        let initial = index(&INITIAL, self.initial)?;
        let vowel = index(&VOWEL, self.vowel)?;
        let last = self.last.map_or(Some(0), |last| index(&FINAL, last))?;
        char::from_u32(SYLLABLE_FIRST + (initial * VOWELS + vowel) * FINALS + last)
    }
}

/// Whether it is a jamo of the compatibility block.
#[must_use]
pub fn is_jamo(letter: char) -> bool {
    ('ㄱ'..='ㅣ').contains(&letter)
}

/// Whether it is a consonant of the compatibility block, compounds included.
#[must_use]
pub fn is_consonant(letter: char) -> bool {
    ('ㄱ'..='ㅎ').contains(&letter)
}

fn is_vowel(letter: char) -> bool {
    ('ㅏ'..='ㅣ').contains(&letter)
}

/// The keys that a syllable or jamo takes, in order; nothing for any other character.
pub fn keys_of(letter: char) -> impl Iterator<Item = char> {
    let parts = match Syllable::of(letter) {
        Some(it) => [Some(it.initial), Some(it.vowel), it.last],
        None if is_jamo(letter) => [Some(letter), None, None],
        None => [None, None, None],
    };
    parts.into_iter().flatten().flat_map(|part| {
        let two = COMPOUND.iter().find(|(compound, _)| *compound == part);
        let keys = two.map_or([Some(part), None], |(_, [a, b])| [Some(*a), Some(*b)]);
        keys.into_iter().flatten()
    })
}

/// What stands on the screen after these keys, as every two-set input method composes them.
/// Characters that are no keys end the syllable and stay as they are.
#[must_use]
pub fn compose(keys: impl IntoIterator<Item = char>) -> String {
    let mut typed = String::new();
    let mut open = Open::Nothing;
    for key in keys {
        open = open.press(key, &mut typed);
    }
    open.close(&mut typed);
    typed
}

/// The syllable that is being typed.
#[derive(Clone, Copy)]
enum Open {
    Nothing,
    Initial(char),
    Vowel(char),
    Syllable(Syllable),
}

impl Open {
    fn press(self, key: char, typed: &mut String) -> Self {
        if is_vowel(key) {
            return self.press_vowel(key, typed);
        }
        if !is_consonant(key) {
            self.close(typed);
            typed.push(key);
            return Self::Nothing;
        }
        match self {
            Self::Syllable(open) => {
                let last = match open.last {
                    None => Some(key).filter(|key| FINAL.contains(key)),
                    Some(before) => joined(before, key),
                };
                if last.is_some() {
                    return Self::Syllable(Syllable { last, ..open });
                }
                self.close(typed);
                Self::Initial(key)
            }
            Self::Nothing | Self::Initial(_) | Self::Vowel(_) => {
                self.close(typed);
                Self::Initial(key)
            }
        }
    }

    fn press_vowel(self, key: char, typed: &mut String) -> Self {
        match self {
            Self::Initial(initial) => Self::Syllable(Syllable {
                initial,
                vowel: key,
                last: None,
            }),
            Self::Vowel(before) => match joined(before, key) {
                Some(vowel) => Self::Vowel(vowel),
                None => {
                    self.close(typed);
                    Self::Vowel(key)
                }
            },
            Self::Syllable(open) => match (open.last, joined(open.vowel, key)) {
                (None, Some(vowel)) => Self::Syllable(Syllable { vowel, ..open }),
                (None, None) => {
                    self.close(typed);
                    Self::Vowel(key)
                }
                // The final, or its second half, begins the next syllable: 깃 + ㅐ is 기새.
                (Some(last), _) => {
                    let (stays, initial) = apart(last);
                    let before = Syllable {
                        last: stays,
                        ..open
                    };
                    Self::Syllable(before).close(typed);
                    Self::Syllable(Syllable {
                        initial,
                        vowel: key,
                        last: None,
                    })
                }
            },
            Self::Nothing => Self::Vowel(key),
        }
    }

    fn close(self, typed: &mut String) {
        match self {
            Self::Nothing => {}
            Self::Initial(jamo) | Self::Vowel(jamo) => typed.push(jamo),
            Self::Syllable(open) => typed.extend(open.compose()),
        }
    }
}

fn joined(first: char, second: char) -> Option<char> {
    let found = COMPOUND.iter().find(|(_, parts)| *parts == [first, second]);
    found.map(|(compound, _)| *compound)
}

/// What stays of a final when its last key goes on to the next syllable.
fn apart(last: char) -> (Option<char>, char) {
    let found = COMPOUND.iter().find(|(compound, _)| *compound == last);
    found.map_or((None, last), |(_, [stays, goes])| (Some(*stays), *goes))
}

/// The Latin letter on the same key.
#[must_use]
pub fn latin_on(key: char) -> Option<char> {
    let found = KEYBOARD
        .iter()
        .find(|(_, plain, shifted)| *plain == key || *shifted == Some(key));
    found.map(|(latin, ..)| *latin)
}

/// What somebody meant who typed Hangul with the keyboard set to Latin letters; none when the
/// text has no Latin letter.
#[must_use]
pub fn meant_in_hangul(text: &str) -> Option<String> {
    let mut slipped = false;
    let keys = text.chars().map(|letter| {
        let lower = letter.to_ascii_lowercase();
        let Some((_, plain, shifted)) = KEYBOARD.iter().find(|(it, ..)| *it == lower) else {
            return letter;
        };
        slipped = true;
        let shifted = shifted.filter(|_| letter.is_ascii_uppercase());
        shifted.unwrap_or(*plain)
    });
    let typed = compose(keys);
    slipped.then_some(typed)
}

/// What somebody meant who typed Latin letters with the keyboard set to Hangul; none when the
/// text has no Hangul.
#[must_use]
pub fn meant_in_latin(text: &str) -> Option<String> {
    let (mut typed, mut slipped) = (String::new(), false);
    for letter in text.chars() {
        let before = typed.len();
        for key in keys_of(letter) {
            typed.extend(latin_on(key));
        }
        if typed.len() == before {
            typed.push(letter);
        } else {
            slipped = true;
        }
    }
    slipped.then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn syllables() -> impl Iterator<Item = char> {
        (SYLLABLE_FIRST..=SYLLABLE_LAST).map(|code| char::from_u32(code).unwrap())
    }

    #[test]
    fn every_syllable_comes_apart_and_together_again() {
        assert_eq!(syllables().count(), 11_172);
        for syllable in syllables() {
            let parts = Syllable::of(syllable).unwrap();
            assert_eq!(parts.compose(), Some(syllable));
        }
    }

    #[test]
    fn every_syllable_is_typed_by_its_keys() {
        for syllable in syllables() {
            let keys: Vec<char> = keys_of(syllable).collect();
            let single = keys
                .iter()
                .all(|key| COMPOUND.iter().all(|(it, _)| it != key));
            assert!(single, "{syllable} has a key that nobody has");
            assert_eq!(compose(keys), syllable.to_string());
        }
    }

    #[test]
    fn every_syllable_survives_a_slip_of_the_keyboard_both_ways() {
        for syllable in syllables() {
            let latin = meant_in_latin(&syllable.to_string()).unwrap();
            assert!(latin.chars().all(|it| it.is_ascii_lowercase()), "{latin}");
            let shifted: String = keys_of(syllable)
                .map(|key| {
                    let found = KEYBOARD
                        .iter()
                        .find(|(_, plain, shifted)| *plain == key || *shifted == Some(key));
                    let (latin, plain, _) = found.unwrap();
                    if *plain == key {
                        *latin
                    } else {
                        latin.to_ascii_uppercase()
                    }
                })
                .collect();
            assert_eq!(meant_in_hangul(&shifted), Some(syllable.to_string()));
        }
    }

    #[test]
    fn what_stands_on_the_screen_while_typing() {
        let states = |text: &str| {
            let keys: Vec<char> = text.chars().flat_map(keys_of).collect();
            let states = (1..=keys.len()).map(|n| compose(keys[..n].iter().copied()));
            states.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(states("기생"), "ㄱ 기 깃 기새 기생");
        assert_eq!(states("값이"), "ㄱ 가 갑 값 값ㅇ 값이");
        assert_eq!(states("괴물"), "ㄱ 고 괴 굄 괴무 괴물");
        assert_eq!(states("앉아"), "ㅇ 아 안 앉 앉ㅇ 앉아");
        assert_eq!(compose("ㅇㅏㄴㅈㅏ".chars()), "안자");
        assert_eq!(
            compose("ㅂㅂㅏㄹㅏㅏ".chars()),
            "ㅂ발ㅏ".replace("발ㅏ", "바라ㅏ")
        );
    }

    #[test]
    fn slips_are_read_as_they_were_meant() {
        assert_eq!(meant_in_hangul("rltodcnd").as_deref(), Some("기생충"));
        assert_eq!(
            meant_in_hangul("xjalspdlxj 2").as_deref(),
            Some("터미네이터 2")
        );
        assert_eq!(meant_in_latin("ㅔㅁㄱㅁ냣ㄷ").as_deref(), Some("parasite"));
        assert_eq!(meant_in_hangul("기생충 2"), None);
        assert_eq!(meant_in_latin("up 2"), None);
    }
}
