// Where seats are and which one is next to which. Pure: half-seat units in, answers out.
// A seat is two units wide and high; an aisle is a gap and nothing else.

import type { Seat } from '../api/types';

/** Width and height of a seat in half-seat units. */
export const SEAT_UNITS = 2;

export interface SeatRow {
  row: string;
  /** From left to right. */
  seats: readonly Seat[];
  /** Where the row's middle lies; an arc's seats have different heights. */
  y: number;
}

/** Rows from the screen to the back, each from left to right. */
export function rowsOf(seats: readonly Seat[]): readonly SeatRow[] {
  const byRow = new Map<string, Seat[]>();
  for (const seat of seats) {
    const row = byRow.get(seat.row);
    if (row) {
      row.push(seat);
    } else {
      byRow.set(seat.row, [seat]);
    }
  }
  const rows = [...byRow].map(([row, members]) => ({
    row,
    seats: members.toSorted((a, b) => a.x - b.x || a.number - b.number),
    y: members.reduce((sum, seat) => sum + seat.y, 0) / members.length,
  }));
  return rows.toSorted((a, b) => a.y - b.y);
}

/** Whether `right` stands directly beside `left`, with no aisle between. */
export function touches(left: Seat, right: Seat): boolean {
  return left.row === right.row && right.x - left.x === SEAT_UNITS;
}

export type Step = 'left' | 'right' | 'up' | 'down' | 'row_start' | 'row_end' | 'first' | 'last';

/** Where an arrow key leads from `from`; the seat itself at the edge of the room. */
export function step(rows: readonly SeatRow[], from: Seat, direction: Step): Seat {
  const at = rows.findIndex((row) => row.row === from.row);
  const row = rows[at];
  if (!row) {
    return from;
  }
  const place = row.seats.findIndex((seat) => seat.seat === from.seat);
  switch (direction) {
    case 'left':
      return row.seats[place - 1] ?? from;
    case 'right':
      return row.seats[place + 1] ?? from;
    case 'row_start':
      return row.seats[0] ?? from;
    case 'row_end':
      return row.seats.at(-1) ?? from;
    case 'up':
      return nearestIn(rows[at - 1], from);
    case 'down':
      return nearestIn(rows[at + 1], from);
    case 'first':
      return rows[0]?.seats[0] ?? from;
    case 'last':
      return rows.at(-1)?.seats.at(-1) ?? from;
  }
}

/** The seat of `row` that is nearest to `from` from left to right. */
function nearestIn(row: SeatRow | undefined, from: Seat): Seat {
  let nearest = from;
  let distance = Number.POSITIVE_INFINITY;
  for (const seat of row?.seats ?? []) {
    const away = Math.abs(seat.x - from.x);
    if (away < distance) {
      nearest = seat;
      distance = away;
    }
  }
  return nearest;
}

/** The room's outline in half-seat units, measured from its seats. */
export function extent(seats: readonly Seat[]): { left: number; top: number; right: number; bottom: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  for (const seat of seats) {
    left = Math.min(left, seat.x);
    top = Math.min(top, seat.y);
    right = Math.max(right, seat.x + SEAT_UNITS);
    bottom = Math.max(bottom, seat.y + SEAT_UNITS);
  }
  return seats.length === 0 ? { left: 0, top: 0, right: 0, bottom: 0 } : { left, top, right, bottom };
}

/** Which outer side of a couple seat is its own: two couple neighbours make one love seat. */
export function coupleSide(row: SeatRow, seat: Seat): 'left' | 'right' | 'alone' {
  const couples = row.seats.filter((other) => other.kind === 'couple');
  const at = couples.findIndex((other) => other.seat === seat.seat);
  let run = 0;
  for (let i = at; i > 0; i -= 1) {
    const [before, here] = [couples[i - 1], couples[i]];
    if (!before || !here || !touches(before, here)) {
      break;
    }
    run += 1;
  }
  if (run % 2 === 1) {
    return 'right';
  }
  const next = couples[at + 1];
  return next && touches(seat, next) ? 'left' : 'alone';
}
