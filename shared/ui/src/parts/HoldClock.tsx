// How long the seats are still kept: seen all the time, heard at the moments that matter.

import { useEffect, useRef } from 'react';

import type { HoldView } from '../api/types';
import { durationInWords, minutesSeconds } from '../format/clock';
import { useTexts } from '../i18n/use-language';
import { momentPassed, useCountdown } from '../live/use-countdown';
import { useAnnounce } from './Announcer';
import styles from './parts.module.css';

const URGENT_MS = 60_000;

interface HoldClockProps {
  hold: HoldView;
  onOver: () => void;
}

export function HoldClock({ hold, onOver }: HoldClockProps) {
  const t = useTexts();
  const announce = useAnnounce();
  const left = useCountdown(hold);
  const before = useRef<number>(Number.POSITIVE_INFINITY);
  const over = useRef(onOver);
  useEffect(() => {
    over.current = onOver;
  });
  useEffect(() => {
    before.current = Number.POSITIVE_INFINITY;
  }, [hold]);
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
  if (left === null) {
    return null;
  }
  const whole = Math.max(1, hold.until_max - hold.now);
  const share = Math.min(1, left / Math.min(whole, Math.max(1, hold.until - hold.now)));
  return (
    <div className={styles.clock} data-urgent={left <= URGENT_MS ? '' : undefined} role="timer" aria-label={t('hold.left')}>
      <svg viewBox="0 0 36 36" aria-hidden="true">
        <circle cx="18" cy="18" r="15" />
        <circle cx="18" cy="18" r="15" pathLength={100} strokeDasharray={`${share * 100} 100`} />
      </svg>
      <span>
        <small>{t('hold.left')}</small>
        <strong>{minutesSeconds(left)}</strong>
      </span>
    </div>
  );
}
