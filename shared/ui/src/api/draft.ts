import type { BookingView, PricedSeat, ScreeningSummary } from './types';

export type IfGone = 'other_seats_in_zone' | 'refund';
export type SeatsGiven = 'as_chosen' | 'others';
export type OverBecause = 'expired' | 'given_up' | 'broken_off';
export interface DepositAccount {
  bank: string;
  account_number: string;
}
export type OrderStatus =
  | { state: 'open' }
  | { state: 'not_paid'; code: string }
  | { state: 'confirming'; since: number }
  | { state: 'waiting_for_deposit'; account?: DepositAccount | null; until: number }
  | { state: 'paid'; paid_at: number; booking: BookingView }
  | { state: 'over'; why: OverBecause }
  | { state: 'refunding'; amount_won: number }
  | { state: 'refunded'; amount_won: number; refunded_at: number }
  | { state: 'refund_refused'; amount_won: number };
export type OrderView = OrderStatus & {
  order: string;
  screening: ScreeningSummary;
  seats: PricedSeat[];
  given: SeatsGiven;
  amount_won: number;
  if_gone: IfGone;
  kept_until?: number | null;
  expires_at: number;
  now: number;
};
export interface AttemptView {
  gateway_order: string;
  client_key: string;
  script: string;
  customer_key: string;
  amount_won: number;
  name: string;
}
export interface RefundOffer {
  percent: number;
  amount_won: number;
  tickets: { ticket: string; amount_won: number }[];
  until: number;
}
export type RefundStatus =
  | { state: 'pending' }
  | { state: 'done'; refunded_at: number }
  | { state: 'refused' };
export type RefundView = RefundStatus & {
  refund: string;
  amount_won: number;
  asked_at: number;
  seats: PricedSeat[];
};
export type GuestBookingView = BookingView & {
  order?: string | null;
  refund_offer?: RefundOffer | null;
  refunds: RefundView[];
};

/** What the gateway called the success page with. */
export interface ConfirmOrder {
  payment_key: string;
  gateway_order: string;
  amount: number;
}
export interface MakePledge {
  phone: string;
  tickets: number;
  raises: string | null;
}
