import { describe, expect, it } from 'vitest';

import type { ZonePriceView } from '../api/types';
import { translator } from '../i18n/translate';
import { at, room } from './room';
import { seatInWords, shortLabels, sumOf, zoneOrder } from './seat-text';

const prices: ZonePriceView[] = [
  { zone: 'prime', name_ko: '프라임', name_en: 'Prime', price_won: 15_000 },
  { zone: 'all', name_ko: '스탠다드', name_en: 'Standard', price_won: 12_000 },
];
const seats = room('sw');

describe('a seat in words', () => {
  it('says row, number, kind, price and state in Korean', () => {
    const words = { prices, language: 'ko', t: translator('ko') } as const;
    expect(seatInWords(at(seats, 'A1'), 'free', words)).toBe(
      'A열 1번, 일반석, 스탠다드 12,000원, 예매 가능',
    );
    expect(seatInWords(at(seats, 'A2'), 'sold', words)).toBe(
      'A열 2번, 휠체어석, 스탠다드 12,000원, 판매됨',
    );
  });

  it('says the same in English', () => {
    const words = { prices, language: 'en', t: translator('en') } as const;
    expect(seatInWords(at(seats, 'A1'), 'elsewhere', words)).toBe(
      'Row A, seat 1, standard seat, Standard ₩12,000, not sold here',
    );
  });

  it('leaves out a price that is not known', () => {
    const words = { prices: [], language: 'ko', t: translator('ko') } as const;
    expect(seatInWords(at(seats, 'A1'), 'free', words)).toBe('A열 1번, 일반석, 예매 가능');
  });
});

describe('sums', () => {
  it('add up what the zones cost', () => {
    expect(sumOf(seats, prices)).toBe(24_000);
    expect(shortLabels(seats)).toBe('A1, A2');
    expect(zoneOrder(prices).map((zone) => zone.zone)).toEqual(['all', 'prime']);
  });
});
