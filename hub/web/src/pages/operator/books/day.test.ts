import { describe, expect, it } from 'vitest';

import { dayBefore, dayInKorea } from './day';

describe('a day in Korea', () => {
  it('begins at midnight there', () => {
    expect(dayInKorea('2026-11-22')).toEqual({
      from: Date.parse('2026-11-21T15:00:00Z'),
      until: Date.parse('2026-11-22T15:00:00Z'),
    });
    expect(dayInKorea('')).toBeNull();
  });

  it('before another is named by the date there', () => {
    expect(dayBefore(Date.parse('2026-11-22T14:59:00Z'))).toBe('2026-11-21');
    expect(dayBefore(Date.parse('2026-11-22T15:01:00Z'))).toBe('2026-11-22');
  });
});
