// Something on the server that changes by itself: read again and again for as long as it still
// can, and at once when somebody looks again or the network is back. What was read last stays
// on the screen when a reading fails.

import { useCallback, useEffect, useReducer, useRef } from 'react';

import { asProblem, type Problem } from '../api/request';
import { backoffMs } from './backoff';

export interface Following<T> {
  value: T | null;
  /** Why the latest reading failed; none when it did not. */
  problem: Problem | null;
  /** When the value was read, by the reader's clock. */
  readAt: number | null;
  /** Puts in what the page learnt otherwise. */
  put: (value: T) => void;
  /** Reads now. */
  refresh: () => void;
}

interface Held<T> {
  key: string;
  value: T | null;
  problem: Problem | null;
  readAt: number | null;
}

/**
 * Reads under `key`, which says everything that `load` depends on. `periodOf` says after how
 * long a value is read again; null: never.
 */
export function useFollowed<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  periodOf: (value: T) => number | null,
): Following<T> {
  const [held, hold] = useReducer((_: Held<T>, next: Held<T>) => next, key, nothing<T>);
  const latest = useRef({ load, periodOf, held });
  useEffect(() => {
    latest.current = { load, periodOf, held };
  });
  const follower = useRef<Follower<T> | null>(null);

  useEffect(() => {
    const following = new Follower<T>({
      load: (signal) => latest.current.load(signal),
      periodOf: (value) => latest.current.periodOf(value),
      onValue: (value) => {
        hold({ key, value, problem: null, readAt: Date.now() });
      },
      onProblem: (problem) => {
        const before = latest.current.held;
        hold({ ...(before.key === key ? before : nothing<T>(key)), problem });
      },
    });
    follower.current = following;
    following.read();
    return () => {
      following.stop();
    };
  }, [key]);

  const put = useCallback((value: T) => follower.current?.put(value), []);
  const refresh = useCallback(() => follower.current?.read(), []);
  const { value, problem, readAt } = held.key === key ? held : nothing<T>(key);
  return { value, problem, readAt, put, refresh };
}

function nothing<T>(key: string): Held<T> {
  return { key, value: null, problem: null, readAt: null };
}

interface Hooks<T> {
  load: (signal: AbortSignal) => Promise<T>;
  periodOf: (value: T) => number | null;
  onValue: (value: T) => void;
  onProblem: (problem: Problem) => void;
}

class Follower<T> {
  private readonly hooks: Hooks<T>;
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;

  constructor(hooks: Hooks<T>) {
    this.hooks = hooks;
    document.addEventListener('visibilitychange', this.wake);
    window.addEventListener('online', this.wake);
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.wake);
    window.removeEventListener('online', this.wake);
    this.rest();
  }

  put(value: T): void {
    this.rest();
    this.failures = 0;
    this.hooks.onValue(value);
    this.readAfter(this.hooks.periodOf(value));
  }

  read(): void {
    this.rest();
    const abort = new AbortController();
    this.abort = abort;
    this.hooks
      .load(abort.signal)
      .then((value) => {
        if (!abort.signal.aborted) {
          this.put(value);
        }
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) {
          this.hooks.onProblem(asProblem(error));
          this.readAfter(backoffMs(this.failures, Math.random()));
          this.failures += 1;
        }
      });
  }

  private readonly wake = (): void => {
    if (document.visibilityState === 'visible' && this.timer !== null) {
      this.read();
    }
  };

  private readAfter(ms: number | null): void {
    if (ms !== null) {
      this.timer = setTimeout(() => {
        this.read();
      }, ms);
    }
  }

  private rest(): void {
    this.abort?.abort();
    this.abort = null;
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
