// Paying on the web. Whoever knows an order's id may use it.

import type { paths as HubPaths } from './generated/hub';
import type { Asker } from './request';
import type { AttemptView, BankAccount, ConfirmOrder, IfGone, OrderView } from './types';

type Signal = AbortSignal | undefined;

export function payingClient(ask: Asker<HubPaths>) {
  return {
    openOrder: (hold: string, phone: string, ifGone: IfGone) =>
      ask<OrderView>(`/api/holds/${hold}/order`, {
        method: 'POST',
        body: { phone, if_gone: ifGone },
      }),
    order: (order: string, signal?: Signal) => ask<OrderView>(`/api/orders/${order}`, { signal }),
    beginAttempt: (order: string) =>
      ask<AttemptView>(`/api/orders/${order}/attempts`, { method: 'POST' }),
    confirmOrder: (order: string, back: ConfirmOrder, signal?: Signal) =>
      ask<OrderView>(`/api/orders/${order}/confirmation`, { method: 'POST', body: back, signal }),
    nameAccount: (order: string, phone: string, account: BankAccount) =>
      ask<undefined>(`/api/orders/${order}/refund-account`, {
        method: 'PUT',
        body: { phone, account },
      }),
    failOrder: (order: string, code: string) =>
      ask<OrderView>(`/api/orders/${order}/failure`, { method: 'POST', body: { code } }),
    cancelOrder: (order: string) =>
      ask<OrderView>(`/api/orders/${order}/cancellation`, { method: 'POST' }),
  };
}
