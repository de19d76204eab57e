// A pledge that was paid: its number above all.

import { titleOf, useLanguage, won, type KioskPledge } from '@moding/ui';

import { Screen } from '../parts/Screen';
import { useEndVisit } from '../use-visit';
import styles from './screens.module.css';

export function Joined({ pledge }: { pledge: KioskPledge }) {
  const { language, t } = useLanguage();
  const endVisit = useEndVisit();
  const title = titleOf(pledge.campaign.showing.movie, language);
  return (
    <Screen
      title={t('join.done')}
      lead={t('join.done_detail')}
      actions={
        <button type="button" className="button next" onClick={endVisit}>
          {t('kiosk.finish')}
        </button>
      }
    >
      <p className={styles.number}>
        <small>{t('join.number')}</small>
        <strong>{pledge.number}</strong>
      </p>
      <div className={styles.terminal}>
        <p>{t('join.summary', { title, count: pledge.tickets })}</p>
        <p className={styles.amount}>{won(pledge.amount_won, t)}</p>
        <p className="soft">{t('join.rules')}</p>
      </div>
    </Screen>
  );
}
