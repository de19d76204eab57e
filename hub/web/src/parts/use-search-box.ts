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
  const { recent, look, forget, forgetAll } = useRecent(setActive);
  const [films, setFilms] = useState<readonly MovieHit[]>([]);
  const shown: Shown = shownBelow(open, typed, films.length, recent.length);

  const close = (): void => {
    setOpen(false);
    setActive(-1);
  };
  const focus = (): void => {
    look();
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
    const length = shown === 'films' ? films.length : recent.length;
    const term = shown === 'recent' ? recent[active] : undefined;
    const does = { focus, close, choose: setActive, forget };
    pressed(event, { shown, active, length, term }, does);
  };
  const did = { show, close, focus, goTo, lookFor, submit, forget, forgetAll, type, key };
  return { id, typed, open, active, recent, ...did };
}

/** The last searches of this browser; `choose` says which line is chosen. */
function useRecent(choose: (line: number) => void) {
  const [recent, setRecent] = useState<readonly string[]>([]);
  const look = (): void => {
    setRecent(recentSearches());
  };
  const forget = (term: string): void => {
    forgetSearch(term);
    look();
    choose(-1);
  };
  const forgetAll = (): void => {
    forgetSearches();
    setRecent([]);
    choose(-1);
  };
  return { recent, look, forget, forgetAll };
}

/** What is shown below the field: which line of how many is chosen, and what was looked for there. */
interface Below {
  shown: Shown;
  active: number;
  length: number;
  term: string | undefined;
}

interface Does {
  focus: () => void;
  close: () => void;
  choose: (line: number) => void;
  forget: (term: string) => void;
}

function pressed(event: KeyboardEvent<HTMLInputElement>, below: Below, does: Does): void {
  // A key that composes a syllable belongs to the input method.
  if (event.nativeEvent.isComposing) {
    return;
  }
  if (below.shown === 'nothing') {
    if (event.key === 'ArrowDown') {
      does.focus();
    }
    return;
  }
  const next = moved(event.key, below.active, below.length);
  if (next !== null) {
    does.choose(next);
  } else if (event.key === 'Escape') {
    does.close();
  } else if (event.key === 'Delete' && below.term !== undefined) {
    does.forget(below.term);
  } else {
    return;
  }
  event.preventDefault();
}

/** The line that an arrow leads to, round and round; none for another key. */
function moved(key: string, active: number, length: number): number | null {
  if (key === 'ArrowDown') {
    return active >= length - 1 ? 0 : active + 1;
  }
  if (key === 'ArrowUp') {
    return active <= 0 ? length - 1 : active - 1;
  }
  return null;
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
