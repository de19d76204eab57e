// The days that have screenings, side by side.

import { dateInFull, dateParts, isWeekend } from '../format/cinema-time';
import { useLanguage } from '../i18n/use-language';
import styles from './parts.module.css';

interface DateStripProps {
  dates: readonly string[];
  date: string;
  onPick: (date: string) => void;
  label: string;
}

export function DateStrip({ dates, date, onPick, label }: DateStripProps) {
  const { language } = useLanguage();
  return (
    <ul className={styles.dates} aria-label={label}>
      {dates.map((each) => {
        const parts = dateParts(each, language);
        return (
          <li key={each}>
            <button
              type="button"
              aria-pressed={each === date}
              aria-label={dateInFull(each, language)}
              data-weekend={isWeekend(each) ? '' : undefined}
              onClick={() => {
                onPick(each);
              }}
            >
              <small>{parts.weekday}</small>
              <strong>{parts.day}</strong>
              <small>{parts.month}</small>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
