// What the order is for.

import { shortLabel, useLanguage, useTexts, won, zoneName, type OrderView } from '@moding/ui';

import { ScreeningHead } from '../../parts/ScreeningHead';
import styles from './pay.module.css';

export function Summary({ order }: { order: OrderView }) {
  const { language, t } = useLanguage();
  const { screening } = order;
  // What was booked, which may be others than were chosen.
  const seats = order.state === 'paid' ? order.booking.tickets : order.seats;
  return (
    <aside className={styles.summary} aria-label={t('checkout.summary')}>
      <ScreeningHead screening={screening} level="h2" />
      <ul>
        {order.pledge ? (
          <li>
            <strong aria-hidden="true">×{order.pledge.tickets}</strong>
            <span>{t('pay.what_pledge', { count: order.pledge.tickets })}</span>
            <span>{won(order.pledge.price_won, t)}</span>
          </li>
        ) : null}
        {seats.map((seat) => {
          const zone = screening.prices.find((price) => price.zone === seat.zone);
          return (
            <li key={seat.seat}>
              <strong>{shortLabel(seat)}</strong>
              <span>
                {seat.kind === 'standard' ? '' : `${t(`seat.kind.${seat.kind}`)} · `}
                {zone ? zoneName(zone, language) : ''}
              </span>
              <span>{won(seat.price_won, t)}</span>
            </li>
          );
        })}
      </ul>
      <Total amount={order.amount_won} />
      <p className="faint">
        {t('pay.order_number')} {order.order.slice(0, 8)}
      </p>
    </aside>
  );
}

function Total({ amount }: { amount: number }) {
  const t = useTexts();
  return (
    <p className={styles.total}>
      <span>{t('pay.amount')}</span>
      <strong>{won(amount, t)}</strong>
    </p>
  );
}
