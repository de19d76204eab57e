// Finding a film at the kiosk: letters on the screen, and below each film what can be had of it
// here. The kiosk searches by itself, with or without the network.

import {
  Blank,
  Marked,
  Poster,
  RatingBadge,
  besidesOf,
  factsOf,
  piecesOf,
  reportSearch,
  titleOf,
  titlePieces,
  useAnnounce,
  useLanguage,
  useResource,
  useSuggestions,
  type MovieHit,
  type MovieSearch,
} from '@moding/ui';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { useKiosk } from '../kiosk';
import { Keyboard } from '../parts/Keyboard';
import { Screen } from '../parts/Screen';
import styles from './search.module.css';

const RESULTS_MAX = 12;
const TYPED_CHARS_MAX = 40;

export function SearchScreen() {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  // Not read back from the address: keys may come faster than it changes.
  const [text, setText] = useState(search.get('q') ?? '');
  const onText = useCallback((change: (now: string) => string) => {
    setText((now) => change(now).slice(0, TYPED_CHARS_MAX));
  }, []);
  useEffect(() => {
    setSearch(text === '' ? {} : { q: text }, { replace: true });
  }, [text, setSearch]);
  const find = useCallback(
    (typed: string, signal: AbortSignal) => client.searchMovies(typed, RESULTS_MAX, signal),
    [client],
  );
  const found = useSuggestions(text, find);
  return (
    <Screen
      title={t('search.kiosk_question')}
      lead={t('search.hint')}
      actions={
        <>
          <Keyboard onText={onText} />
          <button type="button" className="button quiet" onClick={() => void navigate('/start')}>
            {t('kiosk.back')}
          </button>
        </>
      }
    >
      <output className={styles.typed} aria-label={t('search.typed')}>
        {text === '' ? <span className={styles.nothing}>ㄱㅅㅊ</span> : text}
      </output>
      {found && text.trim() !== '' ? <Found found={found} text={text} /> : null}
    </Screen>
  );
}

function Found({ found, text }: { found: MovieSearch; text: string }) {
  const { t } = useLanguage();
  const announce = useAnnounce();
  const here = useHere();
  const { movies, guesses, read_as: readAs } = found;
  const hits = movies.length > 0 ? movies : guesses;
  useEffect(() => {
    announce(t('search.count', { count: movies.length }));
  }, [movies.length, announce, t]);
  if (found.state === 'building') {
    return <Blank title={t('search.building')}>{t('search.building_detail')}</Blank>;
  }
  if (hits.length === 0) {
    return <p className={styles.note}>{t('search.none', { query: text.trim() })}</p>;
  }
  return (
    <>
      {movies.length === 0 ? <p className={styles.note}>{t('search.guesses')}</p> : null}
      {typeof readAs === 'string' ? (
        <p className={styles.note}>{t('search.read_as', { text: readAs })}</p>
      ) : null}
      <ul className={styles.hits}>
        {hits.map((hit) => (
          <li key={hit.movie}>
            <Hit hit={hit} to={here(hit.movie)} text={text} />
          </li>
        ))}
      </ul>
    </>
  );
}

type Way = { address: string; words: 'search.here' | 'search.campaign_here' } | null;

/** Where a film leads to here: its screenings, else its campaign, else nowhere. */
function useHere(): (movie: number) => Way {
  const { client } = useKiosk();
  const screenings = useResource('screenings', (signal) => client.screenings({}, signal)).resource;
  const campaigns = useResource('campaigns', (signal) => client.campaigns(signal)).resource;
  return (movie) => {
    const on =
      screenings.state === 'ready' &&
      screenings.value.screenings.some((it) => it.sale === 'open' && it.movie.movie === movie);
    if (on) {
      return { address: `/screenings?movie=${movie}`, words: 'search.here' };
    }
    const campaign =
      campaigns.state === 'ready'
        ? campaigns.value.find(({ showing }) => showing.movie.movie === movie)
        : undefined;
    return campaign
      ? { address: `/campaigns/${campaign.campaign}`, words: 'search.campaign_here' }
      : null;
  };
}

function Hit({ hit, to, text }: { hit: MovieHit; to: Way; text: string }) {
  const { language, t } = useLanguage();
  const title = titleOf(hit, language);
  const [beside] = besidesOf(hit, title);
  const words: ReactNode = (
    <>
      <Poster movie={hit} />
      <span className={styles.text}>
        <strong>
          <Marked pieces={titlePieces(hit, title)} />
        </strong>
        <small>
          <RatingBadge rating={hit.rating} />{' '}
          {beside ? <Marked pieces={piecesOf(beside)} /> : factsOf(hit, language, t)}
        </small>
      </span>
      <span className={styles.way}>{to === null ? t('search.not_here') : t(to.words)}</span>
    </>
  );
  if (to === null) {
    return <div className={styles.hit}>{words}</div>;
  }
  return (
    <Link
      to={to.address}
      className={styles.hit}
      data-leads=""
      onClick={() => {
        reportSearch({ term: text, movie: hit.movie, from: 'result' });
      }}
    >
      {words}
    </Link>
  );
}
