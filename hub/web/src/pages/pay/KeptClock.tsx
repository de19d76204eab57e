// How long what is ordered is still kept: seen all the time, heard at the moments that matter.

import { durationInWords, minutesSeconds, momentPassed, useAnnounce, useCountdown, useTexts, type OrderView } from '@moding/ui';
import { useEffect, useMemo, useRef } from 'react';

import styles from './pay.module.css';

const URGENT_MS = 60_000;

interface KeptClockProps {
  order: OrderView;
  onOver: () => void;
}

export function KeptClock({ order, onOver }: KeptClockProps) {
  const t = useTexts();
  const announce = useAnnounce();
  const { now, kept_until: until } = order;
  const span = useMemo(() => (until == null ? null : { now, until }), [now, until]);
  const left = useCountdown(span);
  const before = useRef(Number.POSITIVE_INFINITY);
  const over = useRef(onOver);
  useEffect(() => {
    over.current = onOver;
  });
  useEffect(() => {
    if (left === null) {
      return;
    }
    const moment = momentPassed(before.current, left);
    if (moment !== null && Number.isFinite(before.current)) {
      const urgency = moment <= URGENT_MS ? 'assertive' : 'polite';
      announce(t('hold.announce', { time: durationInWords(moment, t) }), urgency);
    }
    if (left === 0 && before.current > 0) {
      over.current();
    }
    before.current = left;
  }, [left, announce, t]);
  return left === null ? null : (
    <p
      className={styles.kept}
      role="timer"
      aria-label={t('hold.left')}
      data-urgent={left <= URGENT_MS ? '' : undefined}
    >
      <small>{t(order.pledge ? 'pay.kept_tickets' : 'pay.kept')}</small>
      <strong>{minutesSeconds(left)}</strong>
    </p>
  );
}
