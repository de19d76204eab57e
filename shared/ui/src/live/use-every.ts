// Something done again and again while a screen is shown.

import { useEffect, useRef } from 'react';

export function useEvery(periodMs: number, run: () => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const timer = setInterval(() => {
      latest.current();
    }, periodMs);
    return () => {
      clearInterval(timer);
    };
  }, [periodMs]);
}
