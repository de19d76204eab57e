// How many tickets: one more, one fewer.

import { useTexts } from '@moding/ui';
import { useId } from 'react';

import styles from './ticket-count.module.css';

interface TicketCountProps {
  label: string;
  count: number;
  least: number;
  most: number;
  onCount: (count: number) => void;
}

export function TicketCount({ label, count, least, most, onCount }: TicketCountProps) {
  const t = useTexts();
  const id = useId();
  const step = (by: number) => () => {
    onCount(Math.min(most, Math.max(least, count + by)));
  };
  return (
    <div className={styles.field} role="group" aria-labelledby={id}>
      <span id={id}>{label}</span>
      <div className={styles.count}>
        <button type="button" aria-label={t('campaign.fewer')} disabled={count <= least} onClick={step(-1)}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M4 10H16" />
          </svg>
        </button>
        <output aria-live="polite">{t('campaign.tickets', { count })}</output>
        <button type="button" aria-label={t('campaign.more')} disabled={count >= most} onClick={step(1)}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M4 10H16M10 4V16" />
          </svg>
        </button>
      </div>
    </div>
  );
}
