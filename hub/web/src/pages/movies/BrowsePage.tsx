// Browse: genres, sort, search, and as many pages as were asked for; all of it in the address.

import {
  Blank,
  Failed,
  Loading,
  Skeleton,
  counted,
  genreName,
  useLanguage,
  useResource,
  type GenreView,
} from '@moding/ui';
import { useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'react-router';

import { useHub } from '../../hub';
import { MovieCard } from '../../parts/MovieCard';
import { Page } from '../../parts/Page';
import { SearchBox } from '../../parts/SearchBox';
import { SORTS, addressOf, browseOf, type Browse } from './browse';
import { familiesOf, parentName } from './genres';
import { useMovies } from './use-movies';
import styles from './movies.module.css';

export function BrowsePage() {
  const { t } = useLanguage();
  const [search, setSearch] = useSearchParams();
  const browse = browseOf(search);
  const title =
    browse.query === '' ? t('browse.title') : t('browse.results', { query: browse.query });
  const { movies, total, more, state, problem, retry } = useMovies(browse);
  const showMore = (): void => {
    setSearch(addressOf({ ...browse, pages: browse.pages + 1 }), { replace: true });
  };
  return (
    <Page title={title}>
      <div className={styles.top}>
        <h1>{title}</h1>
        <SearchBox key={browse.query} initial={browse.query} />
      </div>
      <Filters browse={browse} />
      <p className={styles.total} role="status">
        {total === null ? ' ' : t('browse.total', { count: counted(total) })}
      </p>
      {problem ? <Failed problem={problem} onRetry={retry} /> : null}
      {total === 0 ? <NoMovies /> : null}
      <ul className={styles.grid}>
        {movies.map((movie) => (
          <li key={movie.movie}>
            <MovieCard movie={movie} />
          </li>
        ))}
        {state === 'loading' ? (
          <Loading>
            <Skeleton shape="poster" count={12} />
          </Loading>
        ) : null}
      </ul>
      {more === 'there' && state === 'ready' ? <More onMore={showMore} /> : null}
    </Page>
  );
}

function Filters({ browse }: { browse: Browse }) {
  const hub = useHub();
  const { t } = useLanguage();
  const { resource } = useResource('genres', (signal) => hub.genres(signal));
  const to = (change: Partial<Browse>): string =>
    `?${addressOf({ ...browse, pages: 1, ...change }).toString()}`;
  return (
    <div className={styles.filters}>
      <Genres
        genres={resource.state === 'ready' ? resource.value : []}
        chosen={browse.genre}
        to={(genre) => to({ genre })}
      />
      <ul className={styles.sorts} aria-label={t('browse.sort')}>
        {SORTS.map((sort) => (
          <li key={sort}>
            <Link to={to({ sort })} aria-current={browse.sort === sort ? 'true' : undefined}>
              {t(`browse.sort.${sort}`)}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface GenresProps {
  genres: readonly GenreView[];
  chosen: string;
  to: (genre: string) => string;
}

/** Parent genres, and the genres of the one that is chosen. */
function Genres({ genres, chosen, to }: GenresProps) {
  const { language, t } = useLanguage();
  const families = familiesOf(genres);
  const open = families.find(
    ({ parent, within }) => parent === chosen || within.some(({ genre }) => genre === chosen),
  );
  const current = (genre: string): 'true' | undefined => (genre === chosen ? 'true' : undefined);
  return (
    <div className={styles.genres}>
      <ul className={styles.chips} aria-label={t('browse.genre')}>
        <li>
          <Link to={to('')} aria-current={current('')}>
            {t('browse.genre_all')}
          </Link>
        </li>
        {families.map((family) => (
          <li key={family.parent}>
            <Link
              to={to(family.parent)}
              aria-current={current(family.parent)}
              data-open={family === open ? '' : undefined}
            >
              {parentName(family, language)}
            </Link>
          </li>
        ))}
      </ul>
      {open ? (
        <ul className={styles.chips} aria-label={parentName(open, language)}>
          {open.within.map(({ genre, movies }) => (
            <li key={genre}>
              <Link to={to(genre)} aria-current={current(genre)}>
                {genreName(genre, language)} <small>{counted(movies)}</small>
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function NoMovies() {
  const { t } = useLanguage();
  return (
    <Blank
      title={t('browse.none')}
      action={
        <Link className="button quiet" to="/movies">
          {t('browse.clear_query')}
        </Link>
      }
    >
      {t('browse.none_detail')}
    </Blank>
  );
}

/** Loads by itself when it comes near; a button for those who do not scroll. */
function More({ onMore }: { onMore: () => void }) {
  const { t } = useLanguage();
  const sentinel = useRef<HTMLDivElement | null>(null);
  const callback = useRef(onMore);
  useEffect(() => {
    callback.current = onMore;
  });
  useEffect(() => {
    const element = sentinel.current;
    if (!element) {
      return;
    }
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) {
          callback.current();
        }
      },
      { rootMargin: '600px' },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return (
    <div ref={sentinel} className={styles.moreRow}>
      <button type="button" className="button quiet" onClick={onMore}>
        {t('browse.more')}
      </button>
    </div>
  );
}
