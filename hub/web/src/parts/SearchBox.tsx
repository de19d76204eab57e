// Search over titles with suggestions as you type: a combobox that the keyboard can work.

import { Poster, RatingBadge, factsOf, titleOf, useAnnounce, useLanguage, type MovieSummary } from '@moding/ui';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';

import { useHub } from '../hub';
import styles from './search-box.module.css';

const SUGGESTIONS_MAX = 6;
/** Long enough that a fast typist asks once, short enough not to be felt. */
const PAUSE_MS = 140;

export function SearchBox({ initial = '' }: { initial?: string }) {
  const { t } = useLanguage();
  const box = useRef<HTMLFormElement | null>(null);
  const search = useSearch(initial);
  return (
    <form
      ref={box}
      role="search"
      className={styles.box}
      onSubmit={(event) => {
        event.preventDefault();
        search.submit();
      }}
      onBlur={(event) => {
        if (!box.current?.contains(event.relatedTarget)) {
          search.close();
        }
      }}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="10.5" cy="10.5" r="6.5" />
        <path d="M15.5 15.5 21 21" />
      </svg>
      <Field search={search} />
      <button type="submit" className="button next">
        {t('search.submit')}
      </button>
      <ul
        id={`${search.id}list`}
        role="listbox"
        aria-label={t('search.suggestions')}
        hidden={!search.shown}
        className={styles.list}
      >
        {search.suggestions.map((movie, at) => (
          <Suggestion
            key={movie.movie}
            id={`${search.id}${at}`}
            movie={movie}
            active={at === search.active}
            onPick={() => {
              search.goTo(movie);
            }}
          />
        ))}
      </ul>
    </form>
  );
}

type Search = ReturnType<typeof useSearch>;

function Field({ search }: { search: Search }) {
  const { t } = useLanguage();
  const { id, active, shown } = search;
  return (
    <input
      type="search"
      role="combobox"
      aria-label={t('search.label')}
      aria-expanded={shown}
      aria-controls={`${id}list`}
      aria-autocomplete="list"
      aria-activedescendant={shown && active >= 0 ? `${id}${active}` : undefined}
      autoComplete="off"
      enterKeyHint="search"
      placeholder={t('search.placeholder')}
      value={search.query}
      onChange={(event) => {
        search.type(event.target.value);
      }}
      onKeyDown={search.key}
    />
  );
}

function useSearch(initial: string) {
  const navigate = useNavigate();
  const id = useId();
  const [query, setQuery] = useState(initial);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const suggestions = useSuggestions(query, open);
  const shown = open && suggestions.length > 0;
  const close = (): void => {
    setOpen(false);
  };
  const goTo = (movie: MovieSummary): void => {
    close();
    void navigate(`/movies/${movie.movie}`);
  };
  const submit = (): void => {
    const movie = shown ? suggestions[active] : undefined;
    if (movie) {
      goTo(movie);
    } else {
      close();
      void navigate(`/movies?query=${encodeURIComponent(query.trim())}`);
    }
  };
  const type = (text: string): void => {
    setQuery(text);
    setOpen(true);
    setActive(-1);
  };
  const key = (event: KeyboardEvent<HTMLInputElement>): void => {
    const last = suggestions.length - 1;
    if (event.key === 'Escape') {
      close();
    } else if (event.key === 'ArrowDown' && shown) {
      event.preventDefault();
      setActive(active >= last ? 0 : active + 1);
    } else if (event.key === 'ArrowUp' && shown) {
      event.preventDefault();
      setActive(active <= 0 ? last : active - 1);
    }
  };
  return { id, query, active, suggestions, shown, close, goTo, submit, type, key };
}

interface SuggestionProps {
  id: string;
  movie: MovieSummary;
  active: boolean;
  onPick: () => void;
}

function Suggestion({ id, movie, active, onPick }: SuggestionProps) {
  const { language, t } = useLanguage();
  return (
    <li
      id={id}
      role="option"
      aria-selected={active}
      className={styles.option}
      onPointerDown={(event) => {
        event.preventDefault();
      }}
      onClick={onPick}
    >
      <span className={styles.poster}>
        <Poster movie={movie} />
      </span>
      <span className={styles.text}>
        <strong>{titleOf(movie, language)}</strong>
        <small>
          <RatingBadge rating={movie.rating} /> {factsOf(movie, language, t)}
        </small>
      </span>
    </li>
  );
}

function useSuggestions(query: string, open: boolean): readonly MovieSummary[] {
  const hub = useHub();
  const { t } = useLanguage();
  const announce = useAnnounce();
  const [found, setFound] = useState<{ query: string; movies: readonly MovieSummary[] }>({
    query: '',
    movies: [],
  });
  const typed = query.trim();
  useEffect(() => {
    if (typed === '' || !open) {
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      hub
        .movies({ query: typed, limit: SUGGESTIONS_MAX }, abort.signal)
        .then(({ movies }) => {
          setFound({ query: typed, movies });
          announce(t('search.found', { count: movies.length }));
        })
        .catch(() => {
          // Suggestions are a courtesy; the search itself tells what is wrong.
          setFound({ query: typed, movies: [] });
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [hub, typed, open, announce, t]);
  return typed === '' ? [] : found.movies;
}
