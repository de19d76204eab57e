// Seats in words: for screen readers, for summaries, for notices.

import type { PricedSeat, Seat, ZonePriceView } from '../api/types';
import { won } from '../format/money';
import { zoneName } from '../format/movie';
import type { Language } from '../i18n/language';
import type { Translate } from '../i18n/translate';
import type { SeatShow } from './seat-store';

type Place = Pick<Seat, 'row' | 'number'>;

/** `A10`, for display only. */
export function shortLabel({ row, number }: Place): string {
  return `${row}${number}`;
}

/** `A9, A10`. */
export function shortLabels(seats: readonly Place[]): string {
  return seats.map(shortLabel).join(', ');
}

/** `A열 10번`. */
export function placeName({ row, number }: Place, t: Translate): string {
  return t('seat.name', { row, number });
}

export interface Words {
  prices: readonly ZonePriceView[];
  language: Language;
  t: Translate;
}

/** `A열 10번, 일반석, 프라임 15,000원, 예매 가능`. */
export function seatInWords(seat: Seat | PricedSeat, show: SeatShow, words: Words): string {
  const { t, language, prices } = words;
  const zone = prices.find((price) => price.zone === seat.zone);
  const price =
    zone === undefined
      ? []
      : [t('seat.zone_price', { zone: zoneName(zone, language), price: won(zone.price_won, t) })];
  return [
    placeName(seat, t),
    t(`seat.kind.${seat.kind}`),
    ...price,
    t(`seat.look.${show}`),
  ].join(', ');
}

/** Zones from the cheapest up: the place in this order is how many strokes a seat carries. */
export function zoneOrder(prices: readonly ZonePriceView[]): readonly ZonePriceView[] {
  return prices.toSorted((a, b) => a.price_won - b.price_won || a.zone.localeCompare(b.zone));
}

/** What the chosen seats cost, as far as is known here; the server's sum counts. */
export function sumOf(seats: readonly Seat[], prices: readonly ZonePriceView[]): number {
  return seats.reduce((sum, seat) => {
    const zone = prices.find((price) => price.zone === seat.zone);
    return sum + (zone?.price_won ?? 0);
  }, 0);
}
