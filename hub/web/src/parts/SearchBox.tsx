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
  const navigate = useNavigate();
  const id = useId();
  const [query, setQuery] = useState(initial);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const box = useRef<HTMLFormElement | null>(null);
  const suggestions = useSuggestions(query, open);
  const shown = open && suggestions.length > 0;

  const goTo = (movie: MovieSummary | undefined): void => {
    setOpen(false);
    const typed = query.trim();
    void navigate(movie ? `/movies/${movie.movie}` : `/movies?query=${encodeURIComponent(typed)}`);
  };
  const key = (event: KeyboardEvent<HTMLInputElement>): void => {
    const last = suggestions.length - 1;
    if (event.key === 'Escape') {
      setOpen(false);
    } else if (event.key === 'ArrowDown' && shown) {
      event.preventDefault();
      setActive(active >= last ? 0 : active + 1);
    } else if (event.key === 'ArrowUp' && shown) {
      event.preventDefault();
      setActive(active <= 0 ? last : active - 1);
    }
  };

  return (
    <form
      ref={box}
      role="search"
      className={styles.box}
      onSubmit={(event) => {
        event.preventDefault();
        goTo(shown ? suggestions[active] : undefined);
      }}
      onBlur={(event) => {
        if (!box.current?.contains(event.relatedTarget)) {
          setOpen(false);
        }
      }}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="10.5" cy="10.5" r="6.5" />
        <path d="M15.5 15.5 21 21" />
      </svg>
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
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setOpen(true);
          setActive(-1);
        }}
        onFocus={() => {
          setOpen(true);
        }}
        onKeyDown={key}
      />
      <button type="submit" className="button next">
        {t('search.submit')}
      </button>
      <ul id={`${id}list`} role="listbox" aria-label={t('search.suggestions')} hidden={!shown} className={styles.list}>
        {suggestions.map((movie, at) => (
          <Suggestion
            key={movie.movie}
            id={`${id}${at}`}
            movie={movie}
            active={at === active}
            onPick={() => {
              goTo(movie);
            }}
          />
        ))}
      </ul>
    </form>
  );
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
