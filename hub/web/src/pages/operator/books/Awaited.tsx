// Money that waits until its buyers have named a bank account.

import { dayAndClock, useEvery, useLanguage, useResource, won } from '@moding/ui';

import { useConsole } from '../session';
import styles from './books.module.css';

const REFRESH_MS = 10_000;

export function Awaited() {
  const api = useConsole();
  const { language, t } = useLanguage();
  const { resource, refresh } = useResource(
    'operator.awaited',
    (signal) => api.awaitedAccounts(signal),
    'fresh',
  );
  useEvery(REFRESH_MS, refresh);
  if (resource.state !== 'ready' || resource.value.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="awaited">
      <h2 id="awaited">{t('books.awaited')}</h2>
      <p className="soft">{t('books.awaited_lead')}</p>
      <div className={styles.scroll} role="region" aria-labelledby="awaited" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('books.order')}</th>
              <th scope="col">{t('books.amount')}</th>
              <th scope="col">{t('books.since')}</th>
            </tr>
          </thead>
          <tbody>
            {resource.value.map(({ refund, order, amount_won: amount, since }) => (
              <tr key={refund}>
                <th scope="row">{order}</th>
                <td>{won(amount, t)}</td>
                <td>{dayAndClock(since, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
