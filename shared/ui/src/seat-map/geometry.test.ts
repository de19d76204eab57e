import { describe, expect, it } from 'vitest';

import { coupleSide, extent, rowsOf, step, touches, type Step } from './geometry';
import { at, room } from './room';
import { shortLabel } from './seat-text';

describe('rows', () => {
  it('run from the screen to the back, each from left to right, whatever the order given', () => {
    const rows = rowsOf(room('ss', 'sss').toReversed());
    expect(rows.map((row) => row.seats.map(shortLabel).join(' '))).toEqual(['A1 A2', 'B1 B2 B3']);
  });

  it('are found by their label, also on an arc', () => {
    const seats = room('sss', 'sss').map((seat) => ({
      ...seat,
      y: seat.y + Math.abs(seat.number - 2),
    }));
    expect(rowsOf(seats).map((row) => row.row)).toEqual(['A', 'B']);
  });
});

describe('neighbours', () => {
  it('touch without an aisle between them', () => {
    const seats = room('ss s');
    expect(touches(at(seats, 'A1'), at(seats, 'A2'))).toBe(true);
    expect(touches(at(seats, 'A2'), at(seats, 'A3'))).toBe(false);
  });
});

describe('arrow keys', () => {
  const seats = room('  ss  ', 'sss sss', 'ssssss');
  const rows = rowsOf(seats);
  it.each<[string, Step, string]>([
    ['B1', 'right', 'B2'],
    ['B3', 'right', 'B4'],
    ['B4', 'left', 'B3'],
    ['B1', 'left', 'B1'],
    ['B6', 'right', 'B6'],
    ['B1', 'up', 'A1'],
    ['B6', 'up', 'A2'],
    ['A1', 'up', 'A1'],
    ['A1', 'down', 'B3'],
    ['B4', 'down', 'C5'],
    ['C6', 'down', 'C6'],
    ['B4', 'row_start', 'B1'],
    ['B4', 'row_end', 'B6'],
    ['B4', 'first', 'A1'],
    ['B4', 'last', 'C6'],
  ])('from %s, %s leads to %s', (from, direction, to) => {
    expect(shortLabel(step(rows, at(seats, from), direction))).toBe(to);
  });

  it('reach every seat of a room with aisles and short rows', () => {
    const reached = new Set<number>();
    const start = rows[0]?.seats[0];
    const waiting = start ? [start] : [];
    for (let seat = waiting.pop(); seat; seat = waiting.pop()) {
      if (!reached.has(seat.seat)) {
        reached.add(seat.seat);
        for (const direction of ['left', 'right', 'up', 'down'] as const) {
          waiting.push(step(rows, seat, direction));
        }
      }
    }
    expect(reached.size).toBe(seats.length);
  });
});

describe('couple seats', () => {
  it('pair up from the left, and one over stays alone', () => {
    const seats = room('scccss');
    const row = rowsOf(seats)[0];
    const sides = seats
      .filter((seat) => seat.kind === 'couple')
      .map((seat) => (row ? coupleSide(row, seat) : null));
    expect(sides).toEqual(['left', 'right', 'alone']);
  });

  it('do not pair up across an aisle', () => {
    const seats = room('c c');
    const row = rowsOf(seats)[0];
    expect(seats.map((seat) => (row ? coupleSide(row, seat) : null))).toEqual(['alone', 'alone']);
  });
});

describe('the outline', () => {
  it('holds every seat', () => {
    expect(extent(room('ss s', 'ssss'))).toEqual({ left: 0, top: 0, right: 8, bottom: 4 });
    expect(extent([])).toEqual({ left: 0, top: 0, right: 0, bottom: 0 });
  });
});
