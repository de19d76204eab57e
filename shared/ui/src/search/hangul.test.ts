import { describe, expect, it } from 'vitest';

import { composed, erased, keysOf, typed } from './hangul';

describe('Hangul on the keyboard', () => {
  it('types every syllable by its keys', () => {
    for (let code = 0xac00; code <= 0xd7a3; code += 1) {
      const syllable = String.fromCodePoint(code);
      expect(composed(keysOf(syllable))).toBe(syllable);
    }
  });

  it('takes the last key back, all the way to nothing', () => {
    for (let code = 0xac00; code <= 0xd7a3; code += 1) {
      const syllable = String.fromCodePoint(code);
      const keys = keysOf(syllable);
      expect(erased(syllable)).toBe(composed(keys.slice(0, -1)));
    }
    expect(erased('가나')).toBe('가ㄴ');
    expect(erased('')).toBe('');
  });

  it.each([
    ['기생충', 'ㄱ 기 깃 기새 기생 기생ㅊ 기생추 기생충'],
    ['값이', 'ㄱ 가 갑 값 값ㅇ 값이'],
    ['괴물', 'ㄱ 고 괴 굄 괴무 괴물'],
    ['jsa 2', 'j js jsa jsa  jsa 2'],
  ])('shows %s as it is typed', (text, states) => {
    let now = '';
    const seen = keysOf(text).map((key) => {
      now = typed(now, key);
      return now;
    });
    expect(seen.join(' ')).toBe(states);
  });

  it('keeps initial consonants apart', () => {
    expect(Array.from('ㄱㅅㅊ').reduce(typed, '')).toBe('ㄱㅅㅊ');
  });
});
