// An order as it goes on: asked about for as long as something may still happen to it.

import { useFollowed, type Following, type OrderView } from '@moding/ui';

import { useHub } from '../../hub';

/** Somebody waits for it. */
const CONFIRMING_MS = 2_000;
const DEPOSIT_MS = 5_000;
/** It may be paid in another tab. */
const OPEN_MS = 5_000;
const REFUND_MS = 15_000;

export function useOrder(id: string): Following<OrderView> {
  const hub = useHub();
  return useFollowed(`order.${id}`, (signal) => hub.order(id, signal), periodOf);
}

/** After how long the order is asked about again; null when nothing happens any more. */
export function periodOf(order: OrderView): number | null {
  switch (order.state) {
    case 'confirming':
      return CONFIRMING_MS;
    case 'waiting_for_deposit':
      return DEPOSIT_MS;
    case 'open':
    case 'not_paid':
      return OPEN_MS;
    case 'refunding':
      return REFUND_MS;
    case 'paid':
    case 'pledged':
    case 'over':
    case 'refunded':
    case 'refund_refused':
      return null;
  }
}
