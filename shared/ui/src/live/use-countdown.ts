// Counts down from what the server says is left. The browser's wall clock is not asked: it may
// be wrong by hours; its monotonic clock is enough.

import { useEffect, useState } from 'react';

const TICK_MS = 250;

export interface Span {
  now: number;
  until: number;
}

/** Milliseconds left, or null before anything is known. Give a new object for a new answer. */
export function useCountdown(span: Span | null): number | null {
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => {
    if (span === null) {
      return;
    }
    const end = performance.now() + (span.until - span.now);
    const tick = (): void => {
      setLeft(Math.max(0, end - performance.now()));
    };
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, [span]);
  return span === null ? null : (left ?? Math.max(0, span.until - span.now));
}

const MOMENTS_MS = [300_000, 120_000, 60_000, 30_000, 10_000] as const;

/** The moment worth announcing between two ticks, if one was passed. */
export function momentPassed(before: number, after: number): number | null {
  return MOMENTS_MS.find((moment) => before > moment && after <= moment) ?? null;
}
