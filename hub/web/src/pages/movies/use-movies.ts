// The films of the pages that the address asks for, page after page by cursor; what was read
// stays while the next page comes.

import { asProblem, type HubClient, type MovieSummary, type Problem } from '@moding/ui';
import { useEffect, useReducer, useState } from 'react';

import { useHub } from '../../hub';
import { PAGES_MAX, type Browse } from './browse';

const PAGE_MOVIES = 24;
/** Lists kept for going back. */
const LISTS_MAX = 12;

interface List {
  key: string;
  movies: readonly MovieSummary[];
  pages: number;
  cursor: string | null;
  total: number | null;
  problem: Problem | null;
}

export interface Movies {
  movies: readonly MovieSummary[];
  total: number | null;
  more: 'there' | 'none';
  state: 'loading' | 'ready';
  problem: Problem | null;
  retry: () => void;
}

const lists = new Map<string, List>();

export function useMovies(browse: Browse): Movies {
  const hub = useHub();
  const key = `${browse.query}|${browse.genre}|${browse.sort}`;
  const [held, hold] = useReducer((_: List, next: List) => next, key, remembered);
  const [attempt, setAttempt] = useState(0);
  const list = held.key === key ? held : remembered(key);
  const { query, genre, sort, pages } = browse;

  useEffect(() => {
    const abort = new AbortController();
    const read = async (): Promise<void> => {
      let now = remembered(key);
      while (now.pages < pages && (now.pages === 0 || now.cursor !== null)) {
        now = await next(hub, now, { query, genre, sort, pages }, abort.signal);
        if (abort.signal.aborted) {
          return;
        }
        keep(now);
        hold(now);
      }
    };
    read().catch((error: unknown) => {
      if (!abort.signal.aborted) {
        hold({ ...remembered(key), problem: asProblem(error) });
      }
    });
    return () => {
      abort.abort();
    };
  }, [hub, key, query, genre, sort, pages, attempt]);

  const waiting = list.pages < pages && (list.pages === 0 || list.cursor !== null);
  return {
    movies: list.movies,
    total: list.total,
    more: list.cursor !== null && list.pages < PAGES_MAX ? 'there' : 'none',
    state: waiting && list.problem === null ? 'loading' : 'ready',
    problem: list.problem,
    retry: () => {
      setAttempt(attempt + 1);
    },
  };
}

async function next(hub: HubClient, list: List, browse: Browse, signal: AbortSignal): Promise<List> {
  const { query, genre, sort } = browse;
  const cursor = list.cursor ?? undefined;
  const page = await hub.movies({ query, genre, sort, cursor, limit: PAGE_MOVIES }, signal);
  return {
    key: list.key,
    movies: [...list.movies, ...page.movies],
    pages: list.pages + 1,
    cursor: page.next_cursor ?? null,
    total: page.total,
    problem: null,
  };
}

function remembered(key: string): List {
  return lists.get(key) ?? { key, movies: [], pages: 0, cursor: null, total: null, problem: null };
}

function keep(list: List): void {
  lists.delete(list.key);
  lists.set(list.key, list);
  const oldest = lists.keys().next();
  if (lists.size > LISTS_MAX && oldest.done !== true) {
    lists.delete(oldest.value);
  }
}
