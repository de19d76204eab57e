// Search over films with suggestions as you type, and the last searches while nothing is typed:
// a combobox that the keyboard can work. While a syllable is being composed it suggests, too.

import {
  Marked,
  Poster,
  RatingBadge,
  besidesOf,
  factsOf,
  titleOf,
  titlePieces,
  useAnnounce,
  useLanguage,
  useSuggestions,
  type MovieHit,
} from '@moding/ui';
import { useCallback, useEffect, useRef } from 'react';

import { useHub } from '../hub';
import { Recents } from './Recents';
import styles from './search-box.module.css';
import { useSearchBox, type SearchBoxState } from './use-search-box';

interface SearchBoxProps {
  initial?: string;
  /** On a page that is only for searching. */
  focused?: 'at once' | 'later';
}

export function SearchBox({ initial = '', focused = 'later' }: SearchBoxProps) {
  const { t } = useLanguage();
  const hub = useHub();
  const box = useRef<HTMLFormElement | null>(null);
  const search = useSearchBox(initial);
  const suggest = useCallback(
    (typed: string, signal: AbortSignal) => hub.suggestMovies(typed, signal),
    [hub],
  );
  const found = useSuggestions(search.open ? search.typed : '', suggest);
  const hits = found?.movies ?? [];
  const shown = search.show(hits);
  useTold(shown === 'films' ? hits.length : null);
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
      <Field search={search} shown={shown !== 'nothing'} focused={focused} />
      <button type="submit" className="button next">
        {t('search.submit')}
      </button>
      <ul
        id={`${search.id}list`}
        role="listbox"
        aria-label={t('search.suggestions')}
        hidden={shown !== 'films'}
        className={styles.list}
      >
        {hits.map((hit, at) => (
          <Suggestion
            key={hit.movie}
            id={`${search.id}${at}`}
            hit={hit}
            active={at === search.active}
            onPick={() => {
              search.goTo(hit);
            }}
          />
        ))}
      </ul>
      {shown === 'recent' ? <Recents search={search} /> : null}
    </form>
  );
}

function Field({
  search,
  shown,
  focused,
}: {
  search: SearchBoxState;
  shown: boolean;
  focused: 'at once' | 'later';
}) {
  const { t } = useLanguage();
  const field = useRef<HTMLInputElement | null>(null);
  const { id, active } = search;
  useEffect(() => {
    if (focused === 'at once') {
      field.current?.focus();
    }
  }, [focused]);
  return (
    <input
      ref={field}
      type="search"
      role="combobox"
      aria-label={t('search.label')}
      aria-expanded={shown}
      aria-controls={search.typed.trim() === '' ? `${id}recent` : `${id}list`}
      aria-autocomplete="list"
      aria-activedescendant={shown && active >= 0 ? `${id}${active}` : undefined}
      autoComplete="off"
      enterKeyHint="search"
      placeholder={t('search.placeholder')}
      value={search.typed}
      onFocus={search.focus}
      onClick={search.focus}
      onChange={(event) => {
        search.type(event.target.value);
      }}
      onKeyDown={search.key}
    />
  );
}

interface SuggestionProps {
  id: string;
  hit: MovieHit;
  active: boolean;
  onPick: () => void;
}

function Suggestion({ id, hit, active, onPick }: SuggestionProps) {
  const { language, t } = useLanguage();
  const title = titleOf(hit, language);
  const [beside] = besidesOf(hit, title);
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
        <Poster movie={hit} />
      </span>
      <span className={styles.text}>
        <strong>
          <Marked pieces={titlePieces(hit, title)} />
        </strong>
        <small>
          {beside ? (
            <Marked pieces={titlePieces(hit, beside.text)} />
          ) : (
            <>
              <RatingBadge rating={hit.rating} /> {factsOf(hit, language, t)}
            </>
          )}
        </small>
      </span>
    </li>
  );
}

/** Screen readers are told how many suggestions there are, when that changes. */
function useTold(count: number | null): void {
  const { t } = useLanguage();
  const announce = useAnnounce();
  useEffect(() => {
    if (count !== null) {
      announce(t('search.found', { count }));
    }
  }, [count, announce, t]);
}
