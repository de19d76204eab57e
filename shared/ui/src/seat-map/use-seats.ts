// Everything a page needs to let somebody choose seats of a screening: the live seats, the
// choice, and the step to a hold. The choice is shown at once; if the server says no, exactly
// the refused seats are taken back, with the reason.

import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';

import type { SellingClient } from '../api/client';
import { asProblem, type Problem } from '../api/request';
import type { HoldView, ScreeningSummary } from '../api/types';
import { useLiveSeats, type LiveSeats } from '../live/use-live-seats';
import type { SeatStore } from './seat-store';
import { HOLD_SEATS_MAX, useSeatChoice, type AskBest, type SeatChoice } from './use-seat-choice';

export interface Seats {
  live: LiveSeats;
  choice: SeatChoice;
  holding: Holding;
}

export interface Holding {
  state: 'idle' | 'asking';
  problem: Problem | null;
  hold: () => void;
}

export function useSeats(
  client: SellingClient,
  screening: ScreeningSummary,
  onHeld: (hold: HoldView) => void,
): Seats {
  const lost = useRef<(seats: readonly number[]) => void>(() => undefined);
  const { theater } = screening.theater;
  const live = useLiveSeats(client, { screening: screening.screening, theater }, (seats) => {
    lost.current(seats);
  });
  const id = screening.screening;
  const best = useCallback<AskBest>(
    async (people, need) => {
      const wheelchairs = need === 'wheelchair' ? 1 : 0;
      return (await client.bestSeats(id, { people, wheelchairs })).choices;
    },
    [client, id],
  );
  const { store, map } = live;
  const { prices } = screening;
  const choice = useSeatChoice({ store, map, prices, most: HOLD_SEATS_MAX }, best);
  const { tellLost } = choice;
  useEffect(() => {
    lost.current = tellLost;
  }, [tellLost]);
  const holding = useHolding(client, screening.screening, store, onHeld);
  return { live, choice, holding };
}

interface Refusal {
  problem: Problem;
  /** The choice that was left after it. */
  left: readonly number[];
}

function useHolding(
  client: SellingClient,
  screening: number,
  store: SeatStore,
  onHeld: (hold: HoldView) => void,
): Holding {
  const [state, setState] = useState<'idle' | 'asking'>('idle');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const chosen = useSyncExternalStore(store.subscribeChoice, store.chosen);
  const held = useRef(onHeld);
  useEffect(() => {
    held.current = onHeld;
  });
  const hold = useCallback(() => {
    setState('asking');
    setRefusal(null);
    store.beginHold();
    client
      .holdSeats(screening, store.chosen())
      .then((answer) => {
        store.setMine(answer.seats.map((seat) => seat.seat));
        store.endHold();
        held.current(answer);
      })
      .catch((error: unknown) => {
        const problem = asProblem(error);
        const refused = new Set(problem.seats.map((seat) => seat.seat));
        store.endHold();
        store.setChoice(store.chosen().filter((seat) => !refused.has(seat)));
        setRefusal({ problem, left: store.chosen() });
        setState('idle');
      });
  }, [client, screening, store]);
  // Once something else is chosen, the refusal has been read.
  const problem = refusal !== null && refusal.left === chosen ? refusal.problem : null;
  return { state, problem, hold };
}
