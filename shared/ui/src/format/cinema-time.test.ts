import { describe, expect, it } from 'vitest';

import { cinemaTime, dateInFull, endClock, isWeekend, startClock, whenInFull } from './cinema-time';

const MINUTE = 60_000;

describe('cinema time', () => {
  it('takes the label of an evening apart', () => {
    expect(cinemaTime('22일 19:10')).toEqual({ day: 22, clock: '19:10', calendar: null });
  });

  it('takes the label of a night apart, with the calendar beside it', () => {
    expect(cinemaTime('22일 26:30 (23일 02:30)')).toEqual({
      day: 22,
      clock: '26:30',
      calendar: { day: 23, clock: '02:30' },
    });
  });

  it('leaves a label alone that is not in cinema notation', () => {
    expect(cinemaTime('tomorrow')).toBeNull();
    expect(startClock('tomorrow')).toBe('tomorrow');
    expect(whenInFull('tomorrow', '2026-11-22', 'ko')).toBe('tomorrow');
  });

  it.each([
    ['22일 19:10', 113, '21:03'],
    ['22일 23:20', 100, '25:00'],
    ['22일 26:30 (23일 02:30)', 95, '28:05'],
  ])('%s and %i minutes end at %s in the same notation', (label, minutes, end) => {
    expect(endClock(label, 0, minutes * MINUTE)).toBe(end);
  });

  it('knows no end before the start', () => {
    expect(endClock('22일 19:10', 10, 10)).toBeNull();
  });

  it('says date and time in both languages, with the calendar for a night', () => {
    expect(whenInFull('22일 19:10', '2026-11-22', 'ko')).toBe('11월 22일 (일) 19:10');
    expect(whenInFull('22일 26:30 (23일 02:30)', '2026-11-22', 'ko')).toBe(
      '11월 22일 (일) 26:30 (23일 02:30)',
    );
    expect(whenInFull('22일 26:30 (23일 02:30)', '2026-11-22', 'en')).toBe(
      'Sun, Nov 22 26:30 (23rd, 02:30)',
    );
  });

  it('reads a business date as a plain date in any time zone', () => {
    expect(dateInFull('2026-11-22', 'en')).toBe('Sun, Nov 22');
    expect(isWeekend('2026-11-22')).toBe(true);
    expect(isWeekend('2026-11-23')).toBe(false);
  });
});
