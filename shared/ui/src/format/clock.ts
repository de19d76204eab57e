// Instants and durations as the reader's own clock shows them.

import type { Language } from '../i18n/language';
import type { Translate } from '../i18n/translate';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const seconds = new Intl.DateTimeFormat('ko-KR', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `14:03:22`, for "as of" lines. */
export function clockSeconds(at: number): string {
  return seconds.format(at);
}

/** For "as of" lines: the time, and the day as well when that is not obvious any more. */
export function asOf(at: number, now: number, language: Language): string {
  return Math.abs(now - at) < DAY_MS / 2 ? clockSeconds(at) : dayAndClock(at, language);
}

/** `11월 22일 14:03`, `Nov 22, 14:03`. */
export function dayAndClock(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language === 'ko' ? 'ko-KR' : 'en-US', {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** `14시`, `14:00`: the hour of a ranking, by the cinemas' clock. */
export function hourOf(at: number, language: Language): string {
  const hour = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    hourCycle: 'h23',
    timeZone: 'Asia/Seoul',
  }).format(at);
  return language === 'ko' ? `${String(Number(hour))}시` : `${hour}:00 KST`;
}

/** How long ago, in the largest unit that says enough. */
export function ago(at: number, now: number, t: Translate): string {
  const past = Math.max(0, now - at);
  if (past < 5 * SECOND_MS) {
    return t('time.just_now');
  }
  if (past < MINUTE_MS) {
    return t('time.seconds_ago', { count: Math.floor(past / SECOND_MS) });
  }
  if (past < HOUR_MS) {
    return t('time.minutes_ago', { count: Math.floor(past / MINUTE_MS) });
  }
  if (past < DAY_MS) {
    return t('time.hours_ago', { count: Math.floor(past / HOUR_MS) });
  }
  return t('time.days_ago', { count: Math.floor(past / DAY_MS) });
}

/** `7:05`, for a countdown that is seen. */
export function minutesSeconds(leftMs: number): string {
  const left = Math.max(0, Math.ceil(leftMs / SECOND_MS));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}

/** `7분 5초`, for a countdown that is heard. */
export function durationInWords(leftMs: number, t: Translate): string {
  const left = Math.max(0, Math.ceil(leftMs / SECOND_MS));
  const minutes = Math.floor(left / 60);
  const rest = left % 60;
  if (minutes === 0) {
    return t('hold.seconds', { count: rest });
  }
  if (rest === 0) {
    return t('hold.minutes', { count: minutes });
  }
  return t('hold.minutes_seconds', { minutes, seconds: rest });
}
