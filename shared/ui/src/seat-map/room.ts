// Rooms for tests, drawn as they look: a letter is a seat, a blank is an aisle.
//   s standard  c couple  w wheelchair  k companion

import type { Seat, SeatKind } from '../api/types';

const KINDS: Record<string, SeatKind> = {
  s: 'standard',
  c: 'couple',
  w: 'wheelchair',
  k: 'companion',
};

/** Seats of rows A, B, …; ids from 1 in reading order. */
export function room(...lines: readonly string[]): Seat[] {
  const seats: Seat[] = [];
  lines.forEach((line, y) => {
    let number = 1;
    Array.from(line).forEach((letter, x) => {
      const kind = KINDS[letter];
      if (kind !== undefined) {
        const row = String.fromCharCode(65 + y);
        seats.push({ seat: seats.length + 1, row, number, zone: 'all', kind, x: x * 2, y: y * 2 });
        number += 1;
      }
    });
  });
  return seats;
}

/** The seat with a short label such as `B3`. */
export function at(seats: readonly Seat[], label: string): Seat {
  const seat = seats.find((each) => `${each.row}${each.number}` === label);
  if (!seat) {
    throw new Error(`no seat ${label}`);
  }
  return seat;
}
