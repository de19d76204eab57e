// The screenings of one film in one place on one day, side by side.

import { cinemaTime, endClock, startClock, useTexts, type ScreeningSummary } from '@moding/ui';
import { Link } from 'react-router';

import { SaleState } from './SaleState';
import styles from './cards.module.css';

export function Times({ screenings }: { screenings: readonly ScreeningSummary[] }) {
  return (
    <ul className={styles.times}>
      {screenings.map((screening) => (
        <li key={screening.screening}>
          <Time screening={screening} />
        </li>
      ))}
    </ul>
  );
}

function Time({ screening }: { screening: ScreeningSummary }) {
  const t = useTexts();
  const { time_label: label, starts_at: starts, ends_at: ends } = screening;
  const end = endClock(label, starts, ends);
  const calendar = cinemaTime(label)?.calendar;
  const inside = (
    <>
      <strong>{startClock(label)}</strong>
      <small>
        {calendar ? `${t('time.day', { day: calendar.day })} ${calendar.clock}` : null}
        {!calendar && end !== null ? t('screening.until', { clock: end }) : null}
      </small>
      <span className={styles.room}>
        {screening.auditorium.name}
        <SaleState screening={screening} />
      </span>
    </>
  );
  return screening.sale === 'open' ? (
    <Link to={`/screenings/${screening.screening}`} className={styles.time}>
      {inside}
    </Link>
  ) : (
    <span className={styles.time} data-closed="">
      {inside}
    </span>
  );
}
