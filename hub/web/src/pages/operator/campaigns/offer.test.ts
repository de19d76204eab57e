import { describe, expect, it } from 'vitest';

import { inField, offerOf, typedOffer, type TypedOffer } from './offer';

const NOW = Date.parse('2026-11-01T12:00');

const typed: TypedOffer = {
  auditorium: '3',
  startsAt: '2026-11-22T19:30',
  minutes: '132',
  goal: '40',
  capacity: '80',
  price: '12000',
  opensAt: '2026-11-02T10:00',
  deadline: '2026-11-15T23:59',
};

describe('terms as they are typed', () => {
  it('are the terms that the server takes', () => {
    expect(offerOf(typed, NOW)).toEqual({
      auditorium: 3,
      starts_at: Date.parse('2026-11-22T19:30'),
      ends_at: Date.parse('2026-11-22T21:42'),
      goal: 40,
      capacity: 80,
      price_won: 12_000,
      opens_at: Date.parse('2026-11-02T10:00'),
      deadline: Date.parse('2026-11-15T23:59'),
    });
  });

  it.each([
    [{ auditorium: '' }, 'desk.wrong.missing'],
    [{ deadline: '' }, 'desk.wrong.missing'],
    [{ price: '12,000' }, 'desk.wrong.missing'],
    [{ goal: '0' }, 'desk.wrong.goal'],
    [{ goal: '81' }, 'desk.wrong.goal'],
    [{ price: '1000001' }, 'desk.wrong.price'],
    [{ opensAt: '2026-11-16T00:00' }, 'desk.wrong.deadline'],
    [{ opensAt: '2026-10-01T00:00', deadline: '2026-11-01T11:59' }, 'desk.wrong.deadline'],
    [{ startsAt: '2026-11-16T23:58' }, 'desk.wrong.show'],
    [{ minutes: '0' }, 'desk.wrong.show'],
  ])('with %o are wrong: %s', (change, wrong) => {
    expect(offerOf({ ...typed, ...change }, NOW)).toBe(wrong);
  });

  it('stand in the fields as they were offered', () => {
    const terms = offerOf(typed, NOW);
    if (typeof terms === 'string') {
      throw new Error(terms);
    }
    const { auditorium, ...rest } = terms;
    const room = { auditorium, name: '3관' };
    const offer = { ...rest, auditorium: room, business_date: '', time_label: '' };
    expect(typedOffer(offer, null)).toEqual(typed);
    expect(inField(Date.parse('2026-01-02T03:04'))).toBe('2026-01-02T03:04');
  });
});
