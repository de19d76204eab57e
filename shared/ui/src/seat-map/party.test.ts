import { describe, expect, it } from 'vitest';

import type { Seat, SeatLook } from '../api/types';
import { rowsOf } from './geometry';
import { pickTogether, type Party } from './party';
import { room } from './room';
import { shortLabels } from './seat-text';

function offer(seats: readonly Seat[], party: Party, gone: readonly string[] = []): string | null {
  const look = (id: number): SeatLook => {
    const seat = seats.find((each) => each.seat === id);
    return seat && gone.includes(`${seat.row}${seat.number}`) ? 'sold' : 'free';
  };
  const found = pickTogether(rowsOf(seats), look, party);
  return found && shortLabels(found);
}

describe('seats for a party', () => {
  it('are together, in the middle, a little behind the centre', () => {
    const seats = room('ssssss', 'ssssss', 'ssssss', 'ssssss');
    expect(offer(seats, { size: 2, need: 'seats' })).toBe('C3, C4');
  });

  it('do not lie on both sides of an aisle', () => {
    expect(offer(room('ss ss'), { size: 3, need: 'seats' })).toBeNull();
    expect(offer(room('ss sss'), { size: 3, need: 'seats' })).toBe('A3, A4, A5');
  });

  it('are only free ones', () => {
    expect(offer(room('sssss'), { size: 2, need: 'seats' }, ['A3', 'A2'])).toBe('A4, A5');
    expect(offer(room('sssss'), { size: 2, need: 'seats' }, ['A2', 'A4'])).toBeNull();
  });

  it('leave nobody a single seat between taken ones, if it can be helped', () => {
    // A1 is sold: taking A3, A4 would leave A2 alone.
    expect(offer(room('ssssss'), { size: 2, need: 'seats' }, ['A1'])).not.toBe('A3, A4');
  });

  it('are never a wheelchair’s, a companion’s or a couple’s for those who did not ask', () => {
    expect(offer(room('wkcc'), { size: 1, need: 'seats' })).toBeNull();
    expect(offer(room('wkss'), { size: 2, need: 'seats' })).toBe('A3, A4');
  });

  it('have exactly one wheelchair place for those who ask', () => {
    expect(offer(room('wkssss', 'ssssss'), { size: 2, need: 'wheelchair' })).toBe('A1, A2');
    expect(offer(room('ssss'), { size: 2, need: 'wheelchair' })).toBeNull();
  });
});
