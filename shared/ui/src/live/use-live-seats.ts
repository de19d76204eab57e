// The seats of a screening as they change: the looks, the map, then the stream of changes from
// there on; everything anew when the screening itself has changed. Says how far what is seen can be trusted.

import { useCallback, useEffect, useRef, useState } from 'react';

import type { SellingClient } from '../api/client';
import { asProblem, type Problem } from '../api/request';
import type {
  ElsewhereView,
  LinkChanged,
  SeatMapView,
  SeatsChanged,
  ViewersChanged,
} from '../api/types';
import { SeatStore } from '../seat-map/seat-store';
import { backoffMs } from './backoff';
import { LiveStream, type StreamState } from './live-stream';

export interface LiveSeats {
  map: SeatMapView | null;
  store: SeatStore;
  asOf: number | null;
  elsewhere: ElsewhereView | null;
  /** How many look at these seats now; none before it was told. */
  viewers: number | null;
  stream: StreamState;
  /** Set only while there is nothing to show. */
  problem: Problem | null;
  retry: () => void;
}

interface Picture {
  map: SeatMapView | null;
  asOf: number | null;
  elsewhere: ElsewhereView | null;
  viewers: number | null;
  stream: StreamState;
  problem: Problem | null;
}

const NOTHING: Picture = {
  map: null,
  asOf: null,
  elsewhere: null,
  viewers: null,
  stream: 'connecting',
  problem: null,
};

export interface Followed {
  screening: number;
  /** Whose link matters. */
  theater: number;
}

/** `onLost` hears which chosen seats somebody else got. */
export function useLiveSeats(
  client: SellingClient,
  { screening, theater }: Followed,
  onLost: (seats: readonly number[]) => void,
): LiveSeats {
  const [store] = useState(() => new SeatStore());
  const [picture, setPicture] = useState<Picture>(NOTHING);
  const [attempt, setAttempt] = useState(0);
  const lost = useRef(onLost);
  useEffect(() => {
    lost.current = onLost;
  });

  useEffect(() => {
    const follower = new Follower(client, { screening, theater }, store, {
      change: (part) => {
        setPicture((before) => ({ ...before, ...part }));
      },
      lose: (seats) => {
        if (seats.length > 0) {
          lost.current(seats);
        }
      },
    });
    void follower.start();
    return () => {
      follower.stop();
    };
  }, [client, screening, theater, store, attempt]);

  const retry = useCallback(() => {
    setPicture(NOTHING);
    setAttempt((before) => before + 1);
  }, []);
  return { ...picture, store, retry };
}

interface Told {
  change: (part: Partial<Picture>) => void;
  lose: (seats: readonly number[]) => void;
}

/** Follows one screening until it is stopped. */
class Follower {
  private readonly abort = new AbortController();
  private stream: LiveStream | null = null;
  private failures = 0;
  private shown = false;
  private readonly client: SellingClient;
  private readonly screening: number;
  private readonly theater: number;
  private readonly store: SeatStore;
  private readonly told: Told;

  constructor(client: SellingClient, followed: Followed, store: SeatStore, told: Told) {
    this.client = client;
    this.screening = followed.screening;
    this.theater = followed.theater;
    this.store = store;
    this.told = told;
  }

  async start(): Promise<void> {
    try {
      await this.picture();
    } catch (error) {
      this.failed(error);
    }
  }

  stop(): void {
    this.abort.abort();
    this.stream?.close();
  }

  /** Everything anew, then the stream from exactly there. */
  private async picture(): Promise<void> {
    const seats = await this.client.seats(this.screening, this.abort.signal);
    // After the seats: should the room change in between, the stream says so from there on.
    const map = await this.client.seatMap(this.screening, this.abort.signal);
    if (this.abort.signal.aborted) {
      return;
    }
    this.failures = 0;
    this.shown = true;
    this.told.lose(this.store.replace(seats.seats));
    this.others(seats.elsewhere);
    this.told.change({ map, asOf: seats.as_of, problem: null });
    this.follow(seats.event_id);
  }

  private follow(from: string): void {
    this.stream?.close();
    this.stream = new LiveStream({
      topics: [`screening:${this.screening}`, `link:${this.theater}`],
      from,
      on: {
        seats: (data) => {
          const changed = data as SeatsChanged;
          this.told.lose(this.store.apply(changed.seats));
          this.told.change({ asOf: changed.as_of });
        },
        link: (data) => {
          const link = data as LinkChanged;
          const reachable = link.state === 'online';
          this.others({ reachable, as_of: link.last_heard_at ?? null });
        },
        viewers: (data) => {
          this.told.change({ viewers: (data as ViewersChanged).viewers });
        },
      },
      onReset: () => {
        void this.again();
      },
      onState: (stream) => {
        // Who is not connected does not know who looks on.
        this.told.change(stream === 'lost' ? { stream, viewers: null } : { stream });
      },
    });
  }

  private others(elsewhere: ElsewhereView): void {
    this.told.lose(this.store.setOthers(elsewhere.reachable ? 'reached' : 'away'));
    this.told.change({ elsewhere });
  }

  private async again(): Promise<void> {
    this.told.change({ stream: 'lost' });
    try {
      await this.picture();
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (this.abort.signal.aborted) {
      return;
    }
    if (!this.shown) {
      this.told.change({ problem: asProblem(error) });
      return;
    }
    // Something is on the screen and stays there, marked as old; keep trying.
    const timer = setTimeout(() => void this.again(), backoffMs(this.failures, Math.random()));
    this.failures += 1;
    this.abort.signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  }
}
