import { describe, expect, it, vi } from 'vitest';

import type { SeatLook, SeatStateView } from '../api/types';
import { SeatStore } from './seat-store';

function states(...looks: readonly SeatLook[]): SeatStateView[] {
  return looks.map((state, at) => ({ seat: at + 1, state }));
}

function storeOf(...looks: readonly SeatLook[]): SeatStore {
  const store = new SeatStore();
  store.replace(states(...looks));
  return store;
}

describe('the seats of a screening', () => {
  it('look as the server says, and a seat it never named is not for sale', () => {
    const store = storeOf('free', 'sold', 'elsewhere');
    expect([1, 2, 3, 4].map(store.show)).toEqual(['free', 'sold', 'elsewhere', 'blocked']);
    expect(store.count('elsewhere')).toBe(1);
  });

  it('of others can be had while those can be asked, and are lost when they are away', () => {
    const store = storeOf('free', 'elsewhere');
    const seen = vi.fn();
    store.subscribeSeat(2, seen);
    expect(store.setOthers('reached')).toEqual([]);
    expect(store.show(2)).toBe('free');
    expect(store.count('elsewhere')).toBe(0);
    store.choose(2);
    expect(store.setOthers('away')).toEqual([2]);
    expect(store.show(2)).toBe('elsewhere');
    expect(store.chosen()).toEqual([]);
    expect(seen).toHaveBeenCalled();
  });

  it('tell only those seats that changed', () => {
    const store = storeOf('free', 'free', 'free');
    const [first, second] = [vi.fn(), vi.fn()];
    store.subscribeSeat(1, first);
    store.subscribeSeat(2, second);
    store.apply([
      { seat: 1, state: 'free' },
      { seat: 2, state: 'held' },
    ]);
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledTimes(1);
  });

  it('drop a chosen seat that somebody else got, and say so', () => {
    const store = storeOf('free', 'free');
    store.choose(1);
    store.choose(2);
    expect(store.apply([{ seat: 2, state: 'held' }])).toEqual([2]);
    expect(store.chosen()).toEqual([1]);
    expect(store.show(2)).toBe('held');
  });

  it('keep the choice while the server is asked to hold it', () => {
    const store = storeOf('free');
    store.choose(1);
    store.beginHold();
    expect(store.apply([{ seat: 1, state: 'held' }])).toEqual([]);
    expect(store.show(1)).toBe('chosen');
    expect(store.endHold()).toEqual([1]);
    expect(store.show(1)).toBe('held');
  });

  it('show the buyer’s own hold as the buyer’s own', () => {
    const store = storeOf('free', 'free');
    store.choose(1);
    store.beginHold();
    store.apply([{ seat: 1, state: 'held' }]);
    store.setMine([1]);
    expect(store.endHold()).toEqual([]);
    expect(store.show(1)).toBe('mine');
    store.setMine([]);
    expect(store.show(1)).toBe('chosen');
  });

  it('begin anew after a reset: what is not named any more is gone', () => {
    const store = storeOf('free', 'free');
    store.choose(2);
    expect(store.replace([{ seat: 1, state: 'sold' }])).toEqual([2]);
    expect(store.show(2)).toBe('blocked');
  });

  it('hand out the same choice until it changes', () => {
    const store = storeOf('free', 'free');
    store.choose(1);
    const before = store.chosen();
    store.apply([{ seat: 2, state: 'sold' }]);
    expect(store.chosen()).toBe(before);
  });
});
