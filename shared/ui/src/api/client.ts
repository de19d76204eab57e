// The API's operations, one function each: what both faces use, then what is the hub's or the
// kiosk's alone.

import type { Language } from '../i18n/language';
import type { paths as HubPaths } from './generated/hub';
import type { paths as KioskPaths } from './generated/kiosk';
import { asker, withQuery } from './request';
import type {
  BestSeats,
  BookingView,
  ByHand,
  Doubts,
  DoubtsSettled,
  GenreView,
  HoldView,
  KioskView,
  MovieDetail,
  MoviePage,
  PaymentView,
  ScreeningList,
  ScreeningSummary,
  SeatMapView,
  SeatsView,
  SimulatedCard,
  TheaterView,
} from './types';

export interface ScreeningFilter {
  date?: string | undefined;
  theater?: number | undefined;
  movie?: number | undefined;
}

export interface MovieFilter {
  query?: string | undefined;
  genre?: string | undefined;
  sort?: MovieSort | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}
export type MovieSort = 'title' | 'newest';

type Signal = AbortSignal | undefined;

type BothPaths = Pick<HubPaths, keyof HubPaths & keyof KioskPaths>;

/** What the hub and the kiosk both answer. */
export function sellingClient(language: Language) {
  const ask = asker<BothPaths>(language);
  return {
    screenings: (filter: ScreeningFilter, signal?: Signal) =>
      ask<ScreeningList>(withQuery('/api/screenings', { ...filter }), { signal }),
    screening: (id: number, signal?: Signal) =>
      ask<ScreeningSummary>(`/api/screenings/${id}`, { signal }),
    seatMap: (id: number, signal?: Signal) =>
      ask<SeatMapView>(`/api/screenings/${id}/seat-map`, { signal }),
    seats: (id: number, signal?: Signal) =>
      ask<SeatsView>(`/api/screenings/${id}/seats`, { signal }),
    bestSeats: (id: number, party: { people: number; wheelchairs: number }, signal?: Signal) =>
      ask<BestSeats>(withQuery(`/api/screenings/${id}/best`, party), { signal }),
    holdSeats: (id: number, seats: readonly number[]) =>
      ask<HoldView>(`/api/screenings/${id}/holds`, { method: 'POST', body: { seats } }),
    hold: (hold: string, signal?: Signal) => ask<HoldView>(`/api/holds/${hold}`, { signal }),
    refreshHold: (hold: string) =>
      ask<HoldView>(`/api/holds/${hold}/refresh`, { method: 'POST', body: {} }),
    releaseHold: (hold: string) => ask<undefined>(`/api/holds/${hold}`, { method: 'DELETE' }),
  };
}

/** The hub's API. */
export function hubClient(language: Language) {
  const ask = asker<HubPaths>(language);
  return {
    ...sellingClient(language),
    movies: (filter: MovieFilter, signal?: Signal) =>
      ask<MoviePage>(withQuery('/api/movies', { ...filter }), { signal }),
    movie: (id: number, signal?: Signal) => ask<MovieDetail>(`/api/movies/${id}`, { signal }),
    genres: (signal?: Signal) => ask<GenreView[]>('/api/genres', { signal }),
    theaters: (signal?: Signal) => ask<TheaterView[]>('/api/theaters', { signal }),
    theater: (id: number, signal?: Signal) => ask<TheaterView>(`/api/theaters/${id}`, { signal }),
    book: (hold: string, phone: string) =>
      ask<BookingView>(`/api/holds/${hold}/booking`, {
        method: 'POST',
        body: { phone, tender: 'pay_at_theater' },
      }),
    lookUp: (number: string, phone: string, signal?: Signal) =>
      ask<BookingView>('/api/bookings/lookup', {
        method: 'POST',
        body: { number, phone },
        signal,
      }),
    /** Cancels these tickets, or all of them. */
    cancel: (booking: string, phone: string, tickets: readonly string[] = []) =>
      ask<GuestBookingView>(`/api/bookings/${booking}/cancellation`, {
        method: 'POST',
        body: { phone, tickets },
      }),
    ...payingClient(ask),
    ...fundingClient(ask),
  };
}

type HubAsker = Asker<HubPaths>;

