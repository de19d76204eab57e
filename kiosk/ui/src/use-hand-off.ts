// An order that is paid on one's own phone, asked again until its outcome is final.

import { asProblem, type HandOffView, type Problem } from '@moding/ui';
import { useEffect, useState } from 'react';

import { useKiosk } from './kiosk';

const ASK_MS = 500;

export interface HandedOff {
  order: HandOffView | null;
  /** Set when there is nothing to show; while something is shown, asking just goes on. */
  problem: Problem | null;
  put: (order: HandOffView) => void;
}

export function useHandOff(id: string): HandedOff {
  const { client } = useKiosk();
  const [order, put] = useState<HandOffView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void => {
      client
        .handOff(id, abort.signal)
        .then((answer) => {
          put(answer);
          setProblem(null);
          if (answer.state !== 'paid' && answer.state !== 'over') {
            timer = setTimeout(ask, ASK_MS);
          }
        })
        .catch((error: unknown) => {
          if (abort.signal.aborted) {
            return;
          }
          const refusal = asProblem(error);
          setProblem(refusal);
          if (refusal.code !== 'not_found') {
            timer = setTimeout(ask, ASK_MS);
          }
        });
    };
    ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [client, id]);
  return { order, problem, put };
}
