// Nobody there any more? First a question that is seen and heard, then the end of the visit.
// Any touch or key goes on, as often as wanted.

import { useCallback, useEffect, useRef, useState } from 'react';

export const WARN_MS = 20_000;
const QUIET_MS = 60_000;
/** Whoever needs a larger or lower screen needs more time as well. */
const QUIET_ASSISTED_MS = 150_000;
const TICK_MS = 250;

export type IdleMode = 'off' | 'on' | 'patient';

/** Milliseconds left once it is asked, else null. */
export function useIdle(mode: IdleMode, onEnd: () => void): { left: number | null; goOn: () => void } {
  const [left, setLeft] = useState<number | null>(null);
  const touched = useRef(0);
  const end = useRef(onEnd);
  useEffect(() => {
    end.current = onEnd;
  });
  const goOn = useCallback(() => {
    touched.current = performance.now();
    setLeft(null);
  }, []);
  useEffect(() => {
    touched.current = performance.now();
    if (mode === 'off') {
      return;
    }
    const quiet = mode === 'patient' ? QUIET_ASSISTED_MS : QUIET_MS;
    const timer = setInterval(() => {
      const still = touched.current + quiet + WARN_MS - performance.now();
      if (still <= 0) {
        goOn();
        end.current();
      } else {
        setLeft(still <= WARN_MS ? still : null);
      }
    }, TICK_MS);
    const events = ['pointerdown', 'keydown', 'wheel'] as const;
    for (const event of events) {
      window.addEventListener(event, goOn, { capture: true, passive: true });
    }
    return () => {
      clearInterval(timer);
      for (const event of events) {
        window.removeEventListener(event, goOn, { capture: true });
      }
    };
  }, [mode, goOn]);
  return { left: mode === 'off' ? null : left, goOn };
}
