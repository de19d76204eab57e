import { describe, expect, it } from 'vitest';

import type { MovieSummary } from '../api/types';
import { translator } from '../i18n/translate';
import { ago, asOf, clockSeconds, durationInWords, minutesSeconds } from './clock';
import { won } from './money';
import { factsOf, genreName, titleOf } from './movie';
import {
  bookingNumberAsTyped,
  isBookingNumber,
  isMobile,
  phoneAsTyped,
  phoneMasked,
} from './phone';

const ko = translator('ko');
const en = translator('en');

describe('money', () => {
  it('is whole won in both languages', () => {
    expect(won(12_000, ko)).toBe('12,000원');
    expect(won(12_000, en)).toBe('₩12,000');
    expect(won(0, ko)).toBe('0원');
  });
});

describe('time that has passed', () => {
  const now = 1_000_000_000;
  it.each([
    [2_000, '방금 전', 'just now'],
    [40_000, '40초 전', '40 seconds ago'],
    [60_000, '1분 전', 'a minute ago'],
    [59 * 60_000, '59분 전', '59 minutes ago'],
    [3 * 3_600_000, '3시간 전', '3 hours ago'],
    [24 * 3_600_000, '1일 전', 'a day ago'],
    [-5_000, '방금 전', 'just now'],
  ])('%i ms ago', (past, korean, english) => {
    expect(ago(now - past, now, ko)).toBe(korean);
    expect(ago(now - past, now, en)).toBe(english);
  });

  it('says the day as well when the time alone would mislead', () => {
    expect(asOf(now - 1_000, now, 'ko')).toBe(clockSeconds(now - 1_000));
    expect(asOf(now - 20 * 3_600_000, now, 'ko')).toContain('월');
  });
});

describe('a countdown', () => {
  it.each([
    [425_000, '7:05', '7분 5초'],
    [60_000, '1:00', '1분'],
    [9_001, '0:10', '10초'],
    [-3, '0:00', '0초'],
  ])('of %i ms is seen and heard', (left, seen, heard) => {
    expect(minutesSeconds(left)).toBe(seen);
    expect(durationInWords(left, ko)).toBe(heard);
  });
});

describe('numbers as they are typed', () => {
  it('groups a phone number', () => {
    expect(phoneAsTyped('0101')).toBe('010-1');
    expect(phoneAsTyped('01012345678')).toBe('010-1234-5678');
    expect(phoneAsTyped('0111234567')).toBe('011-123-4567');
    expect(phoneAsTyped('010 1234 5678 99')).toBe('010-1234-5678');
  });

  it('knows a mobile number', () => {
    expect(isMobile('010-1234-5678')).toBe(true);
    expect(isMobile('02-123-4567')).toBe(false);
    expect(isMobile('010-1234')).toBe(false);
    expect(phoneMasked('010-1234-5678')).toBe('010-****-5678');
  });

  it('groups a booking number', () => {
    expect(bookingNumberAsTyped('12345')).toBe('1234-5');
    expect(bookingNumberAsTyped('123456789012')).toBe('1234-5678-9012');
    expect(isBookingNumber('1234-5678-9012')).toBe(true);
    expect(isBookingNumber('1234-5678-901')).toBe(false);
  });
});

describe('a film', () => {
  const film: MovieSummary = {
    movie: 1,
    title: '살인의 추억',
    original_title: null,
    title_en: 'Memories of Murder',
    year: 2003,
    rating: '15',
    runtime_min: 132,
    genres: ['드라마', '낯선장르'],
  };

  it('has its title in the reader’s language, where there is one', () => {
    expect(titleOf(film, 'en')).toBe('Memories of Murder');
    expect(titleOf({ ...film, title_en: null }, 'en')).toBe('살인의 추억');
  });

  it('says what is known and leaves out what is not', () => {
    expect(factsOf(film, 'ko', ko)).toBe('2003 · 드라마, 낯선장르 · 132분');
    expect(factsOf({ ...film, year: null, runtime_min: null }, 'en', en)).toBe('Drama, 낯선장르');
    expect(genreName('공포', 'en')).toBe('Horror');
  });
});
