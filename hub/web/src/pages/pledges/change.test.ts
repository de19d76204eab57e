import { describe, expect, it } from 'vitest';

import { changeOf } from './change';

describe('another number of tickets', () => {
  it('is paid when there are more, and paid back when there are fewer', () => {
    expect(changeOf(2, 5, 12_000)).toEqual({ kind: 'raise', tickets: 3, amount_won: 36_000 });
    expect(changeOf(5, 1, 12_000)).toEqual({ kind: 'lower', tickets: 4, amount_won: 48_000 });
    expect(changeOf(2, 2, 12_000)).toEqual({ kind: 'same', tickets: 0, amount_won: 0 });
  });
});
