// Cinema notation. The label comes from the server (`22일 26:30 (23일 02:30)`), because only it
// knows the theater's time zone and business day; here it is only taken apart and put into
// the reader's language.

import type { Language } from '../i18n/language';

const LABEL = /^(\d{1,2})일 (\d{1,2}):(\d{2})(?: \((\d{1,2})일 (\d{1,2}:\d{2})\))?$/;
const MINUTE_MS = 60_000;

export interface CinemaTime {
  /** Day of the month of the business date. */
  day: number;
  /** `19:10`, or `26:30` after midnight. */
  clock: string;
  /** The same instant by the calendar, when the show begins after midnight. */
  calendar: { day: number; clock: string } | null;
}

/** The parts of the server's label; none when it is not in cinema notation. */
export function cinemaTime(label: string): CinemaTime | null {
  const parts = LABEL.exec(label);
  if (!parts) {
    return null;
  }
  const [, day, hour, minute, calendarDay, calendarClock] = parts;
  const calendar =
    calendarDay !== undefined && calendarClock !== undefined
      ? { day: Number(calendarDay), clock: calendarClock }
      : null;
  return { day: Number(day), clock: `${hour ?? ''}:${minute ?? ''}`, calendar };
}

/** The start for a list under a date: `19:10`, `26:30`. */
export function startClock(label: string): string {
  return cinemaTime(label)?.clock ?? label;
}

/** The end in the same notation as the start, so that nobody needs the time zone. */
export function endClock(label: string, startsAt: number, endsAt: number): string | null {
  const start = cinemaTime(label);
  if (!start || endsAt <= startsAt) {
    return null;
  }
  const [hour, minute] = start.clock.split(':').map(Number);
  const minutes = (hour ?? 0) * 60 + (minute ?? 0) + Math.round((endsAt - startsAt) / MINUTE_MS);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Date and time in full: `11월 22일 (일) 26:30 (23일 02:30)`. */
export function whenInFull(label: string, businessDate: string, language: Language): string {
  const time = cinemaTime(label);
  if (!time) {
    return label;
  }
  const date = dateInFull(businessDate, language);
  if (!time.calendar) {
    return `${date} ${time.clock}`;
  }
  const { day, clock } = time.calendar;
  const calendar = language === 'ko' ? `${day}일 ${clock}` : `${ordinal(day)}, ${clock}`;
  return `${date} ${time.clock} (${calendar})`;
}

/** `11월 22일 (일)`, `Sun, Nov 22`. A business date is a plain date: no time zone moves it. */
export function dateInFull(date: string, language: Language): string {
  return dateFormat(language, { month: 'short', day: 'numeric', weekday: 'short' }, date);
}

/** The parts of a date for a strip of days. */
export function dateParts(date: string, language: Language): { day: string; weekday: string; month: string } {
  return {
    day: String(Number(date.slice(8, 10))),
    weekday: dateFormat(language, { weekday: 'short' }, date),
    month: dateFormat(language, { month: 'short' }, date),
  };
}

/** Saturday or Sunday. */
export function isWeekend(date: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}

function dateFormat(language: Language, parts: Intl.DateTimeFormatOptions, date: string): string {
  const locale = language === 'ko' ? 'ko-KR' : 'en-US';
  const instant = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(instant.getTime())) {
    return date;
  }
  return new Intl.DateTimeFormat(locale, { ...parts, timeZone: 'UTC' }).format(instant);
}

function ordinal(day: number): string {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
