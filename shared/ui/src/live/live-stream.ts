// One stream of events that comes back by itself: the only one there is. The browser's own
// reconnect is not used: it gives up on a refusal, does not notice a line that is dead in one
// direction, and here the last event's id goes into the address, so that a server needs to look
// in one place only.

import { withQuery } from '../api/request';
import { backoffMs } from './backoff';

export type StreamState = 'connecting' | 'live' | 'lost';

/** A server says something at least every eight seconds; after so long the line is dead. */
export const SILENCE_MS = 20_000;

/** An event's data, already read from JSON. */
export type Listeners = Readonly<Record<string, (data: unknown) => void>>;

export interface LiveStreamOptions {
  /** `screening:1`, `campaign:1`, `link:1`, `ranking`. */
  topics: readonly string[];
  /** Where to go on; none: from now. */
  from?: string | undefined;
  /** By the event's name. */
  on: Listeners;
  /** The server cannot go on from there: the stream is closed, and everything is to be fetched anew. */
  onReset?: (() => void) | undefined;
  onState: (state: StreamState) => void;
}

/** What of an `EventSource` is used; tests bring their own. */
export interface Source {
  addEventListener: (name: string, listener: (event: MessageEvent<string>) => void) => void;
  close: () => void;
}

export class LiveStream {
  private source: Source | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private silence: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private lastEventId: string | undefined;
  private readonly options: LiveStreamOptions;
  private readonly open: (address: string) => Source;

  constructor(
    options: LiveStreamOptions,
    open: (address: string) => Source = (address) => new EventSource(address),
  ) {
    this.options = options;
    this.open = open;
    this.lastEventId = options.from;
    document.addEventListener('visibilitychange', this.wake);
    window.addEventListener('online', this.wake);
    this.connect();
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.wake);
    window.removeEventListener('online', this.wake);
    this.drop();
  }

  private connect(): void {
    this.drop();
    this.options.onState(this.failures === 0 ? 'connecting' : 'lost');
    const address = withQuery('/api/events', {
      topics: this.options.topics.join(','),
      last_event_id: this.lastEventId,
    });
    const source = this.open(address);
    this.source = source;
    this.listen();
    source.addEventListener('open', () => {
      this.failures = 0;
      this.listen();
      this.options.onState('live');
    });
    source.addEventListener('error', this.retry);
    source.addEventListener('beat', () => {
      this.listen();
    });
    source.addEventListener('reset', () => {
      this.drop();
      this.options.onReset?.();
    });
    for (const [name, tell] of Object.entries(this.options.on)) {
      source.addEventListener(name, (event) => {
        this.listen();
        if (event.lastEventId !== '') {
          this.lastEventId = event.lastEventId;
        }
        tell(JSON.parse(event.data) as unknown);
      });
    }
  }

  /** Something was heard: the line is alive for a while. */
  private listen(): void {
    if (this.silence !== null) {
      clearTimeout(this.silence);
    }
    this.silence = setTimeout(this.retry, SILENCE_MS);
  }

  private readonly retry = (): void => {
    this.drop();
    this.options.onState('lost');
    this.timer = setTimeout(
      () => {
        this.connect();
      },
      backoffMs(this.failures, Math.random()),
    );
    this.failures += 1;
  };

  /** Somebody looks again, or the network is back: do not let them wait for the timer. */
  private readonly wake = (): void => {
    if (document.visibilityState === 'visible' && this.timer !== null) {
      this.connect();
    }
  };

  private drop(): void {
    this.source?.close();
    this.source = null;
    for (const timer of [this.timer, this.silence]) {
      if (timer !== null) {
        clearTimeout(timer);
      }
    }
    this.timer = null;
    this.silence = null;
  }
}
