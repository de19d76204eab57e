// How the staff's pages type and write money and times.

import type { Language, PaymentView } from '@moding/ui';
import { useCallback, useState } from 'react';

/** More digits than this are a slip of the finger. */
const DIGITS_MAX = 8;

/** An amount that is typed on the keypad. */
export function useAmount() {
  const [digits, setDigits] = useState('');
  const press = useCallback((digit: string) => {
    setDigits((before) => (before + digit).replace(/^0+(?=\d)/, '').slice(0, DIGITS_MAX));
  }, []);
  const erase = useCallback(() => {
    setDigits((before) => before.slice(0, -1));
  }, []);
  const clear = useCallback(() => {
    setDigits('');
  }, []);
  const set = useCallback((amount: number) => {
    setDigits(String(amount));
  }, []);
  return { amount: digits === '' ? null : Number(digits), press, erase, clear, set };
}

/** The time of day on this device, which stands in the theater. */
export function clockTime(at: number, language: Language): string {
  const locale = language === 'ko' ? 'ko-KR' : 'en-GB';
  return new Date(at).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
}

/** Day and time on this device. */
export function dayAndTime(at: number, language: Language): string {
  const locale = language === 'ko' ? 'ko-KR' : 'en-GB';
  return new Date(at).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Where another way of paying for the same can be chosen. */
export function elsewhere({ campaign, hold }: PaymentView): string {
  return campaign === null || campaign === undefined
    ? `/holds/${hold}`
    : `/campaigns/${String(campaign)}`;
}