/** Paying on the web. Whoever knows an order's id may use it. */
function payingClient(ask: HubAsker) {
  return {
    openOrder: (hold: string, phone: string, ifGone: IfGone) =>
      ask<OrderView>(`/api/holds/${hold}/order`, {
        method: 'POST',
        body: { phone, if_gone: ifGone },
      }),
    order: (order: string, signal?: Signal) =>
      ask<OrderView>(`/api/orders/${order}`, { signal }),
    beginAttempt: (order: string) =>
      ask<AttemptView>(`/api/orders/${order}/attempts`, { method: 'POST' }),
    confirmOrder: (order: string, back: ConfirmOrder, signal?: Signal) =>
      ask<OrderView>(`/api/orders/${order}/confirmation`, { method: 'POST', body: back, signal }),
    failOrder: (order: string, code: string) =>
      ask<OrderView>(`/api/orders/${order}/failure`, { method: 'POST', body: { code } }),
    cancelOrder: (order: string) =>
      ask<OrderView>(`/api/orders/${order}/cancellation`, { method: 'POST' }),
  };
}

/** Wishes, campaigns, pledges and claims. */
function fundingClient(ask: HubAsker) {
  return {
    campaigns: (filter: CampaignFilter, signal?: Signal) =>
      ask<CampaignPage>(withQuery('/api/campaigns', { ...filter }), { signal }),
    campaign: (id: number, signal?: Signal) =>
      ask<CampaignView>(`/api/campaigns/${id}`, { signal }),
    requests: (movie: number, signal?: Signal) =>
      ask<MovieRequests>(`/api/movies/${movie}/requests`, { signal }),
    requestScreening: (movie: number, wish: MakeRequest) =>
      ask<MovieRequests>(`/api/movies/${movie}/requests`, { method: 'POST', body: wish }),
    withdrawRequest: (movie: number, phone: string) =>
      ask<MovieRequests>(`/api/movies/${movie}/requests/withdrawal`, {
        method: 'POST',
        body: { phone },
      }),
    pledge: (campaign: number, pledge: MakePledge) =>
      ask<OrderView>(`/api/campaigns/${campaign}/pledges`, { method: 'POST', body: pledge }),
    lookUpPledge: (number: string, phone: string, signal?: Signal) =>
      ask<PledgeView>('/api/pledges/lookup', { method: 'POST', body: { number, phone }, signal }),
    lowerPledge: (pledge: string, phone: string, tickets: number) =>
      ask<PledgeView>(`/api/pledges/${pledge}/tickets`, {
        method: 'POST',
        body: { phone, tickets },
      }),
    withdrawPledge: (pledge: string, phone: string) =>
      ask<PledgeView>(`/api/pledges/${pledge}/withdrawal`, { method: 'POST', body: { phone } }),
    placeClaim: (pledge: string, phone: string, seats: readonly number[]) =>
      ask<BookingView>(`/api/pledges/${pledge}/seats`, { method: 'POST', body: { phone, seats } }),
  };
}

/** The kiosk's API. */
export function kioskClient(language: Language) {
  const ask = asker<KioskPaths>(language);
  return {
    ...sellingClient(language),
    kiosk: (signal?: Signal) => ask<KioskView>('/api/kiosk', { signal }),
    pay: (hold: string) =>
      ask<PaymentView>(`/api/holds/${hold}/payment`, { method: 'POST', body: {} }),
    order: (order: string, signal?: Signal) =>
      ask<PaymentView>(`/api/orders/${order}`, { signal }),
    cancelOrder: (order: string) =>
      ask<PaymentView>(`/api/orders/${order}/cancellation`, { method: 'POST', body: {} }),
    presentSimulatedCard: (order: string, outcome: SimulatedCard) =>
      ask<undefined>('/api/simulated-card', { method: 'POST', body: { order, outcome } }),
    pickUp: (number: string, signal?: Signal) =>
      ask<BookingView>('/api/bookings/lookup', { method: 'POST', body: { number }, signal }),
    doubts: (pin: string, signal?: Signal) =>
      ask<Doubts[]>('/api/staff/doubts', { secret: pin, signal }),
    workOffline: (pin: string, minutes: number | null) =>
      ask<ByHand>('/api/staff/offline', { method: 'POST', body: { minutes }, secret: pin }),
    workOnline: (pin: string) =>
      ask<ByHand>('/api/staff/offline', { method: 'DELETE', secret: pin }),
    settleDoubts: (pin: string, screening: number, sold: readonly number[]) =>
      ask<DoubtsSettled>(`/api/staff/doubts/${screening}`, {
        method: 'POST',
        body: { sold },
        secret: pin,
      }),
  };
}

export type SellingClient = ReturnType<typeof sellingClient>;
export type HubClient = ReturnType<typeof hubClient>;
export type KioskClient = ReturnType<typeof kioskClient>;
