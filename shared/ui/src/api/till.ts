// Money at the kiosk besides the card: campaigns, the cash desk, refunds at the counter and the
// daily close. What the staff do carries their PIN.

import type { Language } from '../i18n/language';
import type { paths as KioskPaths } from './generated/kiosk';
import { asker } from './request';
import type {
  CampaignHere,
  CashTaken,
  CloseView,
  CounterRefund,
  DeskView,
  HandOffView,
  JoinCampaign,
  KioskPledge,
  OpenTill,
  PaymentView,
  RefundQuote,
} from './types';

type Signal = AbortSignal | undefined;

export function tillClient(language: Language) {
  const ask = asker<KioskPaths>(language);
  return {
    campaigns: (signal?: Signal) => ask<CampaignHere[]>('/api/campaigns', { signal }),
    join: (campaign: number, body: JoinCampaign) =>
      ask<PaymentView>(`/api/campaigns/${campaign}/pledges`, { method: 'POST', body }),
    payAtDesk: (hold: string) =>
      ask<PaymentView>(`/api/holds/${hold}/desk`, { method: 'POST', body: {} }),
    payByPhone: (hold: string) =>
      ask<HandOffView>(`/api/holds/${hold}/hand-off`, { method: 'POST', body: {} }),
    handOff: (order: string, signal?: Signal) =>
      ask<HandOffView>(`/api/hand-offs/${order}`, { signal }),
    giveUpHandOff: (order: string) =>
      ask<HandOffView>(`/api/hand-offs/${order}/cancellation`, { method: 'POST', body: {} }),
    deskOrders: (pin: string, signal?: Signal) =>
      ask<DeskView>('/api/staff/desk', { secret: pin, signal }),
    takeCash: (pin: string, order: string, given: number) =>
      ask<CashTaken>(`/api/staff/desk/${order}/cash`, {
        method: 'POST',
        body: { given_won: given },
        secret: pin,
      }),
    refuseAtDesk: (pin: string, order: string) =>
      ask<PaymentView>(`/api/staff/desk/${order}/refusal`, {
        method: 'POST',
        body: {},
        secret: pin,
      }),
    quoteRefund: (pin: string, number: string) =>
      ask<RefundQuote>('/api/staff/refund-quotes', {
        method: 'POST',
        body: { number },
        secret: pin,
      }),
    refund: (pin: string, refund: string, back: { booking: string; tickets: readonly string[] }) =>
      ask<CounterRefund>(`/api/staff/refunds/${refund}`, {
        method: 'PUT',
        body: back,
        secret: pin,
      }),
    lookUpPledge: (number: string, signal?: Signal) =>
      ask<KioskPledge>('/api/pledges/lookup', { method: 'POST', body: { number }, signal }),
    refundPledge: (pin: string, refund: string, pledge: string) =>
      ask<CounterRefund>(`/api/staff/pledge-refunds/${refund}`, {
        method: 'PUT',
        body: { pledge },
        secret: pin,
      }),
    counterRefund: (pin: string, refund: string, signal?: Signal) =>
      ask<CounterRefund>(`/api/staff/refunds/${refund}`, { secret: pin, signal }),
    payRefundInCash: (pin: string, refund: string) =>
      ask<CounterRefund>(`/api/staff/refunds/${refund}/cash`, {
        method: 'POST',
        body: {},
        secret: pin,
      }),
    closes: (pin: string, signal?: Signal) =>
      ask<OpenTill>('/api/staff/close', { secret: pin, signal }),
    closeDay: (pin: string, counted: number) =>
      ask<CloseView>('/api/staff/close', {
        method: 'POST',
        body: { counted_cash_won: counted },
        secret: pin,
      }),
  };
}
