// Whole won as people write them.

import type { Translate } from '../i18n/translate';

const grouped = new Intl.NumberFormat('ko-KR');

/** `12,000원` or `₩12,000`. */
export function won(amount: number, t: Translate): string {
  return t('money.won', { amount: grouped.format(amount) });
}

/** A count with separators. */
export function counted(count: number): string {
  return grouped.format(count);
}
