// Every conflict, the open ones on top.

import {
  Blank,
  Failed,
  Loading,
  Skeleton,
  dayAndClock,
  placeName,
  useEvery,
  useLanguage,
  useResource,
  type ConflictList,
  type ConflictSummary,
} from '@moding/ui';
import { useState } from 'react';
import { Link } from 'react-router';

import { useConsole } from './session';
import styles from './operator.module.css';

const REFRESH_MS = 10_000;

export function ConflictsPage() {
  const api = useConsole();
  const { t } = useLanguage();
  const { resource, reload, refresh } = useResource(
    'operator.conflicts',
    (signal) => api.conflicts(0, signal),
    'fresh',
  );
  useEvery(REFRESH_MS, refresh);
  switch (resource.state) {
    case 'loading':
      return (
        <Loading>
          <Skeleton shape="title" />
          <Skeleton shape="row" count={3} />
        </Loading>
      );
    case 'failed':
      return <Failed problem={resource.problem} onRetry={reload} />;
    case 'ready':
      return (
        <>
          <h1>{t('conflict.open', { count: resource.value.open })}</h1>
          {resource.value.total === 0 ? (
            <Blank title={t('conflict.none')}>{t('conflict.none_detail')}</Blank>
          ) : (
            <List first={resource.value} />
          )}
        </>
      );
  }
}

function List({ first }: { first: ConflictList }) {
  const api = useConsole();
  const { t } = useLanguage();
  const [rest, setRest] = useState<ConflictSummary[]>([]);
  const [next, setNext] = useState(first.next_offset ?? null);
  const more = (offset: number): void => {
    api
      .conflicts(offset)
      .then((page) => {
        setRest((before) => [...before, ...page.conflicts]);
        setNext(page.next_offset ?? null);
      })
      .catch(() => {
        // The button stays: pressing it again asks again.
      });
  };
  const seen = new Set(first.conflicts.map(({ key }) => key));
  const all = [...first.conflicts, ...rest.filter(({ key }) => !seen.has(key))];
  return (
    <>
      <ul className={styles.list}>
        {all.map((conflict) => (
          <li key={conflict.key}>
            <Row conflict={conflict} />
          </li>
        ))}
      </ul>
      {next === null ? null : (
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            more(next);
          }}
        >
          {t('conflict.more')}
        </button>
      )}
    </>
  );
}

function Row({ conflict }: { conflict: ConflictSummary }) {
  const { language, t } = useLanguage();
  const { place, node } = conflict;
  const about = place ? (place.row === '' ? null : placeName(place, t)) : (node ?? null);
  const open = conflict.decided_at == null;
  return (
    <Link
      to={`/operator/conflict?key=${encodeURIComponent(conflict.key)}`}
      className={styles.row}
      data-open={open ? '' : undefined}
    >
      <strong>{t(`conflict.kind.${conflict.kind}`)}</strong>
      <span>{about}</span>
      <span className="faint">
        {t('conflict.found')} {dayAndClock(conflict.found_at, language)}
      </span>
      <span className={styles.state}>{t(open ? 'conflict.is_open' : 'conflict.decided')}</span>
    </Link>
  );
}
