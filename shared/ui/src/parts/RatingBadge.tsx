// A film's rating: a short form that is seen, the whole that is heard.

import type { Rating } from '../api/types';
import { useTexts } from '../i18n/use-language';
import styles from './parts.module.css';

export function RatingBadge({ rating }: { rating: Rating }) {
  const t = useTexts();
  return (
    <span className={styles.rating} data-rating={rating} title={t(`rating.${rating}`)}>
      <span aria-hidden="true">{t(`rating.short.${rating}`)}</span>
      <span className="spoken">{t(`rating.${rating}`)}</span>
    </span>
  );
}
