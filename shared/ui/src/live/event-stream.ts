// One stream of events that comes back by itself. The browser's own reconnect is not used: it
// gives up on a refusal, and here the last event's id goes into the address, so that a server
// needs to look in one place only.

import { withQuery } from '../api/request';
import type { LinkChanged, SeatsChanged } from '../api/types';
import { backoffMs } from './backoff';

export type StreamState = 'connecting' | 'live' | 'lost';

export interface StreamHandlers {
  onSeats: (changed: SeatsChanged) => void;
  onLink: (changed: LinkChanged) => void;
  /** The server cannot resume: forget everything and fetch again, then `restart`. */
  onReset: () => void;
  onState: (state: StreamState) => void;
}

export class EventStream {
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private readonly screening: number;
  private readonly handlers: StreamHandlers;
  private lastEventId: string;

  constructor(screening: number, lastEventId: string, handlers: StreamHandlers) {
    this.screening = screening;
    this.lastEventId = lastEventId;
    this.handlers = handlers;
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
    this.handlers.onState(this.failures === 0 ? 'connecting' : 'lost');
    const address = withQuery('/api/events', {
      screening: this.screening,
      last_event_id: this.lastEventId,
    });
    const source = new EventSource(address);
    this.source = source;
    source.addEventListener('open', () => {
      this.failures = 0;
      this.handlers.onState('live');
    });
    source.addEventListener('error', this.retry);
    source.addEventListener('seats', (event: MessageEvent<string>) => {
      this.handlers.onSeats(this.read(event) as SeatsChanged);
    });
    source.addEventListener('link', (event: MessageEvent<string>) => {
      this.handlers.onLink(this.read(event) as LinkChanged);
    });
    source.addEventListener('reset', () => {
      this.drop();
      this.handlers.onReset();
    });
  }

  private read(event: MessageEvent<string>): unknown {
    if (event.lastEventId !== '') {
      this.lastEventId = event.lastEventId;
    }
    return JSON.parse(event.data);
  }

  private readonly retry = (): void => {
    this.drop();
    this.handlers.onState('lost');
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
