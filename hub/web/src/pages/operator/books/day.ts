// A day in Korea, from midnight to midnight: how the gateway's list is read.

const KOREA_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

export interface Stretch {
  from: number;
  until: number;
}

/** Null for what is no date. */
export function dayInKorea(day: string): Stretch | null {
  const from = Date.parse(`${day}T00:00:00+09:00`);
  return Number.isNaN(from) ? null : { from, until: from + DAY_MS };
}

/** Yesterday in Korea, as a field for dates has it. */
export function dayBefore(now: number): string {
  return new Date(now + KOREA_MS - DAY_MS).toISOString().slice(0, 10);
}
