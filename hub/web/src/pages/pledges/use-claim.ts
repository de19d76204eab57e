// The live seats, the choice among them, and the step from a claim to a booking. If the server
// says no, exactly the refused seats are taken back, with the reason.

import {
  asProblem,
  useLiveSeats,
  useSeatChoice,
  type AskBest,
  type LiveSeats,
  type PledgeView,
  type Problem,
  type ScreeningSummary,
  type SeatChoice,
} from '@moding/ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';

import { useHub } from '../../hub';
import { rememberPhone } from '../../visit';

export interface Placing {
  state: 'idle' | 'asking';
  problem: Problem | null;
  place: () => void;
}

export interface ClaimSeats {
  live: LiveSeats;
  choice: SeatChoice;
  placing: Placing;
}

export function useClaim(
  pledge: PledgeView,
  phone: string,
  screening: ScreeningSummary,
): ClaimSeats {
  const hub = useHub();
  const lost = useRef<(seats: readonly number[]) => void>(() => undefined);
  const { screening: id, theater, prices } = screening;
  const live = useLiveSeats(hub, { screening: id, theater: theater.theater }, (seats) => {
    lost.current(seats);
  });
  const best = useCallback<AskBest>(
    async (people) => (await hub.bestSeats(id, { people, wheelchairs: 0 })).choices,
    [hub, id],
  );
  const { store, map } = live;
  const choice = useSeatChoice({ store, map, prices, most: pledge.tickets }, best);
  const { tellLost } = choice;
  useEffect(() => {
    lost.current = tellLost;
  }, [tellLost]);
  const placing = usePlacing(pledge, phone, live);
  return { live, choice, placing };
}

function usePlacing(pledge: PledgeView, phone: string, { store }: LiveSeats): Placing {
  const hub = useHub();
  const navigate = useNavigate();
  const [state, setState] = useState<Placing['state']>('idle');
  const [problem, setProblem] = useState<Problem | null>(null);
  const place = (): void => {
    setState('asking');
    setProblem(null);
    store.beginHold();
    hub
      .placeClaim(pledge.pledge, phone, store.chosen())
      .then((booking) => {
        store.endHold();
        rememberPhone(booking.number, phone);
        return navigate(`/bookings/${booking.number}?done`, { replace: true });
      })
      .catch((error: unknown) => {
        const why = asProblem(error);
        const refused = new Set(why.seats.map((seat) => seat.seat));
        store.endHold();
        store.setChoice(store.chosen().filter((seat) => !refused.has(seat)));
        setProblem(why);
        setState('idle');
      });
  };
  return { state, problem, place };
}
