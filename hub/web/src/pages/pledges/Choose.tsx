// The seats of a pledge whose campaign has succeeded: still to be chosen, or there.

import {
  Notice,
  dayAndClock,
  leftInWords,
  useCountdown,
  useLanguage,
  type PledgeView,
  type WindowsView,
} from '@moding/ui';
import { useMemo } from 'react';
import { Link } from 'react-router';

import styles from './pledges.module.css';

export function Choose({ pledge }: { pledge: PledgeView }) {
  const { language, t } = useLanguage();
  const { windows } = pledge.campaign;
  if (pledge.state === 'placed') {
    return (
      <Notice
        tone="done"
        title={t('claim.placed')}
        action={
          <Link className="button next" to={`/bookings/${pledge.number}`}>
            {t('claim.to_booking')}
          </Link>
        }
      />
    );
  }
  if (pledge.state !== 'live' || !windows) {
    return null;
  }
  if (!pledge.may_choose) {
    const time = dayAndClock(windows.backers_from, language);
    return pledge.campaign.now < windows.backers_from ? (
      <Notice tone="plain" title={t('claim.from', { time })} />
    ) : null;
  }
  return (
    <section className={styles.choose} aria-labelledby="choose">
      <h2 id="choose">{t('claim.ready')}</h2>
      <p className="soft">{t('claim.ready_detail', { count: pledge.tickets })}</p>
      <Window now={pledge.campaign.now} windows={windows} />
      <Link className="button next" to={`/pledges/${pledge.number}/seats`}>
        {t('campaign.choose_seats')}
      </Link>
    </section>
  );
}

interface WindowProps {
  now: number;
  windows: WindowsView;
}

/** How long backers choose alone, and what happens afterwards. */
export function Window({ now, windows }: WindowProps) {
  const { language, t } = useLanguage();
  const { public_from: publicFrom, place_at: placeAt } = windows;
  const first = now < publicFrom;
  const until = first ? publicFrom : placeAt;
  const span = useMemo(() => ({ now, until }), [now, until]);
  const left = useCountdown(span) ?? 0;
  return (
    <div className={styles.window}>
      <p>
        <span className="soft">{t(first ? 'claim.first_until' : 'claim.until')}</span>{' '}
        <strong role="timer">{leftInWords(left, t)}</strong>
      </p>
      {first && publicFrom < placeAt ? (
        <p className="faint">{t('claim.public_from', { time: dayAndClock(publicFrom, language) })}</p>
      ) : null}
      <p className="faint">{t('claim.by_itself', { time: dayAndClock(placeAt, language) })}</p>
    </div>
  );
}
