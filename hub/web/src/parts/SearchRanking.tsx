// 실시간 검색 순위: the board of the hour with its marks. It comes by itself when a new one is
// published. A click on it is no search.

import {
  BoardMark,
  Loading,
  Skeleton,
  hourOf,
  lineTitle,
  useLanguage,
  useLiveTopics,
  useResource,
  type BoardLine,
  type BoardView,
} from '@moding/ui';
import { Link } from 'react-router';

import { useHub } from '../hub';
import styles from './ranking.module.css';

const LINES = 10;

export function SearchRanking() {
  const hub = useHub();
  const { language, t } = useLanguage();
  const { resource, put } = useResource('ranking.searches', (signal) => hub.searchRanking(signal));
  useLiveTopics(['ranking'], {
    ranking: (data) => {
      put(data as BoardView);
    },
  });
  const board = resource.state === 'ready' ? resource.value : null;
  return (
    <section className={styles.ranking} aria-labelledby="search-ranking">
      <div className={styles.heading}>
        <h2 id="search-ranking">{t('ranking.searches')}</h2>
        {board === null ? null : (
          <small className="faint">{t('ranking.as_of', { hour: hourOf(board.as_of, language) })}</small>
        )}
      </div>
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="line" count={LINES} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? <p className="soft">{t('ranking.failed')}</p> : null}
      {resource.state === 'ready' && (board === null || board.lines.length === 0) ? (
        <p className="soft">
          <strong>{t('ranking.none')}</strong>
          <br />
          {t('ranking.none_detail')}
        </p>
      ) : null}
      {board === null || board.lines.length === 0 ? null : (
        <ol className={styles.lines}>
          {board.lines.map((line) => (
            <li key={line.place} value={line.place}>
              <Line line={line} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Line({ line }: { line: BoardLine }) {
  const { language } = useLanguage();
  const to =
    line.movie == null ? `/movies?query=${encodeURIComponent(line.title)}` : `/movies/${line.movie}`;
  return (
    <Link to={to} className={styles.line}>
      <span className={styles.place}>{line.place}</span>
      <span className={styles.title}>{lineTitle(line, language)}</span>
      <BoardMark line={line} />
    </Link>
  );
}
