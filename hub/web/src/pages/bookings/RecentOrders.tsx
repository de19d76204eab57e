// The way back to an order whose tab was closed.

import { dayAndClock, useLanguage } from '@moding/ui';
import { useState } from 'react';
import { Link } from 'react-router';

import { forgetOrders, recentOrders } from '../../recent-orders';
import styles from './bookings.module.css';

export function RecentOrders() {
  const { language, t } = useLanguage();
  const [orders, setOrders] = useState(() => recentOrders(Date.now()));
  if (orders.length === 0) {
    return null;
  }
  return (
    <section className={styles.recent} aria-labelledby="recent">
      <h2 id="recent">{t('recent.title')}</h2>
      <ul>
        {orders.map(({ order, at, name }) => (
          <li key={order}>
            <Link to={`/pay/${order}`}>
              {t('recent.order', {
                name: name === '' ? t('recent.unnamed') : name,
                time: dayAndClock(at, language),
              })}
            </Link>
          </li>
        ))}
      </ul>
      <p className="faint">
        {t('recent.detail')}{' '}
        <button
          type="button"
          onClick={() => {
            forgetOrders();
            setOrders([]);
          }}
        >
          {t('recent.forget')}
        </button>
      </p>
    </section>
  );
}
