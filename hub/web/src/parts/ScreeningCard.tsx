// A screening of any film: the poster, then when and where.

import {
  Poster,
  cinemaTime,
  dateInFull,
  startClock,
  theaterName,
  titleOf,
  useLanguage,
  type ScreeningSummary,
} from '@moding/ui';
import { Link } from 'react-router';

import { SaleState } from './SaleState';
import styles from './cards.module.css';

export function ScreeningCard({ screening }: { screening: ScreeningSummary }) {
  const { language } = useLanguage();
  const { movie, time_label: label } = screening;
  const calendar = cinemaTime(label)?.calendar;
  return (
    <Link to={`/screenings/${screening.screening}`} className={styles.screening}>
      <Poster movie={movie} />
      <span className={styles.caption}>
        <span className={styles.when}>
          <strong>{startClock(label)}</strong>
          <small>
            {dateInFull(screening.business_date, language)}
            {calendar ? ` (${calendar.day}${language === 'ko' ? '일' : ''} ${calendar.clock})` : ''}
          </small>
        </span>
        <span className={styles.name}>{titleOf(movie, language)}</span>
        <small>
          {theaterName(screening.theater, language)} · {screening.auditorium.name}
        </small>
        <small>
          <SaleState screening={screening} />
        </small>
      </span>
    </Link>
  );
}
