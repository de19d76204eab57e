// What was found: films with what matched in them; when there is none, films that may have been
// meant, and the way to ask for one to be shown again. The address says it all.

import {
  Blank,
  Failed,
  Loading,
  Marked,
  Poster,
  RatingBadge,
  Skeleton,
  besidesOf,
  counted,
  factsOf,
  piecesOf,
  reportSearch,
  titleOf,
  titlePieces,
  useEvery,
  useLanguage,
  useResource,
  type MovieHit,
  type MovieSearch,
} from '@moding/ui';
import { Link, useSearchParams } from 'react-router';

import { useHub } from '../../hub';
import { Page } from '../../parts/Page';
import { SearchBox } from '../../parts/SearchBox';
import styles from './search.module.css';

const RESULTS_MAX = 50;
/** The index is built in seconds. */
const BUILDING_MS = 2_000;

export function SearchPage() {
  const { t } = useLanguage();
  const [search] = useSearchParams();
  const query = (search.get('q') ?? '').trim();
  const title = query === '' ? t('search.title') : t('search.results', { query });
  return (
    <Page title={title}>
      <div className={styles.top}>
        <h1>{title}</h1>
        <SearchBox key={query} initial={query} focused={query === '' ? 'at once' : 'later'} />
      </div>
      {query === '' ? <p className="soft">{t('search.hint')}</p> : <Results query={query} />}
    </Page>
  );
}

function Results({ query }: { query: string }) {
  const hub = useHub();
  const { resource, reload } = useResource(
    `search.${query}`,
    (signal) => hub.searchMovies(query, RESULTS_MAX, signal),
    'fresh',
  );
  if (resource.state === 'loading') {
    return (
      <Loading>
        <Skeleton shape="row" count={6} />
      </Loading>
    );
  }
  if (resource.state === 'failed') {
    return <Failed problem={resource.problem} onRetry={reload} />;
  }
  if (resource.value.state === 'building') {
    return <Building onAgain={reload} />;
  }
  return <Found found={resource.value} query={query} />;
}

function Building({ onAgain }: { onAgain: () => void }) {
  const { t } = useLanguage();
  useEvery(BUILDING_MS, onAgain);
  return (
    <div role="status">
      <Blank title={t('search.building')}>{t('search.building_detail')}</Blank>
    </div>
  );
}

function Found({ found, query }: { found: MovieSearch; query: string }) {
  const { t } = useLanguage();
  const { movies, guesses, read_as: readAs } = found;
  if (movies.length === 0) {
    return <None query={query} guesses={guesses} />;
  }
  return (
    <>
      <p className={styles.count} role="status">
        {t('search.count', { count: counted(movies.length) })}
        {typeof readAs === 'string' ? ` · ${t('search.read_as', { text: readAs })}` : null}
      </p>
      <ul className={styles.hits}>
        {movies.map((hit) => (
          <li key={hit.movie}>
            <Hit hit={hit} query={query} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Hit({ hit, query }: { hit: MovieHit; query: string }) {
  const { language, t } = useLanguage();
  const title = titleOf(hit, language);
  return (
    <Link
      to={`/movies/${hit.movie}`}
      className={styles.hit}
      onClick={() => {
        reportSearch({ term: query, movie: hit.movie, from: 'result' });
      }}
    >
      <Poster movie={hit} />
      <span className={styles.text}>
        <strong>
          <Marked pieces={titlePieces(hit, title)} />
        </strong>
        <small>
          <RatingBadge rating={hit.rating} /> {factsOf(hit, language, t)}
        </small>
        {besidesOf(hit, title).map((matched) => (
          <small key={matched.text}>
            <Marked pieces={piecesOf(matched)} />
          </small>
        ))}
      </span>
    </Link>
  );
}

function None({ query, guesses }: { query: string; guesses: readonly MovieHit[] }) {
  const { t } = useLanguage();
  return (
    <>
      <div role="status">
        <Blank
          title={t('search.none', { query })}
          action={
            <Link className="button quiet" to="/movies">
              {t('search.browse')}
            </Link>
          }
        >
          {t('search.none_detail')}
        </Blank>
      </div>
      {guesses.length > 0 ? (
        <section>
          <h2>{t('search.guesses')}</h2>
          <ul className={styles.hits}>
            {guesses.map((hit) => (
              <li key={hit.movie} className={styles.guess}>
                <Hit hit={hit} query={query} />
                <RequestLink hit={hit} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

/** To where a film can be asked for, on its page. */
function RequestLink({ hit }: { hit: MovieHit }) {
  const { language, t } = useLanguage();
  return (
    <Link
      className="button quiet"
      to={`/movies/${hit.movie}#request`}
      aria-label={`${titleOf(hit, language)}: ${t('search.request')}`}
    >
      {t('search.request')}
    </Link>
  );
}
