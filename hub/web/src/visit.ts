// What this tab remembers of a visit, so that reload, back and forward keep what was begun:
// the hold of a screening, its order, and which phone number a booking was made with. It goes
// with the tab, because the phone number is nobody else's business.

import type { MakeRequest } from '@moding/ui';

const HOLD = 'moding.hold.';
const BOOKED = 'moding.booked.';
const PHONE = 'moding.phone.';
const ORDER_OF_HOLD = 'moding.order.';
const HOLD_OF_ORDER = 'moding.ordered.';
const PHONE_OF_ORDER = 'moding.orderer.';
const WISH = 'moding.wish.';

export function rememberHold(screening: number, hold: string): void {
  write(HOLD + String(screening), hold);
}

export function heldFor(screening: number): string | null {
  return read(HOLD + String(screening));
}

export function forgetHold(screening: number): void {
  remove(HOLD + String(screening));
}

/** A hold became a booking. */
export function rememberBooking(hold: string, number: string, phone: string): void {
  write(BOOKED + hold, number);
  rememberPhone(number, phone);
}

/** The number of the booking that a hold became in this tab. */
export function bookedWith(hold: string): string | null {
  return read(BOOKED + hold);
}

export function rememberPhone(number: string, phone: string): void {
  write(PHONE + number, phone);
}

export function phoneOf(number: string): string | null {
  return read(PHONE + number);
}

/** An order was opened: for a hold, or for a pledge. */
export function rememberOrder(order: string, phone: string, hold: string | null): void {
  write(PHONE_OF_ORDER + order, phone);
  if (hold !== null) {
    write(ORDER_OF_HOLD + hold, order);
    write(HOLD_OF_ORDER + order, hold);
  }
}

/** The order that this tab has opened for a hold. */
export function orderOfHold(hold: string): string | null {
  return read(ORDER_OF_HOLD + hold);
}

export function holdOfOrder(order: string): string | null {
  return read(HOLD_OF_ORDER + order);
}

export function phoneOfOrder(order: string): string | null {
  return read(PHONE_OF_ORDER + order);
}

/** A film was asked for in this tab. */
export function rememberWish(movie: number, wish: MakeRequest): void {
  write(WISH + String(movie), JSON.stringify(wish));
}

export function wishFor(movie: number): MakeRequest | null {
  const text = read(WISH + String(movie));
  return text === null ? null : (JSON.parse(text) as MakeRequest);
}

export function forgetWish(movie: number): void {
  remove(WISH + String(movie));
}

function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Storage may be full or forbidden; then the visit only lacks its memory.
  }
}

function remove(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // As above.
  }
}
