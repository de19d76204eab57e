// 실시간 검색 순위, as the hub published it last: with its hour, also when the hub is away.

import {
  BoardMark,
  hourOf,
  lineTitle,
  useLanguage,
  useLiveTopics,
  useResource,
  type BoardView,
} from '@moding/ui';

import { useKiosk } from '../kiosk';
import styles from './search-board.module.css';

const LINES = 5;

export function SearchBoard() {
  const { client } = useKiosk();
  const { language, t } = useLanguage();
  const { resource, put } = useResource('ranking.searches', (signal) =>
    client.searchRanking(signal),
  );
  useLiveTopics(['ranking'], {
    ranking: (data) => {
      put(data as BoardView);
    },
  });
  const board = resource.state === 'ready' ? resource.value : null;
  if (board === null || board.lines.length === 0) {
    return null;
  }
  return (
    <section className={styles.board} aria-labelledby="search-board">
      <h2 id="search-board">
        {t('ranking.searches')}{' '}
        <small className="soft">{t('ranking.as_of', { hour: hourOf(board.as_of, language) })}</small>
      </h2>
      <ol>
        {board.lines.slice(0, LINES).map((line) => (
          <li key={line.place} value={line.place}>
            <strong>{line.place}</strong>
            <span>{lineTitle(line, language)}</span>
            <BoardMark line={line} />
          </li>
        ))}
      </ol>
    </section>
  );
}
