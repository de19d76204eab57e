// The API's operations, one function each: what both faces use, then what is the hub's or the
// kiosk's alone.

import type { Language } from '../i18n/language';
import type { paths as HubPaths } from './generated/hub';
import type { paths as KioskPaths } from './generated/kiosk';
import { fundingClient } from './funding';
import { rankingClient } from './ranking';
import { payingClient } from './paying';
import { asker, withQuery } from './request';
import { tillClient } from './till';
import type {
  BankAccount,
  BestSeats,
  BoardView,
  BookingView,
  ByHand,
  Doubts,
  DoubtsSettled,
  GenreView,
  GuestBookingView,
  HoldView,
  KioskView,
  MovieDetail,
  MoviePage,
  MovieSearch,
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
export type MovieSort = 'title' | 'newest' | 'likes' | 'requests';

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
    searchMovies: (q: string, limit?: number, signal?: Signal) =>
      ask<MovieSearch>(withQuery('/api/movies/search', { q, limit }), { signal }),
    suggestMovies: (q: string, signal?: Signal) =>
      ask<MovieSearch>(withQuery('/api/movies/suggest', { q }), { signal }),
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
      ask<GuestBookingView>('/api/bookings/lookup', {
        method: 'POST',
        body: { number, phone },
        signal,
      }),
    /** Cancels these tickets, or all of them. */
    cancel: (
      booking: string,
      phone: string,
      tickets: readonly string[] = [],
      account: BankAccount | null = null,
    ) =>
      ask<GuestBookingView>(`/api/bookings/${booking}/cancellation`, {
        method: 'POST',
        body: { phone, tickets, account },
      }),
    ...payingClient(ask),
    ...fundingClient(ask),
    ...rankingClient(ask),
  };
}

/** The kiosk's API. */
export function kioskClient(language: Language) {
  const ask = asker<KioskPaths>(language);
  return {
    ...sellingClient(language),
    ...tillClient(language),
    /** None before the hub has told one. */
    searchRanking: (signal?: Signal) =>
      ask<BoardView | null>('/api/rankings/searches', { signal }),
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
