import { describe, expect, it } from 'vitest';

import { comesBack } from './comes-back';

const offer = {
  percent: 50,
  amount_won: 13_500,
  tickets: [
    { ticket: 'a', amount_won: 6_000 },
    { ticket: 'b', amount_won: 7_500 },
  ],
  until: 0,
};

describe('what comes back', () => {
  it('is the sum of what the server offers for the chosen tickets', () => {
    expect(comesBack(offer, ['a', 'b'])).toBe(13_500);
    expect(comesBack(offer, ['b'])).toBe(7_500);
    expect(comesBack(offer, [])).toBe(0);
  });

  it('is nothing for a ticket that is not offered for', () => {
    expect(comesBack(offer, ['c'])).toBe(0);
  });
});
