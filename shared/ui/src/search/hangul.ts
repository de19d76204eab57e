// Hangul on a two-set keyboard: keys put together as an input method does it, and taken apart
// again. The kiosk's on-screen keyboard types with it.

const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const VOWELS = 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ';
/** The first place stands for no final. */
const FINALS = ' ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ';
const SYLLABLE_FIRST = 0xac00;
const SYLLABLES = 11_172;

/** Compounds by the two keys that make them. */
const COMPOUNDS: Record<string, string> = {
  ㅗㅏ: 'ㅘ',
  ㅗㅐ: 'ㅙ',
  ㅗㅣ: 'ㅚ',
  ㅜㅓ: 'ㅝ',
  ㅜㅔ: 'ㅞ',
  ㅜㅣ: 'ㅟ',
  ㅡㅣ: 'ㅢ',
  ㄱㅅ: 'ㄳ',
  ㄴㅈ: 'ㄵ',
  ㄴㅎ: 'ㄶ',
  ㄹㄱ: 'ㄺ',
  ㄹㅁ: 'ㄻ',
  ㄹㅂ: 'ㄼ',
  ㄹㅅ: 'ㄽ',
  ㄹㅌ: 'ㄾ',
  ㄹㅍ: 'ㄿ',
  ㄹㅎ: 'ㅀ',
  ㅂㅅ: 'ㅄ',
};
const APART = new Map(Object.entries(COMPOUNDS).map(([keys, jamo]) => [jamo, keys]));

/** The syllable that is being typed: what it has so far. */
interface Open {
  initial: string;
  vowel: string;
  last: string;
}

const NOTHING: Open = { initial: '', vowel: '', last: '' };

/** What stands on the screen after these keys; what is no jamo ends a syllable. */
export function composed(keys: Iterable<string>): string {
  let typed = '';
  let open = NOTHING;
  for (const key of keys) {
    const [closed, next] = pressed(open, key);
    typed += closed;
    open = next;
  }
  return typed + shown(open);
}

/** The keys that make a text: 값 is ㄱㅏㅂㅅ. What is no Hangul is a key of its own. */
export function keysOf(text: string): string[] {
  return Array.from(text).flatMap((letter) =>
    partsOf(letter).flatMap((part) => Array.from(APART.get(part) ?? part)),
  );
}

/** What is left of a text after the last key was taken back: 값 becomes 갑, 가 becomes ㄱ. */
export function erased(text: string): string {
  const last = Array.from(text).at(-1) ?? '';
  const keys = keysOf(last);
  return text.slice(0, text.length - last.length) + composed(keys.slice(0, -1));
}

/** A text with one more key, composed with its last syllable. */
export function typed(text: string, key: string): string {
  const last = Array.from(text).at(-1) ?? '';
  return text.slice(0, text.length - last.length) + composed([...keysOf(last), key]);
}

function partsOf(letter: string): string[] {
  const at = (letter.codePointAt(0) ?? 0) - SYLLABLE_FIRST;
  if (at < 0 || at >= SYLLABLES) {
    return [letter];
  }
  const initial = INITIALS.charAt(Math.floor(at / 588));
  const vowel = VOWELS.charAt(Math.floor((at % 588) / 28));
  const last = FINALS.charAt(at % 28);
  return last === ' ' ? [initial, vowel] : [initial, vowel, last];
}

/** What is closed by the key, and what is open after it. */
function pressed(open: Open, key: string): [string, Open] {
  if (isVowel(key)) {
    return pressedVowel(open, key);
  }
  if (!/^[ㄱ-ㅎ]$/.test(key)) {
    return [shown(open) + key, NOTHING];
  }
  if (open.initial !== '' && open.vowel !== '') {
    const last = open.last === '' ? key : COMPOUNDS[open.last + key];
    if (last !== undefined && FINALS.includes(last)) {
      return ['', { ...open, last }];
    }
  }
  return [shown(open), { ...NOTHING, initial: key }];
}

function pressedVowel(open: Open, key: string): [string, Open] {
  if (open.last !== '') {
    // The final, or its second half, begins the next syllable: 깃 and ㅐ are 기새.
    const [stays, goes] = Array.from(APART.get(open.last) ?? ` ${open.last}`);
    const closed = shown({ ...open, last: stays === ' ' ? '' : (stays ?? '') });
    return [closed, { initial: goes ?? '', vowel: key, last: '' }];
  }
  const joined = open.vowel === '' ? key : COMPOUNDS[open.vowel + key];
  if (joined !== undefined) {
    return ['', { ...open, vowel: joined }];
  }
  return [shown(open), { ...NOTHING, vowel: key }];
}

function isVowel(key: string): boolean {
  return /^[ㅏ-ㅣ]$/.test(key);
}

function shown({ initial, vowel, last }: Open): string {
  if (initial === '' || vowel === '') {
    return initial + vowel;
  }
  const at = INITIALS.indexOf(initial) * 588 + VOWELS.indexOf(vowel) * 28;
  return String.fromCodePoint(SYLLABLE_FIRST + at + Math.max(FINALS.indexOf(last === '' ? ' ' : last), 0));
}
