import { typed } from '../../../../shared/ui/src/search/hangul';
import { describe, expect, it } from 'vitest';

import { keyOf, rowsOf } from './layout';

describe('the on-screen keyboard', () => {
  it('has ten, nine and seven keys in both languages', () => {
    for (const language of ['hangul', 'latin'] as const) {
      expect(rowsOf(language, 'up').map((row) => row.length)).toEqual([10, 9, 7]);
    }
    expect(rowsOf('hangul', 'down')[0]?.join('')).toBe('ㅃㅉㄸㄲㅆㅛㅕㅑㅒㅖ');
  });

  it.each([
    ['rltodcnd', '기생충'],
    ['rhlanf', '괴물'],
    ['rtc', 'ㄱㅅㅊ'],
    ['dkwjtl', '아저씨'.replace('씨', '시')],
  ])('%s on a real keyboard types %s', (keys, text) => {
    const codes = Array.from(keys).map((key) => `Key${key.toUpperCase()}`);
    const now = codes.reduce((text, code) => typed(text, keyOf(code, 'hangul', 'up') ?? ''), '');
    expect(now).toBe(text);
  });

  it('knows digits and shift, and no other key', () => {
    expect(keyOf('Digit7', 'hangul', 'up')).toBe('7');
    expect(keyOf('Numpad7', 'latin', 'up')).toBe('7');
    expect(keyOf('KeyT', 'hangul', 'down')).toBe('ㅆ');
    expect(keyOf('KeyT', 'latin', 'down')).toBe('t');
    expect(keyOf('F5', 'latin', 'up')).toBeNull();
  });
});
