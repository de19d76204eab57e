// What it takes to have another number of tickets.

export type ChangeKind = 'same' | 'raise' | 'lower';

export interface Change {
  kind: ChangeKind;
  /** How many more or fewer. */
  tickets: number;
  /** What they cost. */
  amount_won: number;
}

export function changeOf(now: number, wished: number, priceWon: number): Change {
  const tickets = Math.abs(wished - now);
  const kind = wished > now ? 'raise' : wished < now ? 'lower' : 'same';
  return { kind, tickets, amount_won: tickets * priceWon };
}
