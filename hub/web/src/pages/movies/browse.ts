// What is browsed, as the address says it.

import type { MovieSort } from '@moding/ui';

export interface Browse {
  query: string;
  genre: string;
  sort: MovieSort;
  /** How many pages are shown: the same after a reload or on the way back. */
  pages: number;
}

/** In the order in which they are offered. */
export const SORTS: readonly MovieSort[] = ['newest', 'title', 'likes', 'requests'];

/** More would make the page slow; the search is better by then. */
export const PAGES_MAX = 40;

export function browseOf(search: URLSearchParams): Browse {
  const pages = Number(search.get('pages') ?? '1');
  return {
    query: search.get('query') ?? '',
    genre: search.get('genre') ?? '',
    sort: SORTS.find((sort) => sort === search.get('sort')) ?? 'newest',
    pages: Number.isInteger(pages) && pages >= 1 ? Math.min(pages, PAGES_MAX) : 1,
  };
}

/** The shortest address that says it: defaults are left out. */
export function addressOf(browse: Browse): URLSearchParams {
  const search = new URLSearchParams();
  if (browse.query !== '') {
    search.set('query', browse.query);
  }
  if (browse.genre !== '') {
    search.set('genre', browse.genre);
  }
  if (browse.sort !== 'newest') {
    search.set('sort', browse.sort);
  }
  if (browse.pages > 1) {
    search.set('pages', String(browse.pages));
  }
  return search;
}
