// An order as the kiosk's server knows it, asked again until its outcome is final. A lost
// answer is not an outcome: it is asked on.

import { asProblem, type PaymentStatus, type PaymentView, type Problem } from '@moding/ui';
import { useEffect, useState } from 'react';

import { useKiosk } from './kiosk';

const ASK_MS = 500;

export interface Order {
  payment: PaymentView | null;
  /** Set when there is nothing to show; while something is shown, asking just goes on. */
  problem: Problem | null;
}

/** Whether this outcome stays. */
export function isFinal(state: PaymentStatus): boolean {
  return !isAtTerminal(state) && state !== 'waiting_at_desk';
}

/** Whether a card may be charged right now. */
export function isAtTerminal(state: PaymentStatus): boolean {
  return state === 'waiting_for_card' || state === 'unknown';
}

export function useOrder(order: string): Order {
  const { client } = useKiosk();
  const [payment, setPayment] = useState<PaymentView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void => {
      client
        .order(order, abort.signal)
        .then((answer) => {
          setPayment(answer);
          setProblem(null);
          if (!isFinal(answer.state)) {
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
  }, [client, order]);
  return { payment, problem };
}
