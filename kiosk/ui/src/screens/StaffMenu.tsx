// What staff can do here, once their PIN was right, and what to do when this kiosk may not sell.

import { Notice, useOfflineText, useTexts, type KioskStanding } from '@moding/ui';
import type { ReactNode } from 'react';

import { useKiosk } from '../kiosk';
import { Screen } from '../parts/Screen';
import { useEndVisit } from '../use-visit';
import styles from './screens.module.css';

export type StaffPage = 'desk' | 'refund' | 'close' | 'doubts' | 'offline';

interface StaffMenuProps {
  /** Screenings with seats in doubt. */
  doubts: number;
  onChoose: (page: StaffPage) => void;
}

export function StaffMenu({ doubts, onChoose }: StaffMenuProps) {
  const t = useTexts();
  const endVisit = useEndVisit();
  const { view } = useKiosk();
  const standing = view?.standing ?? 'selling';
  const byHand = useOfflineText(view);
  return (
    <Screen
      title={t('staff.title')}
      actions={
        <button type="button" className="button next" onClick={endVisit}>
          {t('kiosk.finish')}
        </button>
      }
    >
      {standing === 'selling' ? null : <WhatToDo standing={standing} />}
      <div className={styles.entries}>
        <Entry
          title={t('till.desk')}
          onChoose={() => {
            onChoose('desk');
          }}
        >
          {t('till.desk_none_detail')}
        </Entry>
        <Entry
          title={t('till.refund')}
          onChoose={() => {
            onChoose('refund');
          }}
        >
          {t('till.refund_detail')}
        </Entry>
        <Entry
          title={t('till.close')}
          onChoose={() => {
            onChoose('close');
          }}
        >
          {t('till.close_lead')}
        </Entry>
        <Entry
          title={t('staff.doubts')}
          onChoose={() => {
            onChoose('doubts');
          }}
        >
          {doubts === 0 ? t('staff.none') : t('staff.doubts_in', { count: doubts })}
        </Entry>
        <Entry
          title={t('offline.title')}
          onChoose={() => {
            onChoose('offline');
          }}
        >
          {byHand ?? t('offline.lead')}
        </Entry>
      </div>
    </Screen>
  );
}

/** Why nothing is sold here, and what puts it right. */
function WhatToDo({ standing }: { standing: Exclude<KioskStanding, 'selling'> }) {
  const t = useTexts();
  return (
    <div className={styles.note}>
      <Notice tone="care" live="status" title={t(`kiosk.${standing}`)}>
        {t(`staff.${standing}_todo`)}
      </Notice>
    </div>
  );
}

interface EntryProps {
  title: string;
  onChoose: () => void;
  children: ReactNode;
}

function Entry({ title, onChoose, children }: EntryProps) {
  return (
    <button type="button" onClick={onChoose}>
      <strong>{title}</strong>
      <small>{children}</small>
    </button>
  );
}
