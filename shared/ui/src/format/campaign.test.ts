import { describe, expect, it } from 'vitest';

import { translator } from '../i18n/translate';
import { leftInWords, phaseMood } from './campaign';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('how long a campaign has', () => {
  const t = translator('ko');
  it.each([
    [3 * 24 * HOUR + 4 * HOUR + 59 * MINUTE, '3일 4시간'],
    [24 * HOUR, '1일 0시간'],
    [24 * HOUR - 1, '23시간 59분'],
    [HOUR, '1시간 0분'],
    [7 * MINUTE + 5_000, '7분 5초'],
    [400, '1초'],
    [0, '마감'],
    [-5, '마감'],
  ])('%d ms is %s', (left, words) => {
    expect(leftInWords(left, t)).toBe(words);
  });
});

describe('a state', () => {
  it('is good once it will be shown, and over when it will not', () => {
    expect(phaseMood('open')).toBe('going');
    expect(phaseMood('booking')).toBe('good');
    expect(phaseMood('refunded')).toBe('over');
  });
});
