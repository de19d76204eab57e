// Nobody is here yet: what is on today, and that a touch begins.

import { Poster, startClock, titleOf, useEvery, useLanguage, useResource, type MovieSummary, type ScreeningSummary } from '@moding/ui';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';

import { useKiosk } from '../kiosk';
import styles from './attract.module.css';

const TURN_MS = 6_000;
const REFRESH_MS = 60_000;
const FILMS_MAX = 8;
const TIMES_MAX = 4;

export function AttractScreen() {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { resource, refresh } = useResource('screenings', (signal) =>
    client.screenings({}, signal),
  );
  // Nobody may touch this screen for hours: the day goes on all the same.
  useEvery(REFRESH_MS, refresh);
  const screenings = resource.state === 'ready' ? onSale(resource.value.screenings) : [];
  const films = [...new Map(screenings.map(({ movie }) => [movie.movie, movie])).values()];
  const film = useTurn(films.slice(0, FILMS_MAX));
  useEffect(() => {
    document.title = t('kiosk.title');
  }, [t]);
  return (
    <button
      type="button"
      className={styles.attract}
      onClick={() => {
        void navigate('/start');
      }}
    >
      <span className={styles.line}>{t('home.title')}</span>
      {film ? (
        <Film key={film.movie} film={film} screenings={screenings} />
      ) : (
        <span className={styles.film} />
      )}
      <span className={styles.touch}>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M12 17V7.5a2.5 2.5 0 0 1 5 0V14l6.2 1.4a3 3 0 0 1 2.3 3.3L24.6 27H13l-5.2-7.2a2.4 2.4 0 0 1 3.6-3.1Z" />
        </svg>
        {t('kiosk.touch')}
      </span>
    </button>
  );
}

function onSale(screenings: readonly ScreeningSummary[]): readonly ScreeningSummary[] {
  return screenings
    .filter((screening) => screening.sale === 'open')
    .toSorted((a, b) => a.starts_at - b.starts_at);
}

function Film({ film, screenings }: { film: MovieSummary; screenings: readonly ScreeningSummary[] }) {
  const { language } = useLanguage();
  const own = screenings.filter((each) => each.movie.movie === film.movie);
  const day = own[0]?.business_date;
  const times = own.filter((each) => each.business_date === day).slice(0, TIMES_MAX);
  return (
    <span className={styles.film}>
      <span className={styles.poster}>
        <Poster movie={film} />
      </span>
      <span className={styles.caption}>
        <strong>{titleOf(film, language)}</strong>
        <span>{times.map((each) => startClock(each.time_label)).join('  ·  ')}</span>
      </span>
    </span>
  );
}

/** One film after the other. */
function useTurn(films: readonly MovieSummary[]): MovieSummary | undefined {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      setTurn((before) => before + 1);
    }, TURN_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return films[turn % Math.max(1, films.length)];
}
