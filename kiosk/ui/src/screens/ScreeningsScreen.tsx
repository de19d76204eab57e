// Which screening: a day, then by time.

import {
  Blank,
  DateStrip,
  Failed,
  Loading,
  Poster,
  RatingBadge,
  Skeleton,
  cinemaTime,
  counted,
  endClock,
  factsOf,
  startClock,
  titleOf,
  useEvery,
  useLanguage,
  useResource,
  type ScreeningList,
  type ScreeningSummary,
} from '@moding/ui';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import styles from './screens.module.css';

const REFRESH_MS = 20_000;

export function ScreeningsScreen() {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { resource, reload, refresh } = useResource('screenings', (signal) =>
    client.screenings({}, signal),
  );
  useEvery(REFRESH_MS, refresh);
  return (
    <Screen
      title={t('kiosk.screenings')}
      actions={
        <button type="button" className="button quiet" onClick={() => void navigate('/start')}>
          {t('kiosk.back')}
        </button>
      }
    >
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="row" count={6} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? (
        <Failed problem={resource.problem} onRetry={reload} />
      ) : null}
      {resource.state === 'ready' ? <Days list={resource.value} /> : null}
    </Screen>
  );
}

function Days({ list }: { list: ScreeningList }) {
  const { t } = useLanguage();
  const [search, setSearch] = useSearchParams();
  const movie = search.get('movie');
  const open = list.screenings.filter(
    (screening) =>
      screening.sale === 'open' && (movie === null || String(screening.movie.movie) === movie),
  );
  const dates = [...new Set(open.map((screening) => screening.business_date))].toSorted();
  const date = search.get('date') ?? dates[0] ?? '';
  const onDate = open
    .filter((screening) => screening.business_date === date)
    .toSorted((a, b) => a.starts_at - b.starts_at);
  if (dates.length === 0) {
    return <Blank title={t('kiosk.screenings_none')}>{t('kiosk.screenings_none_at_all')}</Blank>;
  }
  return (
    <>
      {dates.length > 1 ? (
        <DateStrip
          dates={dates}
          date={date}
          label={t('date.label')}
          onPick={(picked) => {
            setSearch(movie === null ? { date: picked } : { movie, date: picked }, {
              replace: true,
            });
          }}
        />
      ) : null}
      {onDate.length === 0 ? (
        <Blank title={t('kiosk.screenings_none')}>{t('kiosk.screenings_none_detail')}</Blank>
      ) : null}
      <ul className={styles.screenings}>
        {onDate.map((screening) => (
          <li key={screening.screening}>
            <ScreeningRow screening={screening} />
          </li>
        ))}
      </ul>
    </>
  );
}

function ScreeningRow({ screening }: { screening: ScreeningSummary }) {
  const { language, t } = useLanguage();
  const { movie, time_label: label } = screening;
  const end = endClock(label, screening.starts_at, screening.ends_at);
  const calendar = cinemaTime(label)?.calendar;
  const free = screening.free_here;
  return (
    <Link to={`/screenings/${screening.screening}`} className={styles.screening}>
      <Poster movie={movie} />
      <span className={styles.when}>
        <strong>{startClock(label)}</strong>
        <small>
          {calendar ? `${calendar.day}${language === 'ko' ? '일' : ''} ${calendar.clock}` : null}
          {!calendar && end !== null ? t('screening.until', { clock: end }) : null}
        </small>
      </span>
      <span className={styles.what}>
        <strong>{titleOf(movie, language)}</strong>
        <small>
          <RatingBadge rating={movie.rating} /> {factsOf(movie, language, t)}
        </small>
      </span>
      <span className={styles.room}>
        <span>{screening.auditorium.name}</span>
        <small>
          {free === 0
            ? t('screening.none_left')
            : t('screening.seats_left_long', { count: counted(free) })}
        </small>
      </span>
    </Link>
  );
}
