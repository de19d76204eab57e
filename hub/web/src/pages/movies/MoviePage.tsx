// A film: its facts, who made it, and when and where it can be seen.

import {
  Blank,
  DateStrip,
  Failed,
  Loading,
  Poster,
  RatingBadge,
  Skeleton,
  factsOf,
  genreName,
  theaterName,
  titleOf,
  useLanguage,
  useResource,
  type MovieDetail,
  type ScreeningSummary,
} from '@moding/ui';
import { Link, useParams, useSearchParams } from 'react-router';

import { useHub } from '../../hub';
import { LinkChip } from '../../parts/LinkNote';
import { Page } from '../../parts/Page';
import { Times } from '../../parts/Times';
import { NotFoundPage } from '../NotFoundPage';
import { LikeButton } from './LikeButton';
import { MovieCampaigns } from './MovieCampaigns';
import { Requests } from './Requests';
import styles from './movies.module.css';

export function MoviePage() {
  const hub = useHub();
  const { t } = useLanguage();
  const id = Number(useParams()['movie']);
  const { resource, reload, put } = useResource(`movie.${id}`, (signal) => hub.movie(id, signal));
  if (resource.state === 'loading') {
    return (
      <Page title={t('browse.title')}>
        <Loading>
          <div className={styles.movie}>
            <Skeleton shape="poster" />
            <div>
              <Skeleton shape="title" />
              <Skeleton shape="line" count={4} />
            </div>
          </div>
        </Loading>
      </Page>
    );
  }
  if (resource.state === 'failed') {
    return resource.problem.code === 'not_found' ? (
      <NotFoundPage />
    ) : (
      <Page title={t('browse.title')}>
        <Failed problem={resource.problem} onRetry={reload} />
      </Page>
    );
  }
  return <Movie movie={resource.value} onChange={put} />;
}

interface MovieProps {
  movie: MovieDetail;
  onChange: (movie: MovieDetail) => void;
}

function Movie({ movie, onChange }: MovieProps) {
  const { language, t } = useLanguage();
  const open = movie.screenings.some((screening) => screening.sale === 'open');
  return (
    <Page title={titleOf(movie, language)}>
      <div className={styles.movie}>
        <Poster movie={movie} />
        <div className={styles.about}>
          <p className="soft">
            <RatingBadge rating={movie.rating} /> {factsOf(movie, language, t)}
          </p>
          <h1>{titleOf(movie, language)}</h1>
          <OtherTitles movie={movie} />
          <LikeButton
            movie={movie.movie}
            known={movie.like}
            onLike={(like) => {
              onChange({ ...movie, like });
            }}
          />
          {typeof movie.synopsis === 'string' ? (
            <p className={styles.synopsis}>{movie.synopsis}</p>
          ) : null}
          <People movie={movie} />
          <Facts movie={movie} />
          {open ? (
            <a className="button next" href="#screenings">
              {t('movie.to_screenings')}
            </a>
          ) : null}
        </div>
      </div>
      <MovieCampaigns movie={movie.movie} />
      <section id="screenings" className={styles.screenings}>
        <h2>{t('movie.screenings')}</h2>
        {movie.screenings.length === 0 ? <NoScreenings /> : <Screenings screenings={movie.screenings} />}
      </section>
      <Requests movie={movie.movie} />
    </Page>
  );
}

/** The film's names in other languages, each once. */
function OtherTitles({ movie }: { movie: MovieDetail }) {
  const { language } = useLanguage();
  const shown = titleOf(movie, language);
  const others = [movie.original_title, movie.title_en, movie.title].filter(
    (title): title is string => typeof title === 'string' && title !== shown,
  );
  return others.length === 0 ? null : (
    <p className="soft">{[...new Set(others)].join(' · ')}</p>
  );
}

function People({ movie }: { movie: MovieDetail }) {
  const { t } = useLanguage();
  const roles = (['director', 'actor'] as const)
    .map((role) => ({ role, names: movie.people.filter((person) => person.role === role) }))
    .filter(({ names }) => names.length > 0);
  if (roles.length === 0) {
    return null;
  }
  return (
    <dl className={styles.people} aria-label={t('movie.people')}>
      {roles.map(({ role, names }) => (
        <div key={role}>
          <dt>{t(`movie.role.${role}`)}</dt>
          <dd>{names.map((person) => person.name).join(', ')}</dd>
        </div>
      ))}
    </dl>
  );
}

function Facts({ movie }: { movie: MovieDetail }) {
  const { language, t } = useLanguage();
  return (
    <dl className={styles.people} aria-label={t('movie.facts')}>
      <div>
        <dt>{t('movie.rating')}</dt>
        <dd>{t(`rating.${movie.rating}`)}</dd>
      </div>
      {movie.genres.length > 0 ? (
        <div>
          <dt>{t('movie.genres')}</dt>
          <dd>
            {movie.genres.map((genre, at) => (
              <span key={genre}>
                {at > 0 ? ', ' : ''}
                <Link className={styles.genre} to={`/movies?genre=${encodeURIComponent(genre)}`}>
                  {genreName(genre, language)}
                </Link>
              </span>
            ))}
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

function NoScreenings() {
  const { t } = useLanguage();
  return (
    <Blank
      title={t('movie.no_screenings')}
      action={
        <Link className="button quiet" to="/theaters">
          {t('movie.see_open')}
        </Link>
      }
    >
      {t('movie.no_screenings_detail')}
    </Blank>
  );
}

function Screenings({ screenings }: { screenings: readonly ScreeningSummary[] }) {
  const { language, t } = useLanguage();
  const [search, setSearch] = useSearchParams();
  const dates = [...new Set(screenings.map((screening) => screening.business_date))].toSorted();
  const date = search.get('date') ?? dates[0] ?? '';
  const onDate = screenings
    .filter((screening) => screening.business_date === date)
    .toSorted((a, b) => a.starts_at - b.starts_at);
  const theaters = [...new Map(onDate.map((each) => [each.theater.theater, each])).values()];
  return (
    <>
      <DateStrip
        dates={dates}
        date={date}
        label={t('date.label')}
        onPick={(picked) => {
          setSearch({ date: picked }, { replace: true, preventScrollReset: true });
        }}
      />
      {theaters.map(({ theater, link }) => (
        <article key={theater.theater} className={styles.theater}>
          <h3>
            <Link to={`/theaters/${theater.theater}?date=${date}`}>{theaterName(theater, language)}</Link>{' '}
            <LinkChip link={link} />
          </h3>
          <Times screenings={onDate.filter((each) => each.theater.theater === theater.theater)} />
        </article>
      ))}
      {theaters.length === 0 ? (
        <Blank title={t('theater.none')}>{t('theater.none_detail')}</Blank>
      ) : null}
    </>
  );
}
