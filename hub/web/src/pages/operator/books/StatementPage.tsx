// An account's transfers, one after the other.

import {
  Blank,
  Failed,
  Loading,
  Skeleton,
  dayAndClock,
  useLanguage,
  useResource,
  won,
  type Statement,
  type StatementLine,
} from '@moding/ui';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { useConsole } from '../session';
import { accountName, causeName } from './account';
import operator from '../operator.module.css';
import styles from './books.module.css';

/** Fewer than this on a page: it is the last. */
const PAGE_LINES = 100;

export function StatementPage() {
  const api = useConsole();
  const { t } = useLanguage();
  const account = useParams()['account'] ?? '';
  const { resource, reload } = useResource(
    `operator.statement.${account}`,
    (signal) => api.statement(account, 0, signal),
    'fresh',
  );
  return (
    <>
      <Link to="/operator/payments" className={operator.back}>
        {t('books.back')}
      </Link>
      <h1>{accountName(account, t)}</h1>
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="row" count={3} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? (
        <Failed problem={resource.problem} onRetry={reload} />
      ) : null}
      {resource.state === 'ready' ? (
        <Lines key={account} account={account} first={resource.value} />
      ) : null}
    </>
  );
}

function Lines({ account, first }: { account: string; first: Statement }) {
  const api = useConsole();
  const { t } = useLanguage();
  const [rest, setRest] = useState<StatementLine[]>([]);
  const [last, setLast] = useState(nextOf(first));
  const more = (after: number): void => {
    api
      .statement(account, after)
      .then((page) => {
        setRest((before) => [...before, ...page.lines]);
        setLast(nextOf(page));
      })
      .catch(() => {
        // The button stays: pressing it again asks again.
      });
  };
  const lines = [...first.lines, ...rest];
  if (lines.length === 0) {
    return <Blank title={t('books.no_lines')} />;
  }
  return (
    <>
      <div className={styles.scroll} role="region" aria-label={t('books.statement')} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('books.when')}</th>
              <th scope="col">{t('books.cause')}</th>
              <th scope="col">{t('books.other_side')}</th>
              <th scope="col">{t('books.subject')}</th>
              <th scope="col">{t('books.state')}</th>
              <th scope="col">{t('books.amount')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Line key={line.transfer} line={line} />
            ))}
          </tbody>
        </table>
      </div>
      {last === null ? null : (
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            more(last);
          }}
        >
          {t('books.more')}
        </button>
      )}
    </>
  );
}

function nextOf(page: Statement): number | null {
  return page.lines.length < PAGE_LINES ? null : page.last;
}

function Line({ line }: { line: StatementLine }) {
  const { language, t } = useLanguage();
  return (
    <tr data-state={line.state}>
      <td>{dayAndClock(line.made_at, language)}</td>
      <td>{causeName(line.cause, t)}</td>
      <td>{accountName(line.other, t)}</td>
      <td className={styles.key}>{line.subject}</td>
      <td>{t(`books.state.${line.state}`)}</td>
      <td>{won(line.amount_won, t)}</td>
    </tr>
  );
}
