// What would you like?

import { useTexts } from '@moding/ui';
import { Link } from 'react-router';

import { Screen } from '../parts/Screen';
import { SearchBoard } from '../parts/SearchBoard';
import styles from './screens.module.css';

export function StartScreen() {
  const t = useTexts();
  return (
    <Screen title={t('kiosk.welcome')}>
      <div className={styles.choices}>
        <Link to="/screenings" className={styles.choice} data-first="">
          <svg viewBox="0 0 48 48" aria-hidden="true">
            <path d="M6 15H42V21A3.5 3.5 0 0 0 42 28V34H6V28A3.5 3.5 0 0 0 6 21ZM28 15V19M28 23V26M28 30V34" />
          </svg>
          <span>
            <strong>{t('kiosk.buy')}</strong>
            <span>{t('kiosk.buy_detail')}</span>
          </span>
        </Link>
        <Link to="/search" className={styles.choice}>
          <svg viewBox="0 0 48 48" aria-hidden="true">
            <path d="M21 8A13 13 0 1 0 21 34A13 13 0 1 0 21 8ZM30.5 30.5L41 41" />
          </svg>
          <span>
            <strong>{t('search.kiosk')}</strong>
            <span>{t('search.kiosk_detail')}</span>
          </span>
        </Link>
        <Link to="/campaigns" className={styles.choice}>
          <svg viewBox="0 0 48 48" aria-hidden="true">
            <path d="M24 41C10 31 6 24 6 17.5A9 9 0 0 1 24 14A9 9 0 0 1 42 17.5C42 24 38 31 24 41Z" />
          </svg>
          <span>
            <strong>{t('join.start')}</strong>
            <span>{t('join.start_detail')}</span>
          </span>
        </Link>
        <Link to="/bookings" className={styles.choice}>
          <svg viewBox="0 0 48 48" aria-hidden="true">
            <path d="M14 6H34V42L29 38.5 24 42 19 38.5 14 42ZM19.5 15H28.5M19.5 21.5H28.5M19.5 28H25" />
          </svg>
          <span>
            <strong>{t('kiosk.pick_up')}</strong>
            <span>{t('kiosk.pick_up_detail')}</span>
          </span>
        </Link>
      </div>
      <SearchBoard />
    </Screen>
  );
}
