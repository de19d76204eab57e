// Money of a booking that has gone back, or goes.

import { dayAndClock, shortLabels, useLanguage, won, type RefundView } from '@moding/ui';

import styles from './bookings.module.css';

export function Refunds({ refunds }: { refunds: readonly RefundView[] }) {
  const { t } = useLanguage();
  if (refunds.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="refunds">
      <h2 id="refunds">{t('refund.title')}</h2>
      <ul className={styles.refunds}>
        {refunds.map((refund) => (
          <Refund key={refund.refund} refund={refund} />
        ))}
      </ul>
    </section>
  );
}

function Refund({ refund }: { refund: RefundView }) {
  const { language, t } = useLanguage();
  const { state } = refund;
  return (
    <li data-state={state}>
      <p>
        <strong>{won(refund.amount_won, t)}</strong>
        <span className={styles.state}>{t(`refund.${state}`)}</span>
      </p>
      <p className="faint">
        {refund.seats.length === 0 ? '' : `${shortLabels(refund.seats)} · `}
        {t('refund.asked_at', { time: dayAndClock(refund.asked_at, language) })}
        {state === 'done'
          ? ` · ${t('refund.done_at', { time: dayAndClock(refund.refunded_at, language) })}`
          : ''}
      </p>
      {state === 'done' ? <p className="faint">{t('refund.card_days')}</p> : null}
      {state === 'refused' ? <p className="faint">{t('refund.refused_detail')}</p> : null}
    </li>
  );
}
