// Always in the same place at the bottom: back to the start, language, size, contrast, reach.
// None of them needs another to be on first.

import { LANGUAGE_NAMES, useLanguage } from '@moding/ui';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { nextSize, useDisplay } from '../display';
import { useKiosk } from '../kiosk';
import styles from './frame.module.css';

interface ToolsProps {
  atStart: 'yes' | 'no';
  /** While a card is being charged nobody may leave by accident. */
  locked: 'yes' | 'no';
  onEnd: () => void;
}

export function Tools({ atStart, locked, onEnd }: ToolsProps) {
  const { language, setLanguage, t } = useLanguage();
  const { display, change } = useDisplay();
  const other = language === 'ko' ? 'en' : 'ko';
  return (
    <div role="toolbar" aria-label={t('kiosk.tools')} className={styles.tools}>
      {atStart === 'yes' ? <StaffDoor /> : <Home locked={locked} onEnd={onEnd} />}
      <button
        type="button"
        lang={other}
        onClick={() => {
          setLanguage(other);
        }}
      >
        <Icon>
          <circle cx="12" cy="12" r="8.5" />
          <path d="M3.5 12H20.5M12 3.5C7.5 8 7.5 16 12 20.5C16.5 16 16.5 8 12 3.5" />
        </Icon>
        {LANGUAGE_NAMES[other]}
      </button>
      <button
        type="button"
        aria-label={t('kiosk.text_size_now', { percent: display.size })}
        onClick={() => {
          change({ size: nextSize(display.size) });
        }}
      >
        <Icon>
          <path d="M3 19 7.5 8 12 19M4.6 15.4H10.4M13.5 19 17.5 5 21.5 19M14.8 14.6H20.2" />
        </Icon>
        {t('kiosk.text_size')} {display.size}%
      </button>
      <button
        type="button"
        aria-pressed={display.contrast === 'high'}
        onClick={() => {
          change({ contrast: display.contrast === 'high' ? 'normal' : 'high' });
        }}
      >
        <Icon>
          <circle cx="12" cy="12" r="8.5" />
          <path className={styles.solid} d="M12 3.5A8.5 8.5 0 0 1 12 20.5Z" />
        </Icon>
        {t('kiosk.contrast')}
      </button>
      <button
        type="button"
        aria-pressed={display.reach === 'low'}
        onClick={() => {
          change({ reach: display.reach === 'low' ? 'normal' : 'low' });
        }}
      >
        <Icon>
          <path d="M5 4.5H19M12 8V19.5M7 14.5 12 19.5 17 14.5" />
        </Icon>
        {t('kiosk.low')}
      </button>
    </div>
  );
}

function Home({ locked, onEnd }: Pick<ToolsProps, 'locked' | 'onEnd'>) {
  const { t } = useLanguage();
  return (
    <button type="button" onClick={onEnd} disabled={locked === 'yes'}>
      <Icon>
        <path d="M4 11 12 4l8 7M6.5 9.5V20h11V9.5" />
      </Icon>
      {t('kiosk.home')}
    </button>
  );
}

/** Behind it is the PIN. */
function StaffDoor() {
  const { t } = useLanguage();
  const count = useKiosk().view?.seats_in_doubt ?? 0;
  return (
    <Link to="/staff">
      <Icon>
        <circle cx="12" cy="8" r="4" />
        <path d="M4.5 20C5.5 15.5 18.5 15.5 19.5 20" />
      </Icon>
      {count > 0 ? t('staff.open_in_doubt', { count }) : t('staff.open')}
    </Link>
  );
}

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}
