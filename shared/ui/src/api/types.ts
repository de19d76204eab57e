// What travels over the API, in the words of the OpenAPI document's schemas. One thin file,
// so that each type can become an alias of the generated one.

export type LinkState = 'online' | 'offline';
export interface Link {
  state: LinkState;
  since: number;
  last_heard_at?: number | null;
}

export type Rating = 'all' | '12' | '15' | '19' | 'unrated';
export interface MovieSummary {
  movie: number;
  title: string;
  original_title?: string | null;
  title_en?: string | null;
  year?: number | null;
  rating: Rating;
  runtime_min?: number | null;
  genres: string[];
}

export type Role = 'director' | 'actor';
export interface PersonView {
  name: string;
  role: Role;
}
export interface MovieDetail extends MovieSummary {
  people: PersonView[];
  synopsis?: string | null;
  screenings: ScreeningSummary[];
}
export interface MoviePage {
  movies: MovieSummary[];
  next_cursor?: string | null;
  total: number;
}
export interface GenreView {
  genre: string;
  movies: number;
}

export interface AuditoriumView {
  auditorium: number;
  name: string;
  seats: number;
}
export interface TheaterView {
  theater: number;
  name: string;
  name_en: string;
  region: string;
  area: string;
  auditoriums: AuditoriumView[];
  link: Link;
}

export interface ZonePriceView {
  zone: string;
  name_ko: string;
  name_en: string;
  price_won: number;
}
export interface TheaterName {
  theater: number;
  name: string;
  name_en: string;
}
export interface AuditoriumName {
  auditorium: number;
  name: string;
}
export type Sale = 'not_yet' | 'open' | 'closed';
export interface ScreeningSummary {
  screening: number;
  movie: MovieSummary;
  theater: TheaterName;
  auditorium: AuditoriumName;
  starts_at: number;
  ends_at: number;
  business_date: string;
  time_label: string;
  prices: ZonePriceView[];
  capacity: number;
  free_here: number;
  sale: Sale;
  link: Link;
}
export interface ScreeningList {
  dates: string[];
  screenings: ScreeningSummary[];
}

export type SeatKind = 'standard' | 'couple' | 'wheelchair' | 'companion';
export interface Seat {
  seat: number;
  row: string;
  number: number;
  zone: string;
  kind: SeatKind;
  x: number;
  y: number;
}
export interface SeatMapView {
  seat_map: number;
  version: number;
  width: number;
  height: number;
  seats: Seat[];
}

export type SeatLook = 'free' | 'elsewhere' | 'held' | 'sold' | 'blocked';
export interface SeatStateView {
  seat: number;
  state: SeatLook;
}
export interface ElsewhereView {
  reachable: boolean;
  as_of?: number | null;
}
export interface SeatsView {
  screening: number;
  as_of: number;
  elsewhere: ElsewhereView;
  seats: SeatStateView[];
  event_id: string;
}
export interface SeatsChanged {
  screening: number;
  as_of: number;
  seats: SeatStateView[];
}
export interface LinkChanged extends Link {
  theater: number;
}

export interface PricedSeat {
  seat: number;
  row: string;
  number: number;
  zone: string;
  kind: SeatKind;
  price_won: number;
}
export interface HoldView {
  hold: string;
  screening: number;
  seats: PricedSeat[];
  amount_won: number;
  until: number;
  until_max: number;
  now: number;
}

export type BookingStatus = 'confirmed' | 'cancelled';
export type Tender = 'card' | 'pay_at_theater';
export interface TicketView extends PricedSeat {
  ticket: string;
}
export interface BookingView {
  booking: string;
  number: string;
  state: BookingStatus;
  screening: ScreeningSummary;
  tickets: TicketView[];
  amount_won: number;
  tender: Tender;
  paid: boolean;
  booked_at: number;
}

export interface TerminalView {
  kind: 'simulated';
  ready: boolean;
}
export interface KioskView {
  node: string;
  theater?: TheaterName | null;
  software: string;
  link: Link;
  terminal: TerminalView;
  now: number;
}

export type PaymentStatus =
  | 'waiting_for_card'
  | 'approved'
  | 'declined'
  | 'timed_out'
  | 'cancelled'
  | 'unknown'
  | 'reversed'
  | 'unavailable';
export type NotCharged = 'declined' | 'timed_out' | 'cancelled' | 'terminal_unavailable';
export interface PaymentView {
  order: string;
  state: PaymentStatus;
  amount_won: number;
  reason?: NotCharged | null;
  hold: string;
  booking?: BookingView | null;
}
export type SimulatedOutcome = 'approve' | 'decline' | 'time_out' | 'lose_answer';

export type ErrorCode =
  | 'invalid_request'
  | 'not_found'
  | 'seat_taken'
  | 'seat_not_on_sale_here'
  | 'strands_single_seat'
  | 'too_many_seats'
  | 'hold_expired'
  | 'hold_not_found'
  | 'sale_not_open'
  | 'sale_closed'
  | 'payment_in_progress'
  | 'terminal_unavailable'
  | 'cannot_cancel'
  | 'overloaded'
  | 'forbidden'
  | 'cross_site'
  | 'internal';
export type SeatReason = 'taken' | 'elsewhere' | 'blocked' | 'strands_single' | 'unknown_seat';
export interface SeatProblem {
  seat: number;
  row: string;
  number: number;
  reason: SeatReason;
}
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  seats?: SeatProblem[];
}
