import type { AuditoriumName, BookingView, MovieSummary, PricedSeat, ScreeningSummary, TheaterName } from './types';

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

export type Phase =
  | 'requested' | 'offered' | 'scheduled' | 'open' | 'tallying' | 'succeeded'
  | 'booking' | 'screened' | 'settled' | 'failed' | 'cancelled' | 'refunded';
export interface OfferView {
  auditorium: AuditoriumName;
  starts_at: number;
  ends_at: number;
  business_date: string;
  time_label: string;
  goal: number;
  capacity: number;
  price_won: number;
  opens_at: number;
  deadline: number;
}
export interface TallyView {
  decided_at: number;
  succeeded: boolean;
  goal: number;
  paid_tickets: number;
  backers: number;
  in_flight: number;
  unheard: string[];
}
export interface WindowsView {
  backers_from: number;
  public_from: number;
  place_at: number;
}
export interface PaidBackView {
  backers: number;
  done: number;
  refused: number;
}
export interface CampaignRules {
  tickets_max: number;
  pay_ms: number;
  grace_ms: number;
  place_before_ms: number;
}
export interface CampaignProgress {
  campaign: number;
  phase: Phase;
  paid_tickets: number;
  backers: number;
  percent: number;
  left: number;
  paid_back?: PaidBackView | null;
  now: number;
}
export type CampaignView = CampaignProgress & {
  movie: MovieSummary;
  theater: TheaterName;
  area: string;
  offer?: OfferView | null;
  screening?: number | null;
  windows?: WindowsView | null;
  result?: TallyView | null;
  rules: CampaignRules;
};
export interface CampaignPage {
  campaigns: CampaignView[];
  total: number;
  next_offset?: number | null;
}
export type ReturnReason = 'withdrawn' | 'campaign_failed' | 'campaign_cancelled' | 'no_seat';
export type NoticeView = { at: number } & (
  | { told: 'succeeded'; from: number }
  | { told: 'choose'; until: number }
  | { told: 'placed_by_itself'; booking: string }
  | { told: 'returning'; why: ReturnReason }
  | { told: 'returned' }
);
export type PledgeStatus =
  | { state: 'live' }
  | { state: 'placed'; booking: string }
  | { state: 'returning'; why: ReturnReason }
  | { state: 'returned'; why: ReturnReason; returned_at: number };
export type PledgeView = PledgeStatus & {
  pledge: string;
  number: string;
  tickets: number;
  amount_won: number;
  made_at: number;
  may_change: boolean;
  may_choose: boolean;
  returning_won: number;
  returned_won: number;
  notices: NoticeView[];
  campaign: CampaignView;
};
export type Slot =
  | 'weekday_day' | 'weekday_evening' | 'weekend_day' | 'weekend_evening' | 'night' | 'any';
export interface MovieRequests {
  movie: number;
  count: number;
  areas: { area: string; count: number; slots: { slot: Slot; count: number }[] }[];
}
export interface WishedFilm {
  film: MovieSummary;
  requests: MovieRequests;
}
export interface OfferCampaign {
  auditorium: number;
  starts_at: number;
  ends_at: number;
  goal: number;
  capacity: number;
  price_won: number;
  opens_at: number;
  deadline: number;
}
export interface CampaignStep {
  at: number;
  by: string;
  from?: Phase | null;
  to: Phase;
  paid_tickets: number;
  note: string;
}
export interface CampaignFile {
  campaign: CampaignView;
  in_flight: number;
  in_flight_tickets: number;
  unplaced_tickets: number;
  steps: CampaignStep[];
}
