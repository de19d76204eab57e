// 요청 많은 영화: what most people ask for.

import { Loading, Skeleton, counted, titleOf, useLanguage, useResource } from '@moding/ui';
import { Link } from 'react-router';

import { useHub } from '../hub';
import styles from './ranking.module.css';

const LINES = 10;

export function WantedMovies() {
  const hub = useHub();
  const { language, t } = useLanguage();
  const { resource } = useResource('ranking.requests', (signal) => hub.wantedMovies(LINES, signal));
  const movies = resource.state === 'ready' ? resource.value.movies : [];
  return (
    <section className={styles.ranking} aria-labelledby="wanted">
      <div className={styles.heading}>
        <h2 id="wanted">{t('ranking.wanted')}</h2>
        <Link className="more" to="/movies?sort=requests">
          {t('campaigns.see_all')}
        </Link>
      </div>
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="line" count={LINES} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? <p className="soft">{t('ranking.failed')}</p> : null}
      {resource.state === 'ready' && movies.length === 0 ? (
        <p className="soft">
          <strong>{t('ranking.wanted_none')}</strong>
          <br />
          {t('ranking.wanted_none_detail')}
        </p>
      ) : null}
      {movies.length === 0 ? null : (
        <ol className={styles.lines}>
          {movies.map(({ movie, requesters }, at) => (
            <li key={movie.movie} value={at + 1}>
              <Link to={`/movies/${movie.movie}`} className={styles.line}>
                <span className={styles.place}>{at + 1}</span>
                <span className={styles.title}>{titleOf(movie, language)}</span>
                <span className={styles.mark}>
                  {t('ranking.wanted_count', { count: counted(requesters) })}
                </span>
              </Link>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
