// Genres by their parents.

import type { GenreView, Language } from '@moding/ui';

export interface Family {
  parent: string;
  parentEn: string;
  /** How many films its genres have; a film of two of them counts twice. */
  movies: number;
  /** The largest first. */
  within: readonly GenreView[];
}

/** The largest family first; of equals in the order of the letters. */
export function familiesOf(genres: readonly GenreView[]): readonly Family[] {
  const families = new Map<string, GenreView[]>();
  for (const genre of genres) {
    families.set(genre.parent, [...(families.get(genre.parent) ?? []), genre]);
  }
  return [...families.entries()]
    .map(([parent, within]) => ({
      parent,
      parentEn: within[0]?.parent_en ?? parent,
      movies: within.reduce((sum, { movies }) => sum + movies, 0),
      within: within.toSorted((a, b) => b.movies - a.movies || a.genre.localeCompare(b.genre)),
    }))
    .toSorted((a, b) => b.movies - a.movies || a.parent.localeCompare(b.parent));
}

export function parentName(family: Family, language: Language): string {
  return language === 'ko' ? family.parent : family.parentEn;
}
