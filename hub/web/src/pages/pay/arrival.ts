// With what somebody comes to the page of an order: kept in the history, so that it goes with
// the page and not with the address.

import type { ProblemCode } from '@moding/ui';

export type Arrival =
  /** From the form: the payment window opens by itself, once. */
  | { come: 'to_pay' }
  /** From the success page, whose confirmation the server did not carry out. */
  | { come: 'refused'; code: ProblemCode }
  /** From a success or fail page whose address could not be read. */
  | { come: 'broken' };

export function arrivalOf(state: unknown): Arrival | null {
  return typeof state === 'object' && state !== null && 'come' in state ? (state as Arrival) : null;
}
