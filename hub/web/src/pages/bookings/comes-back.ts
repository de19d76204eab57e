// What comes back for some tickets of a booking, as the server offers it.

import type { RefundOffer } from '@moding/ui';

export function comesBack(offer: RefundOffer, tickets: readonly string[]): number {
  const wanted = new Set(tickets);
  return offer.tickets
    .filter(({ ticket }) => wanted.has(ticket))
    .reduce((sum, { amount_won: amount }) => sum + amount, 0);
}
