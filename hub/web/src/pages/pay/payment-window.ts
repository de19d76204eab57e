// The gateway's payment window, by its official package. The address of its script comes from
// the server. The window takes this tab and comes back to one of two addresses: that survives
// reload and back, and works alike on a phone.

import type { AttemptView } from '@moding/ui';

/** Leaves the page for the window. It is only heard of again when the window does not open. */
export async function openWindow(order: string, attempt: AttemptView): Promise<void> {
  // Only who pays loads it.
  const { loadTossPayments } = await import('@tosspayments/tosspayments-sdk');
  const { client_key: clientKey, script: src, customer_key: customerKey } = attempt;
  const toss = await loadTossPayments(clientKey, { src });
  const back = `${window.location.origin}/pay/${order}`;
  await toss.payment({ customerKey }).requestPayment({
    method: 'CARD',
    amount: { currency: 'KRW', value: attempt.amount_won },
    orderId: attempt.gateway_order,
    orderName: attempt.name,
    successUrl: `${back}/success`,
    failUrl: `${back}/fail`,
    windowTarget: 'self',
    card: { useEscrow: false, flowMode: 'DEFAULT', useCardPoint: false, useAppCardOnly: false },
  });
}

/** The code that the window ended with, if it opened at all. */
export function windowCode(error: unknown): string | null {
  if (typeof error === 'object' && error !== null && 'code' in error) {
    return typeof error.code === 'string' ? error.code : null;
  }
  return null;
}
