// The buyer's choice: what a press on a seat does, and what is said about it.

import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';

import type { Seat, SeatMapView, ZonePriceView } from '../api/types';
import { asProblem } from '../api/request';
import { won } from '../format/money';
import { useLanguage } from '../i18n/use-language';
import { useAnnounce } from '../parts/Announcer';
import type { SeatStore } from './seat-store';
import { placeName, shortLabels, sumOf } from './seat-text';

/** The server's limit for one hold. */
export const HOLD_SEATS_MAX = 10;

export type PartyNeed = 'seats' | 'wheelchair';

/** Asks the server which seats a party is best offered, the best choice first. */
export type AskBest = (
  size: number,
  need: PartyNeed,
) => Promise<readonly (readonly number[])[]>;

export interface SeatChoice {
  seats: readonly Seat[];
  amountWon: number;
  /** Something the buyer should know about the last press; seen and spoken. */
  notice: string | null;
  toggle: (seat: Seat) => void;
  clear: () => void;
  /** Offers seats to a party. */
  offer: (size: number, need: PartyNeed) => void;
  /** Chooses exactly these. */
  take: (seats: readonly number[]) => void;
  /** Somebody else got chosen seats. */
  tellLost: (seats: readonly number[]) => void;
}

/** What is chosen from. */
export interface ChosenFrom {
  store: SeatStore;
  map: SeatMapView | null;
  prices: readonly ZonePriceView[];
  /** How many can be chosen at most. */
  most: number;
}

export function useSeatChoice({ store, map, prices, most }: ChosenFrom, best: AskBest): SeatChoice {
  const { t } = useLanguage();
  const announce = useAnnounce();
  const [notice, setNotice] = useState<string | null>(null);
  const chosen = useSyncExternalStore(store.subscribeChoice, store.chosen);
  const byId = useMemo(() => new Map(map?.seats.map((seat) => [seat.seat, seat])), [map]);
  const seats = useMemo(() => seatsOf(chosen, byId), [chosen, byId]);

  const say = useCallback(
    (text: string, shown: string | null) => {
      setNotice(shown);
      announce(text);
    },
    [announce],
  );

  const toggle = useCallback(
    (seat: Seat) => {
      const show = store.show(seat.seat);
      const name = placeName(seat, t);
      if (show === 'chosen') {
        store.unchoose(seat.seat);
        say(t('map.unchosen', { seat: name, count: store.chosen().length }), null);
      } else if (show !== 'free') {
        const why = t('map.not_for_choice', { seat: name, why: t(`seat.look.${show}`) });
        say(why, why);
      } else if (store.chosen().length >= most) {
        const why = t('map.too_many', { count: most });
        say(why, why);
      } else {
        store.choose(seat.seat);
        const all = seatsOf(store.chosen(), byId);
        const amount = won(sumOf(all, prices), t);
        say(t('map.chosen', { seat: name, count: all.length, amount }), null);
      }
    },
    [store, t, say, byId, prices, most],
  );

  const take = useCallback(
    (wanted: readonly number[]) => {
      store.setChoice(wanted);
      const text = t('party.picked', { seats: shortLabels(seatsOf(wanted, byId)) });
      say(text, text);
    },
    [store, t, say, byId],
  );

  const offer = useOffer(best, store, take, say);

  const tellLost = useCallback(
    (lost: readonly number[]) => {
      const text = t('map.taken_in_a_moment', { seats: shortLabels(seatsOf(lost, byId)) });
      say(text, text);
    },
    [t, say, byId],
  );

  const clear = useCallback(() => {
    store.setChoice([]);
    setNotice(null);
  }, [store]);

  const amountWon = sumOf(seats, prices);
  return { seats, amountWon, notice, toggle, clear, offer, take, tellLost };
}

function useOffer(
  best: AskBest,
  store: SeatStore,
  take: (seats: readonly number[]) => void,
  say: (text: string, shown: string | null) => void,
): SeatChoice['offer'] {
  const { t } = useLanguage();
  return useCallback(
    (size, need) => {
      best(size, need)
        .then((choices) => {
          // Somebody may have been faster than the answer.
          const free = (seats: readonly number[]): boolean =>
            seats.every((seat) => ['free', 'chosen'].includes(store.show(seat)));
          const found = choices.find(free);
          if (found) {
            take(found);
          } else {
            const text = t('party.none', { count: size });
            say(text, text);
          }
        })
        .catch((error: unknown) => {
          const text = t(`problem.${asProblem(error).code}`);
          say(text, text);
        });
    },
    [best, store, take, say, t],
  );
}

function seatsOf(ids: readonly number[], byId: ReadonlyMap<number, Seat>): readonly Seat[] {
  return ids.flatMap((id) => byId.get(id) ?? []);
}
