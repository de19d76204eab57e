// Which seats to offer a party: together, near the middle, a little behind the centre, and
// never a wheelchair or companion place to those who did not ask (S7). Only an offer: the
// server decides when they are held.

import type { Seat, SeatLook } from '../api/types';
import { extent, touches, type SeatRow } from './geometry';

/** Where the eye likes to be: a bit behind the middle of the room. */
const BEST_DEPTH = 0.66;
/** Leaving a single seat alone costs more than any distance does. */
const STRAND_COST = 100;
const DEPTH_WEIGHT = 1.4;

export type PartyNeed = 'seats' | 'wheelchair';

export interface Party {
  size: number;
  need: PartyNeed;
  /** Only seats of this price zone, when given. */
  zone?: string | undefined;
}

type LookOf = (seat: number) => SeatLook;

/** The best run of free neighbours, or null when the party cannot sit together. */
export function pickTogether(
  rows: readonly SeatRow[],
  lookOf: LookOf,
  party: Party,
): readonly Seat[] | null {
  let best: readonly Seat[] | null = null;
  let cost = Number.POSITIVE_INFINITY;
  const room = extent(rows.flatMap((row) => row.seats));
  for (const row of rows) {
    for (let start = 0; start + party.size <= row.seats.length; start += 1) {
      const run = row.seats.slice(start, start + party.size);
      if (!fits(run, lookOf, party)) {
        continue;
      }
      const here = distance(run, room) + strands(row, start, party.size, lookOf) * STRAND_COST;
      if (here < cost) {
        best = run;
        cost = here;
      }
    }
  }
  return best;
}

function fits(run: readonly Seat[], lookOf: LookOf, party: Party): boolean {
  const together = run.every((seat, at) => {
    const before = run[at - 1];
    return before === undefined || touches(before, seat);
  });
  const free = run.every((seat) => lookOf(seat.seat) === 'free');
  const inZone = party.zone === undefined || run.every((seat) => seat.zone === party.zone);
  return together && free && inZone && suits(run, party.need);
}

/** Ordinary parties get ordinary seats; couples' seats only for two of one love seat. */
function suits(run: readonly Seat[], need: PartyNeed): boolean {
  const wheelchairs = run.filter((seat) => seat.kind === 'wheelchair').length;
  const ordinary = run.every((seat) => seat.kind === 'standard');
  switch (need) {
    case 'wheelchair':
      return wheelchairs === 1 && run.every((seat) => seat.kind !== 'couple');
    case 'seats':
      return ordinary;
  }
}

function distance(run: readonly Seat[], room: ReturnType<typeof extent>): number {
  const middle = (room.left + room.right) / 2;
  const depth = room.top + (room.bottom - room.top) * BEST_DEPTH;
  const x = run.reduce((sum, seat) => sum + seat.x + 1, 0) / run.length;
  const y = run.reduce((sum, seat) => sum + seat.y + 1, 0) / run.length;
  return Math.hypot(x - middle, (y - depth) * DEPTH_WEIGHT);
}

/** How many single free seats taking the run would leave beside it. */
function strands(row: SeatRow, start: number, size: number, lookOf: LookOf): number {
  const open = (at: number): boolean => {
    const seat = row.seats[at];
    return seat !== undefined && lookOf(seat.seat) === 'free';
  };
  const beside = (from: number, to: number): boolean => {
    const [a, b] = [row.seats[Math.min(from, to)], row.seats[Math.max(from, to)]];
    return a !== undefined && b !== undefined && touches(a, b);
  };
  let alone = 0;
  const left = start - 1;
  if (open(left) && beside(left, start) && beside(left - 1, left) && !open(left - 1)) {
    alone += 1;
  }
  const right = start + size;
  if (open(right) && beside(right - 1, right) && beside(right, right + 1) && !open(right + 1)) {
    alone += 1;
  }
  return alone;
}
