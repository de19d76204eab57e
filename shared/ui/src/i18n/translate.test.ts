import { describe, expect, it } from 'vitest';

import { texts } from './texts';
import { bookingTexts } from './texts/booking';
import { campaignTexts } from './texts/campaign';
import { everywhereTexts } from './texts/everywhere';
import { kioskTexts } from './texts/kiosk';
import { payTexts } from './texts/pay';
import { pledgeTexts } from './texts/pledge';
import { problemTexts } from './texts/problem';
import { seatTexts } from './texts/seat';
import { webTexts } from './texts/web';
import { translator, type Text } from './translate';

const all = Object.entries(texts) as [string, Text][];
const HANGUL = /[가-힣]/;

/** Texts in English that name the other language, or where a name is the same. */
const HANGUL_IN_ENGLISH = new Set(['language.switch']);

function parameters(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').toSorted();
}

describe('texts', () => {
  it('are there in both languages', () => {
    for (const [key, text] of all) {
      expect(text.ko.trim(), key).not.toBe('');
      expect(text.en.trim(), key).not.toBe('');
    }
  });

  it('take the same parameters in both languages', () => {
    for (const [key, text] of all) {
      const wanted = new Set(parameters(text.ko));
      expect(new Set(parameters(text.en)), key).toEqual(wanted);
      for (const name of parameters(text.one ?? '')) {
        expect(wanted.has(name), key).toBe(true);
      }
    }
  });

  it('are in English where English is asked for', () => {
    for (const [key, text] of all) {
      if (!HANGUL_IN_ENGLISH.has(key)) {
        expect(HANGUL.test(text.en), `${key}: ${text.en}`).toBe(false);
      }
    }
  });

  it('stand in one place each', () => {
    const parts = [
      everywhereTexts,
      problemTexts,
      seatTexts,
      bookingTexts,
      webTexts,
      payTexts,
      campaignTexts,
      pledgeTexts,
      kioskTexts,
    ];
    const keys = parts.flatMap((part) => Object.keys(part));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are filled in, with the singular for one', () => {
    expect(translator('ko')('choice.seats', { count: 2 })).toBe('2석');
    expect(translator('en')('choice.seats', { count: 2 })).toBe('2 seats');
    expect(translator('en')('choice.seats', { count: 1 })).toBe('1 seat');
  });
});
