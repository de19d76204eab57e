// What can be had of a screening here and now, in a few words.

import { counted, useTexts, type ScreeningSummary } from '@moding/ui';

import styles from './cards.module.css';

/** Below this share of the house it is worth a look whether one is in time. */
const FEW_SHARE = 0.15;

export function SaleState({ screening }: { screening: ScreeningSummary }) {
  const t = useTexts();
  const { sale, free_here: free, capacity } = screening;
  if (sale === 'not_yet') {
    return <span className={styles.closed}>{t('screening.not_yet')}</span>;
  }
  if (sale === 'closed') {
    return <span className={styles.closed}>{t('screening.closed')}</span>;
  }
  if (free === 0) {
    return <span className={styles.closed}>{t('screening.none_left')}</span>;
  }
  const few = free / Math.max(1, capacity) < FEW_SHARE;
  return (
    <span className={few ? styles.few : undefined}>
      <b>{t('screening.seats_left', { count: counted(free) })}</b>{' '}
      <span className={styles.of}>{t('screening.of_seats', { count: counted(capacity) })}</span>
    </span>
  );
}
