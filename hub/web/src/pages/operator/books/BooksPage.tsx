// The books: every account, and the gateway's list against ours.

import {
  Blank,
  Failed,
  Loading,
  Notice,
  Skeleton,
  useEvery,
  useLanguage,
  useResource,
  won,
  type AccountView,
} from '@moding/ui';
import { Link } from 'react-router';

import { useConsole } from '../session';
import { Awaited } from './Awaited';
import { Comparison } from './Comparison';
import { accountName } from './account';
import styles from './books.module.css';

const REFRESH_MS = 10_000;

export function BooksPage() {
  const api = useConsole();
  const { t } = useLanguage();
  const { resource, reload, refresh } = useResource(
    'operator.accounts',
    (signal) => api.accounts(signal),
    'fresh',
  );
  useEvery(REFRESH_MS, refresh);
  return (
    <>
      <h1>{t('operator.payments')}</h1>
      <p className="soft">{t('books.lead')}</p>
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="row" count={3} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? (
        <Failed problem={resource.problem} onRetry={reload} />
      ) : null}
      {resource.state === 'ready' ? <Accounts accounts={resource.value} /> : null}
      <Notice tone="plain" action={<Link to="/operator">{t('operator.conflicts')}</Link>}>
        {t('books.refused_refunds')}
      </Notice>
      <Awaited />
      <Comparison />
    </>
  );
}

function Accounts({ accounts }: { accounts: readonly AccountView[] }) {
  const { t } = useLanguage();
  if (accounts.length === 0) {
    return <Blank title={t('books.none')} />;
  }
  return (
    <div className={styles.scroll} role="region" aria-label={t('books.accounts')} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('books.account')}</th>
            <th scope="col">{t('books.balance')}</th>
            <th scope="col">{t('books.available')}</th>
          </tr>
        </thead>
        <tbody>
          {accounts.map(({ account, balance_won: balance, available_won: available }) => (
            <tr key={account}>
              <th scope="row">
                <Link to={`/operator/payments/${encodeURIComponent(account)}`}>
                  {accountName(account, t)}
                </Link>
              </th>
              <td>{won(balance, t)}</td>
              <td>{won(available, t)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
