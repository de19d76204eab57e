// What a search box does: what is typed, what is shown below it, and what becomes of a choice.

import {
  forgetSearch,
  forgetSearches,
  noteSearch,
  recentSearches,
  reportSearch,
  type MovieHit,
} from '@moding/ui';
import { useId, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';

export type Shown = 'nothing' | 'films' | 'recent';
export type SearchBoxState = ReturnType<typeof useSearchBox>;

export function useSearchBox(initial: string) {
  const navigate = useNavigate();
  const id = useId();
  const [typed, setTyped] = useState(initial);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [recent, setRecent] = useState<readonly string[]>([]);
  const [films, setFilms] = useState<readonly MovieHit[]>([]);
  const shown: Shown = shownBelow(open, typed, films.length, recent.length);

  const close = (): void => {
    setOpen(false);
    setActive(-1);
  };
  const focus = (): void => {
    setRecent(recentSearches());
    setOpen(true);
  };
  const goTo = (hit: MovieHit): void => {
    noteSearch(typed);
    reportSearch({ term: typed, movie: hit.movie, from: 'suggestion' });
    close();
    void navigate(`/movies/${hit.movie}`);
  };
  const lookFor = (term: string): void => {
    const text = term.trim();
    close();
    if (text !== '') {
      setTyped(text);
      noteSearch(text);
      reportSearch({ term: text, from: 'key' });
      void navigate(`/search?q=${encodeURIComponent(text)}`);
    }
  };
  const submit = (): void => {
    const [hit, term] = [films[active], recent[active]];
    if (shown === 'films' && hit) {
      goTo(hit);
    } else {
      lookFor(shown === 'recent' && term !== undefined ? term : typed);
    }
  };
  const forget = (term: string): void => {
    forgetSearch(term);
    setRecent(recentSearches());
    setActive(-1);
  };
  const forgetAll = (): void => {
    forgetSearches();
    setRecent([]);
    setActive(-1);
  };
  const type = (text: string): void => {
    setTyped(text);
    setOpen(true);
    setActive(-1);
  };
  /** What the suggestions are now; says what is shown below the field. */
  const show = (hits: readonly MovieHit[]): Shown => {
    if (hits !== films && (hits.length > 0 || films.length > 0)) {
      setFilms(hits);
      setActive(-1);
    }
    return shownBelow(open, typed, hits.length, recent.length);
  };
  const key = (event: KeyboardEvent<HTMLInputElement>): void => {
    // A key that composes a syllable belongs to the input method.
    if (event.nativeEvent.isComposing) {
      return;
    }
    const last = (shown === 'films' ? films.length : recent.length) - 1;
    const term = recent[active];
    if (event.key === 'Escape' && shown !== 'nothing') {
      event.preventDefault();
      close();
    } else if (event.key === 'ArrowDown' && shown !== 'nothing') {
      event.preventDefault();
      setActive(active >= last ? 0 : active + 1);
    } else if (event.key === 'ArrowUp' && shown !== 'nothing') {
      event.preventDefault();
      setActive(active <= 0 ? last : active - 1);
    } else if (event.key === 'ArrowDown') {
      focus();
    } else if (event.key === 'Delete' && shown === 'recent' && term !== undefined) {
      event.preventDefault();
      forget(term);
    }
  };
  return {
    id,
    typed,
    open,
    active,
    recent,
    show,
    close,
    focus,
    goTo,
    lookFor,
    submit,
    forget,
    forgetAll,
    type,
    key,
  };
}

function shownBelow(open: boolean, typed: string, films: number, recent: number): Shown {
  if (!open) {
    return 'nothing';
  }
  if (typed.trim() === '') {
    return recent > 0 ? 'recent' : 'nothing';
  }
  return films > 0 ? 'films' : 'nothing';
}
