// This kiosk may not sell now: why, whom to call, and what still works.

import { Blank, useTexts, type KioskStanding } from '@moding/ui';
import { Link } from 'react-router';

import styles from './frame.module.css';

export function NotSelling({ standing }: { standing: Exclude<KioskStanding, 'selling'> }) {
  const t = useTexts();
  return (
    <div role="alert" className={styles.resting}>
      <Blank
        title={t(`kiosk.${standing}`)}
        action={
          <>
            <Link to="/bookings" className="button quiet">
              {t('kiosk.pick_up')}
            </Link>
            <Link to="/staff" className="button quiet">
              {t('staff.open')}
            </Link>
          </>
        }
      >
        {t(`kiosk.${standing}_detail`)}
      </Blank>
    </div>
  );
}
