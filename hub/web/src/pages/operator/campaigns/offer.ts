// A theater's terms as they are typed, and as the server takes them.

import type { OfferTerms, OfferView, TextKey } from '@moding/ui';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PRICE_MAX = 1_000_000;

/** What stands in the fields. */
export interface TypedOffer {
  auditorium: string;
  startsAt: string;
  minutes: string;
  goal: string;
  capacity: string;
  price: string;
  opensAt: string;
  deadline: string;
}

export type OfferWrong = Extract<TextKey, `desk.wrong.${string}`>;

export function typedOffer(offer: OfferView | null, minutes: number | null): TypedOffer {
  if (!offer) {
    return {
      auditorium: '',
      startsAt: '',
      minutes: minutes === null ? '' : String(minutes),
      goal: '',
      capacity: '',
      price: '',
      opensAt: '',
      deadline: '',
    };
  }
  return {
    auditorium: String(offer.auditorium.auditorium),
    startsAt: inField(offer.starts_at),
    minutes: String(Math.round((offer.ends_at - offer.starts_at) / MINUTE_MS)),
    goal: String(offer.goal),
    capacity: String(offer.capacity),
    price: String(offer.price_won),
    opensAt: inField(offer.opens_at),
    deadline: inField(offer.deadline),
  };
}

/** The terms, or the first thing that is wrong with them. The server has the last word. */
export function offerOf(typed: TypedOffer, now: number): OfferTerms | OfferWrong {
  const startsAt = Date.parse(typed.startsAt);
  const opensAt = Date.parse(typed.opensAt);
  const deadline = Date.parse(typed.deadline);
  const numbers = [typed.auditorium, typed.minutes, typed.goal, typed.capacity, typed.price];
  if (numbers.some((text) => !/^\d+$/.test(text)) || [startsAt, opensAt, deadline].some(Number.isNaN)) {
    return 'desk.wrong.missing';
  }
  const [auditorium = 0, minutes = 0, goal = 0, capacity = 0, price = 0] = numbers.map(Number);
  if (goal < 1 || goal > capacity) {
    return 'desk.wrong.goal';
  }
  if (price < 1 || price > PRICE_MAX) {
    return 'desk.wrong.price';
  }
  if (opensAt >= deadline || deadline <= now) {
    return 'desk.wrong.deadline';
  }
  if (deadline + DAY_MS > startsAt || minutes < 1) {
    return 'desk.wrong.show';
  }
  return {
    auditorium,
    starts_at: startsAt,
    ends_at: startsAt + minutes * MINUTE_MS,
    goal,
    capacity,
    price_won: price,
    opens_at: opensAt,
    deadline,
  };
}

/** An instant as a field for date and time has it: `2026-11-22T19:30`, by this computer. */
export function inField(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
