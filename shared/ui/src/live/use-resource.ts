// What a page reads from the server: shown at once from memory when it was read before, and
// read again in any case, so that going back is instant and still true.

import { useCallback, useEffect, useReducer, useRef } from 'react';

import { asProblem, type Problem } from '../api/request';
import { whenHubIsBack } from './copy';

/** Enough for going back and forth through a visit. */
const REMEMBERED_MAX = 60;

const remembered = new Map<string, unknown>();

export type Resource<T> =
  | { state: 'loading' }
  | { state: 'ready'; value: T }
  | { state: 'failed'; problem: Problem };

interface Held<T> {
  key: string;
  resource: Resource<T>;
}
type Action<T> = Held<T>;

export interface Reading<T> {
  resource: Resource<T>;
  /** Reads again from the beginning, as after a failure. */
  reload: () => void;
  /** Reads again behind what is shown. */
  refresh: () => void;
  /** Puts in what the page learnt otherwise. */
  put: (value: T) => void;
}

/** `fresh`: never from memory, because an old answer would mislead (a hold's time, say). */
export type Memory = 'remember' | 'fresh';

/** Reads under `key`; the key says everything that `load` depends on. */
export function useResource<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  memory: Memory = 'remember',
): Reading<T> {
  const [held, hold] = useReducer(
    (_: Held<T>, next: Action<T>) => next,
    key,
    (first) => ({ key: first, resource: recalled<T>(first) }),
  );
  const loader = useRef(load);
  useEffect(() => {
    loader.current = load;
  });

  const read = useCallback((): (() => void) => {
    const abort = new AbortController();
    loader
      .current(abort.signal)
      .then((value) => {
        if (!abort.signal.aborted) {
          if (memory === 'remember') {
            remember(key, value);
          }
          hold({ key, resource: { state: 'ready', value } });
        }
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) {
          remembered.delete(key);
          hold({ key, resource: { state: 'failed', problem: asProblem(error) } });
        }
      });
    return () => {
      abort.abort();
    };
  }, [key, memory]);

  useEffect(() => read(), [read]);

  const refresh = useCallback(() => {
    read();
  }, [read]);

  // What was read of a copy meanwhile is older than need be.
  useEffect(() => whenHubIsBack(refresh), [refresh]);

  const reload = useCallback(() => {
    hold({ key, resource: { state: 'loading' } });
    read();
  }, [key, read]);
  const put = useCallback(
    (value: T) => {
      if (memory === 'remember') {
        remember(key, value);
      }
      hold({ key, resource: { state: 'ready', value } });
    },
    [key, memory],
  );
  // A new key shows what is remembered of it, or loading, in the very same render.
  const resource = held.key === key ? held.resource : recalled<T>(key);
  return { resource, reload, refresh, put };
}

function recalled<T>(key: string): Resource<T> {
  return remembered.has(key)
    ? { state: 'ready', value: remembered.get(key) as T }
    : { state: 'loading' };
}

function remember(key: string, value: unknown): void {
  remembered.delete(key);
  remembered.set(key, value);
  const oldest = remembered.keys().next();
  if (remembered.size > REMEMBERED_MAX && oldest.done !== true) {
    remembered.delete(oldest.value);
  }
}
