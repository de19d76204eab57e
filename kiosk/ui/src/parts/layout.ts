// Which key gives what: the two-set Hangul keyboard, and Latin letters.

export type Language = 'hangul' | 'latin';
export type Shift = 'up' | 'down';

/** From top to bottom, as on every keyboard: what a key gives, and what it gives with shift. */
const LATIN = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'] as const;
const HANGUL = ['ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ', 'ㅁㄴㅇㄹㅎㅗㅓㅏㅣ', 'ㅋㅌㅊㅍㅠㅜㅡ'] as const;
const SHIFTED: Record<string, string> = {
  ㅂ: 'ㅃ',
  ㅈ: 'ㅉ',
  ㄷ: 'ㄸ',
  ㄱ: 'ㄲ',
  ㅅ: 'ㅆ',
  ㅐ: 'ㅒ',
  ㅔ: 'ㅖ',
};
export const DIGITS = Array.from('1234567890');

/** The rows of letters as they are shown now. */
export function rowsOf(language: Language, shift: Shift): string[][] {
  const rows = language === 'hangul' ? HANGUL : LATIN;
  return rows.map((row) => Array.from(row).map((key) => withShift(key, shift)));
}

/** What a key of a real keyboard gives in the chosen language, whatever its own is set to; null
    for a key that types nothing. `code` as in `KeyQ`, `Digit1`, `Space`. */
export function keyOf(code: string, language: Language, shift: Shift): string | null {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined) {
    return digit;
  }
  const latin = /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase();
  if (latin === undefined) {
    return null;
  }
  const row = LATIN.findIndex((letters) => letters.includes(latin));
  const at = LATIN[row]?.indexOf(latin) ?? -1;
  const key = language === 'hangul' ? Array.from(HANGUL[row] ?? '')[at] : latin;
  return key === undefined ? null : withShift(key, shift);
}

function withShift(key: string, shift: Shift): string {
  return shift === 'down' ? (SHIFTED[key] ?? key) : key;
}
