// One kind of server-sent event, as it changes. The stream comes back by itself.

import { useEffect, useRef, useState } from 'react';

import { backoffMs } from './backoff';
import type { StreamState } from './event-stream';

/** Null as address: nothing is listened to. The server tells the present state at once. */
export function useServerEvents(
  address: string | null,
  event: string,
  onEvent: (data: unknown) => void,
): StreamState {
  const [state, setState] = useState<StreamState>('connecting');
  const told = useRef(onEvent);
  useEffect(() => {
    told.current = onEvent;
  });
  useEffect(() => {
    if (address === null) {
      return;
    }
    const listener = new Listener(address, event, {
      onState: setState,
      onData: (data) => {
        told.current(data);
      },
    });
    return () => {
      listener.close();
    };
  }, [address, event]);
  return state;
}

interface Hooks {
  onState: (state: StreamState) => void;
  onData: (data: unknown) => void;
}

class Listener {
  private readonly address: string;
  private readonly event: string;
  private readonly hooks: Hooks;
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;

  constructor(address: string, event: string, hooks: Hooks) {
    this.address = address;
    this.event = event;
    this.hooks = hooks;
    document.addEventListener('visibilitychange', this.wake);
    window.addEventListener('online', this.wake);
    this.open();
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.wake);
    window.removeEventListener('online', this.wake);
    this.drop();
  }

  private open(): void {
    this.drop();
    const source = new EventSource(this.address);
    this.source = source;
    source.addEventListener('open', () => {
      this.failures = 0;
      this.hooks.onState('live');
    });
    source.addEventListener('error', this.retry);
    source.addEventListener(this.event, (message: MessageEvent<string>) => {
      this.hooks.onData(JSON.parse(message.data) as unknown);
    });
  }

  private readonly retry = (): void => {
    this.drop();
    this.hooks.onState('lost');
    this.timer = setTimeout(() => {
      this.open();
    }, backoffMs(this.failures, Math.random()));
    this.failures += 1;
  };

  /** Somebody looks again, or the network is back: do not let them wait for the timer. */
  private readonly wake = (): void => {
    if (document.visibilityState === 'visible' && this.timer !== null) {
      this.open();
    }
  };

  private drop(): void {
    this.source?.close();
    this.source = null;
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
