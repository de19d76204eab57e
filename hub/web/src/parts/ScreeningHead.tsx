// Which screening this is about, on top of every step of a booking.

import { Poster, RatingBadge, theaterName, titleOf, useLanguage, whenInFull, type ScreeningSummary } from '@moding/ui';

import styles from './screening-head.module.css';

interface ScreeningHeadProps {
  screening: ScreeningSummary;
  /** The page's title when nothing else is. */
  level?: 'h1' | 'h2';
}

export function ScreeningHead({ screening, level: Heading = 'h1' }: ScreeningHeadProps) {
  const { language } = useLanguage();
  const { movie } = screening;
  return (
    <div className={styles.head}>
      <Poster movie={movie} />
      <div>
        <Heading>
          {titleOf(movie, language)} <RatingBadge rating={movie.rating} />
        </Heading>
        <p>{whenInFull(screening.time_label, screening.business_date, language)}</p>
        <p className="soft">
          {theaterName(screening.theater, language)} · {screening.auditorium.name}
        </p>
      </div>
    </div>
  );
}
