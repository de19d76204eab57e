// A theater's day: every film with its times, and whether the theater can be reached.

import {
  Blank,
  DateStrip,
  Failed,
  Loading,
  Poster,
  RatingBadge,
  Skeleton,
  counted,
  factsOf,
  theaterName,
  titleOf,
  useLanguage,
  useResource,
  type ScreeningList,
  type ScreeningSummary,
  type TheaterView,
} from '@moding/ui';
import { Link, useParams, useSearchParams } from 'react-router';

import { useHub } from '../../hub';
import { LinkChip, LinkNote } from '../../parts/LinkNote';
import { Page } from '../../parts/Page';
import { Times } from '../../parts/Times';
import { NotFoundPage } from '../NotFoundPage';
import styles from './theaters.module.css';

export function TheaterPage() {
  const hub = useHub();
  const { t } = useLanguage();
  const id = Number(useParams()['theater']);
  const { resource, reload } = useResource(`theater.${id}`, (signal) => hub.theater(id, signal));
  if (resource.state === 'failed') {
    return resource.problem.code === 'not_found' ? (
      <NotFoundPage />
    ) : (
      <Page title={t('theaters.title')}>
        <Failed problem={resource.problem} onRetry={reload} />
      </Page>
    );
  }
  if (resource.state === 'loading') {
    return (
      <Page title={t('theaters.title')}>
        <Loading>
          <Skeleton shape="title" />
          <Skeleton shape="row" count={4} />
        </Loading>
      </Page>
    );
  }
  return <Theater theater={resource.value} />;
}

function Theater({ theater }: { theater: TheaterView }) {
  const hub = useHub();
  const { language, t } = useLanguage();
  const [search, setSearch] = useSearchParams();
  const asked = search.get('date');
  const { resource, reload } = useResource(`theater.${theater.theater}.${asked ?? ''}`, (signal) =>
    hub.screenings({ theater: theater.theater, date: asked ?? undefined }, signal),
  );
  return (
    <Page title={theaterName(theater, language)}>
      <header className={styles.head}>
        <p className="soft">
          {theater.region} · {theater.area}
        </p>
        <h1>{theaterName(theater, language)}</h1>
        <p className="soft">
          {theater.auditoriums
            .map((room) => `${room.name} ${t('choice.seats', { count: counted(room.seats) })}`)
            .join(' · ')}
        </p>
        <LinkChip link={theater.link} />
      </header>
      <LinkNote link={theater.link} />
      <section className={styles.timetable} aria-label={t('theater.timetable')}>
        {resource.state === 'failed' ? (
          <Failed problem={resource.problem} onRetry={reload} />
        ) : null}
        {resource.state === 'loading' ? (
          <Loading>
            <Skeleton shape="row" count={4} />
          </Loading>
        ) : null}
        {resource.state === 'ready' ? (
          <Day
            list={resource.value}
            date={asked ?? resource.value.dates[0] ?? ''}
            onPick={(date) => {
              setSearch({ date }, { replace: true });
            }}
          />
        ) : null}
      </section>
    </Page>
  );
}

interface DayProps {
  list: ScreeningList;
  date: string;
  onPick: (date: string) => void;
}

function Day({ list, date, onPick }: DayProps) {
  const { t } = useLanguage();
  const onDate = list.screenings
    .filter((screening) => screening.business_date === date)
    .toSorted((a, b) => a.starts_at - b.starts_at);
  const movies = [...new Map(onDate.map((each) => [each.movie.movie, each])).values()];
  return (
    <>
      <DateStrip dates={list.dates} date={date} onPick={onPick} label={t('date.label')} />
      {movies.map((first) => (
        <MovieDay
          key={first.movie.movie}
          screenings={onDate.filter((each) => each.movie.movie === first.movie.movie)}
        />
      ))}
      {movies.length === 0 ? (
        <Blank title={t('theater.none')}>{t('theater.none_detail')}</Blank>
      ) : null}
    </>
  );
}

function MovieDay({ screenings }: { screenings: readonly ScreeningSummary[] }) {
  const { language, t } = useLanguage();
  const movie = screenings[0]?.movie;
  if (!movie) {
    return null;
  }
  return (
    <article className={styles.movieDay}>
      <Link to={`/movies/${movie.movie}`} aria-hidden="true" tabIndex={-1}>
        <Poster movie={movie} />
      </Link>
      <div>
        <h2>
          <Link to={`/movies/${movie.movie}`}>{titleOf(movie, language)}</Link>
        </h2>
        <p className="faint">
          <RatingBadge rating={movie.rating} /> {factsOf(movie, language, t)}
        </p>
      </div>
      <Times screenings={screenings} />
    </article>
  );
}
